/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The reader runs once and ends; here it does so a thousand times a second, and
 * what an input does must not depend on those before it. So the reader's objects
 * have their statics in sections of their own (sections.h), to be made what they
 * were in the beginning.
 */
#ifndef TCPSTATE_FUZZ_STATICS_H
#define TCPSTATE_FUZZ_STATICS_H

/* The linker's. AddressSanitizer aligns what is in there. */
extern unsigned long __start_reader_bss[], __stop_reader_bss[];
extern unsigned long __start_reader_data[], __stop_reader_data[];

/**
 * statics_reset - let the reader's statics be as they were at the first call
 *
 * What they point to has to be freed by then.
 */
void statics_reset(void);

#endif /* TCPSTATE_FUZZ_STATICS_H */

/* SPDX-License-Identifier: GPL-2.0 */
/* What libFuzzer calls and has, which has no header for C. */
#ifndef TCPSTATE_FUZZ_LIBFUZZER_H
#define TCPSTATE_FUZZ_LIBFUZZER_H

#include <linux/types.h>
#include <stddef.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const __u8 *data, size_t len);
size_t LLVMFuzzerCustomMutator(__u8 *data, size_t len, size_t max_len,
			       unsigned int seed);
size_t LLVMFuzzerMutate(__u8 *data, size_t len, size_t max_len);

#endif /* TCPSTATE_FUZZ_LIBFUZZER_H */

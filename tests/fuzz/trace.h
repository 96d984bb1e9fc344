/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What an input of trace.c is:
 *
 *	byte 0	which view, `-w` being one more
 *	byte 1	which of its options are given, a bit each
 *	byte 2	how wide the terminal is, 0: it is none
 *	byte 3	how the trace comes
 *	...	the trace, as in a file
 */
#ifndef TCPSTATE_FUZZ_TRACE_H
#define TCPSTATE_FUZZ_TRACE_H

#define TRACE_HEAD 4

/* Of byte 3 */
#define TRACE_PIECES 0x07	/* in so many, and one more */
#define TRACE_AGAIN 0x40	/* it goes on with the same records */
#define TRACE_OTHERS 0x20	/* and these are of other connections */
#define TRACE_FILTERED 0x80

#endif /* TCPSTATE_FUZZ_TRACE_H */

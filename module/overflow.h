/* SPDX-License-Identifier: GPL-2.0 */
/*
 * SYNs that find a listener's queue full.  They make no edge, and who sent them
 * only sees that nobody answers.
 *
 * A note is recorded, of the listener, with the ends of the SYN.  One that finds the
 * accept queue full is dropped.  One that finds the SYN queue full is answered by a
 * SYN cookie, or dropped where these are off, unless it takes the place of a
 * TIME_WAIT.  A request whose ACK finds the accept queue full is request.h's.
 *
 * tcp_conn_request() is hooked, although each SYN passes there: a full accept queue
 * makes it call nothing that others do not.
 */
#ifndef _TCPSTATE_OVERFLOW_H
#define _TCPSTATE_OVERFLOW_H

struct ftrace_regs;

/* Handler of hooks.c. Context: as the function's. */
void tcpstate_overflow_syn(struct ftrace_regs *fregs);

#endif /* _TCPSTATE_OVERFLOW_H */

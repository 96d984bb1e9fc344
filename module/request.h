/* SPDX-License-Identifier: GPL-2.0 */
/*
 * SYN_RCVD of a passive open: the request socket, which the tracepoint of state
 * changes knows nothing of.
 *
 * It begins when the SYN-ACK is about to be sent for the first time; by then it
 * is in the hash, where segments find it.  Rejected: where it is put there
 * (inet_csk_reqsk_queue_hash_add()), since of two SYNs that come at once one
 * fails to.  A SYN that is answered by a SYN cookie makes no request: see
 * birth.h.
 *
 * It ends in a child, which is told by the child's own edges, or is dropped,
 * while still in the hash: timer, reset, no listener any more, no room in the
 * accept queue, and so on.  Two CPUs that drop it in the same instant, one by
 * its timer, would both be recorded.
 */
#ifndef _TCPSTATE_REQUEST_H
#define _TCPSTATE_REQUEST_H

struct ftrace_regs;

/* Handlers of hooks.c. Context: as the function's. */
void tcpstate_request_synack(struct ftrace_regs *fregs);
void tcpstate_request_segment(struct ftrace_regs *fregs);
void tcpstate_request_drop(struct ftrace_regs *fregs);

#endif /* _TCPSTATE_REQUEST_H */

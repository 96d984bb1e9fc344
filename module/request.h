/* SPDX-License-Identifier: GPL-2.0 */
/*
 * SYN_RCVD of a passive open: the request socket, which the tracepoint of state
 * changes knows nothing of.
 *
 * It begins when the SYN-ACK is about to be sent for the first time; by then it
 * is in the hash, where segments find it.  Rejected: where it is put there
 * (inet_csk_reqsk_queue_hash_add()), since of two SYNs that come at once one
 * fails to.  So a segment that comes without waiting for the SYN-ACK, a few
 * instructions after the SYN and on another CPU, may end it before it begins.
 * A SYN that is answered by a SYN cookie makes no request: see birth.h.
 *
 * It ends in a child, which is told by the child's own edges, or is dropped:
 * timer, reset, no listener any more, no room in the accept queue, and so on.
 * Two CPUs may want to drop it in the same instant, or one while the other makes
 * a child of it.  Which of them was first is told by what
 * __inet_csk_reqsk_queue_drop() returns, and by nothing else; hence the one
 * kretprobe.  It is on its way only where a request is really to be dropped, with
 * bottom halves off, so none of ours can interrupt it.
 */
#ifndef _TCPSTATE_REQUEST_H
#define _TCPSTATE_REQUEST_H

struct ftrace_regs;

/**
 * tcpstate_request_init() - place the kretprobe, say in dmesg if it cannot be
 *
 * Context: process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int tcpstate_request_init(void);

/**
 * tcpstate_request_exit() - remove the kretprobe and wait till it is not running
 *
 * Context: process, may sleep.
 */
void tcpstate_request_exit(void);

/**
 * tcpstate_request_missed() - how often the kretprobe could not run
 *
 * Context: any.
 * Return: how often since load; a request may have been dropped each time, and
 * its edge is missing in the record.
 */
unsigned int tcpstate_request_missed(void);

/* Handlers of hooks.c. Context: as the function's. */
void tcpstate_request_synack(struct ftrace_regs *fregs);
void tcpstate_request_segment(struct ftrace_regs *fregs);
void tcpstate_request_icmp(struct ftrace_regs *fregs);

#endif /* _TCPSTATE_REQUEST_H */

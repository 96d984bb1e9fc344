/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What made an edge of a full socket.
 *
 * It is inferred where the kernel stores the state, from the edge, the socket
 * and the notes of evidence.h.  Most edges have one cause by the code of TCP:
 * only an acceptable FIN leads to CLOSE_WAIT, only close() and its like to
 * FIN_WAIT_1.  So it does not matter whether the segment came in a softirq or
 * waited in the backlog, nor which other segments are in flight.
 *
 * Who acts: a process that calls on a socket owns its lock, also while the
 * backlog is processed; a softirq has found the lock not owned.  Released means
 * that the last reference to the file is gone.
 *
 * The edges to CLOSED are the hard ones, having the most causes; in cause.c they
 * are tried in an order in which what is certain comes first.
 *
 * Rejected: the segment's flags as they are in the header, from a hook on each
 * segment's way.  It costs every segment of data, and would name the wrong one
 * when a FIN was early and waits for the data before it.
 */
#ifndef _TCPSTATE_CAUSE_H
#define _TCPSTATE_CAUSE_H

#include <net/sock.h>

#include "uapi/tcpstate.h"

/**
 * struct tcpstate_why - a cause
 * @cause: enum tcpstate_cause
 * @detail: enum tcpstate_detail
 */
struct tcpstate_why {
	u8 cause;
	u8 detail;
};

/**
 * tcpstate_cause() - what makes this edge
 * @sk: a full socket of TCP, its new state not yet stored
 * @oldstate: enum tcpstate_state
 * @newstate: enum tcpstate_state
 *
 * Context: as inet_sk_state_store()'s: @sk locked, or known to nobody else.
 * Return: the cause, TCPSTATE_CAUSE_UNKNOWN if there is no evidence.
 */
struct tcpstate_why tcpstate_cause(const struct sock *sk, int oldstate,
				   int newstate);

/**
 * tcpstate_cause_by_process() - did a process, by a system call, mean the edge?
 * @why: the cause
 *
 * Context: any.
 * Return: true if current acted as an owner of the socket.
 */
static inline bool tcpstate_cause_by_process(struct tcpstate_why why)
{
	return why.cause == TCPSTATE_SYSCALL ||
	       (why.cause == TCPSTATE_ABORT &&
		(why.detail == TCPSTATE_LINGER0 ||
		 why.detail == TCPSTATE_UNREAD_DATA));
}

#endif /* _TCPSTATE_CAUSE_H */

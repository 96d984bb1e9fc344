/* SPDX-License-Identifier: GPL-2.0 */
/* An edge on its way from a hook to the ring. */
#ifndef _TCPSTATE_EDGE_H
#define _TCPSTATE_EDGE_H

#include <net/sock.h>

#include "cause.h"
#include "uapi/tcpstate.h"

/**
 * tcpstate_edge_init() - begin the record of an edge
 * @edge: all of it is written but who and where: cookie, netns, flow, task
 * @oldstate: enum tcpstate_state
 * @newstate: enum tcpstate_state
 * @why: the cause
 *
 * Context: any.
 */
void tcpstate_edge_init(struct tcpstate_transition *edge, int oldstate,
			int newstate, struct tcpstate_why why);

/**
 * tcpstate_edge_figures() - fill in what a full socket has
 * @edge: gets the figures and TCPSTATE_F_FULL, _F_KERN, _F_MPTCP
 * @sk: a full socket of TCP
 *
 * Context: as inet_sk_state_store()'s: @sk locked, or known to nobody else.
 */
void tcpstate_edge_figures(struct tcpstate_transition *edge,
			   const struct sock *sk);

/**
 * tcpstate_edge_small() - record an edge of a small socket
 * @sk: a request or TIME_WAIT
 * @oldstate: enum tcpstate_state
 * @newstate: enum tcpstate_state
 * @why: the cause
 *
 * Context: any but NMI.
 */
void tcpstate_edge_small(const struct sock *sk, int oldstate, int newstate,
			 struct tcpstate_why why);

#endif /* _TCPSTATE_EDGE_H */

/* SPDX-License-Identifier: GPL-2.0 */
/* An edge on its way from a hook to the ring. */
#ifndef _TCPSTATE_EDGE_H
#define _TCPSTATE_EDGE_H

#include <linux/tcp.h>
#include <net/mptcp.h>
#include <net/sock.h>
#include <net/tcp.h>

#include "cause.h"
#include "uapi/tcpstate.h"

/**
 * tcpstate_edge_init() - say which edge it is and why
 * @edge: gets the states and the cause
 * @oldstate: enum tcpstate_state
 * @newstate: enum tcpstate_state
 * @why: the cause
 *
 * Context: any.
 */
static inline void tcpstate_edge_init(struct tcpstate_transition *edge,
				      int oldstate, int newstate,
				      struct tcpstate_why why)
{
	edge->old_state = oldstate;
	edge->new_state = newstate;
	edge->cause = why.cause;
	edge->detail = why.detail;
}

/**
 * tcpstate_edge_figures() - fill in what a full socket has
 * @edge: gets the figures and TCPSTATE_F_FULL, _F_KERN, _F_MPTCP
 * @sk: a full socket of TCP
 *
 * Context: as inet_sk_state_store()'s: @sk locked, or known to nobody else.
 */
static inline void tcpstate_edge_figures(struct tcpstate_transition *edge,
					 const struct sock *sk)
{
	const struct tcp_sock *tp = tcp_sk(sk);

	edge->head.flags |= TCPSTATE_F_FULL;
	if (sk_is_mptcp(sk))
		edge->head.flags |= TCPSTATE_F_MPTCP;
	/* MPTCP's listeners are the kernel's, not what they give back to TCP. */
	else if (sk->sk_kern_sock && sk->sk_socket)
		edge->head.flags |= TCPSTATE_F_KERN;
	edge->srtt_us = tp->srtt_us >> 3;
	edge->cwnd = tp->snd_cwnd;
	edge->retrans = tp->total_retrans;
	edge->sk_err = READ_ONCE(sk->sk_err);	/* with tcp_done_with_error() */
	edge->bytes_received = tp->bytes_received;
	edge->bytes_acked = tp->bytes_acked;
}

/**
 * tcpstate_edge_full() - record an edge of a full socket
 * @sk: the socket
 * @oldstate: enum tcpstate_state
 * @newstate: enum tcpstate_state
 * @why: the cause, which tells whether a process acts
 *
 * Context: as inet_sk_state_store()'s: @sk locked, or known to nobody else.
 */
void tcpstate_edge_full(const struct sock *sk, int oldstate, int newstate,
			struct tcpstate_why why);

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

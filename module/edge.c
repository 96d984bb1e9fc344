// SPDX-License-Identifier: GPL-2.0
/* An edge on its way from a hook to the ring. */
#include <linux/tcp.h>
#include <net/mptcp.h>
#include <net/tcp.h>

#include "edge.h"
#include "event.h"
#include "rings.h"

void tcpstate_edge_init(struct tcpstate_transition *edge, int oldstate,
			int newstate, struct tcpstate_why why)
{
	*edge = (struct tcpstate_transition){
		.head.kind = TCPSTATE_TRANSITION,
		.old_state = oldstate,
		.new_state = newstate,
		.cause = why.cause,
		.detail = why.detail,
	};
}

void tcpstate_edge_figures(struct tcpstate_transition *edge,
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
	edge->cwnd = tcp_snd_cwnd(tp);
	edge->retrans = tp->total_retrans;
	edge->sk_err = READ_ONCE(sk->sk_err);	/* with tcp_done_with_error() */
	edge->bytes_received = tp->bytes_received;
	edge->bytes_acked = tp->bytes_acked;
}

void tcpstate_edge_small(const struct sock *sk, int oldstate, int newstate,
			 struct tcpstate_why why)
{
	union tcpstate_record rec;
	struct tcpstate_transition *edge = &rec.transition;

	tcpstate_edge_init(edge, oldstate, newstate, why);
	tcpstate_event_sock(&edge->head, &edge->flow, sk);
	tcpstate_rings_write(&rec);
}

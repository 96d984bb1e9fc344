// SPDX-License-Identifier: GPL-2.0
/* An edge on its way from a hook to the ring. */
#include "edge.h"
#include "event.h"
#include "rings.h"

void tcpstate_edge_full(const struct sock *sk, int oldstate, int newstate,
			struct tcpstate_why why)
{
	struct tcpstate_transition *edge;
	union tcpstate_record *rec;
	unsigned long flags;

	rec = tcpstate_rings_begin(TCPSTATE_TRANSITION, &flags);
	if (!rec)
		return;
	edge = &rec->transition;
	tcpstate_edge_init(edge, oldstate, newstate, why);
	tcpstate_event_sock(rec, sk);
	tcpstate_edge_figures(edge, sk);
	/* Not owned: a shutdown() of long ago, for which SYN_RCVD was too soon */
	if (tcpstate_cause_by_process(why) && sock_owned_by_user_nocheck(sk))
		tcpstate_event_current(&edge->head, &edge->task);
	tcpstate_rings_commit(flags);
}

void tcpstate_edge_small(const struct sock *sk, int oldstate, int newstate,
			 struct tcpstate_why why)
{
	union tcpstate_record *rec;
	unsigned long flags;

	rec = tcpstate_rings_begin(TCPSTATE_TRANSITION, &flags);
	if (!rec)
		return;
	tcpstate_edge_init(&rec->transition, oldstate, newstate, why);
	tcpstate_event_sock(rec, sk);
	tcpstate_rings_commit(flags);
}

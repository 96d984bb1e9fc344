// SPDX-License-Identifier: GPL-2.0
/* An edge on its way from a hook to the ring. */
#include "edge.h"
#include "event.h"
#include "rings.h"

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

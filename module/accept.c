// SPDX-License-Identifier: GPL-2.0
/* Who accepts a connection: accept.h explains it. */
#include <net/inet_sock.h>

#include "accept.h"
#include "compat.h"
#include "event.h"
#include "rings.h"

/* security_sock_graft(sk, parent) */
void tcpstate_accept_graft(struct ftrace_regs *fregs)
{
	const struct sock *sk = (void *)compat_argument(fregs, 0);
	union tcpstate_record *rec;
	unsigned long flags;

	if (!tcpstate_is_tcp(sk))
		return;
	rec = tcpstate_rings_begin(TCPSTATE_NOTE, &flags);
	if (!rec)
		return;
	rec->note.what = TCPSTATE_ACCEPTED;
	tcpstate_event_sock(rec, sk);
	/* It may be CLOSED already, and then it has given its port back. */
	rec->note.flow.lport = ntohs(inet_sk(sk)->inet_sport);
	if (sk->sk_kern_sock)
		rec->head.flags |= TCPSTATE_F_KERN;
	tcpstate_event_current(&rec->head, &rec->note.task);
	tcpstate_rings_commit(flags);
}

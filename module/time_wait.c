// SPDX-License-Identifier: GPL-2.0
/* TIME_WAIT, and the FIN_WAIT_2 of orphans: time_wait.h explains it. */
#include <linux/preempt.h>
#include <linux/tcp.h>
#include <net/inet_timewait_sock.h>
#include <net/net_namespace.h>
#include <net/tcp.h>

#include "compat.h"
#include "edge.h"
#include "event.h"
#include "evidence.h"
#include "rings.h"
#include "time_wait.h"

bool tcpstate_time_wait_hold_back(const struct sock *sk)
{
	if (tcpstate_evidence_of(sk).doing != TCPSTATE_FIN_IN_ORDER)
		return false;
	/* Then tcp_rcv_state_process() goes to CLOSED. */
	if (sock_flag(sk, SOCK_DEAD) && tcp_sk(sk)->linger2 < 0)
		return false;
	tcpstate_evidence_note(sk, (struct tcpstate_evidence){
		.doing = TCPSTATE_FIN_WAIT_1_OVER,
	});
	return true;
}

/* Which state is really left by a socket that itself says @oldstate */
static int left(struct tcpstate_evidence evidence, int oldstate)
{
	if (evidence.doing == TCPSTATE_FIN_WAIT_1_OVER)
		return TCP_FIN_WAIT1;
	return evidence.doing == TCPSTATE_TW_WANTED ? evidence.state : oldstate;
}

bool tcpstate_time_wait_took_over(const struct sock *sk, int *oldstate)
{
	const struct tcpstate_evidence evidence = tcpstate_evidence_of(sk);

	*oldstate = left(evidence, *oldstate);
	return evidence.doing == TCPSTATE_TW_GOT;
}

/* tcp_time_wait(sk, state, timeo) */
void tcpstate_time_wait_wanted(struct ftrace_regs *fregs)
{
	const struct sock *sk = (void *)compat_argument(fregs, 0);
	const int state = left(tcpstate_evidence_of(sk), sk->sk_state);

	/* The small socket is to have it, too. */
	tcpstate_cookie(sk);
	tcpstate_evidence_note(sk, (struct tcpstate_evidence){
		.doing = TCPSTATE_TW_WANTED,
		.state = state,
	});
}

static struct tcpstate_why why_begun(int oldstate)
{
	switch (oldstate) {
	case TCP_FIN_WAIT1:
		return (struct tcpstate_why){ TCPSTATE_SEGMENT_IN,
					      TCPSTATE_IN_FIN_ACK };
	case TCP_CLOSING:
		return (struct tcpstate_why){ TCPSTATE_SEGMENT_IN,
					      TCPSTATE_IN_ACK };
	default:
		return (struct tcpstate_why){ TCPSTATE_SEGMENT_IN,
					      TCPSTATE_IN_FIN };
	}
}

/* DCCP has small sockets, too, and lists of its own for them. */
static bool is_tcp(const struct inet_timewait_sock *tw)
{
	return tw->tw_dr == &twsk_net(tw)->ipv4.tcp_death_row;
}

/* inet_twsk_hashdance(tw, sk, hashinfo) */
void tcpstate_time_wait_begin(struct ftrace_regs *fregs)
{
	const struct inet_timewait_sock *tw = (void *)compat_argument(fregs, 0);
	const struct sock *sk = (void *)compat_argument(fregs, 1);
	const int oldstate = left(tcpstate_evidence_of(sk), sk->sk_state);

	if (!tcpstate_is_tcp(sk))
		return;
	/* The small socket has no figures yet: the full one's are its last. */
	if (oldstate != tw->tw_substate)
		tcpstate_edge_full(sk, oldstate, tw->tw_substate,
				   why_begun(oldstate));
	tcpstate_evidence_note(sk, (struct tcpstate_evidence){
		.doing = TCPSTATE_TW_GOT,
	});
}

/* Why the small socket will be ended by this segment, if it is */
static struct tcpstate_why why_ended(const struct tcphdr *th, int state)
{
	if (th->rst)
		return (struct tcpstate_why){ TCPSTATE_RESET,
					      TCPSTATE_RESET_RECEIVED };
	if (th->syn && state == TCP_TIME_WAIT)
		return (struct tcpstate_why){ TCPSTATE_REUSE,
					      TCPSTATE_REUSE_SYN };
	if (th->syn)
		return (struct tcpstate_why){ TCPSTATE_RESET,
					      TCPSTATE_RESET_SENT };
	return (struct tcpstate_why){ TCPSTATE_ABORT, TCPSTATE_LATE_DATA };
}

/* tcp_timewait_state_process(tw, skb, th, ...) */
void tcpstate_time_wait_segment(struct ftrace_regs *fregs)
{
	const struct inet_timewait_sock *tw = (void *)compat_argument(fregs, 0);
	const struct tcphdr *th = (void *)compat_argument(fregs, 2);
	const struct tcpstate_why why = why_ended(th, tw->tw_substate);

	tcpstate_evidence_note(tw, (struct tcpstate_evidence){
		.doing = TCPSTATE_TW_SEGMENT,
		.cause = why.cause,
		.detail = why.detail,
		.state = tw->tw_substate,
		.fin = th->fin,
	});
}

static void record_restart(const struct sock *sk, u8 detail)
{
	union tcpstate_record *rec;
	unsigned long flags;

	rec = tcpstate_rings_begin(TCPSTATE_NOTE, &flags);
	if (!rec)
		return;
	rec->note.what = TCPSTATE_RESTARTED;
	rec->note.detail = detail;
	tcpstate_event_sock(rec, sk);
	tcpstate_rings_commit(flags);
}

/* __inet_twsk_schedule(tw, timeo, rearm) */
void tcpstate_time_wait_schedule(struct ftrace_regs *fregs)
{
	const struct inet_timewait_sock *tw = (void *)compat_argument(fregs, 0);
	const bool rearm = (u8)compat_argument(fregs, 2);
	const struct sock *sk = (const struct sock *)tw;
	const struct tcpstate_evidence evidence = tcpstate_evidence_of(tw);

	if (!rearm || evidence.doing != TCPSTATE_TW_SEGMENT)
		return;
	if (evidence.state == TCP_FIN_WAIT2)
		tcpstate_edge_small(sk, TCP_FIN_WAIT2, TCP_TIME_WAIT,
				    why_begun(TCP_FIN_WAIT2));
	else
		record_restart(sk, evidence.fin ? TCPSTATE_IN_FIN :
						  TCPSTATE_IN_ACK);
}

static struct tcpstate_why why_early(const struct inet_timewait_sock *tw)
{
	const struct tcpstate_evidence evidence = tcpstate_evidence_of(tw);

	if (tcpstate_aborting(tw))
		return (struct tcpstate_why){ TCPSTATE_ABORT,
					      TCPSTATE_DESTROYED };
	if (!check_net(twsk_net(tw)))
		return (struct tcpstate_why){ TCPSTATE_NETNS };
	if (evidence.doing == TCPSTATE_TW_SEGMENT)
		return (struct tcpstate_why){ evidence.cause, evidence.detail };
	if (tcpstate_lacks(TCPSTATE_HOOK_TW_SEGMENT))
		return (struct tcpstate_why){ };
	/* nf_tproxy_handle_time_wait4(), which gives the SYN to a listener */
	if (in_serving_softirq())
		return (struct tcpstate_why){ TCPSTATE_REUSE,
					      TCPSTATE_REUSE_SYN };
	return (struct tcpstate_why){ TCPSTATE_REUSE, TCPSTATE_REUSE_CONNECT };
}

/* inet_twsk_deschedule_put(tw) */
void tcpstate_time_wait_deschedule(struct ftrace_regs *fregs)
{
	const struct inet_timewait_sock *tw = (void *)compat_argument(fregs, 0);
	struct tcpstate_why why;

	if (!is_tcp(tw))
		return;
	why = why_early(tw);
	tcpstate_evidence_note(tw, (struct tcpstate_evidence){
		.doing = TCPSTATE_TW_EARLY,
		.cause = why.cause,
		.detail = why.detail,
	});
}

static struct tcpstate_why why_killed(const struct inet_timewait_sock *tw)
{
	const struct tcpstate_evidence evidence = tcpstate_evidence_of(tw);

	if (evidence.doing == TCPSTATE_TW_EARLY)
		return (struct tcpstate_why){ evidence.cause, evidence.detail };
	/* inet_twsk_purge(), into which the other function may be inlined */
	if (!in_serving_softirq() && !check_net(twsk_net(tw)))
		return (struct tcpstate_why){ TCPSTATE_NETNS };
	if (tcpstate_lacks(TCPSTATE_HOOK_TW_EARLY))
		return (struct tcpstate_why){ };
	return (struct tcpstate_why){
		TCPSTATE_TIMER, tw->tw_substate == TCP_TIME_WAIT ?
				TCPSTATE_2MSL : TCPSTATE_FIN_TIMEOUT };
}

/* inet_twsk_kill(tw) */
void tcpstate_time_wait_kill(struct ftrace_regs *fregs)
{
	const struct inet_timewait_sock *tw = (void *)compat_argument(fregs, 0);

	if (!is_tcp(tw))
		return;
	tcpstate_edge_small((const struct sock *)tw, tw->tw_substate,
			    TCP_CLOSE, why_killed(tw));
	tcpstate_evidence_forget(tw);
}

// SPDX-License-Identifier: GPL-2.0
/* SYN_RCVD of a passive open: request.h explains it. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cpumask.h>
#include <linux/kprobes.h>
#include <net/inet_connection_sock.h>
#include <net/mptcp.h>
#include <net/net_namespace.h>
#include <net/request_sock.h>
#include <net/tcp.h>

#include "compat.h"
#include "edge.h"
#include "event.h"
#include "evidence.h"
#include "request.h"
#include "rings.h"

static void fill_edge(union tcpstate_record *rec, struct request_sock *req,
		      int oldstate, int newstate, struct tcpstate_why why)
{
	tcpstate_edge_init(&rec->transition, oldstate, newstate, why);
	tcpstate_event_sock(rec, req_to_sk(req));
	if (rsk_is_mptcp(req))
		rec->head.flags |= TCPSTATE_F_MPTCP;
	rec->transition.retrans = req->num_retrans;
}

static void record_begin(struct request_sock *req, const struct sock *listener)
{
	const struct tcpstate_why why = { TCPSTATE_SEGMENT_IN,
					  TCPSTATE_IN_SYN };
	union tcpstate_record *rec;
	unsigned long flags;

	rec = tcpstate_rings_begin(TCPSTATE_TRANSITION, &flags);
	if (!rec)
		return;
	fill_edge(rec, req, TCP_LISTEN, TCP_SYN_RECV, why);
	rec->head.flags |= TCPSTATE_F_REQ;
	rec->transition.listener = tcpstate_cookie(listener);
	tcpstate_rings_commit(flags);
}

/* tcp_v4_send_synack(sk, dst, fl, req, foc, type, skb), and v6 */
void tcpstate_request_synack(struct ftrace_regs *fregs)
{
	const struct sock *listener = (void *)compat_argument(fregs, 0);
	const void *dst = (void *)compat_argument(fregs, 1);
	struct request_sock *req = (void *)compat_argument(fregs, 3);
	const int type = (int)compat_argument(fregs, 5);

	/* Without that of the other family, the child is the first that is told. */
	if (tcpstate_lacks(TCPSTATE_HOOK_SYN_RCVD))
		return;
	/* tcp_rtx_synack(), which retransmits, gives no route. */
	if (dst && type == TCP_SYNACK_NORMAL)
		record_begin(req, listener);
}

/* tcp_check_req(sk, skb, req, fastopen, ...): why it is dropped, if it is */
void tcpstate_request_segment(struct ftrace_regs *fregs)
{
	const struct sock *listener = (void *)compat_argument(fregs, 0);
	const struct sk_buff *skb = (void *)compat_argument(fregs, 1);
	const void *req = (void *)compat_argument(fregs, 2);
	struct tcpstate_evidence note = {
		.doing = TCPSTATE_REQUEST_SEGMENT,
	};

	/* Fast Open: it is but a part of its child, which has notes of its own. */
	if ((u8)compat_argument(fregs, 3))
		return;
	if (TCP_SKB_CB(skb)->tcp_flags & TCPHDR_RST) {
		note.cause = TCPSTATE_RESET;
		note.detail = TCPSTATE_RESET_RECEIVED;
	} else if (TCP_SKB_CB(skb)->tcp_flags & TCPHDR_SYN) {
		note.cause = TCPSTATE_RESET;
		note.detail = TCPSTATE_RESET_SENT;
	} else if (sk_acceptq_is_full(listener)) {
		/* and tcp_abort_on_overflow is set */
		note.cause = TCPSTATE_OVERFLOW;
		note.detail = TCPSTATE_ACCEPT_QUEUE;
	} else {
		note.cause = TCPSTATE_MEMORY;
	}
	tcpstate_evidence_note(req, note);
}

/* tcp_req_err(sk, seq, abort): not the segment that came last */
void tcpstate_request_icmp(struct ftrace_regs *fregs)
{
	tcpstate_evidence_forget((void *)compat_argument(fregs, 0));
}

/*
 * reqsk_timer_handler(): it was acknowledged, but the accept queue was full,
 * unless TCP_DEFER_ACCEPT has it wait for data.
 */
static struct tcpstate_why timed_out(const struct sock *listener,
				     const struct request_sock *req)
{
	if (inet_rsk(req)->acked &&
	    !READ_ONCE(inet_csk(listener)->icsk_accept_queue.rskq_defer_accept))
		return (struct tcpstate_why){ TCPSTATE_OVERFLOW,
					      TCPSTATE_ACCEPT_QUEUE };
	return (struct tcpstate_why){ TCPSTATE_TIMER, TCPSTATE_SYNACK_RETRIES };
}

/* Neither listener, nor netns, nor timer */
static struct tcpstate_why why_refused(const struct request_sock *req)
{
	const struct tcpstate_evidence evidence = tcpstate_evidence_of(req);

	if (tcpstate_aborting(req))
		return (struct tcpstate_why){ TCPSTATE_ABORT,
					      TCPSTATE_DESTROYED };
	if (evidence.doing == TCPSTATE_REQUEST_SEGMENT)
		return (struct tcpstate_why){ evidence.cause, evidence.detail };
	if (tcpstate_lacks(TCPSTATE_HOOK_REQUEST_SEGMENT) ||
	    tcpstate_lacks(TCPSTATE_HOOK_ABORT))
		return (struct tcpstate_why){ };
	/* tcp_req_err() */
	return (struct tcpstate_why){ TCPSTATE_ICMP };
}

static struct tcpstate_why why_dropped(const struct sock *listener,
				       const struct request_sock *req,
				       bool from_timer)
{
	if (!check_net(sock_net(listener)))
		return (struct tcpstate_why){ TCPSTATE_NETNS };
	/* with inet_sk_state_store() of whoever closes the listener */
	if (READ_ONCE(listener->sk_state) != TCP_LISTEN)
		return (struct tcpstate_why){ TCPSTATE_ABORT,
					      TCPSTATE_LISTENER_CLOSED };
	return from_timer ? timed_out(listener, req) : why_refused(req);
}

/*
 * __inet_csk_reqsk_queue_drop(sk, req, from_timer).  DCCP has requests, too.
 * One that is not in the hash has its child in its place, or was dropped.
 *
 * Return: nonzero if what it returns does not matter.
 */
static int before_drop(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	const struct sock *sk = (void *)regs_get_kernel_argument(regs, 0);
	struct request_sock *req = (void *)regs_get_kernel_argument(regs, 1);
	const bool from_timer = (u8)regs_get_kernel_argument(regs, 2);
	union tcpstate_record *rec = (void *)ri->data;

	if (sk_unhashed(req_to_sk(req)) || sk->sk_protocol != IPPROTO_TCP)
		return 1;
	/* A member as large as the union: so that no byte of it is left out */
	*rec = (union tcpstate_record){
		.transition.head.kind = TCPSTATE_TRANSITION,
	};
	fill_edge(rec, req, TCP_SYN_RECV, TCP_CLOSE,
		  why_dropped(sk, req, from_timer));
	tcpstate_evidence_forget(req);
	return 0;
}

static int after_drop(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	if ((u8)regs_return_value(regs))
		tcpstate_rings_write((void *)ri->data);
	return 0;
}

static struct kretprobe drop_probe = {
	.kp.symbol_name	= "__inet_csk_reqsk_queue_drop",
	.entry_handler	= before_drop,
	.handler	= after_drop,
	.data_size	= sizeof(union tcpstate_record),
};

/*
 * From 6.14 on, __register_kprobe() returns 0 though it has not armed the probe, for
 * want of memory most likely.  That there is none is told when it is enabled.
 */
static int place_probe(void)
{
	int err;

	/* A CPU is in it once: bottom halves are off.  On RT, tasks may be. */
	drop_probe.maxactive = 4 * num_possible_cpus();
	err = register_kretprobe(&drop_probe);
	if (err || !enable_kretprobe(&drop_probe))
		return err;
	unregister_kretprobe(&drop_probe);
	return -ENOMEM;
}

int tcpstate_request_init(void)
{
	int err = place_probe();

	if (!err || err == -ENOMEM)
		return err;
	pr_warn("no hook on %s() (%d): the end of SYN_RCVD is not recorded\n",
		drop_probe.kp.symbol_name, err);
	tcpstate_missing |= BIT(TCPSTATE_HOOK_REQUEST_END);
	return 0;
}

void tcpstate_request_exit(void)
{
	if (!(tcpstate_missing & BIT(TCPSTATE_HOOK_REQUEST_END)))
		unregister_kretprobe(&drop_probe);
}

unsigned int tcpstate_request_missed(void)
{
	/* No instance was free; another kprobe ran on that CPU. */
	return drop_probe.nmissed + drop_probe.kp.nmissed;
}

// SPDX-License-Identifier: GPL-2.0
/* Who a child of a listener is: birth.h explains it. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/kprobes.h>
#include <linux/percpu.h>
#include <linux/ptrace.h>
#include <net/inet_sock.h>

#include "birth.h"
#include "event.h"

/**
 * struct birth - what the request says of its child
 * @head: cookie, netns, flags
 * @flow: the ends
 * @port: the listener's inet_sport, which the child has at the event; the
 *	request's may be another (TPROXY)
 * @expected: the event for it has not come yet
 *
 * A copy, since nothing keeps the request alive for us.
 */
struct birth {
	struct tcpstate_head head;
	struct tcpstate_flow flow;
	__be16 port;
	bool expected;
};

/*
 * Written and read with bottom halves off: children are made where segments
 * are received.
 */
static DEFINE_PER_CPU(struct birth, births);

static int note_request(struct kprobe *kp, struct pt_regs *regs)
{
	/* inet_csk_clone_lock(sk, req, priority) */
	const struct sock *sk = (void *)regs_get_kernel_argument(regs, 0);
	const struct sock *req = (void *)regs_get_kernel_argument(regs, 1);
	struct birth *birth = this_cpu_ptr(&births);

	birth->head.flags = 0;
	tcpstate_event_sock(&birth->head, &birth->flow, req);
	birth->port = inet_sk(sk)->inet_sport;
	birth->expected = true;
	return 0;
}

static struct kprobe clone_probe = {
	.symbol_name = "inet_csk_clone_lock",
	.pre_handler = note_request,
};

void tcpstate_birth_init(void)
{
	const int err = register_kprobe(&clone_probe);

	if (err)
		pr_warn("no kprobe on %s (%d): LISTEN -> SYN_RCVD will lack peer and cookie\n",
			clone_probe.symbol_name, err);
}

void tcpstate_birth_exit(void)
{
	/* Does nothing for a probe that was not registered. */
	unregister_kprobe(&clone_probe);
}

void tcpstate_birth_sock(struct tcpstate_head *head,
			 struct tcpstate_flow *flow, const struct sock *child)
{
	struct birth *birth = this_cpu_ptr(&births);

	/*
	 * A kprobe may be missed (it does not nest in another), and the clone
	 * may fail for want of memory, which leaves a note behind: believe it
	 * once, and only if the port is right.
	 */
	if (!birth->expected || birth->port != inet_sk(child)->inet_sport) {
		tcpstate_event_sock(head, flow, child);
		head->cookie = 0;
		return;
	}
	birth->expected = false;
	head->cookie = birth->head.cookie;
	head->netns = birth->head.netns;
	head->flags |= birth->head.flags;
	*flow = birth->flow;
}

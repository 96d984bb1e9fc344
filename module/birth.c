// SPDX-License-Identifier: GPL-2.0
/* Children of listeners: birth.h explains it. */
#include <linux/irqflags.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <net/inet_connection_sock.h>
#include <net/inet_sock.h>
#include <net/mptcp.h>
#include <net/request_sock.h>

#include "birth.h"
#include "compat.h"
#include "edge.h"
#include "event.h"
#include "evidence.h"
#include "rings.h"

/**
 * struct birth - what the request says of its child
 * @cookie: the request's, and the child's when it has told of itself
 * @child: the child, once it has told of itself, till it leaves SYN_RCVD
 * @port: the listener's inet_sport, which the child has at the event
 * @asked: the request's port, which it has then where the kernel fills it in
 *	first; only with TPROXY is it another
 * @expected: the event for it has not come yet
 * @mptcp: it will be a subflow of MPTCP
 * @detail: enum tcpstate_detail, DETAIL_NONE for the usual child
 * @task: whose it is, on RT; only ever compared
 * @edge: LISTEN -> SYN_RCVD, if it has not been recorded
 *
 * A copy, since nothing keeps the request alive for us.
 */
struct birth {
	u64 cookie;
	const struct sock *child;
	__be16 port;
	__be16 asked;
	bool expected;
	bool mptcp;
	u8 detail;
	const void *task;
	union tcpstate_record edge;
};

/*
 * Children are made where segments are received, with bottom halves off, so there is
 * one at a time on a CPU; a process may end one, too, hence interrupts are off for as
 * long as it is looked at.  On RT it is one at a time by task: who has bottom halves
 * off stays on the CPU, but others may run there meanwhile, and have them off, too.
 */
#define CPU_BIRTHS (IS_ENABLED(CONFIG_PREEMPT_RT) ? 4 : 1)

struct births {
	unsigned int next;
	struct birth births[CPU_BIRTHS];
};

static DEFINE_PER_CPU(struct births, births);

/* How much depends on it; a failed clone, or a task that is gone, may leave some. */
static int importance(const struct birth *birth)
{
	return 2 * birth->expected + !!birth->child;
}

/* Of those that matter least, in turn */
static struct birth *find_place(struct births *mine)
{
	struct birth *place = mine->births + mine->next++ % CPU_BIRTHS;
	unsigned int i;

	for (i = 0; i < CPU_BIRTHS; i++)
		if (importance(&mine->births[i]) < importance(place))
			place = &mine->births[i];
	return place;
}

static struct birth *birth_of_task(struct births *mine)
{
	struct birth *birth;
	unsigned int i;

	/* Not by mine->births[i]: find_slot() of hooks.c tells why. */
	for (i = 0; i < CPU_BIRTHS; i++) {
		birth = mine->births + i;
		if (likely(birth->task == current))
			return birth;
	}
	birth = find_place(mine);
	*birth = (struct birth){ .task = current };
	return birth;
}

static struct birth *lock_birth(unsigned long *flags)
{
	struct births *mine;

	local_irq_save(*flags);
	mine = this_cpu_ptr(&births);
	return IS_ENABLED(CONFIG_PREEMPT_RT) ? birth_of_task(mine) :
					       &mine->births[0];
}

static void unlock_birth(unsigned long flags)
{
	local_irq_restore(flags);
}

/*
 * Only a request that was put in the hash has references.  One that comes from
 * a SYN cookie has no listener.
 */
static u8 detail_of(const struct request_sock *req)
{
	if (refcount_read(&req->rsk_refcnt))
		return TCPSTATE_DETAIL_NONE;
	return req->rsk_listener ? TCPSTATE_IN_FASTOPEN : TCPSTATE_IN_SYNCOOKIE;
}

static bool recorded_before(const struct birth *birth)
{
	return !birth->detail && !tcpstate_lacks(TCPSTATE_HOOK_SYN_RCVD);
}

static void prepare_edge(struct birth *birth, struct request_sock *req,
			 const struct sock *listener)
{
	union tcpstate_record *rec = &birth->edge;
	struct tcpstate_why why = { };

	if (birth->detail)
		why = (struct tcpstate_why){ TCPSTATE_SEGMENT_IN,
					     birth->detail };
	*rec = (union tcpstate_record){
		.transition.head = {
			.kind = TCPSTATE_TRANSITION,
			.flags = TCPSTATE_F_REQ,
		},
	};
	if (birth->mptcp)
		rec->head.flags |= TCPSTATE_F_MPTCP;
	tcpstate_edge_init(&rec->transition, TCP_LISTEN, TCP_SYN_RECV, why);
	tcpstate_event_sock(rec, req_to_sk(req));
	rec->transition.listener = tcpstate_cookie(listener);
}

static void note(struct birth *birth, struct request_sock *req,
		 const struct sock *listener)
{
	birth->cookie = tcpstate_cookie(req_to_sk(req));
	birth->child = NULL;
	birth->port = inet_sk(listener)->inet_sport;
	birth->asked = htons(inet_rsk(req)->ir_num);
	birth->mptcp = rsk_is_mptcp(req);
	birth->detail = detail_of(req);
	if (!recorded_before(birth))
		prepare_edge(birth, req, listener);
	birth->expected = true;
}

/* inet_csk_clone_lock(sk, req, priority) */
void tcpstate_birth_clone(struct ftrace_regs *fregs)
{
	const struct sock *sk = (void *)compat_argument(fregs, 0);
	struct request_sock *req = (void *)compat_argument(fregs, 1);
	unsigned long flags;

	/* DCCP makes its children here, too. */
	if (sk->sk_protocol != IPPROTO_TCP)
		return;
	note(lock_birth(&flags), req, sk);
	unlock_birth(flags);
}

/*
 * The clone may fail for want of memory, which leaves a note behind: believe it
 * once, and only if the port is right.
 */
static bool take_note(struct birth *birth, const struct sock *child)
{
	const __be16 port = inet_sk(child)->inet_sport;
	const bool right = birth->expected &&
			   (port == birth->port || port == birth->asked);

	birth->expected = false;
	birth->child = right ? child : NULL;
	return right;
}

/* Without the hook: all that there is, is what the listener has. */
static void record_unknown(const struct sock *child)
{
	union tcpstate_record *rec;
	unsigned long flags;

	rec = tcpstate_rings_begin(TCPSTATE_TRANSITION, &flags);
	if (!rec)
		return;
	tcpstate_edge_init(&rec->transition, TCP_LISTEN, TCP_SYN_RECV,
			   (struct tcpstate_why){ });
	tcpstate_event_sock(rec, child);
	rec->head.cookie = 0;
	tcpstate_edge_figures(&rec->transition, child);
	tcpstate_rings_commit(flags);
}

void tcpstate_birth_record(const struct sock *child)
{
	unsigned long flags;
	struct birth *birth = lock_birth(&flags);

	if (!take_note(birth, child))
		record_unknown(child);
	else if (!recorded_before(birth))
		tcpstate_rings_write(&birth->edge);
	unlock_birth(flags);
}

/* inet_ehash_nolisten(): unlike tcp_set_state() it leaves the child its port. */
static bool lost_race(const struct sock *child)
{
	return inet_csk(child)->icsk_bind_hash;
}

/* What made it MPTCP's is taken from a child whose join is refused. */
static bool unwanted(const struct birth *birth, const struct sock *child)
{
	return birth->mptcp && !sk_is_mptcp(child);
}

static enum tcpstate_birth end_of(const struct birth *birth,
				  const struct sock *child)
{
	/* inet_csk_prepare_for_destroy_sock() */
	const bool dead = sock_flag(child, SOCK_DEAD);

	if (lost_race(child))
		return birth->detail ? TCPSTATE_BORN_TWIN : TCPSTATE_STILLBORN;
	if (dead && unwanted(birth, child))
		return TCPSTATE_BORN_UNWANTED;
	return dead && !birth->detail ? TCPSTATE_STILLBORN : TCPSTATE_BORN;
}

enum tcpstate_birth tcpstate_birth_of(const struct sock *sk, int newstate)
{
	enum tcpstate_birth becomes = TCPSTATE_BORN;
	struct birth *birth;
	unsigned long flags;

	birth = lock_birth(&flags);
	/* Where it was left on another CPU, the address may be another's now. */
	if (birth->child == sk &&
	    birth->cookie == (u64)atomic64_read(&sk->sk_cookie)) {
		if (newstate == TCP_CLOSE)
			becomes = end_of(birth, sk);
		birth->child = NULL;
	}
	unlock_birth(flags);
	return becomes;
}

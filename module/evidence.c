// SPDX-License-Identifier: GPL-2.0
/* Evidence of causes: evidence.h explains it. */
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/spinlock.h>
#include <linux/sched.h>
#include <linux/tcp.h>
#include <net/tcp.h>

#include "cause.h"
#include "compat.h"
#include "evidence.h"

u32 tcpstate_missing __read_mostly;

DEFINE_PER_CPU(struct tcpstate_clue, tcpstate_cpu_clue);
DEFINE_PER_CPU(struct tcpstate_clues, tcpstate_cpu_clues);

struct tcpstate_task_clues tcpstate_task_clues[BIT(TCPSTATE_TASK_BITS)] = {
	[0 ... BIT(TCPSTATE_TASK_BITS) - 1] = {
		.lock = __RAW_SPIN_LOCK_UNLOCKED(tcpstate_task_clues.lock),
	},
};

/* With these an edge would be lost, or one too many, with others a cause. */
static bool is_vital(const struct tcpstate_clue *clue)
{
	switch (clue->evidence.doing) {
	case TCPSTATE_FIN_WAIT_1_OVER:
	case TCPSTATE_TW_WANTED:
	case TCPSTATE_TW_GOT:
		return true;
	}
	return false;
}

/* How gladly one would lose it: by its age, unless it is vital */
static u64 dispensability(const struct tcpstate_clues *mine,
			  const struct tcpstate_clue *clue)
{
	const u32 age = mine->notes - clue->when;

	return (u64)!is_vital(clue) << 32 | age;
}

/* Not inlined, as it is rare. Return: the place that somebody is to lose. */
static noinline struct tcpstate_clue *take_place(struct tcpstate_clues *mine)
{
	struct tcpstate_clue *clue, *place = mine->clues;
	unsigned int i;

	for (i = 1; i < TCPSTATE_CLUES; i++) {
		clue = mine->clues + i;
		if (dispensability(mine, clue) > dispensability(mine, place))
			place = clue;
	}
	return place;
}

static __always_inline struct tcpstate_clue *
find_place(struct tcpstate_clues *mine)
{
	unsigned int i;

	/* Not by mine->clues[i]: find_slot() of hooks.c tells why. */
#pragma GCC unroll 4
	for (i = 0; i < TCPSTATE_CLUES; i++)
		if (likely((mine->clues + i)->who == current))
			return mine->clues + i;
	return take_place(mine);
}

static __always_inline void put(struct tcpstate_clues *mine, const void *sk,
				struct tcpstate_evidence evidence)
{
	struct tcpstate_clue *clue = find_place(mine);

	tcpstate_clue_write(clue, sk, evidence);
	clue->when = ++mine->notes;
}

void tcpstate_evidence_note_shared(const void *sk,
				   struct tcpstate_evidence evidence)
{
	preempt_disable();
	put(this_cpu_ptr(&tcpstate_cpu_clues), sk, evidence);
	preempt_enable();
}

void tcpstate_evidence_note_locked(const void *sk,
				   struct tcpstate_evidence evidence)
{
	struct tcpstate_task_clues *mine = tcpstate_my_task();
	unsigned long flags;

	raw_spin_lock_irqsave(&mine->lock, flags);
	put(&mine->clues, sk, evidence);
	raw_spin_unlock_irqrestore(&mine->lock, flags);
}

struct tcpstate_evidence tcpstate_evidence_locked(const void *sk)
{
	struct tcpstate_task_clues *mine = tcpstate_my_task();
	struct tcpstate_evidence found = { };
	const struct tcpstate_clue *clue;
	unsigned long flags;

	raw_spin_lock_irqsave(&mine->lock, flags);
	clue = tcpstate_clue_of(&mine->clues, sk);
	if (clue)
		found = clue->evidence;
	raw_spin_unlock_irqrestore(&mine->lock, flags);
	return found;
}

/* NULL: of none any more */
static void set_aborting(const void *sk)
{
	struct tcpstate_task_clues *mine = tcpstate_my_task();
	unsigned long flags;

	raw_spin_lock_irqsave(&mine->lock, flags);
	/* with tcpstate_aborting() and _locked() */
	WRITE_ONCE(mine->aborting, sk);
	WRITE_ONCE(mine->aborter, current);
	raw_spin_unlock_irqrestore(&mine->lock, flags);
}

/* tcp_abort(sk, err) */
void tcpstate_evidence_abort(struct ftrace_regs *fregs)
{
	set_aborting((void *)compat_argument(fregs, 0));
}

bool tcpstate_aborting_locked(const void *sk)
{
	struct tcpstate_task_clues *mine = tcpstate_my_task();
	unsigned long flags;
	bool aborting;

	raw_spin_lock_irqsave(&mine->lock, flags);
	aborting = mine->aborting == sk && mine->aborter == current;
	raw_spin_unlock_irqrestore(&mine->lock, flags);
	return aborting;
}

void tcpstate_evidence_forget(const void *sk)
{
	if (tcpstate_evidence_of(sk).doing)
		tcpstate_evidence_note(sk, (struct tcpstate_evidence){ });
	if (tcpstate_aborting(sk))
		set_aborting(NULL);
}

/* Will tcp_try_rmem_schedule() not have to reclaim any, and perhaps fail? */
static bool has_memory(const struct sock *sk, const struct sk_buff *skb)
{
	return skb_queue_empty(&sk->sk_receive_queue) ||
	       (atomic_read(&sk->sk_rmem_alloc) <= READ_ONCE(sk->sk_rcvbuf) &&
		skb->truesize <= sk->sk_forward_alloc);
}

/*
 * Will tcp_data_queue() take the FIN of this segment, which has nothing else
 * that is new?  By then, RCV.NXT has not changed.
 */
static bool fin_in_order(const struct sock *sk, const struct sk_buff *skb)
{
	const struct tcp_sock *tp = tcp_sk(sk);
	const struct tcp_skb_cb *cb = TCP_SKB_CB(skb);

	return cb->tcp_flags & TCPHDR_FIN && cb->seq == tp->rcv_nxt &&
	       cb->end_seq == cb->seq + 1 && tcp_receive_window(tp) &&
	       has_memory(sk, skb);
}

/* As tcp_rcv_state_process() looks at it, which minds a reset before */
static bool late_data(const struct sock *sk, const struct sk_buff *skb)
{
	const struct tcp_skb_cb *cb = TCP_SKB_CB(skb);
	const bool fin = cb->tcp_flags & TCPHDR_FIN;

	return !(cb->tcp_flags & TCPHDR_RST) && cb->end_seq != cb->seq &&
	       after(cb->end_seq - fin, tcp_sk(sk)->rcv_nxt);
}

#define OUR_FIN_SENT (TCPF_FIN_WAIT1 | TCPF_FIN_WAIT2)
#define FIN_RECEIVED (TCPF_CLOSE_WAIT | TCPF_CLOSING | TCPF_LAST_ACK)

/* tcp_rcv_state_process(sk, skb): in all states but ESTABLISHED */
void tcpstate_evidence_arrival(struct ftrace_regs *fregs)
{
	const struct sock *sk = (void *)compat_argument(fregs, 0);
	const struct sk_buff *skb = (void *)compat_argument(fregs, 1);
	const int state = 1 << sk->sk_state;
	struct tcpstate_evidence evidence = { };

	if (state & OUR_FIN_SENT && fin_in_order(sk, skb))
		evidence.doing = TCPSTATE_FIN_IN_ORDER;
	else if (state & (OUR_FIN_SENT | FIN_RECEIVED) && late_data(sk, skb))
		evidence.doing = TCPSTATE_LATE_ARRIVAL;
	if (evidence.doing || tcpstate_evidence_of(sk).doing)
		tcpstate_evidence_note(sk, evidence);
}

static struct tcpstate_why why_reset(const struct sock *sk,
				     const struct sk_buff *skb)
{
	const struct tcpstate_why received = { TCPSTATE_RESET,
					       TCPSTATE_RESET_RECEIVED };
	const struct tcpstate_why late = { TCPSTATE_ABORT,
					   TCPSTATE_LATE_DATA };

	if (skb)
		return TCP_SKB_CB(skb)->tcp_flags & TCPHDR_RST ? received :
								 late;
	if (tcpstate_lacks(TCPSTATE_HOOK_ARRIVAL))
		return (struct tcpstate_why){ };
	return tcpstate_evidence_of(sk).doing == TCPSTATE_LATE_ARRIVAL ?
	       late : received;
}

/* tcp_reset(sk, ...): for a reset, and for data that nobody will read */
void tcpstate_evidence_reset(struct ftrace_regs *fregs)
{
	const struct sock *sk = (void *)compat_argument(fregs, 0);
	const struct tcpstate_why why =
		why_reset(sk, compat_reset_segment(fregs));

	tcpstate_evidence_note(sk, (struct tcpstate_evidence){
		.doing = TCPSTATE_RESETTING,
		.cause = why.cause,
		.detail = why.detail,
	});
}

/* As tcp_write_timeout() decides, also of SYN_RCVD where two SYNs crossed */
static u8 syn_timer(const struct sock *sk)
{
	const struct inet_connection_sock *icsk = inet_csk(sk);

	if (READ_ONCE(icsk->icsk_user_timeout) &&
	    icsk->icsk_retransmits < compat_syn_retries(sk))
		return TCPSTATE_USER_TIMEOUT;
	return TCPSTATE_SYN_RETRIES;
}

/* As tcp_probe_timer() decides */
static u8 probe_timer(const struct sock *sk)
{
	const struct inet_connection_sock *icsk = inet_csk(sk);
	const u32 timeout = READ_ONCE(icsk->icsk_user_timeout);

	if (timeout && icsk->icsk_probes_tstamp &&
	    tcp_jiffies32 - icsk->icsk_probes_tstamp >=
	    msecs_to_jiffies(timeout))
		return TCPSTATE_USER_TIMEOUT;
	return TCPSTATE_PROBE;
}

/* As tcp_retransmit_timer() decides: a window that was shrunk is probed, too. */
static u8 retransmission_timer(const struct sock *sk)
{
	if (READ_ONCE(inet_csk(sk)->icsk_user_timeout))
		return TCPSTATE_USER_TIMEOUT;
	if (!tcp_sk(sk)->snd_wnd && !sock_flag(sk, SOCK_DEAD))
		return TCPSTATE_PROBE;
	return TCPSTATE_RETRANSMISSION;
}

/* What it is if it has been too long */
static u8 write_timer(const struct sock *sk)
{
	/* Its SYN-ACK comes before all else, even a FIN: tcp_retransmit_timer(). */
	if (rcu_access_pointer(tcp_sk(sk)->fastopen_rsk))
		return TCPSTATE_SYNACK_RETRIES;
	if ((1 << sk->sk_state) & (TCPF_SYN_SENT | TCPF_SYN_RECV))
		return syn_timer(sk);
	if (inet_csk(sk)->icsk_pending == ICSK_TIME_PROBE0)
		return probe_timer(sk);
	return retransmission_timer(sk);
}

/*
 * tcp_write_timer_handler(sk), and what it calls, tcp_retransmit_timer(sk), as an ICMP
 * error may, too: tcp_ld_RTO_revert()
 */
void tcpstate_evidence_timer(struct ftrace_regs *fregs)
{
	const struct sock *sk = (void *)compat_argument(fregs, 0);

	tcpstate_evidence_note(sk, (struct tcpstate_evidence){
		.doing = TCPSTATE_TIMING_OUT,
		.detail = write_timer(sk),
	});
}

/* tcp_enter_loss(sk): the timer does not give up, but retransmits. */
void tcpstate_evidence_loss(struct ftrace_regs *fregs)
{
	const struct sock *sk = (void *)compat_argument(fregs, 0);

	if (tcpstate_evidence_of(sk).doing == TCPSTATE_TIMING_OUT)
		tcpstate_evidence_note(sk, (struct tcpstate_evidence){ });
}

/* tcp_keepalive_timer(timer), before it locks the socket */
void tcpstate_evidence_keepalive(struct ftrace_regs *fregs)
{
	const struct timer_list *timer = (void *)compat_argument(fregs, 0);
	const struct sock *sk = compat_keepalive_sock(timer);
	const bool user = READ_ONCE(inet_csk(sk)->icsk_user_timeout);

	tcpstate_evidence_note(sk, (struct tcpstate_evidence){
		.doing = TCPSTATE_KEEPING_ALIVE,
		.detail = user ? TCPSTATE_USER_TIMEOUT : TCPSTATE_KEEPALIVE,
	});
}

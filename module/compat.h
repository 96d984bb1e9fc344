/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The one place for differences between kernels.
 *
 * features.h is made by scripts/probe, which compiles each module/probes/X.c
 * against the kernel at hand and defines HAVE_X if that works.  No version
 * numbers: stable kernels and distributions take changes back.
 */
#ifndef _TCPSTATE_COMPAT_H
#define _TCPSTATE_COMPAT_H

#include <linux/ftrace.h>
#include <linux/hrtimer.h>
#include <linux/ptrace.h>
#include <net/tcp.h>

#include "features.h"

/*
 * 64 bits: see Limits in ring.h.  And hooks.c has a function's address by a kprobe,
 * which elsewhere is not the one that ftrace passes on.
 */
#ifndef CONFIG_X86_64
#error "tcpstate needs a kernel for x86-64"
#endif

#ifdef HAVE_HRTIMER_SETUP
#define compat_hrtimer_setup hrtimer_setup
#else
static inline void
compat_hrtimer_setup(struct hrtimer *timer,
		     enum hrtimer_restart (*function)(struct hrtimer *),
		     clockid_t clock, enum hrtimer_mode mode)
{
	hrtimer_init(timer, clock, mode);
	timer->function = function;
}
#endif

/*
 * What ftrace passes on as the last argument is a struct compat_regs.  Where that
 * is struct pt_regs, ftrace has to be asked for it, and a struct ftrace_regs to
 * be made up.
 */
#ifdef HAVE_FTRACE_REGS
#define compat_regs ftrace_regs
#else
#define compat_regs pt_regs
struct ftrace_regs {
	struct pt_regs regs;
};
#endif

#if defined(CONFIG_DYNAMIC_FTRACE_WITH_ARGS)
#define COMPAT_FTRACE_FLAGS FTRACE_OPS_FL_PERMANENT
#elif !defined(CONFIG_DYNAMIC_FTRACE_WITH_REGS)
#error "tcpstate needs a kernel whose ftrace passes on arguments"
#elif defined(HAVE_FTRACE_RECURSION_SAFE)
#define COMPAT_FTRACE_FLAGS (FTRACE_OPS_FL_PERMANENT |		\
			     FTRACE_OPS_FL_SAVE_REGS |		\
			     FTRACE_OPS_FL_RECURSION_SAFE)
#else
#define COMPAT_FTRACE_FLAGS (FTRACE_OPS_FL_PERMANENT | FTRACE_OPS_FL_SAVE_REGS)
#endif

/* Argument @n, from 0, of the function that ftrace has stopped at */
#ifdef HAVE_FTRACE_REGS_ARGUMENT
#define compat_argument(fregs, n) ftrace_regs_get_argument(fregs, n)
#else
#define compat_argument(fregs, n) regs_get_kernel_argument(&(fregs)->regs, n)
#endif

/* The segment for which tcp_reset() is called, or NULL if it is not told */
#ifdef HAVE_RESET_SEGMENT
#define compat_reset_segment(fregs) ((void *)compat_argument(fregs, 1))
#else
#define compat_reset_segment(fregs) NULL
#endif

/* Lookups used to be told the table of the namespace; now they know it. */
#ifdef HAVE_LOOKUP_BY_NET
#define compat_lookup(fn, where, ...) fn(where, __VA_ARGS__)
#else
#define compat_lookup(fn, where, ...) ({				\
	struct net *_net = (where);					\
									\
	fn(_net, _net->ipv4.tcp_death_row.hashinfo, __VA_ARGS__);	\
})
#endif

/* It did not take a const one. */
#define compat_sdif(fn, skb) fn((struct sk_buff *)(skb))

/* Whose timer calls tcp_keepalive_timer() */
static inline const struct sock *
compat_keepalive_sock(const struct timer_list *timer)
{
#ifdef HAVE_ICSK_KEEPALIVE_TIMER
	return &container_of(timer, struct inet_connection_sock,
			     icsk_keepalive_timer)->icsk_inet.sk;
#else
	return container_of(timer, struct sock, sk_timer);
#endif
}

/* How many SYNs tcp_write_timeout() lets go unanswered before it gives up */
static inline int compat_syn_retries(const struct sock *sk)
{
	const struct net *net = sock_net(sk);
	int retries = READ_ONCE(inet_csk(sk)->icsk_syn_retries);

	if (!retries)
		retries = READ_ONCE(net->ipv4.sysctl_tcp_syn_retries);
#ifdef HAVE_SYN_LINEAR_TIMEOUTS
	if (sk->sk_state == TCP_SYN_SENT)
		retries += READ_ONCE(net->ipv4.sysctl_tcp_syn_linear_timeouts);
#endif
	return retries;
}

/* As inet_twsk_alloc() decides */
static inline bool compat_tw_buckets_full(struct net *net)
{
	const struct inet_timewait_death_row *row = &net->ipv4.tcp_death_row;
#ifdef HAVE_TW_REFCOUNT
	const int count = refcount_read(&row->tw_refcount) - 1;
#else
	const int count = atomic_read(&row->tw_count);
#endif

	return count >= READ_ONCE(row->sysctl_max_tw_buckets);
}

#endif /* _TCPSTATE_COMPAT_H */

// SPDX-License-Identifier: GPL-2.0
/* What made an edge of a full socket: cause.h explains it. */
#include <asm/syscall.h>
#include <asm/unistd.h>
#include <linux/compat.h>
#include <linux/fs.h>
#include <linux/net.h>
#include <linux/sched.h>
#include <linux/tcp.h>
#include <net/mptcp.h>
#include <net/net_namespace.h>
#include <net/tcp.h>

#include "cause.h"
#include "compat.h"
#include "evidence.h"
#include "uapi/tcpstate.h"

#define WHY(_cause, _detail)						\
	((struct tcpstate_why){ TCPSTATE_##_cause, TCPSTATE_##_detail })
#define UNKNOWN WHY(CAUSE_UNKNOWN, DETAIL_NONE)

/* A process is in a system call on the socket, or processes its backlog. */
static bool owned(const struct sock *sk)
{
	return sock_owned_by_user_nocheck(sk);
}

/* Is the file being closed?  The kernel's own sockets have none. */
static bool released(const struct sock *sk)
{
	const struct socket *sock = sk->sk_socket;

	if (!sock)
		return sock_flag(sk, SOCK_DEAD);
	return !sock->file || !file_count(sock->file);
}

static bool in_syscall(int nr)
{
	return !(current->flags & PF_KTHREAD) && !in_compat_syscall() &&
	       syscall_get_nr(current, task_pt_regs(current)) == nr;
}

static struct tcpstate_why closing(void)
{
	return current->flags & PF_EXITING ? WHY(SYSCALL, EXIT) :
					     WHY(SYSCALL, CLOSE);
}

/* tcp_close_state(): a FIN is about to be sent. */
static struct tcpstate_why sending_fin(const struct sock *sk)
{
	return released(sk) ? closing() : WHY(SYSCALL, SHUTDOWN);
}

static struct tcpstate_why to_established(const struct sock *sk, int oldstate)
{
	if (unlikely(tcp_sk(sk)->repair))
		return WHY(SYSCALL, CONNECT);
	return oldstate == TCP_SYN_SENT ? WHY(SEGMENT_IN, IN_SYN_ACK) :
					  WHY(SEGMENT_IN, IN_ACK);
}

static struct tcpstate_why listen_to_closed(const struct sock *sk)
{
	if (released(sk))
		return closing();
	if (in_syscall(__NR_listen))
		return WHY(SYSCALL, LISTENING);
	if (in_syscall(__NR_shutdown))
		return WHY(SYSCALL, SHUTDOWN);
	if (in_syscall(__NR_connect))
		return WHY(SYSCALL, DISCONNECT);
	/* One of these, of a 32-bit process, or by an io_uring */
	return WHY(SYSCALL, DETAIL_NONE);
}

static struct tcpstate_why syn_sent_to_closed(const struct sock *sk)
{
	if (!owned(sk))
		return sk->sk_err ? WHY(ICMP, DETAIL_NONE) : UNKNOWN;
	/* __mptcp_close() has taken it away. */
	if (!sk->sk_socket)
		return WHY(ABORT, MPTCP);
	if (released(sk))
		return closing();
	/* inet_shutdown() has seen SS_CONNECTING. */
	if (in_syscall(__NR_shutdown) ||
	    sk->sk_socket->state == SS_DISCONNECTING)
		return WHY(SYSCALL, SHUTDOWN);
	/* connect() of AF_UNSPEC; of one that fails at once it is UNCONNECTED. */
	if (sk->sk_socket->state == SS_CONNECTING)
		return WHY(SYSCALL, DISCONNECT);
	return WHY(SYSCALL, CONNECT);
}

/* As __tcp_close() decides, after it has emptied the queue */
static bool had_unread_data(const struct sock *sk)
{
	const struct tcp_sock *tp = tcp_sk(sk);
	const bool fin = sock_flag(sk, SOCK_DONE);

	return after(tp->rcv_nxt - fin, tp->copied_seq);
}

/* __tcp_close() and tcp_disconnect(), by which a reset is sent */
static struct tcpstate_why given_up(const struct sock *sk)
{
	if (!released(sk))
		return WHY(SYSCALL, DISCONNECT);
	if (unlikely(tcp_sk(sk)->repair))
		return closing();
	if (had_unread_data(sk))
		return WHY(ABORT, UNREAD_DATA);
	if (sock_flag(sk, SOCK_LINGER) && !sk->sk_lingertime)
		return WHY(ABORT, LINGER0);
	return UNKNOWN;
}

/* tcp_write_err() sets sk_err so.  The note may be of a timer that went on. */
static bool error_of_timer(const struct sock *sk)
{
	return sk->sk_err == (READ_ONCE(sk->sk_err_soft) ?: ETIMEDOUT);
}

/* TCP_LINGER2 of -1: no timer waits for the FIN of such an orphan's peer. */
static bool skips_fin_wait_2(const struct sock *sk)
{
	return sk->sk_state == TCP_FIN_WAIT2 && sock_flag(sk, SOCK_DEAD) &&
	       tcp_sk(sk)->linger2 < 0;
}

/* The note may be of a timer that this process has run before: release_sock(). */
static struct tcpstate_why timed_out(const struct tcpstate_evidence *evidence,
				     const struct sock *sk)
{
	if (error_of_timer(sk))
		return (struct tcpstate_why){ TCPSTATE_TIMER,
					      evidence->detail };
	if (sk->sk_err || !sock_flag(sk, SOCK_DEAD) || skips_fin_wait_2(sk))
		return UNKNOWN;
	if (evidence->doing == TCPSTATE_KEEPING_ALIVE)
		return WHY(TIMER, FIN_TIMEOUT);
	/* tcp_out_of_resources() */
	return WHY(MEMORY, DETAIL_NONE);
}

/* As inet_twsk_alloc() decides */
static struct tcpstate_why no_time_wait(const struct sock *sk)
{
	if (tcpstate_lacks(TCPSTATE_HOOK_TW_BEGIN))
		return UNKNOWN;
	return compat_tw_buckets_full(sock_net(sk)) ?
		WHY(OVERFLOW, TW_BUCKETS) : WHY(MEMORY, DETAIL_NONE);
}

/* Return: what the notes alone can tell, or UNKNOWN. */
static struct tcpstate_why by_evidence(const struct sock *sk)
{
	const struct tcpstate_evidence evidence = tcpstate_evidence_of(sk);

	switch (evidence.doing) {
	case TCPSTATE_TW_WANTED:
		return no_time_wait(sk);
	case TCPSTATE_RESETTING:
		return (struct tcpstate_why){ evidence.cause, evidence.detail };
	case TCPSTATE_TIMING_OUT:
	case TCPSTATE_KEEPING_ALIVE:
		return timed_out(&evidence, sk);
	case TCPSTATE_LATE_ARRIVAL:
		if (sk->sk_state == TCP_FIN_WAIT2 &&
		    sock_flag(sk, SOCK_DEAD) && !skips_fin_wait_2(sk))
			return WHY(ABORT, LATE_DATA);
		break;
	}
	return UNKNOWN;
}

/* inet_child_forget(): it has no struct socket, nor had it ever one. */
static bool unaccepted(const struct sock *sk)
{
	return !sk->sk_socket && !sock_flag(sk, SOCK_DEAD) && !sk->sk_err &&
	       !sk_is_mptcp(sk);
}

/* A child that could not be finished, or a peer that cannot be reached */
static struct tcpstate_why syn_rcvd_to_closed(const struct sock *sk)
{
	return sk->sk_err ? WHY(ICMP, DETAIL_NONE) : WHY(MEMORY, DETAIL_NONE);
}

/* It has just come, or was in the backlog, whose end resets its length. */
static bool segment_is_processed(const struct sock *sk)
{
	return !owned(sk) || sk->sk_backlog.len;
}

/* What is left when nothing special has happened */
static struct tcpstate_why by_edge(const struct sock *sk, int oldstate)
{
	const bool orphan = sock_flag(sk, SOCK_DEAD);

	if (oldstate == TCP_SYN_SENT)
		return syn_sent_to_closed(sk);
	if (oldstate == TCP_LAST_ACK && segment_is_processed(sk))
		return WHY(SEGMENT_IN, IN_ACK);
	if (skips_fin_wait_2(sk))
		return WHY(ABORT, LINGER2);
	if (sk_is_mptcp(sk) && (orphan || !released(sk)))
		return WHY(ABORT, MPTCP);
	if (owned(sk) && !orphan)
		return given_up(sk);
	if (oldstate == TCP_SYN_RECV)
		return syn_rcvd_to_closed(sk);
	/* tcp_check_oom() at the end of __tcp_close() */
	return owned(sk) ? WHY(MEMORY, DETAIL_NONE) : UNKNOWN;
}

/* Without any of these, that there is no note of them tells nothing. */
static bool cannot_exclude(void)
{
	return tcpstate_lacks(TCPSTATE_HOOK_ARRIVAL) ||
	       tcpstate_lacks(TCPSTATE_HOOK_RESET) ||
	       tcpstate_lacks(TCPSTATE_HOOK_TIMER) ||
	       tcpstate_lacks(TCPSTATE_HOOK_KEEPALIVE) ||
	       tcpstate_lacks(TCPSTATE_HOOK_ABORT) ||
	       tcpstate_lacks(TCPSTATE_HOOK_TIME_WAIT);
}

static struct tcpstate_why to_closed(const struct sock *sk, int oldstate)
{
	struct tcpstate_why why;

	if (tcpstate_aborting(sk))
		return WHY(ABORT, DESTROYED);
	if (!check_net(sock_net(sk)))
		return WHY(NETNS, DETAIL_NONE);
	if (oldstate == TCP_LISTEN)
		return listen_to_closed(sk);
	why = by_evidence(sk);
	if (why.cause || cannot_exclude())
		return why;
	if (unaccepted(sk))
		return WHY(ABORT, LISTENER_CLOSED);
	return by_edge(sk, oldstate);
}

struct tcpstate_why tcpstate_cause(const struct sock *sk, int oldstate,
				   int newstate)
{
	switch (newstate) {
	case TCP_SYN_SENT:
		return WHY(SYSCALL, CONNECT);
	case TCP_LISTEN:
		return WHY(SYSCALL, LISTENING);
	case TCP_SYN_RECV:	/* from LISTEN: birth.c */
		return WHY(SEGMENT_IN, IN_SYN);
	case TCP_ESTABLISHED:
		return to_established(sk, oldstate);
	case TCP_CLOSE_WAIT:
	case TCP_CLOSING:
		return WHY(SEGMENT_IN, IN_FIN);
	case TCP_FIN_WAIT1:
	case TCP_LAST_ACK:
		return sending_fin(sk);
	case TCP_FIN_WAIT2:
		return WHY(SEGMENT_IN, IN_ACK);
	case TCP_CLOSE:
		return to_closed(sk, oldstate);
	}
	return UNKNOWN;
}

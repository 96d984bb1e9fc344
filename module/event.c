// SPDX-License-Identifier: GPL-2.0
/* What records of all kinds say of a socket. */
#include <linux/cred.h>
#include <linux/sched.h>
#include <linux/sock_diag.h>
#include <linux/uidgid.h>
#include <net/inet_sock.h>

#include "event.h"

noinline u64 tcpstate_cookie_make(const struct sock *sk)
{
	u32 words[2];

	/* The one exported way to make it, as sock_gen_cookie() would. */
	sock_diag_save_cookie((struct sock *)sk, words);
	return words[0] | (u64)words[1] << 32;
}

/*
 * Full and small sockets have their addresses in struct sock_common.  A full
 * one has given sk_num back when it tells of CLOSED (inet_put_port() in
 * tcp_set_state()), but keeps inet_sport; on its way out of CLOSED it may have
 * an inet_sport of an earlier connection.
 */
static u16 local_port(const struct sock *sk)
{
	if (sk_fullsock(sk) && sk->sk_state != TCP_CLOSE)
		return ntohs(inet_sk(sk)->inet_sport);
	return sk->sk_num;
}

void tcpstate_event_sock(union tcpstate_record *rec, const struct sock *sk)
{
	/* It is at the same place in all that have one. */
	struct tcpstate_flow *flow = &rec->transition.flow;

	rec->head.cookie = tcpstate_cookie(sk);
	rec->head.netns = sock_net(sk)->ns.inum;
	flow->lport = local_port(sk);
	flow->rport = ntohs(sk->sk_dport);
#if IS_ENABLED(CONFIG_IPV6)
	if (sk->sk_family == AF_INET6) {
		rec->head.flags |= TCPSTATE_F_IPV6;
		memcpy(flow->laddr, &sk->sk_v6_rcv_saddr, sizeof(flow->laddr));
		memcpy(flow->raddr, &sk->sk_v6_daddr, sizeof(flow->raddr));
		return;
	}
#endif
	tcpstate_event_addr4(flow->laddr, sk->sk_rcv_saddr);
	tcpstate_event_addr4(flow->raddr, sk->sk_daddr);
}

void tcpstate_event_current(struct tcpstate_head *head,
			    struct tcpstate_task *task)
{
	if (current->flags & PF_KTHREAD)
		return;
	head->flags |= TCPSTATE_F_TASK;
	task->pid = task_tgid_nr(current);
	/* What from_kuid() makes of it in init_user_ns, which has all of them */
	task->uid = __kuid_val(current_uid());
	/*
	 * Not get_task_comm(): it takes a lock that is not for softirqs.
	 * Another thread may be writing the name; its last byte stays NUL.
	 */
	data_race(memcpy(task->comm, current->comm, sizeof(task->comm)));
	task->comm[sizeof(task->comm) - 1] = '\0';
}

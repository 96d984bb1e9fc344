/* SPDX-License-Identifier: GPL-2.0 */
/* What records of all kinds say of a socket: identity, ends and actor. */
#ifndef _TCPSTATE_EVENT_H
#define _TCPSTATE_EVENT_H

#include <net/ipv6.h>
#include <net/sock.h>

#include "uapi/tcpstate.h"

/**
 * tcpstate_is_tcp() - is this a full TCP socket?
 * @sk: any socket, also a small one (request, TIME_WAIT)
 *
 * A raw socket may have the protocol number too, and the kernel's own resets
 * leave through one.
 * Context: any.
 * Return: true for a full socket of TCP, MPTCP's subflows among them; false
 * for MPTCP's own and all others.
 */
static inline bool tcpstate_is_tcp(const struct sock *sk)
{
	return sk_fullsock(sk) && sk->sk_type == SOCK_STREAM &&
	       sk->sk_protocol == IPPROTO_TCP;
}

/* The rest of tcpstate_cookie(), for a socket without one */
u64 tcpstate_cookie_make(const struct sock *sk);

/**
 * tcpstate_cookie() - the number that `ss -e` shows for a socket
 * @sk: a socket, full or small; gets a number if it has none yet
 *
 * Context: any but NMI.
 * Return: the cookie.
 */
static inline u64 tcpstate_cookie(const struct sock *sk)
{
	return atomic64_read(&sk->sk_cookie) ?: tcpstate_cookie_make(sk);
}

/**
 * tcpstate_event_sock() - say which socket and where its ends are
 * @rec: an edge or a note: gets cookie, netns, TCPSTATE_F_IPV6 and the flow
 * @sk: a socket, full or small
 *
 * Context: any but NMI.
 */
void tcpstate_event_sock(union tcpstate_record *rec, const struct sock *sk);

/**
 * tcpstate_event_current() - name the process that is running as the one acting
 * @head: gets TCPSTATE_F_TASK
 * @task: gets pid, uid and comm
 *
 * A thread of the kernel is not named: it acts for the kernel, or does what a
 * process left to it, such as the last fput().
 *
 * Context: any but NMI, in a system call that is about the socket.
 */
void tcpstate_event_current(struct tcpstate_head *head,
			    struct tcpstate_task *task);

/**
 * tcpstate_event_addr4() - an IPv4 address as the ABI has it
 * @to: 16 bytes
 * @addr: the address
 *
 * Context: any.
 */
static inline void tcpstate_event_addr4(__u8 *to, __be32 addr)
{
	ipv6_addr_set_v4mapped(addr, (struct in6_addr *)to);
}

#endif /* _TCPSTATE_EVENT_H */

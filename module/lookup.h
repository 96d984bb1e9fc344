/* SPDX-License-Identifier: GPL-2.0 */
/* The socket that a segment just received is for. */
#ifndef _TCPSTATE_LOOKUP_H
#define _TCPSTATE_LOOKUP_H

#include <linux/netfilter.h>
#include <linux/skbuff.h>
#include <linux/tcp.h>
#include <net/sock.h>

/**
 * tcpstate_lookup() - find the connection of a segment in LOCAL_IN
 * @skb: the packet
 * @th: its TCP header
 * @state: netfilter's
 *
 * Looks where tcp_v4_rcv() and tcp_v6_rcv() look first: the established
 * sockets, which include requests and TIME_WAIT.  Needed where early demux
 * has not set skb->sk: on loopback, where the packet keeps its route, and
 * where a sysctl turns it off.
 *
 * Context: under RCU.
 * Return: the socket, full or small, for sock_gen_put(); NULL if there is
 * none, as for a listener's segments.
 */
struct sock *tcpstate_lookup(const struct sk_buff *skb,
			     const struct tcphdr *th,
			     const struct nf_hook_state *state);

#endif /* _TCPSTATE_LOOKUP_H */

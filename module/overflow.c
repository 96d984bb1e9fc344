// SPDX-License-Identifier: GPL-2.0
/* Listeners' queues that are full: overflow.h explains it. */
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <net/inet_connection_sock.h>
#include <net/net_namespace.h>
#include <net/tcp.h>

#include "compat.h"
#include "event.h"
#include "overflow.h"
#include "rings.h"

static void fill_flow(struct tcpstate_flow *flow, const struct sk_buff *skb)
{
	const struct tcphdr *th = tcp_hdr(skb);

	if (skb->protocol == htons(ETH_P_IPV6)) {
		memcpy(flow->laddr, &ipv6_hdr(skb)->daddr, sizeof(flow->laddr));
		memcpy(flow->raddr, &ipv6_hdr(skb)->saddr, sizeof(flow->raddr));
	} else {
		tcpstate_event_addr4(flow->laddr, ip_hdr(skb)->daddr);
		tcpstate_event_addr4(flow->raddr, ip_hdr(skb)->saddr);
	}
	flow->rport = ntohs(th->source);
}

static noinline void note_syn(u8 detail, const struct sock *listener,
			      const struct sk_buff *skb)
{
	union tcpstate_record *rec;
	unsigned long flags;

	rec = tcpstate_rings_begin(TCPSTATE_NOTE, &flags);
	if (!rec)
		return;
	rec->note.what = TCPSTATE_QUEUE_FULL;
	rec->note.detail = detail;
	tcpstate_event_sock(rec, listener);
	fill_flow(&rec->note.flow, skb);
	tcpstate_rings_commit(flags);
}

/* Without cookies, the last quarter is kept for peers that are known. */
static bool last_quarter(const struct sock *listener)
{
	const struct net *net = sock_net(listener);
	const int most = READ_ONCE(net->ipv4.sysctl_max_syn_backlog);

	return !READ_ONCE(net->ipv4.sysctl_tcp_syncookies) &&
	       most - inet_csk_reqsk_queue_len(listener) < most >> 2;
}

/* tcp_conn_request(rsk_ops, af_ops, sk, skb): it looks at all of these, too. */
void tcpstate_overflow_syn(struct ftrace_regs *fregs)
{
	const struct sock *listener = (void *)compat_argument(fregs, 2);
	const struct sk_buff *skb = (void *)compat_argument(fregs, 3);

	if (unlikely(sk_acceptq_is_full(listener)))
		note_syn(TCPSTATE_ACCEPT_QUEUE, listener, skb);
	else if (unlikely(inet_csk_reqsk_queue_is_full(listener) ||
			  last_quarter(listener)))
		note_syn(TCPSTATE_SYN_QUEUE, listener, skb);
}

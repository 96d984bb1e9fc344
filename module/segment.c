// SPDX-License-Identifier: GPL-2.0
/* Segments: segment.h explains it. */
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <linux/skbuff.h>
#include <linux/tcp.h>
#include <net/inet_hashtables.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/net_namespace.h>
#include <net/tcp.h>

#include "event.h"
#include "lookup.h"
#include "params.h"
#include "rings.h"
#include "segment.h"

/**
 * struct segment - a segment on its way
 * @skb: the packet
 * @th: its TCP header, valid for sizeof(*@th) bytes
 * @state: netfilter's
 * @thoff: where the TCP header begins in the packet
 * @len: payload, in bytes
 */
struct segment {
	const struct sk_buff *skb;
	const struct tcphdr *th;
	const struct nf_hook_state *state;
	unsigned int thoff;
	unsigned int len;
};

/* Return: the TCP header's offset, or -1 if there is none for us. */
static int find_tcp4(const struct sk_buff *skb)
{
	const struct iphdr *iph = ip_hdr(skb);

	if (iph->protocol != IPPROTO_TCP || iph->frag_off & htons(IP_OFFSET))
		return -1;
	return iph->ihl * 4;
}

static int find_tcp6(const struct sk_buff *skb)
{
	u8 proto = ipv6_hdr(skb)->nexthdr;
	__be16 frag_off = 0;
	int thoff = sizeof(struct ipv6hdr);

	if (unlikely(proto != IPPROTO_TCP)) {
		thoff = ipv6_skip_exthdr(skb, thoff, &proto, &frag_off);
		if (proto != IPPROTO_TCP || frag_off & htons(IP6_OFFSET))
			return -1;
	}
	return thoff;
}

static bool has_edge_flag(const struct tcphdr *th)
{
	return tcp_flag_word(th) & (TCP_FLAG_SYN | TCP_FLAG_FIN | TCP_FLAG_RST);
}

static bool in_data_state(int state)
{
	return (1 << state) & (TCPF_ESTABLISHED | TCPF_FIN_WAIT1 |
			       TCPF_FIN_WAIT2 | TCPF_CLOSE_WAIT);
}

/*
 * @sk is NULL or any socket of TCP; nothing is locked, so what is read of it
 * may be changing: then it is one of two answers that were both right.
 */
static bool ack_in_wanted(const struct segment *seg, const struct sock *sk)
{
	int state;

	if (!sk)
		return true;
	state = READ_ONCE(sk->sk_state);	/* with inet_sk_state_store() */
	if (state == TCP_FIN_WAIT1)
		/* with tcp_queue_skb() and tcp_send_fin() in tcp_output.c */
		return ntohl(seg->th->ack_seq) ==
		       READ_ONCE(tcp_sk(sk)->write_seq);
	return !in_data_state(state);
}

/* Has the sender of @seg sent nothing but SYNs before it? */
static bool completes_handshake(const struct segment *seg,
				const struct tcp_sock *tp)
{
	const u32 syns = 1 + tp->total_retrans;

	if (tp->bytes_received || tp->bytes_sent != seg->len)
		return false;
	/* tcp_transmit_skb() has counted @seg already, as data or not. */
	return tp->segs_out - tp->data_segs_out == syns + !seg->len;
}

/* @sk is a socket of TCP, locked by the caller's context if it is full. */
static bool ack_out_wanted(const struct segment *seg, const struct sock *sk)
{
	if (!sk || !sk_fullsock(sk))
		return true;
	if (sk->sk_state == TCP_ESTABLISHED)
		return completes_handshake(seg, tcp_sk(sk));
	if (!in_data_state(sk->sk_state))
		return true;
	/* SOCK_DONE: tcp_fin() has seen the peer's FIN. */
	return !seg->len && sock_flag(sk, SOCK_DONE);
}

static void fill_addresses(struct tcpstate_segment *rec,
			   const struct segment *seg, bool out)
{
	__u8 *src = out ? rec->flow.laddr : rec->flow.raddr;
	__u8 *dst = out ? rec->flow.raddr : rec->flow.laddr;

	if (seg->state->pf == NFPROTO_IPV4) {
		tcpstate_event_addr4(src, ip_hdr(seg->skb)->saddr);
		tcpstate_event_addr4(dst, ip_hdr(seg->skb)->daddr);
	} else {
		memcpy(src, &ipv6_hdr(seg->skb)->saddr, 16);
		memcpy(dst, &ipv6_hdr(seg->skb)->daddr, 16);
		rec->head.flags |= TCPSTATE_F_IPV6;
	}
	rec->flow.lport = ntohs(out ? seg->th->source : seg->th->dest);
	rec->flow.rport = ntohs(out ? seg->th->dest : seg->th->source);
}

static void fill_header(struct tcpstate_segment *rec,
			const struct segment *seg)
{
	const struct tcphdr *th = seg->th;

	rec->seqno = ntohl(th->seq);
	rec->ackno = ntohl(th->ack_seq);
	rec->len = seg->len;
	rec->win = ntohs(th->window);
	rec->tcp_flags = tcp_flag_byte(th);
	rec->opt_len = th->doff * 4 - sizeof(*th);
	/* Cannot fail: the whole header is in the packet, see segment_hook(). */
	skb_copy_bits(seg->skb, seg->thoff + sizeof(*th), rec->opt,
		      min_t(unsigned int, rec->opt_len, sizeof(rec->opt)));
}

/*
 * A process that calls on a socket owns its lock; a softirq has found the lock
 * not owned.
 */
static bool sent_by_process(const struct sock *sk)
{
	return sk && sk_fullsock(sk) && sock_owned_by_user_nocheck(sk);
}

static void record_segment(const struct segment *seg, const struct sock *sk)
{
	const bool out = seg->state->hook == NF_INET_LOCAL_OUT;
	union tcpstate_record rec = {
		.segment.head = {
			.netns = seg->state->net->ns.inum,
			.kind = TCPSTATE_SEGMENT,
			.flags = out ? TCPSTATE_F_OUT : 0,
		},
	};

	fill_addresses(&rec.segment, seg, out);
	fill_header(&rec.segment, seg);
	if (sk)
		rec.segment.head.cookie = tcpstate_cookie(sk);
	if (out && sent_by_process(sk))
		tcpstate_event_current(&rec.segment.head, &rec.segment.task);
	tcpstate_rings_write(&rec);
}

/* vrf_ip_out_direct() and vrf_ip6_out_direct(): the route is still the port's */
static bool is_vrf_pass(const struct segment *seg)
{
	return seg->state->out != skb_dst(seg->skb)->dev;
}

static void segment_out(const struct segment *seg, bool wanted)
{
	const struct sock *sk = seg->skb->sk;

	/* The kernel answers for requests and TIME_WAIT by a raw socket. */
	if (sk && sk_fullsock(sk) && !tcpstate_is_tcp(sk))
		sk = NULL;
	if ((wanted || ack_out_wanted(seg, sk)) && !is_vrf_pass(seg))
		record_segment(seg, sk);
}

/*
 * Early demux looks up a batch of packets before the first of them is received:
 * that one may turn the request, which all of them got, into a child.
 */
static struct sock *demuxed_sock(const struct sk_buff *skb)
{
	struct sock *sk = skb->sk;

	if (sk && READ_ONCE(sk->sk_state) == TCP_NEW_SYN_RECV &&
	    sk_unhashed(sk))
		return NULL;
	return sk;
}

static void segment_in(const struct segment *seg, bool wanted)
{
	struct sock *sk = demuxed_sock(seg->skb);
	const bool demuxed = sk;

	/* Data is not worth a lookup: see segment.h. */
	if (!demuxed && !wanted && seg->len)
		return;
	if (!demuxed)
		sk = tcpstate_lookup(seg->skb, seg->th, seg->state);
	if (wanted || ack_in_wanted(seg, sk))
		record_segment(seg, sk);
	if (!demuxed && sk)
		sock_gen_put(sk);
}

static unsigned int segment_hook(void *priv, struct sk_buff *skb,
				 const struct nf_hook_state *state)
{
	/* with segments_set() in params.c */
	const unsigned int mode = READ_ONCE(tcpstate_segments);
	struct segment seg = { .skb = skb, .state = state };
	struct tcphdr buf;
	int thoff;
	bool wanted;

	if (mode == TCPSTATE_SEGMENTS_NONE)
		return NF_ACCEPT;
	thoff = state->pf == NFPROTO_IPV4 ? find_tcp4(skb) : find_tcp6(skb);
	if (thoff < 0)
		return NF_ACCEPT;
	seg.thoff = thoff;
	seg.th = skb_header_pointer(skb, thoff, sizeof(buf), &buf);
	if (!seg.th || seg.th->doff * 4 < sizeof(buf) ||
	    thoff + seg.th->doff * 4 > skb->len)
		return NF_ACCEPT;
	seg.len = skb->len - thoff - seg.th->doff * 4;

	wanted = mode == TCPSTATE_SEGMENTS_ALL || has_edge_flag(seg.th);
	if (state->hook == NF_INET_LOCAL_OUT)
		segment_out(&seg, wanted);
	else
		segment_in(&seg, wanted);
	return NF_ACCEPT;
}

static const struct nf_hook_ops segment_ops[] = {
	{
		.hook		= segment_hook,
		.pf		= NFPROTO_IPV4,
		.hooknum	= NF_INET_LOCAL_IN,
		.priority	= NF_IP_PRI_LAST,
	},
	{
		.hook		= segment_hook,
		.pf		= NFPROTO_IPV4,
		.hooknum	= NF_INET_LOCAL_OUT,
		.priority	= NF_IP_PRI_FIRST,
	},
	{
		.hook		= segment_hook,
		.pf		= NFPROTO_IPV6,
		.hooknum	= NF_INET_LOCAL_IN,
		.priority	= NF_IP6_PRI_LAST,
	},
	{
		.hook		= segment_hook,
		.pf		= NFPROTO_IPV6,
		.hooknum	= NF_INET_LOCAL_OUT,
		.priority	= NF_IP6_PRI_FIRST,
	},
};

static int __net_init segment_net_init(struct net *net)
{
	return nf_register_net_hooks(net, segment_ops, ARRAY_SIZE(segment_ops));
}

static void __net_exit segment_net_exit(struct net *net)
{
	nf_unregister_net_hooks(net, segment_ops, ARRAY_SIZE(segment_ops));
}

static struct pernet_operations segment_net_ops = {
	.init = segment_net_init,
	.exit = segment_net_exit,
};

int tcpstate_segment_init(void)
{
	return register_pernet_subsys(&segment_net_ops);
}

void tcpstate_segment_exit(void)
{
	unregister_pernet_subsys(&segment_net_ops);
	/* Hooks run under RCU and may be on their way yet. */
	synchronize_net();
}

// SPDX-License-Identifier: GPL-2.0
/* Segments: segment.h explains it. */
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netfilter.h>
#include <linux/skbuff.h>
#include <linux/tcp.h>
#include <net/inet_hashtables.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/tcp.h>

#include "event.h"
#include "lookup.h"
#include "rings.h"
#include "segment.h"

__be32 tcpstate_segment_mask __read_mostly = TCPSTATE_EDGE_FLAGS;

/**
 * struct segment - a segment on its way
 * @skb: the packet
 * @th: its TCP header, with all options
 * @state: netfilter's
 * @len: payload, in bytes
 * @out: it leaves, else it comes in
 * @ipv6: it is IPv6's, else IPv4's
 */
struct segment {
	const struct sk_buff *skb;
	const struct tcphdr *th;
	const struct nf_hook_state *state;
	unsigned int len;
	bool out;
	bool ipv6;
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

/* Whatever the state of its socket */
static bool is_wanted(const struct tcphdr *th)
{
	/* with set_mask() in capture.c */
	return tcp_flag_word(th) & READ_ONCE(tcpstate_segment_mask);
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
static __always_inline bool ack_in_wanted(const struct segment *seg,
					  const struct sock *sk)
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

/* Has its sender sent nothing but SYNs before a segment of @len that leaves? */
static bool completes_handshake(const struct tcp_sock *tp, unsigned int len)
{
	/* tcp_transmit_skb() has counted the segment already, as data or not. */
	return !tp->bytes_received && tp->bytes_sent == len &&
	       tp->segs_out - tp->data_segs_out ==
	       1 + tp->total_retrans + !len;
}

/* @sk is a socket of TCP, locked by the caller's context if it is full. */
static __always_inline bool ack_out_wanted(const struct segment *seg,
					   const struct sock *sk)
{
	if (!sk || !sk_fullsock(sk))
		return true;
	/* What is_plain_data() has left of ESTABLISHED completes it. */
	if (sk->sk_state == TCP_ESTABLISHED || !in_data_state(sk->sk_state))
		return true;
	/* SOCK_DONE: tcp_fin() has seen the peer's FIN. */
	return !seg->len && sock_flag(sk, SOCK_DONE);
}

static __always_inline void fill_flow(struct tcpstate_segment *rec,
				      const struct segment *seg)
{
	const bool out = seg->out;
	__u8 *src = out ? rec->flow.laddr : rec->flow.raddr;
	__u8 *dst = out ? rec->flow.raddr : rec->flow.laddr;

	if (seg->ipv6) {
		memcpy(src, &ipv6_hdr(seg->skb)->saddr, 16);
		memcpy(dst, &ipv6_hdr(seg->skb)->daddr, 16);
	} else {
		tcpstate_event_addr4(src, ip_hdr(seg->skb)->saddr);
		tcpstate_event_addr4(dst, ip_hdr(seg->skb)->daddr);
	}
	rec->flow.lport = ntohs(out ? seg->th->source : seg->th->dest);
	rec->flow.rport = ntohs(out ? seg->th->dest : seg->th->source);
}

static __always_inline void fill_header(struct tcpstate_segment *rec,
					const struct segment *seg)
{
	const struct tcphdr *th = seg->th;
	const unsigned int opt_len = th->doff * 4 - sizeof(*th);
	const u32 *from = (const u32 *)(th + 1);
	u32 *to = (u32 *)rec->opt;
	unsigned int i;

	rec->seqno = ntohl(th->seq);
	rec->ackno = ntohl(th->ack_seq);
	rec->len = seg->len;
	rec->win = ntohs(th->window);
	rec->tcp_flags = tcp_flag_byte(th);
	rec->opt_len = opt_len;
	/* They are whole words, and few: a loop beats memcpy(). */
	for (i = 0; i < min_t(unsigned int, opt_len, sizeof(rec->opt)); i += 4)
		*to++ = *from++;
}

/*
 * A process that calls on a socket owns its lock; a softirq has found the lock
 * not owned.
 */
static bool sent_by_process(const struct sock *sk)
{
	return sk && sk_fullsock(sk) && sock_owned_by_user_nocheck(sk);
}

static __always_inline void record(const struct segment *seg,
				   const struct sock *sk)
{
	union tcpstate_record *rec;
	unsigned long flags;

	rec = tcpstate_rings_begin(TCPSTATE_SEGMENT, &flags);
	if (!rec)
		return;
	rec->head.cookie = sk ? tcpstate_cookie(sk) : 0;
	rec->head.netns = seg->state->net->ns.inum;
	rec->head.flags = (seg->out ? TCPSTATE_F_OUT : 0) |
			  (seg->ipv6 ? TCPSTATE_F_IPV6 : 0);
	fill_flow(&rec->segment, seg);
	fill_header(&rec->segment, seg);
	if (seg->out && sent_by_process(sk))
		tcpstate_event_current(&rec->head, &rec->segment.task);
	tcpstate_rings_commit(flags);
}

/* ip_vs_nat_send_or_cont(): with what others have sent, and what was sent here */
static bool is_of_ipvs(const struct sk_buff *skb)
{
#if IS_ENABLED(CONFIG_IP_VS)
	return skb->ipvs_property;
#else
	return false;
#endif
}

/* ipvlan_process_v4_outbound(): on its way through the namespace of the master */
static __always_inline bool is_in_transit(const struct segment *seg)
{
	const struct sock *sk = seg->skb->sk;

	return sk && !net_eq(sock_net(sk), seg->state->net);
}

/*
 * Has it been in a hook of ours before?  In vrf_ip_out_direct() and
 * vrf_ip6_out_direct() the route is still the port's.
 */
static __always_inline bool is_second_pass(const struct segment *seg)
{
	return seg->state->out != skb_dst(seg->skb)->dev ||
	       is_of_ipvs(seg->skb) || is_in_transit(seg);
}

/*
 * The kernel answers for requests and TIME_WAIT by a raw socket; from 6.13 on the
 * segment then has the socket that was sent to, for a request its listener, which is
 * not locked.  A listener itself sends nothing.
 */
static __always_inline bool is_only_answering(const struct sock *sk)
{
	return sk_fullsock(sk) && (!tcpstate_is_tcp(sk) ||
				   READ_ONCE(sk->sk_state) == TCP_LISTEN);
}

static __always_inline void segment_out(const struct segment *seg,
					bool wanted)
{
	const struct sock *sk = seg->skb->sk;

	if (sk && is_only_answering(sk))
		sk = NULL;
	if ((wanted || ack_out_wanted(seg, sk)) && !is_second_pass(seg))
		record(seg, sk);
}

/*
 * Early demux looks up a batch of packets before the first of them is received:
 * that one may turn the request, which all of them got, into a child.  A listener is
 * not by early demux, but by TPROXY: no lookup of ours has any.
 */
static struct sock *demuxed_sock(const struct sk_buff *skb)
{
	struct sock *sk = skb->sk;
	int state;

	if (!sk)
		return NULL;
	state = READ_ONCE(sk->sk_state);	/* with inet_sk_state_store() */
	if (state == TCP_LISTEN ||
	    (state == TCP_NEW_SYN_RECV && sk_unhashed(sk)))
		return NULL;
	return sk;
}

static __always_inline void segment_in(const struct segment *seg,
				       bool wanted)
{
	struct sock *sk = demuxed_sock(seg->skb);
	const bool demuxed = sk;

	if (!demuxed)
		sk = tcpstate_lookup(seg->skb, seg->th, seg->state);
	if (wanted || ack_in_wanted(seg, sk))
		record(seg, sk);
	if (!demuxed && sk)
		sock_gen_put(sk);
}

/* Return: its length in bytes; what is malformed may have a negative one. */
static unsigned int payload(const struct sk_buff *skb, const struct tcphdr *th,
			    unsigned int thoff)
{
	return skb->len - thoff - th->doff * 4;
}

static __always_inline void look_at(const struct tcphdr *th,
				    const struct sk_buff *skb,
				    const struct nf_hook_state *state,
				    unsigned int thoff, bool out, bool ipv6)
{
	const struct segment seg = {
		.skb	= skb,
		.th	= th,
		.state	= state,
		.len	= payload(skb, th, thoff),
		.out	= out,
		.ipv6	= ipv6,
	};

	if (out)
		segment_out(&seg, is_wanted(th));
	else
		segment_in(&seg, is_wanted(th));
}

/*
 * Neither edge nor handshake, as most segments are.  This is all that they cost:
 * so the hooks call nothing before they know.
 */
static __always_inline bool is_plain_data(const struct sk_buff *skb,
					  const struct tcphdr *th,
					  unsigned int thoff, bool out)
{
	const struct sock *sk = skb->sk;

	if (is_wanted(th))
		return false;
	/* Data is not worth a lookup: see segment.h. */
	if (!sk)
		return payload(skb, th, thoff);
	/* with inet_sk_state_store(); a raw socket may be as connected */
	if (READ_ONCE(sk->sk_state) == TCP_ESTABLISHED &&
	    (!out || tcpstate_is_tcp(sk)))
		return !out || !completes_handshake(tcp_sk(sk),
						    payload(skb, th, thoff));
	return out && sk_fullsock(sk) && !tcpstate_is_tcp(sk) &&
	       payload(skb, th, thoff);
}

#define TCP_HEADER_MAX 60

/* The header is not in the packet's first piece, or there is none. */
static void look_at_scattered(const struct sk_buff *skb,
			      const struct nf_hook_state *state,
			      unsigned int thoff)
{
	const bool out = state->hook == NF_INET_LOCAL_OUT;
	u8 buf[TCP_HEADER_MAX] __aligned(4);
	const struct tcphdr *th = (const void *)buf;

	if (!skb_copy_bits(skb, thoff, buf, sizeof(*th)) &&
	    th->doff * 4 >= sizeof(*th) &&
	    !skb_copy_bits(skb, thoff, buf, th->doff * 4) &&
	    !is_plain_data(skb, th, thoff, out))
		look_at(th, skb, state, thoff, out,
			state->pf == NFPROTO_IPV6);
}

typedef void (*look_fn)(const struct tcphdr *th, const struct sk_buff *skb,
			const struct nf_hook_state *state, unsigned int thoff);

static __always_inline unsigned int see(const struct sk_buff *skb,
					const struct nf_hook_state *state,
					int thoff, bool out, look_fn look)
{
	const struct tcphdr *th = (const void *)(skb->data + thoff);

	if (thoff < 0)
		return NF_ACCEPT;
	if (unlikely(thoff + sizeof(*th) > skb_headlen(skb)))
		look_at_scattered(skb, state, thoff);
	else if (is_plain_data(skb, th, thoff, out))
		return NF_ACCEPT;
	else if (unlikely(thoff + th->doff * 4 > skb_headlen(skb)))
		look_at_scattered(skb, state, thoff);
	else if (likely(th->doff * 4 >= sizeof(*th)))
		look(th, skb, state, thoff);
	return NF_ACCEPT;
}

/*
 * The hooks.  Direction and family are constant in each, and in what it calls
 * for a segment that may be wanted: which is 50 instructions less than to ask.
 */
static noinline void look_at_in4(const struct tcphdr *th,
				 const struct sk_buff *skb,
				 const struct nf_hook_state *state,
				 unsigned int thoff)
{
	look_at(th, skb, state, thoff, false, false);
}

unsigned int tcpstate_segment_in4(void *priv, struct sk_buff *skb,
				  const struct nf_hook_state *state)
{
	return see(skb, state, find_tcp4(skb), false, look_at_in4);
}

static noinline void look_at_out4(const struct tcphdr *th,
				  const struct sk_buff *skb,
				  const struct nf_hook_state *state,
				  unsigned int thoff)
{
	look_at(th, skb, state, thoff, true, false);
}

unsigned int tcpstate_segment_out4(void *priv, struct sk_buff *skb,
				   const struct nf_hook_state *state)
{
	return see(skb, state, find_tcp4(skb), true, look_at_out4);
}

static noinline void look_at_in6(const struct tcphdr *th,
				 const struct sk_buff *skb,
				 const struct nf_hook_state *state,
				 unsigned int thoff)
{
	look_at(th, skb, state, thoff, false, true);
}

unsigned int tcpstate_segment_in6(void *priv, struct sk_buff *skb,
				  const struct nf_hook_state *state)
{
	return see(skb, state, find_tcp6(skb), false, look_at_in6);
}

static noinline void look_at_out6(const struct tcphdr *th,
				  const struct sk_buff *skb,
				  const struct nf_hook_state *state,
				  unsigned int thoff)
{
	look_at(th, skb, state, thoff, true, true);
}

unsigned int tcpstate_segment_out6(void *priv, struct sk_buff *skb,
				   const struct nf_hook_state *state)
{
	return see(skb, state, find_tcp6(skb), true, look_at_out6);
}

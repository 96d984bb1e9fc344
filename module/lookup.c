// SPDX-License-Identifier: GPL-2.0
/* The socket that a segment just received is for. */
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <net/inet6_hashtables.h>
#include <net/inet_hashtables.h>
#include <net/ip.h>

#include "compat.h"
#include "lookup.h"

static struct sock *lookup4(const struct sk_buff *skb, const struct tcphdr *th,
			    struct net *net)
{
	const struct iphdr *iph = ip_hdr(skb);

	return compat_lookup(__inet_lookup_established, net,
			     iph->saddr, th->source,
			     iph->daddr, ntohs(th->dest),
			     inet_iif(skb), compat_sdif(inet_sdif, skb));
}

#if IS_ENABLED(CONFIG_IPV6)
static struct sock *lookup6(const struct sk_buff *skb, const struct tcphdr *th,
			    struct net *net)
{
	const struct ipv6hdr *ip6h = ipv6_hdr(skb);

	return compat_lookup(__inet6_lookup_established, net,
			     &ip6h->saddr, th->source,
			     &ip6h->daddr, ntohs(th->dest),
			     inet6_iif(skb), compat_sdif(inet6_sdif, skb));
}
#else
static struct sock *lookup6(const struct sk_buff *skb, const struct tcphdr *th,
			    struct net *net)
{
	return NULL;
}
#endif

struct sock *tcpstate_lookup(const struct sk_buff *skb,
			     const struct tcphdr *th,
			     const struct nf_hook_state *state)
{
	return state->pf == NFPROTO_IPV4 ? lookup4(skb, th, state->net) :
					   lookup6(skb, th, state->net);
}

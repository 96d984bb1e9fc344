// SPDX-License-Identifier: GPL-2.0
/* tcp_reset() of two arguments */
#include <net/tcp.h>

void probe(struct sock *sk, struct sk_buff *skb);

void probe(struct sock *sk, struct sk_buff *skb)
{
	tcp_reset(sk, skb);
}

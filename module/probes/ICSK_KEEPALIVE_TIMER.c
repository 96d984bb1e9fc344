// SPDX-License-Identifier: GPL-2.0
/* A keepalive timer of its own, in place of sk->sk_timer */
#include <net/inet_connection_sock.h>

struct inet_connection_sock *probe(struct timer_list *timer);

struct inet_connection_sock *probe(struct timer_list *timer)
{
	return container_of(timer, struct inet_connection_sock,
			    icsk_keepalive_timer);
}

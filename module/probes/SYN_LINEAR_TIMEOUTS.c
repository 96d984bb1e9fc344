// SPDX-License-Identifier: GPL-2.0
/* sysctl net.ipv4.tcp_syn_linear_timeouts */
#include <net/net_namespace.h>

int probe(struct net *net);

int probe(struct net *net)
{
	return net->ipv4.sysctl_tcp_syn_linear_timeouts;
}

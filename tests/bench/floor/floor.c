// SPDX-License-Identifier: GPL-2.0
/*
 * floor: what a module like tcpstate must cost at the very least.
 *
 * An empty probe on the tracepoint inet_sock_set_state and, with hook=1, empty
 * netfilter hooks where tcpstate has its own.
 */
#include <linux/module.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>
#include <linux/string.h>
#include <linux/tracepoint.h>
#include <net/net_namespace.h>
#include <trace/events/sock.h>

static bool hook;
module_param(hook, bool, 0444);
MODULE_PARM_DESC(hook, "netfilter hooks, too");

static struct tracepoint *set_state;

static void state_changes(void *data, const struct sock *sk,
			  const int oldstate, const int newstate)
{
}

static unsigned int segment(void *priv, struct sk_buff *skb,
			    const struct nf_hook_state *state)
{
	return NF_ACCEPT;
}

static const struct nf_hook_ops hooks[] = {
	{
		.hook		= segment,
		.pf		= NFPROTO_IPV4,
		.hooknum	= NF_INET_LOCAL_IN,
		.priority	= NF_IP_PRI_LAST,
	}, {
		.hook		= segment,
		.pf		= NFPROTO_IPV4,
		.hooknum	= NF_INET_LOCAL_OUT,
		.priority	= NF_IP_PRI_LAST,
	},
};

static void match_tracepoint(struct tracepoint *tp, void *found)
{
	if (!strcmp(tp->name, "inet_sock_set_state"))
		*(struct tracepoint **)found = tp;
}

static void remove_probe(void)
{
	tracepoint_probe_unregister(set_state, state_changes, NULL);
	tracepoint_synchronize_unregister();
}

static int __init floor_init(void)
{
	int err;

	for_each_kernel_tracepoint(match_tracepoint, &set_state);
	if (!set_state)
		return -ENOENT;
	err = tracepoint_probe_register(set_state, state_changes, NULL);
	if (err || !hook)
		return err;
	err = nf_register_net_hooks(&init_net, hooks, ARRAY_SIZE(hooks));
	if (err)
		remove_probe();
	return err;
}

static void __exit floor_exit(void)
{
	if (hook)
		nf_unregister_net_hooks(&init_net, hooks, ARRAY_SIZE(hooks));
	remove_probe();
}

module_init(floor_init);
module_exit(floor_exit);

MODULE_DESCRIPTION("An empty probe and empty netfilter hooks, to compare with");
MODULE_LICENSE("GPL");

// SPDX-License-Identifier: GPL-2.0
/* Which segments are recorded: capture.h explains it. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/capability.h>
#include <linux/lockdep.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <linux/string.h>
#include <linux/sysfs.h>
#include <net/net_namespace.h>

#include "capture.h"
#include "segment.h"
#include "uapi/tcpstate.h"

static const struct nf_hook_ops capture_ops[] = {
	{
		.hook		= tcpstate_segment_in4,
		.pf		= NFPROTO_IPV4,
		.hooknum	= NF_INET_LOCAL_IN,
		.priority	= NF_IP_PRI_LAST,
	},
	{
		.hook		= tcpstate_segment_out4,
		.pf		= NFPROTO_IPV4,
		.hooknum	= NF_INET_LOCAL_OUT,
		.priority	= NF_IP_PRI_FIRST,
	},
	{
		.hook		= tcpstate_segment_in6,
		.pf		= NFPROTO_IPV6,
		.hooknum	= NF_INET_LOCAL_IN,
		.priority	= NF_IP6_PRI_LAST,
	},
	{
		.hook		= tcpstate_segment_out6,
		.pf		= NFPROTO_IPV6,
		.hooknum	= NF_INET_LOCAL_OUT,
		.priority	= NF_IP6_PRI_FIRST,
	},
};

static int capture_net_init(struct net *net)
{
	return nf_register_net_hooks(net, capture_ops, ARRAY_SIZE(capture_ops));
}

static void capture_net_exit(struct net *net)
{
	nf_unregister_net_hooks(net, capture_ops, ARRAY_SIZE(capture_ops));
}

static struct pernet_operations capture_net_ops = {
	.init = capture_net_init,
	.exit = capture_net_exit,
};

unsigned int tcpstate_segments = TCPSTATE_SEGMENTS_CONTROL;

/* Between _init() and _exit(), and hooked; both changed with @mode_lock held */
static bool running, hooked;
static DEFINE_MUTEX(mode_lock);

/* Without anything to record, netfilter does not even call us. */
static int follow_mode(void)
{
	const bool want = running && tcpstate_segments != TCPSTATE_SEGMENTS_NONE;
	int err = 0;

	lockdep_assert_held(&mode_lock);
	if (want && !hooked)
		err = register_pernet_subsys(&capture_net_ops);
	else if (!want && hooked)
		unregister_pernet_subsys(&capture_net_ops);
	if (!err)
		hooked = want;
	return err;
}

static void set_mask(unsigned int mode)
{
	/* with is_wanted() in segment.c */
	WRITE_ONCE(tcpstate_segment_mask, mode == TCPSTATE_SEGMENTS_ALL ?
		   TCPSTATE_ANY_FLAGS : TCPSTATE_EDGE_FLAGS);
}

static int set_mode(unsigned int mode)
{
	const unsigned int before = tcpstate_segments;
	int err;

	mutex_lock(&mode_lock);
	WRITE_ONCE(tcpstate_segments, mode);	/* with start_record() */
	err = follow_mode();
	if (err)
		WRITE_ONCE(tcpstate_segments, before);
	set_mask(tcpstate_segments);
	mutex_unlock(&mode_lock);
	return err;
}

static const char * const segments_names[] = {
	[TCPSTATE_SEGMENTS_NONE]	= "none",
	[TCPSTATE_SEGMENTS_CONTROL]	= "control",
	[TCPSTATE_SEGMENTS_ALL]		= "all",
};

/* How much of a wrong value is shown */
#define WRONG_MAX 32

static int segments_set(const char *val, const struct kernel_param *kp)
{
	const int found = sysfs_match_string(segments_names, val);

	if (found < 0) {
		/* What comes by sysfs ends in a newline, and may be a page. */
		pr_err("segments=%.*s is not allowed: none, control or all\n",
		       min_t(int, strcspn(val, "\n"), WRONG_MAX), val);
		return -EINVAL;
	}
	/* Root of a user namespace may own the file; the loader has this one. */
	if (!capable(CAP_SYS_MODULE))
		return -EPERM;
	return set_mode(found);
}

static int segments_get(char *buffer, const struct kernel_param *kp)
{
	return sysfs_emit(buffer, "%s\n", segments_names[tcpstate_segments]);
}

static const struct kernel_param_ops segments_ops = {
	.set = segments_set,
	.get = segments_get,
};

module_param_cb(segments, &segments_ops, NULL, 0644);
__MODULE_PARM_TYPE(segments, "charp");
MODULE_PARM_DESC(segments, "segments to record: none, control (default) or all");

static int set_running(bool now)
{
	int err;

	mutex_lock(&mode_lock);
	running = now;
	err = follow_mode();
	/* The parameter can be written till the module is gone. */
	if (err)
		running = false;
	mutex_unlock(&mode_lock);
	return err;
}

int tcpstate_capture_init(void)
{
	return set_running(true);
}

void tcpstate_capture_exit(void)
{
	set_running(false);
	/* Hooks run under RCU and may be on their way yet. */
	synchronize_net();
}

// SPDX-License-Identifier: GPL-2.0
/* Module parameters, checked when they are set. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/log2.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/string.h>

#include "params.h"
#include "uapi/tcpstate.h"

#define RING_KB_MIN 4		/* 32 records */
#define RING_KB_MAX 1048576

unsigned int tcpstate_ring_kb __read_mostly = 1024;
unsigned int tcpstate_segments __read_mostly = TCPSTATE_SEGMENTS_CONTROL;

static int ring_kb_set(const char *val, const struct kernel_param *kp)
{
	unsigned int kb;

	if (kstrtouint(val, 0, &kb) || !is_power_of_2(kb) ||
	    kb < RING_KB_MIN || kb > RING_KB_MAX) {
		pr_err("ring_kb=%s is not allowed: KiB for each CPU, a power of two from %u to %u\n",
		       val, RING_KB_MIN, RING_KB_MAX);
		return -EINVAL;
	}
	tcpstate_ring_kb = kb;
	return 0;
}

static const struct kernel_param_ops ring_kb_ops = {
	.set = ring_kb_set,
	.get = param_get_uint,
};

module_param_cb(ring_kb, &ring_kb_ops, &tcpstate_ring_kb, 0444);
__MODULE_PARM_TYPE(ring_kb, "uint");
MODULE_PARM_DESC(ring_kb, "size of each CPU's ring in KiB, a power of two (default 1024)");

static const char * const segments_names[] = {
	[TCPSTATE_SEGMENTS_NONE]	= "none",
	[TCPSTATE_SEGMENTS_CONTROL]	= "control",
	[TCPSTATE_SEGMENTS_ALL]		= "all",
};

static int segments_set(const char *val, const struct kernel_param *kp)
{
	const int found = sysfs_match_string(segments_names, val);

	if (found < 0) {
		/* What comes by sysfs ends in a newline. */
		pr_err("segments=%.*s is not allowed: none, control or all\n",
		       (int)strcspn(val, "\n"), val);
		return -EINVAL;
	}
	WRITE_ONCE(tcpstate_segments, found);	/* with segment.c */
	return 0;
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

// SPDX-License-Identifier: GPL-2.0
/* Module parameters that are fixed at load, checked when they are set. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/log2.h>
#include <linux/module.h>
#include <linux/moduleparam.h>

#include "params.h"

#define RING_KB_MIN 4		/* 32 records */
#define RING_KB_MAX 1048576

unsigned int tcpstate_ring_kb __read_mostly = 1024;

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

/* SPDX-License-Identifier: GPL-2.0 */
#include_next <linux/sched.h>
#define cond_resched() do { } while (0)	/* threads are preempted */

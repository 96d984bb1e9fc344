// SPDX-License-Identifier: GPL-2.0
/* FTRACE_OPS_FL_RECURSION_SAFE, which later is what is not told */
#include <linux/ftrace.h>

unsigned long probe(void);

unsigned long probe(void)
{
	return FTRACE_OPS_FL_RECURSION_SAFE;
}

// SPDX-License-Identifier: GPL-2.0
/* ftrace_regs_get_argument() in place of a look into struct ftrace_regs */
#include <linux/ftrace.h>

unsigned long probe(struct ftrace_regs *fregs);

unsigned long probe(struct ftrace_regs *fregs)
{
	return ftrace_regs_get_argument(fregs, 0);
}

// SPDX-License-Identifier: GPL-2.0
/* struct ftrace_regs in place of struct pt_regs */
#include <linux/ftrace.h>

struct pt_regs *probe(struct ftrace_regs *fregs);

struct pt_regs *probe(struct ftrace_regs *fregs)
{
	return ftrace_get_regs(fregs);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * poison: fills with a pattern what a module that is being loaded gets of
 * vzalloc_node(), which are the rings of tcpstate.
 *
 * So what no writer of a record sets is not 0 by chance.
 */
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/string.h>

static unsigned int byte = 0x5a;
module_param(byte, uint, 0444);
MODULE_PARM_DESC(byte, "what to fill with");

static unsigned int filled;
module_param(filled, uint, 0444);
MODULE_PARM_DESC(filled, "how many times it did");

/* vzalloc_node(size, node).  Return: nonzero if it is not for us. */
static int allocate(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	*(unsigned long *)ri->data = regs_get_kernel_argument(regs, 0);
	return strcmp(current->comm, "insmod");
}

static int allocated(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	void *memory = (void *)regs_return_value(regs);

	if (!memory)
		return 0;
	memset(memory, byte, *(unsigned long *)ri->data);
	filled++;
	return 0;
}

static struct kretprobe probe = {
	.entry_handler	= allocate,
	.handler	= allocated,
	.data_size	= sizeof(unsigned long),
};

static int __init poison_init(void)
{
	int err;

	probe.kp.symbol_name = "vzalloc_node";
	err = register_kretprobe(&probe);
	if (err != -ENOENT)
		return err;
	/* From 6.10 on it is a macro. */
	probe.kp.addr = NULL;
	probe.kp.symbol_name = "vzalloc_node_noprof";
	return register_kretprobe(&probe);
}

static void __exit poison_exit(void)
{
	unregister_kretprobe(&probe);
}

module_init(poison_init);
module_exit(poison_exit);

MODULE_DESCRIPTION("Fills new rings with a pattern");
MODULE_LICENSE("GPL");

// SPDX-License-Identifier: GPL-2.0
/*
 * fault: has the init of modules that are loaded after it fail.
 *
 *	insmod fault.ko function=misc_register error=-16 nth=1
 *
 * The nth call of that function is not made, and returns the error: an errno, or
 * 0 for a pointer.  Calls are counted by each init anew; or, with
 * within=copy_net_ns, by each making of a network namespace.
 *
 *	echo 17 >/sys/module/fault/parameters/allocation
 *
 * The 17th allocation fails, of those that debugfs' failslab and fail_page_alloc
 * have fail at all; in kernels with CONFIG_FAULT_INJECTION.
 *
 * The parameter "done" says whether the last init came as far as that.
 */
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/sched.h>

static char *function;
module_param(function, charp, 0444);
MODULE_PARM_DESC(function, "that fails");

static int error;
module_param(error, int, 0444);
MODULE_PARM_DESC(error, "what it returns");

static unsigned int nth = 1;
module_param(nth, uint, 0444);
MODULE_PARM_DESC(nth, "which call of it");

static char *within = "do_one_initcall";
module_param(within, charp, 0444);
MODULE_PARM_DESC(within, "in the midst of which function");

static unsigned int allocation;
module_param(allocation, uint, 0644);
MODULE_PARM_DESC(allocation, "which fails");

static bool done;
module_param(done, bool, 0444);
MODULE_PARM_DESC(done, "it has failed");

/* Who is in an init, and its calls of the function so far */
static const struct task_struct *loader;
static unsigned int calls;

#ifdef CONFIG_FAULT_INJECTION
static void begin_allocations(void)
{
	current->fail_nth = allocation;
}

static void end_allocations(void)
{
	if (allocation && !current->fail_nth)
		done = true;
	current->fail_nth = 0;
}
#else
static void begin_allocations(void) { }
static void end_allocations(void) { }
#endif

static int before_init(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	loader = current;
	calls = 0;
	done = false;
	begin_allocations();
	return 0;
}

static int after_init(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	end_allocations();
	loader = NULL;
	return 0;
}

static struct kretprobe init_probe = {
	.entry_handler	= before_init,
	.handler	= after_init,
};

/* Called in place of the function */
static noinline long refuse(void)
{
	return error;
}

static int on_call(struct kprobe *probe, struct pt_regs *regs)
{
	if (current != loader || ++calls != nth)
		return 0;
	done = true;
	instruction_pointer_set(regs, (unsigned long)refuse);
	return 1;
}

/* Without one, the probe may become a jump, which cannot go elsewhere. */
static void after_call(struct kprobe *probe, struct pt_regs *regs,
		       unsigned long flags)
{
}

static struct kprobe call_probe = {
	.pre_handler	= on_call,
	.post_handler	= after_call,
};

static int __init fault_init(void)
{
	int err;

	init_probe.kp.symbol_name = within;
	err = register_kretprobe(&init_probe);
	if (err || !function)
		return err;
	call_probe.symbol_name = function;
	err = register_kprobe(&call_probe);
	if (err)
		unregister_kretprobe(&init_probe);
	return err;
}

static void __exit fault_exit(void)
{
	if (function)
		unregister_kprobe(&call_probe);
	unregister_kretprobe(&init_probe);
}

module_init(fault_init);
module_exit(fault_exit);

MODULE_DESCRIPTION("Has the init of other modules fail");
MODULE_LICENSE("GPL");

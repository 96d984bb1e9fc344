// SPDX-License-Identifier: GPL-2.0
/*
 * interrupt: interrupts code at each of its instructions.
 *
 *	insmod interrupt.ko text=ADDRESS size=SIZE functions=0x5,0x25,... times=2
 *		device=tun0 saddr=10.8.0.2 daddr=10.8.0.1 port=33333
 *
 * Wherever a softirq may come in this code, one does, that many times: before the
 * instruction is executed comes a hard interrupt, in which the device, of the
 * network namespace of insmod, receives a SYN for the port and the reset of the same
 * connection.  They are handled as the interrupt ends.  Then the task is preempted,
 * if the kernel does that.
 *
 * A kprobe in each of the functions has the CPU trap at each instruction from there
 * on, till it is about to return to other code.  They must not sleep.  (A kprobe at
 * each instruction takes some five million instructions to place.)  What they call
 * of others' is not stepped through, which took most of the time where the kernel
 * checks itself: it returns to a breakpoint of ours, which sends it on.
 *
 * The parameter "result" tells how many instructions were come to, how many of them
 * were interrupted, and how often.
 */
#include <linux/etherdevice.h>
#include <linux/delay.h>
#include <linux/if_ether.h>
#include <linux/inet.h>
#include <linux/ip.h>
#include <linux/irq_work.h>
#include <linux/kdebug.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/nsproxy.h>
#include <linux/objtool.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/tcp.h>
#include <linux/vmalloc.h>
#include <net/ip.h>

#include <asm/debugreg.h>

static unsigned long text;
module_param(text, ulong, 0400);
MODULE_PARM_DESC(text, "where the code is");

static unsigned long size;
module_param(size, ulong, 0400);
MODULE_PARM_DESC(size, "how long it is");

static unsigned int functions[32];
static unsigned int function_count;
module_param_array(functions, uint, &function_count, 0400);
MODULE_PARM_DESC(functions, "offsets of the ways into it");

static char *device;
module_param(device, charp, 0444);
MODULE_PARM_DESC(device, "that receives the segments");

static char *saddr, *daddr;
module_param(saddr, charp, 0444);
MODULE_PARM_DESC(saddr, "whom they are from");
module_param(daddr, charp, 0444);
MODULE_PARM_DESC(daddr, "whom they are for");

static ushort port;
module_param(port, ushort, 0444);
MODULE_PARM_DESC(port, "at which somebody listens");

static unsigned int times = 1;
module_param(times, uint, 0444);
MODULE_PARM_DESC(times, "how often to interrupt at each instruction");

/* Of each byte of the code, if an instruction begins there */
struct point {
	atomic_t interrupted;
	bool reached;
};

static struct point *points;
static struct kprobe probes[ARRAY_SIZE(functions)];
/* How many are being stepped through */
static atomic_t stepping;

/* Of kernels that know of no indirect branch tracking (up to 5.17) */
#ifndef ANNOTATE_NOENDBR
#define ANNOTATE_NOENDBR ""
#endif

/*
 * Breakpoints, and where who returns to one of them is to go on, 0 if nobody does.
 * Each is for one call, by any task, on any CPU.
 */
#define DETOURS 64
extern const u8 interrupt_detours[DETOURS];
asm(".pushsection .text\n"
	"interrupt_detours:\n"
	ANNOTATE_NOENDBR "\n"
	".fill " __stringify(DETOURS) ", 1, 0xcc\n"
	".popsection");
static unsigned long destinations[DETOURS];

/* objtool wants no address but the annotated one, hence hidden. */
static unsigned long detour(unsigned int i)
{
	unsigned long first = (unsigned long)interrupt_detours;

	OPTIMIZER_HIDE_VAR(first);
	return first + i;
}

/* A CPU's own: what interrupts it, and how often it did */
struct source {
	struct irq_work work;
	u32 count;
};

static DEFINE_PER_CPU(struct source, sources);
static struct net_device *dev;
static __be32 from, to;

/* Return: a segment as it comes in, of the CPU's nth connection, or NULL. */
static struct sk_buff *make_segment(u32 nth, bool syn)
{
	struct sk_buff *skb = alloc_skb(LL_MAX_HEADER + sizeof(struct iphdr) +
					sizeof(struct tcphdr), GFP_ATOMIC);
	struct tcphdr *th;
	struct iphdr *iph;

	if (!skb)
		return NULL;
	skb_reserve(skb, LL_MAX_HEADER);
	skb_reset_mac_header(skb);
	iph = skb_put_zero(skb, sizeof(*iph));
	th = skb_put_zero(skb, sizeof(*th));
	iph->version = 4;
	iph->ihl = sizeof(*iph) / 4;
	iph->tot_len = htons(skb->len);
	iph->ttl = 64;
	iph->protocol = IPPROTO_TCP;
	iph->saddr = from;
	iph->daddr = to;
	ip_send_check(iph);
	/* Ports of this CPU's own */
	th->source = htons(1024 + smp_processor_id() * 4096 + nth % 4096);
	th->dest = htons(port);
	th->seq = htonl(nth + !syn);
	th->doff = sizeof(*th) / 4;
	th->syn = syn;
	th->rst = !syn;
	skb->ip_summed = CHECKSUM_UNNECESSARY;
	skb->protocol = htons(ETH_P_IP);
	skb->dev = dev;
	return skb;
}

static void interrupt(struct irq_work *work)
{
	struct source *source = container_of(work, struct source, work);
	struct sk_buff *syn = make_segment(source->count, true);
	struct sk_buff *rst = make_segment(source->count, false);

	if (!syn || !rst) {
		kfree_skb(syn);
		kfree_skb(rst);
		return;
	}
	source->count++;
	netif_rx(syn);
	netif_rx(rst);
	set_tsk_need_resched(current);
	set_preempt_need_resched();
}

static bool is_ours(unsigned long address)
{
	return address - text < size;
}

/* KASAN minds what is not ours. */
static unsigned long top_of_stack(const struct pt_regs *regs)
{
	return READ_ONCE_NOCHECK(*(unsigned long *)regs->sp);
}

/*
 * Is this instruction a return from the first of our functions, or a jump to one of
 * others', which will return from it?
 */
static bool leaves(const struct pt_regs *regs)
{
	const u8 *code = (u8 *)regs->ip;
	s32 distance;

	memcpy(&distance, code + 1, sizeof(distance));
	if (is_ours(top_of_stack(regs)))
		return false;
	return *code == 0xc3 ||
	       (*code == 0xe9 && !is_ours(regs->ip + 5 + distance));
}

static void interrupt_here(struct point *point)
{
	if (atomic_fetch_add(1, &point->interrupted) < (int)times)
		irq_work_queue(&this_cpu_ptr(&sources)->work);
}

static void stop_stepping(struct pt_regs *regs)
{
	regs->flags &= ~X86_EFLAGS_TF;
	atomic_dec(&stepping);
}

/* Before one of our instructions, of whoever is stepped through */
static void at_instruction(struct pt_regs *regs)
{
	struct point *point = &points[regs->ip - text];

	point->reached = true;
	if (regs->flags & X86_EFLAGS_IF && !softirq_count())
		interrupt_here(point);
	if (leaves(regs))
		stop_stepping(regs);
}

/* Is this the first instruction of others' function, by a call that is ours? */
static bool was_called(const struct pt_regs *regs)
{
	unsigned long back = top_of_stack(regs);
	const u8 *code = (u8 *)back - 5;
	s32 distance;

	if (!is_ours((unsigned long)code) || *code != 0xe8)
		return false;
	memcpy(&distance, code + 1, sizeof(distance));
	return back + distance == regs->ip;
}

/*
 * In the unlikely case that no breakpoint is left, this is the end of stepping
 * through the caller.
 */
static void make_detour(struct pt_regs *regs)
{
	unsigned int i;

	for (i = 0; i < DETOURS; i++)
		if (!cmpxchg(&destinations[i], 0, top_of_stack(regs)))
			break;
	if (i == DETOURS) {
		stop_stepping(regs);
		return;
	}
	*(unsigned long *)regs->sp = detour(i);
	regs->flags &= ~X86_EFLAGS_TF;
}

static int on_step(const struct die_args *die)
{
	if (user_mode(die->regs) || !(*(unsigned long *)die->err & DR_STEP))
		return NOTIFY_DONE;
	if (is_ours(die->regs->ip))
		at_instruction(die->regs);
	else if (was_called(die->regs))
		make_detour(die->regs);
	return NOTIFY_STOP;
}

static int on_breakpoint(struct pt_regs *regs)
{
	unsigned long i = regs->ip - detour(1);

	if (i >= DETOURS)
		return NOTIFY_DONE;
	regs->ip = xchg(&destinations[i], 0);
	regs->flags |= X86_EFLAGS_TF;
	at_instruction(regs);
	return NOTIFY_STOP;
}

static int on_trap(struct notifier_block *block, unsigned long what, void *data)
{
	const struct die_args *die = data;

	switch (what) {
	case DIE_DEBUG:
		return on_step(die);
	case DIE_INT3:
		return on_breakpoint(die->regs);
	default:
		return NOTIFY_DONE;
	}
}

static struct notifier_block trap_block = { .notifier_call = on_trap };

static int on_function(struct kprobe *probe, struct pt_regs *regs)
{
	return 0;
}

/* Behind the first instruction.  What softirqs do no softirq interrupts. */
static void in_function(struct kprobe *probe, struct pt_regs *regs,
			unsigned long flags)
{
	if (regs->flags & X86_EFLAGS_TF || softirq_count())
		return;
	regs->flags |= X86_EFLAGS_TF;
	atomic_inc(&stepping);
}

static void remove_probes(unsigned int count)
{
	while (count--)
		unregister_kprobe(&probes[count]);
	while (atomic_read(&stepping))
		msleep(20);
	unregister_die_notifier(&trap_block);
	vfree(points);
}

static int add_probes(void)
{
	unsigned int i;
	int err;

	points = vzalloc(array_size(size, sizeof(*points)));
	if (!points)
		return -ENOMEM;
	register_die_notifier(&trap_block);
	for (i = 0; i < function_count; i++) {
		probes[i].addr = (kprobe_opcode_t *)(text + functions[i]);
		probes[i].pre_handler = on_function;
		probes[i].post_handler = in_function;
		err = register_kprobe(&probes[i]);
		if (err) {
			remove_probes(i);
			return err;
		}
	}
	return 0;
}

static int show_result(char *to, const struct kernel_param *param)
{
	unsigned int i, reached = 0, interrupted = 0, interrupts = 0;
	int cpu;

	for (i = 0; i < size; i++) {
		reached += points[i].reached;
		interrupted += atomic_read(&points[i].interrupted) != 0;
	}
	for_each_possible_cpu(cpu)
		interrupts += per_cpu(sources, cpu).count;
	return sysfs_emit(to, "reached %u interrupted %u interrupts %u\n",
			  reached, interrupted, interrupts);
}

static const struct kernel_param_ops result_ops = { .get = show_result };
module_param_cb(result, &result_ops, NULL, 0444);
MODULE_PARM_DESC(result, "what was done");

static void find_device(void)
{
	from = in_aton(saddr);
	to = in_aton(daddr);
	dev = dev_get_by_name(current->nsproxy->net_ns, device);
}

static int __init interrupt_init(void)
{
	int cpu, err;

	if (!device || !saddr || !daddr || !size)
		return -EINVAL;
	find_device();
	if (!dev)
		return -ENODEV;
	for_each_possible_cpu(cpu)
		init_irq_work(&per_cpu(sources, cpu).work, interrupt);
	err = add_probes();
	if (err)
		dev_put(dev);
	return err;
}

static void __exit interrupt_exit(void)
{
	int cpu;

	remove_probes(function_count);
	for_each_possible_cpu(cpu)
		irq_work_sync(&per_cpu(sources, cpu).work);
	dev_put(dev);
}

module_init(interrupt_init);
module_exit(interrupt_exit);

MODULE_DESCRIPTION("Interrupts code at each of its instructions");
MODULE_LICENSE("GPL");

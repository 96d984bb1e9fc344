// SPDX-License-Identifier: GPL-2.0
/* /proc/tcpstate: counters.h explains it. */
#include <linux/capability.h>
#include <linux/cpumask.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>

#include "counters.h"
#include "device.h"
#include "evidence.h"
#include "request.h"
#include "rings.h"

static u64 kind_count(const struct tcpstate_ring *ring, unsigned int kind)
{
	/* with tcpstate_ring_begin() */
	return READ_ONCE(ring->kinds[kind - TCPSTATE_TRANSITION]);
}

static void show_cpu(struct seq_file *m, unsigned int cpu)
{
	const struct tcpstate_ring *ring = tcpstate_rings_of(cpu);
	const u64 recorded = tcpstate_ring_reserved(ring);

	if (!recorded)
		return;
	seq_printf(m, "cpu %u recorded %llu transition %llu segment %llu note %llu\n",
		   cpu, recorded, kind_count(ring, TCPSTATE_TRANSITION),
		   kind_count(ring, TCPSTATE_SEGMENT),
		   kind_count(ring, TCPSTATE_NOTE));
}

static int counters_show(struct seq_file *m, void *v)
{
	unsigned int cpu;

	seq_printf(m, "version %u\n", TCPSTATE_ABI_VERSION);
	seq_printf(m, "hooks %u missing %#x\n", TCPSTATE_HOOKS,
		   tcpstate_missing);
	seq_printf(m, "missed %u\n", tcpstate_request_missed());
	for_each_possible_cpu(cpu)
		show_cpu(m, cpu);
	tcpstate_device_show(m);
	return 0;
}

static int counters_open(struct inode *inode, struct file *file)
{
	if (!capable(CAP_NET_ADMIN))
		return -EPERM;
	return single_open(file, counters_show, NULL);
}

static const struct proc_ops counters_ops = {
	.proc_open	= counters_open,
	.proc_read	= seq_read,
	.proc_lseek	= seq_lseek,
	.proc_release	= single_release,
};

int tcpstate_counters_init(void)
{
	if (!proc_create(tcpstate_device_name, 0400, NULL, &counters_ops))
		return -ENOMEM;
	return 0;
}

void tcpstate_counters_exit(void)
{
	remove_proc_entry(tcpstate_device_name, NULL);
}

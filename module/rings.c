// SPDX-License-Identifier: GPL-2.0
/* The rings of this machine. */
#include <linux/cpumask.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/topology.h>
#include <linux/vmalloc.h>

#include "rings.h"

DEFINE_PER_CPU_ALIGNED(struct tcpstate_ring, tcpstate_rings);

int tcpstate_rings_init(unsigned int kb)
{
	const u64 nr = (u64)kb * SZ_1K / TCPSTATE_RECORD_SIZE;
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		void *slots = vzalloc_node(nr * TCPSTATE_RECORD_SIZE,
					   cpu_to_node(cpu));

		if (!slots) {
			tcpstate_rings_exit();
			return -ENOMEM;
		}
		tcpstate_ring_init(per_cpu_ptr(&tcpstate_rings, cpu), slots, nr);
	}
	return 0;
}

void tcpstate_rings_exit(void)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		vfree(per_cpu_ptr(&tcpstate_rings, cpu)->slots);
}

DEFINE_STATIC_KEY_FALSE(tcpstate_rings_started);

void tcpstate_rings_start(void)
{
	static_branch_enable(&tcpstate_rings_started);
}

void tcpstate_rings_write(const union tcpstate_record *rec)
{
	union tcpstate_record *slot;
	unsigned long flags;
	unsigned int i;

	slot = tcpstate_rings_begin(rec->head.kind, &flags);
	if (!slot)
		return;
	/* But for seq and ts, which it has */
	for (i = 2; i < ARRAY_SIZE(slot->words); i++)
		slot->words[i] = rec->words[i];
	slot->head.cpu = smp_processor_id();
	tcpstate_rings_commit(flags);
}

const struct tcpstate_ring *tcpstate_rings_of(unsigned int cpu)
{
	return per_cpu_ptr(&tcpstate_rings, cpu);
}

struct tcpstate_stream *tcpstate_rings_open(void)
{
	struct tcpstate_stream *stream;
	unsigned int cpu;

	stream = kvzalloc(struct_size(stream, cursors, num_possible_cpus()),
			  GFP_KERNEL);
	if (!stream)
		return NULL;
	for_each_possible_cpu(cpu) {
		struct tcpstate_cursor *cur = &stream->cursors[stream->nr++];

		cur->ring = per_cpu_ptr(&tcpstate_rings, cpu);
		cur->cpu = cpu;
	}
	return stream;
}

void tcpstate_rings_close(struct tcpstate_stream *stream)
{
	kvfree(stream);
}

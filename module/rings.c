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
#include "wait.h"

static DEFINE_PER_CPU_ALIGNED(struct tcpstate_ring, rings);

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
		tcpstate_ring_init(per_cpu_ptr(&rings, cpu), slots, nr);
	}
	return 0;
}

void tcpstate_rings_exit(void)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		vfree(per_cpu_ptr(&rings, cpu)->slots);
}

static bool started __read_mostly;

void tcpstate_rings_start(void)
{
	WRITE_ONCE(started, true);	/* with tcpstate_rings_write() */
}

void tcpstate_rings_write(union tcpstate_record *rec)
{
	unsigned long flags;

	/* with tcpstate_rings_start() */
	if (unlikely(!READ_ONCE(started)))
		return;
	/* From here the writer is alone on its ring: see ring.h. */
	local_irq_save(flags);
	rec->head.cpu = smp_processor_id();
	tcpstate_ring_write(this_cpu_ptr(&rings), rec);
	local_irq_restore(flags);

	tcpstate_wait_notify();
}

const struct tcpstate_ring *tcpstate_rings_of(unsigned int cpu)
{
	return per_cpu_ptr(&rings, cpu);
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

		cur->ring = per_cpu_ptr(&rings, cpu);
		cur->cpu = cpu;
	}
	return stream;
}

void tcpstate_rings_close(struct tcpstate_stream *stream)
{
	kvfree(stream);
}

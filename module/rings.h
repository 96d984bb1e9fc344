/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The rings of this machine, one for each possible CPU, so that a CPU that
 * comes on line later has one.
 */
#ifndef _TCPSTATE_RINGS_H
#define _TCPSTATE_RINGS_H

#include <linux/irqflags.h>
#include <linux/jump_label.h>
#include <linux/percpu.h>
#include <linux/smp.h>

#include "stream.h"
#include "wait.h"

DECLARE_PER_CPU_ALIGNED(struct tcpstate_ring, tcpstate_rings);
DECLARE_STATIC_KEY_FALSE(tcpstate_rings_started);

/**
 * tcpstate_rings_init() - allocate all rings, near their CPUs
 * @kb: size of each in KiB; a power of two
 *
 * Context: process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int tcpstate_rings_init(unsigned int kb);

/**
 * tcpstate_rings_exit() - free all rings
 *
 * Context: process; there is no writer and no stream any more.
 */
void tcpstate_rings_exit(void);

/**
 * tcpstate_rings_start() - let writes through
 *
 * All hooks begin to record at one moment, so that no story lacks its middle.
 *
 * Context: process.
 */
void tcpstate_rings_start(void);

/**
 * tcpstate_rings_begin() - begin a record on this CPU
 * @kind: enum tcpstate_kind
 * @flags: out: for tcpstate_rings_commit()
 *
 * Context: any but NMI.  Interrupts are off till tcpstate_rings_commit().
 * Return: what to fill in, as tcpstate_ring_begin() has left it, but for cpu.
 * NULL before tcpstate_rings_start(), with interrupts as they were.
 */
static __always_inline union tcpstate_record *
tcpstate_rings_begin(__u8 kind, unsigned long *flags)
{
	union tcpstate_record *rec;

	if (!static_branch_likely(&tcpstate_rings_started))
		return NULL;
	/* From here the writer is alone on its ring: see ring.h. */
	local_irq_save(*flags);
	rec = tcpstate_ring_begin(this_cpu_ptr(&tcpstate_rings), kind);
	rec->head.cpu = smp_processor_id();
	return rec;
}

/**
 * tcpstate_rings_commit() - the record is whole: have sleepers woken
 * @flags: from tcpstate_rings_begin()
 *
 * Context: as tcpstate_rings_begin() has left it.
 */
static inline void tcpstate_rings_commit(unsigned long flags)
{
	tcpstate_ring_commit(this_cpu_ptr(&tcpstate_rings));
	/* Preempted before that, a process would keep readers waiting. */
	tcpstate_wait_notify();
	local_irq_restore(flags);
}

/**
 * tcpstate_rings_write() - record what was made elsewhere
 * @rec: the record; seq, ts and cpu of its head do not matter
 *
 * Context: any but NMI.
 */
void tcpstate_rings_write(const union tcpstate_record *rec);

/**
 * tcpstate_rings_of() - one CPU's ring
 * @cpu: a possible CPU
 *
 * Return: its ring.
 */
const struct tcpstate_ring *tcpstate_rings_of(unsigned int cpu);

/**
 * tcpstate_rings_open() - make a stream over all rings, at its start
 *
 * Context: process, may sleep.
 * Return: the stream, for tcpstate_rings_close(); NULL without memory.
 */
struct tcpstate_stream *tcpstate_rings_open(void);

/**
 * tcpstate_rings_close() - free a stream
 * @stream: from tcpstate_rings_open()
 *
 * Context: process, may sleep.
 */
void tcpstate_rings_close(struct tcpstate_stream *stream);

#endif /* _TCPSTATE_RINGS_H */

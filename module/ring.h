/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A ring of records with one writer at a time, that overwrites the oldest,
 * and any number of readers that the writer never waits for or knows of.
 *
 * Structure
 * ---------
 * A ring is 2^n slots of one record each and two positions, counted from 0 at
 * load and never wrapped (2^64 records):
 *
 *                    oldest kept          next to write
 *                        |                     |
 *     overwritten        v                     v
 *   0 . . . . . . . . [ reserved - slots ] . . [ reserved )
 *                                         [ committed )
 *
 * Position p lives in slot p mod 2^n.  A record carries its position in
 * head.seq, so a reader of the stream can account for every one.
 *
 * States of a slot
 * ----------------
 *   reserved == committed + 1, p == committed  being written
 *   committed - slots <= p < committed         holds record p
 *   p < reserved - slots                       overwritten: p is lost to a
 *                                              reader that is not past it
 * Between writes reserved == committed; the writer is alone (see below), so
 * never more than one slot is being written.
 *
 * Writer                                  Reader of position p
 * ------                                  --------------------
 *   p = committed                           committed > p ?       (B)
 *   reserved = p + 1                        copy slot[p]
 *   smp_mb()                    (A)         smp_rmb()             (C)
 *   ts = clock                              reserved <= p + slots ?
 *   slot[p] = record                          yes: the copy is record p
 *   committed = p + 1, release  (B)           no: p is overwritten, drop it
 *
 * Barriers
 * --------
 *   A with C  A reader that copied one word of a newer record sees the
 *             reserved that was stored before that word: it drops the copy.
 *   B with B  A reader that sees committed > p sees the whole of record p.
 *   A with D  D is the smp_mb() of stream.c between reading the clock and
 *             reading reserved.  One of the two comes first.  If D does, the
 *             writer reads the clock later than the reader did.  If A does,
 *             the reader sees reserved and waits for committed
 *             (tcpstate_ring_settle()).  So the reader knows every record
 *             that is older than its reading of the clock.
 *   A with E  E is the smp_mb() of wait.c between announcing a sleeper and
 *             looking at reserved.  Either the writer, behind A, sees the
 *             sleeper, or the sleeper sees the record.
 *
 * The writer is alone
 * -------------------
 * From tcpstate_ring_begin() to _commit() it runs with interrupts off on the
 * ring's own CPU.  A softirq that would record in the middle of a process's
 * record waits some 100 instructions; on PREEMPT_RT nothing preempts the writer
 * either.  So the hot path has no retry loop, no atomic read-modify-write and
 * no third state of a slot.  Between the two the writer stores in the slot as
 * in any memory of its own: what a reader copies meanwhile, it drops.
 *
 * Rejected
 * --------
 * - Reserve with interrupts on, as perf and ftrace do.  A softirq may then
 *   write while its victim's slot is open; if it writes a whole ring's worth
 *   it laps that slot and two writers fill it.  Curing that takes a nesting
 *   count or a per-slot state and a dropped record; one cli/sti pair is less.
 * - local_bh_disable().  Does nothing against interrupts, sleeps on
 *   PREEMPT_RT, and its enable runs softirqs in the hooked code's place.
 * - One ring for all CPUs.  Gives the order for free and costs a cache line
 *   that all writers fight for.
 * - kernel/bpf/ringbuf.c drops the newest when full; a flight recorder must
 *   keep the newest.  kernel/printk_ringbuffer.c has variable sizes and
 *   several writers and pays for both.
 * - A sequence lock in every slot.  Two positions a ring say the same.
 * - A record made on the stack, then copied into its slot: a third of what an
 *   edge cost.
 *
 * Limits
 * ------
 * - Kernels of 64 bits: the positions are read and written whole.
 * - Not from NMI context.
 * - Two records of one socket made on two CPUs are in order if the clock
 *   advances in the time that a lock takes from one CPU to another.
 *
 * This file and ring.c know neither sockets nor files; tests/unit and
 * tests/tsan compile them in userspace.
 */
#ifndef _TCPSTATE_RING_H
#define _TCPSTATE_RING_H

#include <linux/compiler.h>
#include <linux/kcsan-checks.h>
#include <linux/ktime.h>
#include <linux/lockdep.h>
#include <linux/types.h>

#include <asm/barrier.h>

#include "uapi/tcpstate.h"

/**
 * struct tcpstate_ring - one CPU's ring
 * @reserved: positions handed out; written by the ring's CPU only
 * @committed: positions whose records are whole; likewise
 * @mask: slots - 1
 * @slots: the records
 * @kinds: how many of each enum tcpstate_kind, from TCPSTATE_TRANSITION on;
 *	written by the ring's CPU only, and in the same cache line
 */
struct tcpstate_ring {
	u64 reserved;
	u64 committed;
	u64 mask;
	union tcpstate_record *slots;
	u64 kinds[TCPSTATE_KINDS - TCPSTATE_TRANSITION];
};

/**
 * tcpstate_ring_init() - make an empty ring of some memory
 * @ring: what to set up
 * @slots: memory for @nr records; stays the caller's
 * @nr: a power of two, at least 2
 *
 * Context: any, before the first writer and reader.
 */
void tcpstate_ring_init(struct tcpstate_ring *ring,
			union tcpstate_record *slots, u64 nr);

/**
 * tcpstate_ring_begin() - begin a record, over the oldest if need be
 * @ring: the ring of this CPU
 * @kind: enum tcpstate_kind
 *
 * Context: interrupts off, not NMI, and so till tcpstate_ring_commit().
 * Return: the slot to fill in.  Set are seq, ts, kind of its head, and flags to
 * 0; 0 is all behind the flow's addresses; the rest is another record's yet.
 */
static __always_inline union tcpstate_record *
tcpstate_ring_begin(struct tcpstate_ring *ring, __u8 kind)
{
	const u64 pos = ring->committed;
	union tcpstate_record *rec = &ring->slots[pos & ring->mask];
	u64 *count = &ring->kinds[kind - TCPSTATE_TRANSITION];
	unsigned int i;

	lockdep_assert_irqs_disabled();

	/* Read by tcpstate_ring_read(), _settle() and _reserved(). */
	WRITE_ONCE(ring->reserved, pos + 1);
	smp_mb();	/* A: with C, D and E */
	/* Whoever reads what is stored from here to the commit drops it. */
	kcsan_nestable_atomic_begin();
	WRITE_ONCE(rec->head.seq, pos);
	WRITE_ONCE(rec->head.ts, ktime_get_ns());
	WRITE_ONCE(*count, *count + 1);
	WRITE_ONCE(rec->head.kind, kind);
	WRITE_ONCE(rec->head.flags, 0);
#pragma GCC unroll 8
	for (i = offsetof(struct tcpstate_transition, flow.lport) / 8;
	     i < TCPSTATE_RECORD_SIZE / 8; i++)
		WRITE_ONCE(rec->words[i], 0);
	return rec;
}

/**
 * tcpstate_ring_commit() - the record is whole
 * @ring: the ring of the last tcpstate_ring_begin()
 *
 * Context: as tcpstate_ring_begin().
 */
static inline void tcpstate_ring_commit(struct tcpstate_ring *ring)
{
	kcsan_nestable_atomic_end();
	/* B: with the acquires in tcpstate_ring_read() and _settle() */
	smp_store_release(&ring->committed, ring->committed + 1);
}

/**
 * tcpstate_ring_read() - copy the record at a position
 * @ring: any CPU's ring
 * @pos: in: the position wanted; out: the one after the record copied
 * @lost: in and out: raised by the records passed over as overwritten
 * @rec: out: the copy
 *
 * Context: any.  Starts again when the writer overtakes it, at the oldest
 * record that is left.
 * Return: true if a record was copied, false if there is none at @pos yet.
 */
bool tcpstate_ring_read(const struct tcpstate_ring *ring, u64 *pos, u64 *lost,
			union tcpstate_record *rec);

/**
 * tcpstate_ring_skip() - step over records by their kind
 * @ring: any CPU's ring
 * @pos: in: where to begin; out: the position that is not stepped over
 * @end: where to stop at the latest; what tcpstate_ring_settle() returned
 * @kinds: bit 1 << enum tcpstate_kind of those not to be stepped over
 *
 * Looks at one byte of each.  Also stops where it is overtaken by the writer:
 * tcpstate_ring_read() then counts what is lost.
 *
 * Context: any.
 * Return: how many.
 */
u64 tcpstate_ring_skip(const struct tcpstate_ring *ring, u64 *pos, u64 end,
		       u32 kinds);

/**
 * tcpstate_ring_settle() - wait till what was being written is written
 * @ring: any CPU's ring
 *
 * Context: any but the ring's writer.  Spins till one
 * tcpstate_ring_commit() at most.
 * Return: a position: all below it are committed, and any record at it or
 * above was timed after the call began, given a full barrier before it.
 */
u64 tcpstate_ring_settle(const struct tcpstate_ring *ring);

/**
 * tcpstate_ring_reserved() - how many records were begun
 * @ring: any CPU's ring
 *
 * Context: any.
 * Return: the first position that is not yet handed out.
 */
u64 tcpstate_ring_reserved(const struct tcpstate_ring *ring);

#endif /* _TCPSTATE_RING_H */

// SPDX-License-Identifier: GPL-2.0
/* One CPU's ring: ring.h explains it; the letters are its barriers. */
#include <linux/compiler.h>
#include <linux/processor.h>
#include <linux/string.h>

#include <asm/barrier.h>

#include "ring.h"

void tcpstate_ring_init(struct tcpstate_ring *ring,
			union tcpstate_record *slots, u64 nr)
{
	ring->reserved = 0;
	ring->committed = 0;
	ring->mask = nr - 1;
	ring->slots = slots;
	memset(ring->kinds, 0, sizeof(ring->kinds));
}

/*
 * Word by word and marked, since a reader may copy what a writer overwrites;
 * it then drops the copy.
 */
static void copy_record(u64 *to, const u64 *from)
{
	int i;

#pragma GCC unroll 16
	for (i = 0; i < TCPSTATE_RECORD_SIZE / 8; i++)
		WRITE_ONCE(to[i], READ_ONCE(from[i]));
}

bool tcpstate_ring_read(const struct tcpstate_ring *ring, u64 *pos, u64 *lost,
			union tcpstate_record *rec)
{
	const u64 nr = ring->mask + 1;
	u64 reserved, oldest;

	/* B: with the release in tcpstate_ring_commit() */
	while (smp_load_acquire(&ring->committed) > *pos) {
		copy_record(rec->words, ring->slots[*pos & ring->mask].words);
		smp_rmb();	/* C: with A */
		reserved = tcpstate_ring_reserved(ring);
		if (reserved - *pos <= nr) {
			WRITE_ONCE(*pos, *pos + 1);	/* tcpstate_stream_pending() */
			return true;
		}
		oldest = reserved - nr;
		*lost += oldest - *pos;
		WRITE_ONCE(*pos, oldest);
	}
	return false;
}

u64 tcpstate_ring_skip(const struct tcpstate_ring *ring, u64 *pos, u64 end,
		       u32 kinds)
{
	const u64 nr = ring->mask + 1, begin = *pos;
	u64 at;
	u8 kind;

	for (at = begin; at < end; at++) {
		/* with tcpstate_ring_begin() */
		kind = READ_ONCE(ring->slots[at & ring->mask].head.kind);
		smp_rmb();	/* C: with A */
		if (tcpstate_ring_reserved(ring) - at > nr || kinds >> kind & 1)
			break;
	}
	WRITE_ONCE(*pos, at);	/* tcpstate_stream_pending() */
	return at - begin;
}

u64 tcpstate_ring_settle(const struct tcpstate_ring *ring)
{
	const u64 reserved = tcpstate_ring_reserved(ring);

	/* B: with the release in tcpstate_ring_commit() */
	while (smp_load_acquire(&ring->committed) < reserved)
		cpu_relax();
	return reserved;
}

u64 tcpstate_ring_reserved(const struct tcpstate_ring *ring)
{
	return READ_ONCE(ring->reserved);	/* with tcpstate_ring_begin() */
}

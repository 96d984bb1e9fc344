// SPDX-License-Identifier: GPL-2.0
/* One reader's stream over all rings: stream.h explains it. */
#include <linux/compiler.h>
#include <linux/stddef.h>
#include <linux/ktime.h>
#include <linux/sched.h>

#include <asm/barrier.h>

#include "stream.h"

/* Others read the counts without the owner's lock. */
static void count(u64 *counter, u64 more)
{
	WRITE_ONCE(*counter, *counter + more);
}

/* tcpstate_stream_pending() reads @pos and @staged without the owner's lock. */
static void cursor_move(struct tcpstate_cursor *cur, u64 pos)
{
	WRITE_ONCE(cur->pos, pos);
	cur->end = pos;
	cur->lost = 0;
	WRITE_ONCE(cur->staged, false);
}

static bool wants(const struct tcpstate_wanted *wanted,
		  const union tcpstate_record *rec)
{
	if (wanted->kinds && !(wanted->kinds >> rec->head.kind & 1))
		return false;
	return !wanted->filter || wanted->filter(wanted->arg, rec);
}

/* Keep what was copied staged, or count it as filtered. */
static void cursor_consider(struct tcpstate_cursor *cur,
			    const struct tcpstate_wanted *wanted)
{
	cur->wanted = wants(wanted, &cur->rec);
	if (!cur->wanted && !cur->lost)
		count(&cur->counts.filtered, 1);
	/* tcpstate_stream_pending() */
	WRITE_ONCE(cur->staged, cur->wanted || cur->lost);
}

/* How many records are passed over before others may run */
#define SKIP_MAX 4096

/*
 * Pass over what is of no kind wanted.
 *
 * Return: true if there was nothing else, so far.
 */
static bool cursor_skip(struct tcpstate_cursor *cur, u32 kinds)
{
	const u64 end = cur->end - cur->pos > SKIP_MAX ? cur->pos + SKIP_MAX :
							 cur->end;

	count(&cur->counts.filtered,
	      tcpstate_ring_skip(cur->ring, &cur->pos, end, kinds));
	return cur->pos == end;
}

static void cursor_stage(struct tcpstate_cursor *cur,
			 const struct tcpstate_wanted *wanted)
{
	while (!cur->staged && cur->pos < cur->end) {
		if (!wanted->kinds || !cursor_skip(cur, wanted->kinds)) {
			if (!tcpstate_ring_read(cur->ring, &cur->pos,
						&cur->lost, &cur->rec))
				return;
			cursor_consider(cur, wanted);
		}
		/* A ring may be large, and nothing in it wanted. */
		if (!cur->staged)
			cond_resched();
	}
}

static void stream_new_horizon(struct tcpstate_stream *stream)
{
	unsigned int i;

	stream->horizon = ktime_get_ns();
	smp_mb();	/* D: with A of tcpstate_ring_begin() */
	for (i = 0; i < stream->nr; i++) {
		struct tcpstate_cursor *cur = &stream->cursors[i];

		cur->end = tcpstate_ring_settle(cur->ring);
	}
}

/* The oldest record on this side of the horizon; of equals, the lower CPU's. */
static struct tcpstate_cursor *stream_oldest(struct tcpstate_stream *stream)
{
	const struct tcpstate_cursor *end = stream->cursors + stream->nr;
	struct tcpstate_cursor *oldest = NULL, *cur;
	u64 ts = stream->horizon;

	for (cur = stream->cursors; cur < end; cur++) {
		if (!cur->staged)
			cursor_stage(cur, &stream->wanted);
		if (cur->staged && cur->rec.head.ts < ts) {
			oldest = cur;
			ts = cur->rec.head.ts;
		}
	}
	return oldest;
}

static const union tcpstate_record *stream_lost(struct tcpstate_stream *stream)
{
	const struct tcpstate_cursor *cur = stream->next;

	stream->lost = (union tcpstate_record) {
		.lost = {
			.head = {
				.seq = cur->rec.head.seq - cur->lost,
				.ts = cur->rec.head.ts,
				.cpu = cur->cpu,
				.kind = TCPSTATE_LOST,
			},
			.count = cur->lost,
		},
	};
	return &stream->lost;
}

static bool stream_staged(const struct tcpstate_stream *stream)
{
	unsigned int i;

	for (i = 0; i < stream->nr; i++)
		if (stream->cursors[i].staged)
			return true;
	return false;
}

const union tcpstate_record *
tcpstate_stream_peek(struct tcpstate_stream *stream)
{
	stream->next = stream_oldest(stream);
	if (!stream->next && tcpstate_stream_pending(stream)) {
		/* A coarse clock may stand still: then what is staged is at it. */
		do {
			stream_new_horizon(stream);
			stream->next = stream_oldest(stream);
		} while (!stream->next && stream_staged(stream));
	}
	if (!stream->next)
		return NULL;
	return stream->next->lost ? stream_lost(stream) : &stream->next->rec;
}

void tcpstate_stream_pop(struct tcpstate_stream *stream)
{
	struct tcpstate_cursor *cur = stream->next;

	if (!cur->lost) {
		count(&cur->counts.delivered, 1);
		WRITE_ONCE(cur->staged, false);	/* tcpstate_stream_pending() */
		return;
	}
	count(&cur->counts.lost, cur->lost);
	cur->lost = 0;
	if (!cur->wanted) {
		count(&cur->counts.filtered, 1);
		WRITE_ONCE(cur->staged, false);	/* tcpstate_stream_pending() */
	}
}

void tcpstate_stream_want(struct tcpstate_stream *stream,
			  const struct tcpstate_wanted *wanted)
{
	unsigned int i;

	stream->wanted = *wanted;
	for (i = 0; i < stream->nr; i++)
		if (stream->cursors[i].staged)
			cursor_consider(&stream->cursors[i], wanted);
}

bool tcpstate_stream_pending(const struct tcpstate_stream *stream)
{
	unsigned int i;

	for (i = 0; i < stream->nr; i++) {
		const struct tcpstate_cursor *cur = &stream->cursors[i];

		/* With the WRITE_ONCE()s above and in ring.c. */
		if (READ_ONCE(cur->staged) ||
		    tcpstate_ring_reserved(cur->ring) > READ_ONCE(cur->pos))
			return true;
	}
	return false;
}

static void reset_counts(struct tcpstate_counts *counts)
{
	WRITE_ONCE(counts->delivered, 0);
	WRITE_ONCE(counts->filtered, 0);
	WRITE_ONCE(counts->lost, 0);
}

void tcpstate_stream_rewind(struct tcpstate_stream *stream)
{
	unsigned int i;

	for (i = 0; i < stream->nr; i++) {
		cursor_move(&stream->cursors[i], 0);
		reset_counts(&stream->cursors[i].counts);
	}
}

void tcpstate_stream_skip(struct tcpstate_stream *stream)
{
	unsigned int i;

	for (i = 0; i < stream->nr; i++) {
		struct tcpstate_cursor *cur = &stream->cursors[i];
		struct tcpstate_counts *counts = &cur->counts;

		cursor_move(cur, tcpstate_ring_settle(cur->ring));
		WRITE_ONCE(counts->filtered,
			   cur->pos - counts->delivered - counts->lost);
	}
}

void tcpstate_cursor_count(const struct tcpstate_cursor *cur,
			   struct tcpstate_counters *sum)
{
	/* with count() and the WRITE_ONCE()s above */
	sum->delivered += READ_ONCE(cur->counts.delivered);
	sum->filtered += READ_ONCE(cur->counts.filtered);
	sum->lost += READ_ONCE(cur->counts.lost);
	sum->recorded += tcpstate_ring_reserved(cur->ring);
}

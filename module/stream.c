// SPDX-License-Identifier: GPL-2.0
/* One reader's stream over all rings: stream.h explains it. */
#include <linux/compiler.h>
#include <linux/stddef.h>
#include <linux/ktime.h>

#include <asm/barrier.h>

#include "stream.h"

/* tcpstate_stream_pending() reads @pos and @staged without the owner's lock. */
static void cursor_move(struct tcpstate_cursor *cur, u64 pos)
{
	WRITE_ONCE(cur->pos, pos);
	cur->end = pos;
	cur->lost = 0;
	WRITE_ONCE(cur->staged, false);
}

static void cursor_stage(struct tcpstate_cursor *cur)
{
	bool staged;

	if (cur->staged || cur->pos >= cur->end)
		return;
	staged = tcpstate_ring_read(cur->ring, &cur->pos, &cur->lost,
				    &cur->rec);
	WRITE_ONCE(cur->staged, staged);	/* tcpstate_stream_pending() */
}

static void stream_new_horizon(struct tcpstate_stream *stream)
{
	unsigned int i;

	stream->horizon = ktime_get_ns();
	smp_mb();	/* D: with A of tcpstate_ring_write() */
	for (i = 0; i < stream->nr; i++) {
		struct tcpstate_cursor *cur = &stream->cursors[i];

		cur->end = tcpstate_ring_settle(cur->ring);
	}
}

/* The oldest record on this side of the horizon; of equals, the lower CPU's. */
static struct tcpstate_cursor *stream_oldest(struct tcpstate_stream *stream)
{
	struct tcpstate_cursor *oldest = NULL;
	u64 ts = stream->horizon;
	unsigned int i;

	for (i = 0; i < stream->nr; i++) {
		struct tcpstate_cursor *cur = &stream->cursors[i];

		cursor_stage(cur);
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

const union tcpstate_record *
tcpstate_stream_peek(struct tcpstate_stream *stream)
{
	stream->next = stream_oldest(stream);
	/* A coarse clock may stand still: then what is pending is at it. */
	while (!stream->next && tcpstate_stream_pending(stream)) {
		stream_new_horizon(stream);
		stream->next = stream_oldest(stream);
	}
	if (!stream->next)
		return NULL;
	return stream->next->lost ? stream_lost(stream) : &stream->next->rec;
}

void tcpstate_stream_pop(struct tcpstate_stream *stream)
{
	struct tcpstate_cursor *cur = stream->next;

	if (cur->lost)
		cur->lost = 0;
	else
		WRITE_ONCE(cur->staged, false);	/* tcpstate_stream_pending() */
}

bool tcpstate_stream_pending(const struct tcpstate_stream *stream)
{
	unsigned int i;

	for (i = 0; i < stream->nr; i++) {
		const struct tcpstate_cursor *cur = &stream->cursors[i];

		/* With the WRITE_ONCE()s above and in tcpstate_ring_read(). */
		if (READ_ONCE(cur->staged) ||
		    tcpstate_ring_reserved(cur->ring) > READ_ONCE(cur->pos))
			return true;
	}
	return false;
}

void tcpstate_stream_rewind(struct tcpstate_stream *stream)
{
	unsigned int i;

	for (i = 0; i < stream->nr; i++)
		cursor_move(&stream->cursors[i], 0);
}

void tcpstate_stream_skip(struct tcpstate_stream *stream)
{
	unsigned int i;

	for (i = 0; i < stream->nr; i++) {
		struct tcpstate_cursor *cur = &stream->cursors[i];

		cursor_move(cur, tcpstate_ring_settle(cur->ring));
	}
}

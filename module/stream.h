/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One reader's stream: the records of all rings in the order of their time,
 * with a loss record wherever the reader was overtaken.
 *
 * The head of each ring is copied out (staged), and the oldest of the staged
 * records goes next.  But a ring that has nothing staged may have a writer
 * that has read the clock and not yet committed; what it writes could be older
 * than the record about to be delivered.  So the stream goes by horizons:
 *
 *   horizon = clock
 *   smp_mb()                                           (D of ring.h)
 *   for each ring: end = tcpstate_ring_settle(ring)
 *
 * By barriers A and D each record timed before the horizon now lies below its
 * ring's end, committed.  Records older than the horizon are merged; when they
 * are used up, a new horizon is taken.  A reader therefore waits for nobody
 * but a writer that is in the middle of its hundred instructions, and touches
 * the rings' shared lines once a horizon rather than once a record.
 *
 * Rejected: sequence numbers from one counter (a line that all CPUs write);
 * sorting in userspace (then `cat` is not a sorted trace, and how long to wait
 * for a straggler is a guess); delivering with a fixed delay (a guess too).
 *
 * A copied record is the reader's own: overwriting its slot loses nothing.
 * Loss is counted when the next one is staged, and is delivered just before
 * the record that survived.
 *
 * Like ring.h this knows no files and is compiled in userspace by the tests.
 */
#ifndef _TCPSTATE_STREAM_H
#define _TCPSTATE_STREAM_H

#include "ring.h"

/**
 * struct tcpstate_cursor - a stream's place in one ring
 * @ring: the ring
 * @pos: the next position to stage
 * @end: stage only below this: what the last horizon has settled
 * @lost: records overwritten just before @rec, not yet reported
 * @staged: @rec is waiting to be delivered
 * @cpu: whose ring it is
 * @rec: the record staged
 */
struct tcpstate_cursor {
	const struct tcpstate_ring *ring;
	u64 pos;
	u64 end;
	u64 lost;
	bool staged;
	u16 cpu;
	union tcpstate_record rec;
};

/**
 * struct tcpstate_stream - one reader's place in all rings
 * @horizon: no record older than this is still being written
 * @next: the cursor whose turn it is, or NULL; set by tcpstate_stream_peek()
 * @lost: the loss record that tcpstate_stream_peek() returns
 * @nr: how many cursors
 * @cursors: one a ring; @ring and @cpu of each are set by the owner
 *
 * The owner keeps all calls but tcpstate_stream_pending() apart by a lock.
 */
struct tcpstate_stream {
	u64 horizon;
	struct tcpstate_cursor *next;
	union tcpstate_record lost;
	unsigned int nr;
	struct tcpstate_cursor cursors[];
};

/**
 * tcpstate_stream_peek() - look at the next record
 * @stream: the stream
 *
 * Context: may take as long as tcpstate_ring_settle() for every ring.
 * Return: the next record, which stays next till tcpstate_stream_pop(); NULL
 * if there is none yet.
 */
const union tcpstate_record *
tcpstate_stream_peek(struct tcpstate_stream *stream);

/**
 * tcpstate_stream_pop() - step over the record last peeked at
 * @stream: a stream whose last tcpstate_stream_peek() was not NULL
 *
 * Context: any.
 */
void tcpstate_stream_pop(struct tcpstate_stream *stream);

/**
 * tcpstate_stream_pending() - is there anything to come, now or very soon?
 * @stream: the stream
 *
 * Context: any; needs no lock.
 * Return: true if a record is staged, or at least begun in some ring.
 */
bool tcpstate_stream_pending(const struct tcpstate_stream *stream);

/**
 * tcpstate_stream_rewind() - go to record 0 of every ring
 * @stream: the stream
 *
 * What is not kept any more comes out as lost.
 * Context: any.
 */
void tcpstate_stream_rewind(struct tcpstate_stream *stream);

/**
 * tcpstate_stream_skip() - go past all that was recorded
 * @stream: the stream
 *
 * What is passed over is not counted as lost: the reader asked for it.
 * Context: as tcpstate_stream_peek().
 */
void tcpstate_stream_skip(struct tcpstate_stream *stream);

#endif /* _TCPSTATE_STREAM_H */

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
 * A reader may want some of the records only.  Those of other kinds are stepped
 * over in the ring; the others are staged, shown to the filter, and dropped if
 * it does not want them.  A loss is wanted always: it stands before the record
 * that survived, which is therefore staged whether wanted or not.
 *
 * For each ring, what became of the records is counted: delivered + filtered +
 * lost are those that the reader is past, so that with it at the end they are
 * all that were recorded.
 *
 * Like ring.h this knows no files and is compiled in userspace by the tests.
 */
#ifndef _TCPSTATE_STREAM_H
#define _TCPSTATE_STREAM_H

#include "ring.h"

/**
 * struct tcpstate_counts - what became of the records of one ring
 * @delivered: popped
 * @filtered: not wanted, or skipped
 * @lost: told of by loss records that were popped
 *
 * May be read without the owner's lock, each by READ_ONCE().
 */
struct tcpstate_counts {
	u64 delivered;
	u64 filtered;
	u64 lost;
};

/**
 * struct tcpstate_cursor - a stream's place in one ring
 * @ring: the ring
 * @pos: the next position to stage
 * @end: stage only below this: what the last horizon has settled
 * @lost: records overwritten just before @rec, not yet reported
 * @counts: of the records before @rec, without those that @lost counts
 * @staged: @rec is waiting to be delivered, or at least @lost is
 * @wanted: @rec is to be delivered, not only @lost
 * @cpu: whose ring it is
 * @rec: the record staged
 */
struct tcpstate_cursor {
	const struct tcpstate_ring *ring;
	u64 pos;
	u64 end;
	u64 lost;
	struct tcpstate_counts counts;
	bool staged;
	bool wanted;
	u16 cpu;
	union tcpstate_record rec;
};

/**
 * struct tcpstate_wanted - which records a stream is to deliver
 * @kinds: bit 1 << enum tcpstate_kind of those kinds; 0: all kinds
 * @filter: is this one of them, too?  NULL: all of @kinds are
 * @arg: for @filter
 */
struct tcpstate_wanted {
	u32 kinds;
	bool (*filter)(void *arg, const union tcpstate_record *rec);
	void *arg;
};

/**
 * struct tcpstate_stream - one reader's place in all rings
 * @horizon: no record older than this is still being written
 * @next: the cursor whose turn it is, or NULL; set by tcpstate_stream_peek()
 * @lost: the loss record that tcpstate_stream_peek() returns
 * @wanted: by tcpstate_stream_want(); all zero: everything
 * @nr: how many cursors
 * @cursors: one a ring; @ring and @cpu of each are set by the owner
 *
 * The owner keeps all calls but tcpstate_stream_pending() apart by a lock.
 */
struct tcpstate_stream {
	u64 horizon;
	struct tcpstate_cursor *next;
	union tcpstate_record lost;
	struct tcpstate_wanted wanted;
	unsigned int nr;
	struct tcpstate_cursor cursors[];
};

/**
 * tcpstate_stream_peek() - look at the next record
 * @stream: the stream
 *
 * Context: may take as long as tcpstate_ring_settle() for every ring; with a
 * filter, process, may sleep.
 * Return: the next record, which stays next till tcpstate_stream_pop(); NULL
 * if none that is wanted was recorded before the call.
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
 * Return: true if a record is staged, or at least begun in some ring, wanted
 * or not.
 */
bool tcpstate_stream_pending(const struct tcpstate_stream *stream);

/**
 * tcpstate_stream_want() - deliver only some of the records from now on
 * @stream: the stream
 * @wanted: which
 *
 * Context: as tcpstate_stream_peek().
 */
void tcpstate_stream_want(struct tcpstate_stream *stream,
			  const struct tcpstate_wanted *wanted);

/**
 * tcpstate_stream_rewind() - go to record 0 of every ring
 * @stream: the stream
 *
 * What is not kept any more comes out as lost.  All is counted anew.
 * Context: any.
 */
void tcpstate_stream_rewind(struct tcpstate_stream *stream);

/**
 * tcpstate_stream_skip() - go past all that was recorded
 * @stream: the stream
 *
 * What is passed over is counted as filtered: the reader asked for it.
 * Context: as tcpstate_stream_peek().
 */
void tcpstate_stream_skip(struct tcpstate_stream *stream);

/**
 * tcpstate_cursor_count() - add up what became of the records of one ring
 * @cur: a stream's place in it
 * @sum: what to add to
 *
 * Context: any.  Without the owner's lock what is added may be of different
 * moments, but, while nobody seeks, never more than what is added to @recorded.
 */
void tcpstate_cursor_count(const struct tcpstate_cursor *cur,
			   struct tcpstate_counters *sum);

#endif /* _TCPSTATE_STREAM_H */

// SPDX-License-Identifier: GPL-2.0
/*
 * The ring and the stream, one thread: order, loss and accounting, and every
 * interleaving of one writer with one reader at the granularity of their
 * marked accesses (shim_step()).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ring.h"
#include "stream.h"

#define NR 8	/* slots a ring */
#define CPUS 3

static u64 now;
static void (*at_step)(void);

u64 ktime_get_ns(void)
{
	return now;
}

void shim_step(void)
{
	void (*step)(void) = at_step;

	at_step = NULL;		/* what it does is not interrupted in turn */
	if (step)
		step();
	if (!at_step)
		at_step = step;
}

static union tcpstate_record slots[CPUS][NR];
static struct tcpstate_ring rings[CPUS];
static struct tcpstate_stream *stream;

static int setup(void **state)
{
	unsigned int cpu;

	(void)state;
	now = 1;
	at_step = NULL;
	memset(slots, 0xee, sizeof(slots));
	stream = calloc(1, sizeof(*stream) + CPUS * sizeof(stream->cursors[0]));
	stream->nr = CPUS;
	for (cpu = 0; cpu < CPUS; cpu++) {
		tcpstate_ring_init(&rings[cpu], slots[cpu], NR);
		stream->cursors[cpu].ring = &rings[cpu];
		stream->cursors[cpu].cpu = cpu;
	}
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	free(stream);
	return 0;
}

/* A record of which every byte but seq, ts and cpu tells its position. */
static void write_at(unsigned int cpu, u64 ts)
{
	const unsigned char byte = 0x40 + rings[cpu].reserved;
	union tcpstate_record *rec;
	size_t i;

	now = ts;
	rec = tcpstate_ring_begin(&rings[cpu], TCPSTATE_NOTE);
	WRITE_ONCE(rec->head.cpu, cpu);
	WRITE_ONCE(rec->head.flags, byte);
	WRITE_ONCE(rec->head.cookie, byte * 0x0101010101010101ULL);
	for (i = sizeof(rec->head) / 8; i < TCPSTATE_RECORD_SIZE / 8; i++)
		WRITE_ONCE(rec->words[i], byte * 0x0101010101010101ULL);
	tcpstate_ring_commit(&rings[cpu]);
}

static void assert_whole(const union tcpstate_record *rec)
{
	const unsigned char *bytes = (const unsigned char *)rec;
	size_t i;

	assert_int_equal(rec->head.kind, TCPSTATE_NOTE);
	for (i = offsetof(struct tcpstate_head, flags); i < sizeof(*rec); i++)
		assert_int_equal(bytes[i], (0x40 + rec->head.seq) & 0xff);
}

static void reads_what_was_written(void **state)
{
	union tcpstate_record rec;
	u64 pos = 0, lost = 0, i;

	(void)state;
	assert_false(tcpstate_ring_read(&rings[0], &pos, &lost, &rec));
	for (i = 0; i < 3; i++)
		write_at(0, 10 + i);
	for (i = 0; i < 3; i++) {
		assert_true(tcpstate_ring_read(&rings[0], &pos, &lost, &rec));
		assert_int_equal(rec.head.seq, i);
		assert_int_equal(rec.head.ts, 10 + i);
		assert_whole(&rec);
	}
	assert_false(tcpstate_ring_read(&rings[0], &pos, &lost, &rec));
	assert_int_equal(lost, 0);
}

static void full_ring_loses_nothing(void **state)
{
	union tcpstate_record rec;
	u64 pos = 0, lost = 0, i;

	(void)state;
	for (i = 0; i < NR; i++)
		write_at(0, i);
	assert_true(tcpstate_ring_read(&rings[0], &pos, &lost, &rec));
	assert_int_equal(rec.head.seq, 0);
	assert_int_equal(lost, 0);
}

static void overwritten_is_counted_exactly(void **state)
{
	union tcpstate_record rec;
	u64 pos = 0, lost = 0, i;

	(void)state;
	for (i = 0; i < NR + 5; i++)
		write_at(0, i);
	assert_true(tcpstate_ring_read(&rings[0], &pos, &lost, &rec));
	assert_int_equal(rec.head.seq, 5);
	assert_int_equal(lost, 5);
	assert_whole(&rec);
}

/* The positions are 64 bits wide: nothing happens where 32 would wrap. */
static void passes_2_to_the_32(void **state)
{
	u64 pos = UINT32_MAX - 2ULL, lost = 0, i;
	union tcpstate_record rec;

	(void)state;
	rings[0].reserved = pos;
	rings[0].committed = pos;
	for (i = 0; i < NR; i++)
		write_at(0, i);
	for (i = 0; i < NR; i++) {
		assert_true(tcpstate_ring_read(&rings[0], &pos, &lost, &rec));
		assert_int_equal(rec.head.seq, UINT32_MAX - 2ULL + i);
	}
	assert_int_equal(lost, 0);
}

static void expect(unsigned int cpu, u64 seq, u64 ts)
{
	const union tcpstate_record *rec = tcpstate_stream_peek(stream);

	assert_non_null(rec);
	assert_int_equal(rec->head.cpu, cpu);
	assert_int_equal(rec->head.seq, seq);
	assert_int_equal(rec->head.ts, ts);
	assert_whole(rec);
	tcpstate_stream_pop(stream);
}

static void expect_lost(unsigned int cpu, u64 seq, u64 ts, u64 count)
{
	const union tcpstate_record *rec = tcpstate_stream_peek(stream);

	assert_non_null(rec);
	assert_int_equal(rec->head.kind, TCPSTATE_LOST);
	assert_int_equal(rec->head.cpu, cpu);
	assert_int_equal(rec->head.seq, seq);
	assert_int_equal(rec->head.ts, ts);
	assert_int_equal(rec->lost.count, count);
	tcpstate_stream_pop(stream);
}

static void expect_end(void)
{
	assert_false(tcpstate_stream_pending(stream));
	assert_null(tcpstate_stream_peek(stream));
}

static void merges_by_time(void **state)
{
	(void)state;
	write_at(2, 10);
	write_at(0, 20);
	write_at(1, 30);
	write_at(2, 40);
	write_at(0, 50);
	now = 100;
	expect(2, 0, 10);
	expect(0, 0, 20);
	expect(1, 0, 30);
	expect(2, 1, 40);
	expect(0, 1, 50);
	expect_end();
}

static void peek_does_not_consume(void **state)
{
	const union tcpstate_record *rec;

	(void)state;
	write_at(0, 10);
	now = 100;
	rec = tcpstate_stream_peek(stream);
	assert_ptr_equal(tcpstate_stream_peek(stream), rec);
	expect(0, 0, 10);
	expect_end();
}

/* Beyond the horizon: not before the clock has moved on, then in order. */
static void advance_clock(void)
{
	now++;
}

static void waits_for_the_horizon(void **state)
{
	(void)state;
	write_at(1, 50);
	at_step = advance_clock;	/* else peek waits for the clock */
	expect(1, 0, 50);
	assert_true(stream->horizon > 50);
}

static void a_late_older_record_is_not_overtaken(void **state)
{
	(void)state;
	write_at(0, 10);
	write_at(0, 60);
	now = 50;
	expect(0, 0, 10);	/* the horizon is 50 now; 60 is staged */
	write_at(1, 55);
	now = 100;
	expect(1, 0, 55);
	expect(0, 1, 60);
	expect_end();
}

static void loss_stands_before_what_survived(void **state)
{
	u64 i;

	(void)state;
	write_at(1, 5);
	for (i = 0; i < NR + 3; i++)
		write_at(0, 10 + i);
	now = 100;
	expect(1, 0, 5);
	expect_lost(0, 0, 13, 3);
	for (i = 3; i < NR + 3; i++)
		expect(0, i, 10 + i);
	expect_end();
}

static void a_staged_record_cannot_be_lost(void **state)
{
	u64 i;

	(void)state;
	write_at(0, 10);
	write_at(1, 5);
	now = 11;
	expect(1, 0, 5);	/* stages CPU 0's as well */
	for (i = 0; i < NR + 1; i++)
		write_at(0, 20 + i);
	now = 100;
	expect(0, 0, 10);
	expect_lost(0, 1, 21, 1);
	for (i = 1; i < NR + 1; i++)
		expect(0, i + 1, 20 + i);
	expect_end();
}

static void rewinds_and_skips(void **state)
{
	(void)state;
	write_at(0, 10);
	write_at(1, 20);
	now = 100;
	expect(0, 0, 10);
	tcpstate_stream_rewind(stream);
	expect(0, 0, 10);
	expect(1, 0, 20);
	expect_end();
	write_at(0, 110);
	tcpstate_stream_skip(stream);
	expect_end();
	write_at(0, 120);
	now = 200;
	expect(0, 2, 120);
	expect_end();
}

/* What was not wanted is known to be so only when it was looked at. */
static void expect_nothing_wanted(void)
{
	assert_null(tcpstate_stream_peek(stream));
	assert_false(tcpstate_stream_pending(stream));
}

static void expect_kinds(const struct tcpstate_ring *ring)
{
	const u64 *kinds = ring->kinds;
	u64 sum = 0;

	while (kinds < ring->kinds + sizeof(ring->kinds) / sizeof(*kinds))
		sum += *kinds++;
	assert_int_equal(sum, ring->reserved);
}

/* What became of the records of all rings adds up to these, and to recorded. */
static void expect_counts(u64 delivered, u64 filtered, u64 lost)
{
	struct tcpstate_counters sum = { 0 };
	unsigned int i;

	for (i = 0; i < CPUS; i++) {
		tcpstate_cursor_count(&stream->cursors[i], &sum);
		expect_kinds(&rings[i]);
	}
	assert_int_equal(sum.delivered, delivered);
	assert_int_equal(sum.filtered, filtered);
	assert_int_equal(sum.lost, lost);
	assert_int_equal(sum.recorded, delivered + filtered + lost);
}

static void write_kind(unsigned int cpu, u64 ts, u8 kind, u64 cookie)
{
	union tcpstate_record *rec;

	now = ts;
	rec = tcpstate_ring_begin(&rings[cpu], kind);
	rec->head.cpu = cpu;
	rec->head.cookie = cookie;
	tcpstate_ring_commit(&rings[cpu]);
}

static void expect_kind(unsigned int cpu, u64 seq, u8 kind)
{
	const union tcpstate_record *rec = tcpstate_stream_peek(stream);

	assert_non_null(rec);
	assert_int_equal(rec->head.cpu, cpu);
	assert_int_equal(rec->head.seq, seq);
	assert_int_equal(rec->head.kind, kind);
	tcpstate_stream_pop(stream);
}

static bool is_cookie(void *arg, const union tcpstate_record *rec)
{
	return rec->head.cookie == *(u64 *)arg;
}

static u64 cookie = 1;
static const struct tcpstate_wanted edges = { .kinds = 1 << TCPSTATE_TRANSITION };
static const struct tcpstate_wanted ones = { .filter = is_cookie, .arg = &cookie };
static const struct tcpstate_wanted everything;

/* As if there had been so many, and the stream had delivered them */
static void go_on_from(u64 pos)
{
	unsigned int i;

	tcpstate_stream_rewind(stream);
	for (i = 0; i < CPUS; i++) {
		tcpstate_ring_init(&rings[i], slots[i], NR);
		rings[i].reserved = pos;
		rings[i].committed = pos;
		rings[i].kinds[0] = pos;
		stream->cursors[i].pos = pos;
		stream->cursors[i].end = pos;
		stream->cursors[i].counts.delivered = pos;
	}
}

static void count_from(u64 pos)
{
	u64 i;

	go_on_from(pos);
	for (i = 0; i < NR + 3; i++)
		write_at(0, i);
	write_at(1, 50);
	now = 100;
	expect_lost(0, pos, 3, 3);
	for (i = 3; i < NR + 3; i++)
		expect(0, pos + i, i);
	expect(1, pos, 50);
	expect_end();
	expect_counts(CPUS * pos + NR + 1, 0, 3);
}

static void counts_what_became_of_all(void **state)
{
	(void)state;
	count_from(0);
}

static void counts_across_2_to_the_32(void **state)
{
	u64 pos;

	(void)state;
	for (pos = UINT32_MAX - NR - 4ULL; pos < UINT32_MAX + 4ULL; pos++)
		count_from(pos);
}

static void loses_and_skips_more_than_2_to_the_32(void **state)
{
	const u64 pos = UINT32_MAX + 4ULL;
	u64 i;

	(void)state;
	go_on_from(pos);
	tcpstate_stream_rewind(stream);
	for (i = 0; i < NR; i++)
		write_at(0, i);
	now = 100;
	expect_lost(0, 0, 0, pos);
	for (i = 0; i < NR; i++)
		expect(0, pos + i, i);
	tcpstate_stream_skip(stream);
	expect_end();
	expect_counts(NR, (CPUS - 1) * pos, pos);
}

static void leaves_other_kinds_out(void **state)
{
	(void)state;
	tcpstate_stream_want(stream, &edges);
	write_kind(0, 10, TCPSTATE_SEGMENT, 0);
	write_kind(1, 11, TCPSTATE_TRANSITION, 0);
	write_kind(0, 12, TCPSTATE_SEGMENT, 0);
	write_kind(0, 13, TCPSTATE_TRANSITION, 0);
	write_kind(1, 14, TCPSTATE_NOTE, 0);
	now = 100;
	expect_kind(1, 0, TCPSTATE_TRANSITION);
	expect_kind(0, 2, TCPSTATE_TRANSITION);
	expect_nothing_wanted();
	expect_counts(2, 3, 0);
}

static void asks_the_filter(void **state)
{
	(void)state;
	tcpstate_stream_want(stream, &ones);
	write_kind(0, 10, TCPSTATE_TRANSITION, 2);
	write_kind(0, 11, TCPSTATE_SEGMENT, 1);
	write_kind(1, 12, TCPSTATE_TRANSITION, 2);
	now = 100;
	expect_kind(0, 1, TCPSTATE_SEGMENT);
	expect_nothing_wanted();
	expect_counts(1, 2, 0);
}

/* A loss is told of, though nothing of what follows it is wanted. */
static void a_loss_is_never_filtered(void **state)
{
	u64 i;

	(void)state;
	tcpstate_stream_want(stream, &edges);
	for (i = 0; i < NR + 2; i++)
		write_kind(0, 10 + i, TCPSTATE_SEGMENT, 0);
	now = 100;
	expect_lost(0, 0, 12, 2);
	expect_nothing_wanted();
	expect_counts(0, NR, 2);
	write_kind(0, 110, TCPSTATE_TRANSITION, 0);
	now = 200;
	expect_kind(0, NR + 2, TCPSTATE_TRANSITION);
	expect_counts(1, NR, 2);
}

/* What is staged already is subject to it, too, but no loss before that. */
static void a_filter_holds_at_once(void **state)
{
	u64 i;

	(void)state;
	for (i = 0; i < NR + 1; i++)
		write_kind(0, 10 + i, TCPSTATE_SEGMENT, 2);
	write_kind(1, 20, TCPSTATE_TRANSITION, 1);
	write_kind(2, 5, TCPSTATE_NOTE, 1);
	now = 100;
	expect_kind(2, 0, TCPSTATE_NOTE);	/* stages the others' first */
	tcpstate_stream_want(stream, &ones);
	expect_lost(0, 0, 11, 1);
	expect_kind(1, 0, TCPSTATE_TRANSITION);
	expect_nothing_wanted();
	expect_counts(2, NR, 1);
}

static void a_filter_is_taken_away(void **state)
{
	u64 i;

	(void)state;
	tcpstate_stream_want(stream, &ones);
	for (i = 0; i < NR + 1; i++)
		write_kind(0, 10 + i, TCPSTATE_SEGMENT, 2);
	now = 100;
	assert_non_null(tcpstate_stream_peek(stream));	/* the loss */
	tcpstate_stream_want(stream, &everything);
	expect_lost(0, 0, 11, 1);
	for (i = 1; i < NR + 1; i++)
		expect_kind(0, i, TCPSTATE_SEGMENT);
	expect_nothing_wanted();
	expect_counts(NR, 0, 1);
}

/* Else a reader that wants nothing of a busy stream would never return. */
static void write_unwanted(void)
{
	static unsigned int calls;

	/* Not so often that each is overwritten before it is copied */
	if (calls++ % 10 == 0)
		write_kind(0, ++now, TCPSTATE_SEGMENT, 0);
}

static void does_not_chase_what_is_not_wanted(void **state)
{
	(void)state;
	tcpstate_stream_want(stream, &edges);
	write_unwanted();
	at_step = write_unwanted;
	assert_null(tcpstate_stream_peek(stream));
	at_step = NULL;
	assert_true(tcpstate_stream_pending(stream));
}

static void counts_what_is_skipped(void **state)
{
	u64 i;

	(void)state;
	write_at(0, 10);
	write_at(0, 11);
	write_at(1, 12);
	now = 100;
	expect(0, 0, 10);
	tcpstate_stream_skip(stream);
	expect_counts(1, 2, 0);
	for (i = 0; i < NR + 1; i++)
		write_at(1, 200 + i);
	now = 300;
	expect_lost(1, 1, 201, 1);
	tcpstate_stream_skip(stream);
	expect_counts(1, 2 + NR, 1);
	tcpstate_stream_rewind(stream);
	now = 400;
	expect(0, 0, 10);
	expect(0, 1, 11);
	expect_lost(1, 0, 201, 2);
	for (i = 0; i < NR; i++)
		expect(1, 2 + i, 201 + i);
	expect_end();
	expect_counts(2 + NR, 0, 2);
}

/*
 * Interleavings.  A step of the writer: a reader on another CPU looks at the
 * ring as the writer has left it.  A step of the reader: the writer goes on.
 */
static unsigned int steps, burst_step, burst;
static u64 seen_pos, seen_lost, seen;

static void reader_looks(void)
{
	union tcpstate_record rec;

	steps++;
	while (tcpstate_ring_read(&rings[0], &seen_pos, &seen_lost, &rec)) {
		assert_int_equal(rec.head.seq + 1, seen_pos);
		assert_whole(&rec);
		seen++;
	}
}

static void writer_is_stopped_at_every_store(void **state)
{
	u64 i;

	(void)state;
	steps = 0;
	seen = 0;
	seen_pos = 0;
	seen_lost = 0;
	at_step = reader_looks;
	for (i = 0; i < 3 * NR; i++)
		write_at(0, i);
	at_step = NULL;
	reader_looks();
	/* reserved, all 16 words, committed */
	assert_true(steps > 3 * NR * 18);
	assert_int_equal(seen, 3 * NR);
	assert_int_equal(seen_lost, 0);
}

/* A reader that starts from a lapped position at every store of the writer. */
static void late_reader_looks(void)
{
	union tcpstate_record rec;
	u64 pos = 0, lost = 0, got = 0;

	while (tcpstate_ring_read(&rings[0], &pos, &lost, &rec)) {
		assert_whole(&rec);
		got++;
	}
	assert_int_equal(got + lost, rings[0].committed);
	/* The slot being written is lost to it, no other. */
	if (rings[0].reserved > NR)
		assert_int_equal(lost, rings[0].reserved - NR);
}

static void late_reader_at_every_store(void **state)
{
	u64 i;

	(void)state;
	at_step = late_reader_looks;
	for (i = 0; i < 3 * NR; i++)
		write_at(0, i);
}

static void writer_bursts(void)
{
	unsigned int i;

	if (steps++ != burst_step)
		return;
	for (i = 0; i < burst; i++)
		write_at(0, now + 1);
}

/* Every step of a read crossed with bursts up to more than two laps. */
static void reader_is_overtaken_at_every_load(void **state)
{
	(void)state;
	for (burst = 0; burst <= 2 * NR + 1; burst++) {
		for (burst_step = 0; burst_step < 60; burst_step++) {
			u64 pos = 0, lost = 0, got = 0, i;
			union tcpstate_record rec;

			tcpstate_ring_init(&rings[0], slots[0], NR);
			for (i = 0; i < NR; i++)
				write_at(0, i);
			steps = 0;
			at_step = writer_bursts;
			while (tcpstate_ring_read(&rings[0], &pos, &lost,
						  &rec)) {
				assert_int_equal(rec.head.seq, got + lost);
				assert_whole(&rec);
				got++;
			}
			at_step = NULL;
			assert_int_equal(got + lost, rings[0].committed);
			assert_int_equal(rings[0].committed, NR + burst);
		}
	}
}

/* One in three is an edge, so that most are overwritten by another kind. */
static u8 kind_at(u64 pos)
{
	return pos % 3 ? TCPSTATE_SEGMENT : TCPSTATE_TRANSITION;
}

static void write_mixed(unsigned int count)
{
	while (count--)
		write_kind(0, now + 1, kind_at(rings[0].reserved), 0);
}

static struct tcpstate_counts told;	/* by the stream, or by its silence */

static u64 told_of(void)
{
	return told.delivered + told.filtered + told.lost;
}

static void nothing_wanted_below(u64 pos)
{
	for (; told_of() < pos; told.filtered++)
		assert_int_equal(kind_at(told_of()), TCPSTATE_SEGMENT);
}

static void expect_edges(void)
{
	const union tcpstate_record *rec;

	while ((rec = tcpstate_stream_peek(stream))) {
		nothing_wanted_below(rec->head.seq);
		assert_int_equal(rec->head.seq, told_of());
		if (rec->head.kind == TCPSTATE_LOST) {
			told.lost += rec->lost.count;
		} else {
			assert_int_equal(rec->head.kind, TCPSTATE_TRANSITION);
			assert_int_equal(kind_at(told_of()), TCPSTATE_TRANSITION);
			told.delivered++;
		}
		tcpstate_stream_pop(stream);
	}
}

static void mixed_burst(void)
{
	now++;	/* else peek waits for the clock */
	if (steps++ == burst_step)
		write_mixed(burst);
}

/* The same of a read that steps over what is no edge, to the end. */
static void skipping_is_overtaken_at_every_load(void **state)
{
	(void)state;
	for (burst = 0; burst <= 2 * NR + 1; burst++) {
		burst_step = 0;
		do {
			tcpstate_ring_init(&rings[0], slots[0], NR);
			tcpstate_stream_rewind(stream);
			tcpstate_stream_want(stream, &edges);
			write_mixed(NR);
			told = (struct tcpstate_counts){ 0 };
			steps = 0;
			at_step = mixed_burst;
			expect_edges();
			at_step = NULL;
			now++;
			expect_edges();	/* the burst may have come last */
			nothing_wanted_below(rings[0].committed);
			expect_counts(told.delivered, told.filtered, told.lost);
			assert_true(told.lost <= burst);
		} while (steps > burst_step++);
		/* Two loads of each, and three are copied. */
		assert_true(burst_step > 2 * NR + 3 * 32);
	}
}

/* From wherever it starts, at every store of the writer */
static void late_skipper_looks(void)
{
	const u64 end = rings[0].committed;
	u64 begin, pos, skipped;

	for (begin = 0; begin < end; begin++) {
		pos = begin;
		skipped = tcpstate_ring_skip(&rings[0], &pos, end, edges.kinds);
		assert_int_equal(skipped, pos - begin);
		while (pos > begin)
			assert_int_equal(kind_at(--pos), TCPSTATE_SEGMENT);
	}
}

static void late_skipper_at_every_store(void **state)
{
	(void)state;
	at_step = late_skipper_looks;
	write_mixed(4 * NR);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(reads_what_was_written),
		TEST(full_ring_loses_nothing),
		TEST(overwritten_is_counted_exactly),
		TEST(passes_2_to_the_32),
		TEST(merges_by_time),
		TEST(peek_does_not_consume),
		TEST(waits_for_the_horizon),
		TEST(a_late_older_record_is_not_overtaken),
		TEST(loss_stands_before_what_survived),
		TEST(a_staged_record_cannot_be_lost),
		TEST(rewinds_and_skips),
		TEST(writer_is_stopped_at_every_store),
		TEST(late_reader_at_every_store),
		TEST(reader_is_overtaken_at_every_load),
		TEST(counts_what_became_of_all),
		TEST(counts_across_2_to_the_32),
		TEST(loses_and_skips_more_than_2_to_the_32),
		TEST(leaves_other_kinds_out),
		TEST(asks_the_filter),
		TEST(a_loss_is_never_filtered),
		TEST(a_filter_holds_at_once),
		TEST(a_filter_is_taken_away),
		TEST(does_not_chase_what_is_not_wanted),
		TEST(counts_what_is_skipped),
		TEST(skipping_is_overtaken_at_every_load),
		TEST(late_skipper_at_every_store),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

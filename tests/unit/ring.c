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
	union tcpstate_record rec;

	now = ts;
	memset(&rec, (int)(0x40 + rings[cpu].reserved), sizeof(rec));
	rec.head.cpu = cpu;
	tcpstate_ring_write(&rings[cpu], &rec);
}

static void assert_whole(const union tcpstate_record *rec)
{
	const unsigned char *bytes = (const unsigned char *)rec;
	size_t i;

	for (i = offsetof(struct tcpstate_head, kind); i < sizeof(*rec); i++)
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
	/* reserved, 16 words in and out, committed */
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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * The ring and the stream under real concurrency, for ThreadSanitizer.
 *
 * A writer a ring, pinned to a CPU as in the kernel, and readers of different
 * speed, one of which wants one kind only.  For every other record the writers
 * take turns on one "socket" (a spin lock and a counter), whose edges must come
 * out in the order in which it took them.  Positions pass 2^32.
 *
 * Each record's writer is stopped at one of its steps, the next one each time:
 * behind each of its marked accesses, and behind its clock.  A reader is stopped
 * likewise, now and then, till all rings have gone round: it is overtaken there.
 * Each reader checks that every record is what its writer wrote, that time never
 * goes back, that nothing it wants is passed over in silence, and that in the end
 * recorded = delivered + filtered + lost, also as the stream has counted.
 */
#include <inttypes.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ring.h"
#include "stream.h"

#define WRITERS 3
#define READERS 4
#define SLOTS 16
#define RECORDS 15000ULL	/* a writer, at least, and at most: */
#define RECORDS_MAX (100 * RECORDS)
#define BEGIN ((1ULL << 32) - RECORDS / 2)

static union tcpstate_record slots[WRITERS][SLOTS];
static struct tcpstate_ring rings[WRITERS];
static atomic_int writing = WRITERS;
/* Readers that have not been stopped at each step yet */
static atomic_int going_round = READERS;
static pthread_spinlock_t socket_lock;
static u64 socket_edge;

static void fail(const char *what, u64 got, u64 wanted)
{
	fprintf(stderr, "%s: %" PRIu64 ", not %" PRIu64 "\n", what,
		(uint64_t)got, (uint64_t)wanted);
	_exit(1);
}

/*
 * What a thread does is stopped at a step, and the next time at the next one.
 * @stop returns false if it could not be, for once.
 */
static __thread struct {
	bool (*stop)(void);
	unsigned int step, at, steps, rounds;
} me;

void shim_step(void)
{
	if (++me.step != me.at || !me.stop || !me.stop())
		return;
	if (me.at++ == me.steps) {
		me.at = 1;
		me.rounds++;
	}
}

static void stop_within(unsigned int steps)
{
	me.at = 1;
	me.steps = steps;
}

static void begin_steps(bool (*stop)(void))
{
	me.stop = stop;
	me.step = 0;
}

/* Without an order of memory that the module does not give */
static int relaxed(atomic_int *value)
{
	return atomic_load_explicit(value, memory_order_relaxed);
}

static void check_rounds(void)
{
	if (!me.rounds)
		fail("last step at which it was stopped", me.at - 1, me.steps);
}

/* It steps as well: a writer may be held up behind its clock. */
u64 ktime_get_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	shim_step();
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

static void pin(unsigned int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu % sysconf(_SC_NPROCESSORS_ONLN), &set);
	pthread_setaffinity_np(pthread_self(), sizeof(set), &set);
}

/* Word i of a record: anything that another record does not have there. */
static u64 pattern(u64 cpu, u64 seq, int i)
{
	return (seq * 31 + cpu) * 0x9e3779b97f4a7c15ULL + i;
}

/* Where the payload begins; before it: the head, and the socket's edge. */
#define EDGE 4
#define FIRST 5
#define WORDS (TCPSTATE_RECORD_SIZE / 8)

/* One in three is an edge, which is all that one of the readers wants. */
static u8 kind_at(u64 seq)
{
	return seq % 3 ? TCPSTATE_SEGMENT : TCPSTATE_TRANSITION;
}

/* From that it is reserved to that it is committed: all words, and the clock */
#define WRITER_STEPS 29

static bool others_run(void)
{
	sched_yield();
	return true;
}

/* As in the kernel, but for the marks, without which these would be races. */
static void write_record(u64 cpu, u64 seq, u64 edge)
{
	union tcpstate_record *rec;
	int i;

	begin_steps(others_run);
	rec = tcpstate_ring_begin(&rings[cpu], kind_at(seq));
	WRITE_ONCE(rec->head.cpu, cpu);
	WRITE_ONCE(rec->words[EDGE], edge);
	for (i = FIRST; i < WORDS; i++)
		WRITE_ONCE(rec->words[i], pattern(cpu, seq, i));
	tcpstate_ring_commit(&rings[cpu]);
	if (me.step != WRITER_STEPS)
		fail("steps of a record", me.step, WRITER_STEPS);
}

/* Who has the lock may be stopped. */
static void write_edge(u64 cpu, u64 seq)
{
	while (pthread_spin_trylock(&socket_lock))
		sched_yield();
	write_record(cpu, seq, ++socket_edge);
	pthread_spin_unlock(&socket_lock);
}

static void *writer(void *arg)
{
	const u64 cpu = (struct tcpstate_ring *)arg - rings;
	u64 seq;

	pin(cpu);
	stop_within(WRITER_STEPS);
	for (seq = BEGIN; seq < BEGIN + RECORDS ||
	     (relaxed(&going_round) && seq < BEGIN + RECORDS_MAX); seq++) {
		if (seq % 2)
			write_edge(cpu, seq);
		else
			write_record(cpu, seq, 0);
	}
	check_rounds();
	atomic_fetch_sub(&writing, 1);
	return NULL;
}

struct reader {
	unsigned int pause_us;
	u64 ts, edge;
	unsigned int peeks;
	struct tcpstate_counters counts;
	u64 next[WRITERS];
	struct tcpstate_stream *stream;
};

/* What there was before @seq, and was not told of, was not wanted. */
static void pass_over(struct reader *r, unsigned int cpu, u64 seq)
{
	const u32 kinds = r->stream->wanted.kinds;
	u64 *next = &r->next[cpu];

	for (; *next < seq && kinds && !(kinds >> kind_at(*next) & 1); ++*next)
		r->counts.filtered++;
	if (seq != *next)
		fail("sequence number", seq, *next);
}

static void check_record(struct reader *r, const union tcpstate_record *rec)
{
	const u64 cpu = rec->head.cpu, seq = rec->head.seq;
	int i;

	if (rec->head.kind != kind_at(seq))
		fail("kind", rec->head.kind, kind_at(seq));
	for (i = FIRST; i < WORDS; i++)
		if (rec->words[i] != pattern(cpu, seq, i))
			fail("word of a record", rec->words[i],
			     pattern(cpu, seq, i));
	r->next[cpu]++;
	r->counts.delivered++;
	if (!rec->words[EDGE])
		return;
	if (rec->words[EDGE] <= r->edge)
		fail("edge of the socket, after a later one",
		     rec->words[EDGE], r->edge);
	r->edge = rec->words[EDGE];
}

static void check(struct reader *r, const union tcpstate_record *rec)
{
	if (rec->head.ts < r->ts)
		fail("time, after a later one", rec->head.ts, r->ts);
	r->ts = rec->head.ts;
	pass_over(r, rec->head.cpu, rec->head.seq);
	if (rec->head.kind != TCPSTATE_LOST) {
		check_record(r, rec);
		return;
	}
	r->next[rec->head.cpu] += rec->lost.count;
	r->counts.lost += rec->lost.count;
}

static void check_end(struct reader *r)
{
	struct tcpstate_counters sum = { 0 };
	u64 recorded = 0;
	unsigned int i;

	for (i = 0; i < WRITERS; i++) {
		pass_over(r, i, rings[i].committed);
		recorded += rings[i].committed;
		tcpstate_cursor_count(&r->stream->cursors[i], &sum);
	}
	if (sum.delivered != r->counts.delivered)
		fail("delivered", sum.delivered, r->counts.delivered);
	if (sum.filtered != r->counts.filtered)
		fail("filtered", sum.filtered, r->counts.filtered);
	if (sum.lost != r->counts.lost)
		fail("lost", sum.lost, r->counts.lost);
	if (sum.recorded != recorded)
		fail("recorded", sum.recorded, recorded);
}

/* More than it takes to copy a record */
#define READER_STEPS 40
/* How often it looks for a record till it is stopped again */
#define READER_STOPS 32

static u64 reserved(unsigned int ring)
{
	return __atomic_load_n(&rings[ring].reserved, __ATOMIC_RELAXED);
}

/* Wherever the reader is, it is overtaken there: all rings go round. */
static bool rings_go_round(void)
{
	u64 from[WRITERS];
	unsigned int i;

	for (i = 0; i < WRITERS; i++)
		from[i] = reserved(i);
	for (i = 0; i < WRITERS; i++) {
		while (reserved(i) - from[i] <= SLOTS) {
			if (relaxed(&writing) < WRITERS)
				return false;
			sched_yield();
		}
	}
	return true;
}

static const union tcpstate_record *peek(struct reader *r)
{
	const unsigned int rounds = me.rounds;
	const union tcpstate_record *rec;

	begin_steps(r->peeks++ % READER_STOPS ? NULL : rings_go_round);
	rec = tcpstate_stream_peek(r->stream);
	if (!rounds && me.rounds)
		atomic_fetch_sub_explicit(&going_round, 1, memory_order_relaxed);
	return rec;
}

static void *reader(void *arg)
{
	struct reader *r = arg;
	const union tcpstate_record *rec;
	bool last;

	stop_within(READER_STEPS);
	do {
		last = !atomic_load(&writing);
		while ((rec = peek(r))) {
			check(r, rec);
			tcpstate_stream_pop(r->stream);
		}
		if (r->pause_us)
			usleep(r->pause_us);
	} while (!last);
	check_end(r);
	check_rounds();
	return NULL;
}

static void check_kinds(const struct tcpstate_ring *ring)
{
	u64 sum = 0;
	int i;

	for (i = 0; i < TCPSTATE_KINDS - TCPSTATE_TRANSITION; i++)
		sum += ring->kinds[i];
	if (sum != ring->committed - BEGIN)
		fail("records of all kinds", sum, ring->committed - BEGIN);
}

static void init_ring(unsigned int i)
{
	tcpstate_ring_init(&rings[i], slots[i], SLOTS);
	rings[i].reserved = BEGIN;
	rings[i].committed = BEGIN;
}

static void open_stream(struct reader *r)
{
	struct tcpstate_stream *stream;
	unsigned int i;

	stream = calloc(1, sizeof(*stream) +
			   WRITERS * sizeof(stream->cursors[0]));
	stream->nr = WRITERS;
	for (i = 0; i < WRITERS; i++) {
		stream->cursors[i].ring = &rings[i];
		stream->cursors[i].cpu = i;
		stream->cursors[i].pos = BEGIN;
		stream->cursors[i].end = BEGIN;
		r->next[i] = BEGIN;
	}
	r->stream = stream;
}

int main(void)
{
	static const unsigned int pause_us[READERS] = { 0, 50, 2000, 0 };
	static const struct tcpstate_wanted edges = { .kinds = 1 << TCPSTATE_TRANSITION };
	pthread_t writers[WRITERS], threads[READERS];
	struct reader readers[READERS] = { 0 };
	u64 lost = 0;
	int i;

	pthread_spin_init(&socket_lock, PTHREAD_PROCESS_PRIVATE);
	for (i = 0; i < WRITERS; i++)
		init_ring(i);
	for (i = 0; i < READERS; i++) {
		open_stream(&readers[i]);
		readers[i].pause_us = pause_us[i];
	}
	tcpstate_stream_want(readers[READERS - 1].stream, &edges);
	for (i = 0; i < READERS; i++)
		pthread_create(&threads[i], NULL, reader, &readers[i]);
	for (i = 0; i < WRITERS; i++)
		pthread_create(&writers[i], NULL, writer, &rings[i]);
	for (i = 0; i < WRITERS; i++) {
		pthread_join(writers[i], NULL);
		check_kinds(&rings[i]);
	}
	for (i = 0; i < READERS; i++) {
		const struct tcpstate_counters *counts = &readers[i].counts;

		pthread_join(threads[i], NULL);
		printf("reader %d: %" PRIu64 " delivered, %" PRIu64
		       " filtered, %" PRIu64 " lost\n",
		       i, (uint64_t)counts->delivered,
		       (uint64_t)counts->filtered, (uint64_t)counts->lost);
		lost += counts->lost;
		free(readers[i].stream);
	}
	/* Else the ring was too large for this to be a test of it. */
	if (!lost)
		fail("lost by all", 0, 1);
	return 0;
}

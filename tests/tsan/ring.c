// SPDX-License-Identifier: GPL-2.0
/*
 * The ring and the stream under real concurrency, for ThreadSanitizer.
 *
 * A writer a ring, pinned to a CPU as in the kernel, and readers of different
 * speed.  For every other record the writers take turns on one "socket" (a spin
 * lock and a counter), whose edges must come out in the order in which it took
 * them.  Now and then a writer is held up behind its clock, or amid the record.
 * Each reader checks that every record is what its writer wrote, that time
 * never goes back, and that in the end recorded = delivered + lost.
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
#define READERS 3
#define SLOTS 64
#define RECORDS 200000ULL	/* a writer */

static union tcpstate_record slots[WRITERS][SLOTS];
static struct tcpstate_ring rings[WRITERS];
static atomic_int writing = WRITERS;
static pthread_spinlock_t socket_lock;
static u64 socket_edge;

static __thread unsigned int written;	/* 0 in a reader */

u64 ktime_get_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	if (written && written % 64 == 0)
		sched_yield();
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

static void fail(const char *what, u64 got, u64 wanted)
{
	fprintf(stderr, "%s: %" PRIu64 ", not %" PRIu64 "\n", what,
		(uint64_t)got, (uint64_t)wanted);
	_exit(1);
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

/* As in the kernel, but for the marks, without which these would be races. */
static void write_record(u64 cpu, u64 seq, u64 edge)
{
	union tcpstate_record *rec;
	int i;

	rec = tcpstate_ring_begin(&rings[cpu], TCPSTATE_TRANSITION);
	WRITE_ONCE(rec->head.cpu, cpu);
	WRITE_ONCE(rec->words[EDGE], edge);
	for (i = FIRST; i < WORDS; i++) {
		if (written % 64 == 1 && i == WORDS / 2)
			sched_yield();
		WRITE_ONCE(rec->words[i], pattern(cpu, seq, i));
	}
	tcpstate_ring_commit(&rings[cpu]);
}

static void write_edge(u64 cpu, u64 seq)
{
	pthread_spin_lock(&socket_lock);
	write_record(cpu, seq, ++socket_edge);
	pthread_spin_unlock(&socket_lock);
}

static void *writer(void *arg)
{
	const u64 cpu = (struct tcpstate_ring *)arg - rings;
	u64 seq;

	pin(cpu);
	for (seq = 0; seq < RECORDS; seq++) {
		written++;
		if (seq % 2)
			write_edge(cpu, seq);
		else
			write_record(cpu, seq, 0);
	}
	atomic_fetch_sub(&writing, 1);
	return NULL;
}

struct reader {
	unsigned int pause_us;
	u64 ts, edge, delivered, lost;
	u64 next[WRITERS];
	struct tcpstate_stream *stream;
};

static void check_record(struct reader *r, const union tcpstate_record *rec)
{
	const u64 cpu = rec->head.cpu, seq = rec->head.seq;
	int i;

	if (seq != r->next[cpu])
		fail("sequence number", seq, r->next[cpu]);
	for (i = FIRST; i < WORDS; i++)
		if (rec->words[i] != pattern(cpu, seq, i))
			fail("word of a record", rec->words[i],
			     pattern(cpu, seq, i));
	r->next[cpu]++;
	r->delivered++;
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
	if (rec->head.kind != TCPSTATE_LOST) {
		check_record(r, rec);
		return;
	}
	if (rec->head.seq != r->next[rec->head.cpu])
		fail("first lost", rec->head.seq, r->next[rec->head.cpu]);
	r->next[rec->head.cpu] += rec->lost.count;
	r->lost += rec->lost.count;
}

static void *reader(void *arg)
{
	struct reader *r = arg;
	const union tcpstate_record *rec;
	bool last;

	do {
		last = !atomic_load(&writing);
		while ((rec = tcpstate_stream_peek(r->stream))) {
			check(r, rec);
			tcpstate_stream_pop(r->stream);
		}
		if (r->pause_us)
			usleep(r->pause_us);
	} while (!last);
	if (r->delivered + r->lost != WRITERS * RECORDS)
		fail("delivered + lost", r->delivered + r->lost,
		     WRITERS * RECORDS);
	return NULL;
}

static struct tcpstate_stream *open_stream(void)
{
	struct tcpstate_stream *stream;
	unsigned int i;

	stream = calloc(1, sizeof(*stream) +
			   WRITERS * sizeof(stream->cursors[0]));
	stream->nr = WRITERS;
	for (i = 0; i < WRITERS; i++) {
		stream->cursors[i].ring = &rings[i];
		stream->cursors[i].cpu = i;
	}
	return stream;
}

int main(void)
{
	static const unsigned int pause_us[READERS] = { 0, 50, 2000 };
	pthread_t writers[WRITERS], threads[READERS];
	struct reader readers[READERS] = { 0 };
	u64 lost = 0;
	int i;

	pthread_spin_init(&socket_lock, PTHREAD_PROCESS_PRIVATE);
	for (i = 0; i < WRITERS; i++)
		tcpstate_ring_init(&rings[i], slots[i], SLOTS);
	for (i = 0; i < READERS; i++) {
		readers[i].stream = open_stream();
		readers[i].pause_us = pause_us[i];
		pthread_create(&threads[i], NULL, reader, &readers[i]);
	}
	for (i = 0; i < WRITERS; i++)
		pthread_create(&writers[i], NULL, writer, &rings[i]);
	for (i = 0; i < WRITERS; i++)
		pthread_join(writers[i], NULL);
	for (i = 0; i < READERS; i++) {
		pthread_join(threads[i], NULL);
		printf("reader %d: %" PRIu64 " delivered, %" PRIu64 " lost\n",
		       i, (uint64_t)readers[i].delivered,
		       (uint64_t)readers[i].lost);
		lost += readers[i].lost;
		free(readers[i].stream);
	}
	/* Else the ring was too large for this to be a test of it. */
	if (!lost)
		fail("lost by all", 0, 1);
	return 0;
}

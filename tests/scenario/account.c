// SPDX-License-Identifier: GPL-2.0
/*
 * account PAUSE_US [edges|closed]: read /dev/tcpstate to the end and account for
 * each record.
 *
 * Sleeps PAUSE_US after each read(2).  With a filter it has the module deliver
 * only edges, by their kind, or edges to CLOSED, by a program.  On SIGTERM reads
 * what there still is and prints "recorded N delivered N lost N filtered N": the
 * first and the last as the module says, the others as they came.  Fails if the
 * module says otherwise of these; if a number comes twice, or is missing that
 * was not filtered out; if time goes back; if a record's CPU or kind is none; or
 * if a loss is told of with reserved bytes that are not 0.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "../../module/uapi/tcpstate.h"

#define CPUS 64
#define BATCH 64

static volatile sig_atomic_t stop;
static unsigned long long next[CPUS], ts, delivered, lost, gaps;
static const char *wanted;

static void die(const char *what, unsigned long long got,
		unsigned long long wanted)
{
	fprintf(stderr, "account: %s: %llu, not %llu\n", what, got, wanted);
	exit(1);
}

static void on_term(int sig)
{
	(void)sig;
	stop = 1;
}

/* Return: how many records it is for. */
static unsigned long long read_lost(const struct tcpstate_lost *rec)
{
	size_t i;

	for (i = 0; i < sizeof(rec->reserved); i++)
		if (rec->reserved[i])
			die("reserved byte", rec->reserved[i], 0);
	return rec->count;
}

static void check_kind(const union tcpstate_record *rec)
{
	const struct tcpstate_head *head = &rec->head;

	if (head->kind != TCPSTATE_TRANSITION &&
	    (wanted || (head->kind != TCPSTATE_SEGMENT &&
			head->kind != TCPSTATE_NOTE)))
		die("kind", head->kind, TCPSTATE_TRANSITION);
	if (wanted && !strcmp(wanted, "closed") &&
	    rec->transition.new_state != TCPSTATE_CLOSED)
		die("state", rec->transition.new_state, TCPSTATE_CLOSED);
}

static void account(const union tcpstate_record *rec)
{
	const struct tcpstate_head *head = &rec->head;
	unsigned long long count = 1;

	if (head->kind == TCPSTATE_START)
		return;
	if (head->cpu >= CPUS)
		die("CPU", head->cpu, CPUS - 1);
	if (head->kind == TCPSTATE_LOST)
		count = read_lost(&rec->lost);
	else
		check_kind(rec);
	if (head->seq < next[head->cpu] ||
	    (head->seq > next[head->cpu] && !wanted))
		die("sequence number", head->seq, next[head->cpu]);
	gaps += head->seq - next[head->cpu];
	next[head->cpu] = head->seq;
	if (head->ts < ts)
		die("time, after a later one", head->ts, ts);
	ts = head->ts;
	next[head->cpu] += count;
	*(head->kind == TCPSTATE_LOST ? &lost : &delivered) += count;
}

/* Return: whether there was anything to read. */
static int read_batch(int fd)
{
	union tcpstate_record batch[BATCH];
	const ssize_t size = read(fd, batch, sizeof(batch));
	ssize_t i;

	if (size < 0 && errno == EAGAIN)
		return 0;
	if (size <= 0 || size % TCPSTATE_RECORD_SIZE)
		die("read", size, sizeof(batch));
	for (i = 0; i < size / TCPSTATE_RECORD_SIZE; i++)
		account(&batch[i]);
	return 1;
}

/* With the device open, SIGTERM is taken care of: others wait for that. */
static int open_device(void)
{
	int fd;

	signal(SIGTERM, on_term);
	fd = open("/dev/" TCPSTATE_DEVICE, O_RDONLY | O_NONBLOCK);
	if (fd < 0) {
		perror("account: /dev/" TCPSTATE_DEVICE);
		exit(1);
	}
	return fd;
}

#define LOAD(type, member)						\
	BPF_STMT(BPF_LD | BPF_B | BPF_ABS,				\
		 64 + offsetof(struct tcpstate_##type, member))

static void set_filter(int fd)
{
	static const struct sock_filter closed[] = {
		LOAD(head, kind),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, TCPSTATE_TRANSITION, 0, 3),
		LOAD(transition, new_state),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, TCPSTATE_CLOSED, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 1),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct tcpstate_filter filter = { 0 };

	if (!strcmp(wanted, "edges")) {
		filter.kinds = 1 << TCPSTATE_TRANSITION;
	} else {
		filter.insns = (uintptr_t)closed;
		filter.len = sizeof(closed) / sizeof(*closed);
	}
	if (ioctl(fd, TCPSTATE_IOC_FILTER, &filter))
		die("errno of the filter", errno, 0);
}

static void report(int fd)
{
	struct tcpstate_counters counters;
	unsigned long long past = 0;
	int i;

	for (i = 0; i < CPUS; i++)
		past += next[i];
	if (ioctl(fd, TCPSTATE_IOC_COUNTERS, &counters))
		die("errno of the counters", errno, 0);
	if (counters.delivered != delivered)
		die("delivered", counters.delivered, delivered);
	if (counters.lost != lost)
		die("lost", counters.lost, lost);
	/* By the last record delivered: what was filtered since leaves no gap. */
	if (past != delivered + gaps + lost)
		die("past", past, delivered + gaps + lost);
	if (counters.filtered < gaps || (!wanted && counters.filtered))
		die("filtered", counters.filtered, gaps);
	printf("recorded %llu delivered %llu lost %llu filtered %llu\n",
	       counters.recorded, delivered, lost, counters.filtered);
}

int main(int argc, char *argv[])
{
	const unsigned int pause_us = argc > 1 ? atoi(argv[1]) : 0;
	const int fd = open_device();
	struct pollfd poller = { .fd = fd, .events = POLLIN };

	wanted = argv[1] ? argv[2] : NULL;
	if (wanted)
		set_filter(fd);
	while (!stop) {
		/* The limit is for a SIGTERM just before. */
		if (poll(&poller, 1, 100) > 0)
			read_batch(fd);
		if (pause_us)
			usleep(pause_us);
	}
	while (read_batch(fd))
		;
	report(fd);
	return 0;
}

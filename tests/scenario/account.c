// SPDX-License-Identifier: GPL-2.0
/*
 * account PAUSE_US: read /dev/tcpstate to the end and account for each record.
 *
 * Sleeps PAUSE_US after each read(2).  On SIGTERM reads what there still is
 * and prints "recorded N delivered N lost N", where recorded is what the
 * sequence numbers say.  Fails if a number is missing or comes twice, if time
 * goes back, if a record's CPU or kind is none, or if a loss is told of with
 * reserved bytes that are not 0.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../module/uapi/tcpstate.h"

#define CPUS 64
#define BATCH 64

static volatile sig_atomic_t stop;
static unsigned long long next[CPUS], ts, delivered, lost;

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
	else if (head->kind != TCPSTATE_TRANSITION &&
		 head->kind != TCPSTATE_SEGMENT &&
		 head->kind != TCPSTATE_NOTE)
		die("kind", head->kind, TCPSTATE_TRANSITION);
	if (head->seq != next[head->cpu])
		die("sequence number", head->seq, next[head->cpu]);
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

int main(int argc, char *argv[])
{
	const unsigned int pause_us = argc > 1 ? atoi(argv[1]) : 0;
	const int fd = open_device();
	struct pollfd poller = { .fd = fd, .events = POLLIN };
	unsigned long long recorded = 0;
	int i;

	while (!stop) {
		/* The limit is for a SIGTERM just before. */
		if (poll(&poller, 1, 100) > 0)
			read_batch(fd);
		if (pause_us)
			usleep(pause_us);
	}
	while (read_batch(fd))
		;
	for (i = 0; i < CPUS; i++)
		recorded += next[i];
	printf("recorded %llu delivered %llu lost %llu\n", recorded, delivered,
	       lost);
	return 0;
}

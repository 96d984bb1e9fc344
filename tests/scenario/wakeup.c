// SPDX-License-Identifier: GPL-2.0
/*
 * wakeup: how often, and how soon, a reader of /dev/tcpstate is woken.  Run as
 * root with the module loaded and nothing else that uses TCP.
 *
 * Prints "idle N": how often it woke up in 5 s without records; "latency N": in
 * how many ns after it was made, at the most, a record was there, of single
 * ones; "busy RECORDS WAKEUPS MS": of many in a row; and "edges N": for how many
 * single ones EPOLLET told of them, to one who reads till there is no more.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "../../module/uapi/tcpstate.h"

#define SINGLE 20
#define MANY 1000

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static unsigned long long now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

/* How often this thread has gone to sleep, to be woken again */
static long sleeps(void)
{
	struct rusage usage;

	if (getrusage(RUSAGE_THREAD, &usage))
		die("getrusage");
	return usage.ru_nvcsw;
}

/* To a port where nobody listens */
static void try_to_connect(void)
{
	const struct sockaddr_in addr = {
		.sin_family = AF_INET,
		.sin_port = htons(1),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	const int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (!connect(fd, (const void *)&addr, sizeof(addr)) ||
	    errno != ECONNREFUSED)
		die("connect");
	close(fd);
}

static void *make_single(void *arg)
{
	int i;

	for (i = 0; i < SINGLE; i++) {
		usleep(50000);
		try_to_connect();
	}
	return arg;
}

static void *make_many(void *arg)
{
	int i;

	usleep(50000);
	for (i = 0; i < MANY; i++)
		try_to_connect();
	return arg;
}

/* Return: how many records were read, the first of which was made at @first. */
static int read_some(int fd, unsigned long long *first)
{
	union tcpstate_record recs[1024];
	const ssize_t size = read(fd, recs, sizeof(recs));

	if (size <= 0)
		die("read");
	*first = recs[0].head.ts;
	return size / TCPSTATE_RECORD_SIZE;
}

static int wait_for(int fd, int ms)
{
	struct pollfd poller = { .fd = fd, .events = POLLIN };

	return poll(&poller, 1, ms);
}

static void measure_idle(int fd)
{
	const long before = sleeps();

	if (wait_for(fd, 5000))
		die("not idle");
	/* One is the end of these. */
	printf("idle %ld\n", sleeps() - before - 1);
}

static void measure_latency(int fd)
{
	unsigned long long first, latency, longest = 0;
	pthread_t thread;

	pthread_create(&thread, NULL, make_single, NULL);
	while (wait_for(fd, 1000)) {
		latency = now();
		read_some(fd, &first);
		latency -= first;
		if (latency > longest)
			longest = latency;
	}
	pthread_join(thread, NULL);
	printf("latency %llu\n", longest);
}

static void measure_busy(int fd)
{
	unsigned long long first, begin = now(), last = begin;
	const long before = sleeps();
	pthread_t thread;
	int records = 0;

	pthread_create(&thread, NULL, make_many, NULL);
	while (wait_for(fd, 1000)) {
		records += read_some(fd, &first);
		last = now();
	}
	pthread_join(thread, NULL);
	printf("busy %d %ld %llu\n", records, sleeps() - before,
	       (last - begin) / 1000000);
}

static void drain(int fd)
{
	union tcpstate_record recs[1024];

	while (read(fd, recs, sizeof(recs)) > 0)
		continue;
	if (errno != EAGAIN)
		die("read");
}

static void measure_edges(void)
{
	const int fd = open("/dev/" TCPSTATE_DEVICE, O_RDONLY | O_NONBLOCK);
	struct epoll_event event = { .events = EPOLLIN | EPOLLET };
	const int epoll = epoll_create1(0);
	int i, told = 0;

	if (fd < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event))
		die("epoll");
	for (i = 0; i < SINGLE; i++) {
		drain(fd);
		/* What it may have to say of what has been read */
		while (epoll_wait(epoll, &event, 1, 20) > 0)
			drain(fd);
		try_to_connect();
		told += epoll_wait(epoll, &event, 1, 1000);
	}
	printf("edges %d\n", told);
	close(epoll);
	close(fd);
}

int main(void)
{
	const int fd = open("/dev/" TCPSTATE_DEVICE, O_RDONLY);
	unsigned long long first;

	if (fd < 0 || lseek(fd, 0, SEEK_END))
		die("/dev/" TCPSTATE_DEVICE);
	read_some(fd, &first);	/* the start record */
	measure_idle(fd);
	measure_latency(fd);
	measure_busy(fd);
	measure_edges();
	return 0;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * unload FILE CYCLES: load the module FILE, and unload it as soon as that is
 * possible, so many times, while threads open, read, poll and close its device.
 *
 * A cycle ends only after each thread has opened the device in it.  Prints
 * "opened N gone N unloaded N refused N": how often it was opened, and was not
 * there; was unloaded, and refused that for being in use.  Fails if anything
 * fails in another way.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../../module/uapi/tcpstate.h"

#define THREADS 4

static atomic_ulong opened[THREADS], gone;
static atomic_bool over;

static void die(const char *what)
{
	fprintf(stderr, "unload: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* As long with the device open as without, on the average */
static void doze(void)
{
	usleep(rand() % 1000);
}

/* It has at least the start record. */
static void use(int fd)
{
	struct pollfd poller = { .fd = fd, .events = POLLIN };
	union tcpstate_record recs[4];

	if (poll(&poller, 1, 0) != 1)
		die("poll");
	doze();
	if (read(fd, recs, sizeof(recs)) < (ssize_t)sizeof(*recs))
		die("read");
	if (recs[0].start.magic != TCPSTATE_MAGIC)
		die("magic");
	if (lseek(fd, 0, SEEK_END))
		die("lseek");
}

static void *open_and_close(void *mine)
{
	atomic_ulong *count = mine;
	int fd;

	while (!over) {
		fd = open("/dev/" TCPSTATE_DEVICE, O_RDONLY | O_NONBLOCK);
		if (fd >= 0) {
			use(fd);
			close(fd);
			++*count;
		} else if (errno == ENOENT || errno == ENODEV ||
			   errno == ENXIO) {
			gone++;
		} else {
			die("open");
		}
		doze();
	}
	return NULL;
}

static void load(const char *file)
{
	const int fd = open(file, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || syscall(SYS_finit_module, fd, "ring_kb=4", 0))
		die(file);
	close(fd);
}

static void wait_for_openers(void)
{
	unsigned long before[THREADS];
	int i;

	for (i = 0; i < THREADS; i++)
		before[i] = opened[i];
	for (i = 0; i < THREADS; i++)
		while (opened[i] == before[i])
			usleep(100);
}

/* Return: how often that was refused. */
static unsigned long unload(void)
{
	unsigned long refused = 0;

	while (syscall(SYS_delete_module, "tcpstate", O_NONBLOCK)) {
		if (errno != EAGAIN && errno != EWOULDBLOCK)
			die("unload");
		refused++;
	}
	return refused;
}

int main(int argc, char *argv[])
{
	const unsigned long cycles = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
	unsigned long i, sum = 0, refused = 0;
	pthread_t threads[THREADS];

	for (i = 0; i < THREADS; i++)
		if (pthread_create(&threads[i], NULL, open_and_close,
				   &opened[i]))
			die("thread");
	for (i = 0; i < cycles; i++) {
		load(argv[1]);
		wait_for_openers();
		refused += unload();
	}
	over = true;
	for (i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		sum += opened[i];
	}
	printf("opened %lu gone %lu unloaded %lu refused %lu\n", sum,
	       (unsigned long)gone, cycles, refused);
	return 0;
}

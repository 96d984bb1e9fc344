// SPDX-License-Identifier: GPL-2.0
/*
 * What the machine is to do while its instructions are counted, and the counting:
 *
 *	load connections COUNT	open and close so many, the client first
 *	load requests COUNT	so many bytes and answers on one connection
 *	load end PID		have the process end, by SIGINT
 *	load rate SECONDS	connections as in the first, as many as can be
 *	load hold COUNT		open so many, and keep them till killed
 *
 * Both ends are this process, over loopback.
 *
 * The first three print how many instructions the whole machine took, from the
 * first one to when it has nothing left to do: so with all that readers and
 * softirqs did, whenever they did it.  For that it must have one CPU whose clock
 * counts instructions (scripts/vm --icount).  They are the time of all tasks and of
 * what interrupts them, which /proc/schedstat tells in nanoseconds, less what we
 * took for looking whether there is more to do.  Of interrupts, those that wake an
 * idle CPU are not in it.
 *
 * The fourth prints connections per second of whatever clock there is, the last
 * that it has them all.
 */
#include <arpa/inet.h>
#include <err.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

typedef unsigned long long u64;

#define SECOND 1000000000ull

/* Longer than any reader waits for more to come: tcpdump does for a second. */
#define QUIET (SECOND * 6 / 5)
/* What the machine may do meanwhile and be idle: timers, and we who look */
#define QUIET_BUSY (5 * 1000 * 1000)

/* Connections at once */
#define WARM_UP 200

/* To one address: ports are soon found as long as most are free. */
#define HELD 20000

/* The 2MSL of Linux, with what its timers may be late */
#define TIME_WAIT 65

static struct sockaddr_in address = { .sin_family = AF_INET };
static int listener;

static u64 now(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	return time.tv_sec * SECOND + time.tv_nsec;
}

/*
 * Nanoseconds of the (only) CPU that were not its idle task's, up to when the last
 * other one left it: hence the nap, for us to be the last.
 */
static u64 busy_time(void)
{
	static const struct timespec nap = { 0, 1 };
	char line[256];
	FILE *file;
	u64 busy;

	nanosleep(&nap, NULL);
	file = fopen("/proc/schedstat", "re");
	if (!file)
		err(1, "/proc/schedstat");
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "cpu0 %*u %*u %*u %*u %*u %*u %llu", &busy) == 1) {
			fclose(file);
			return busy;
		}
	errx(1, "/proc/schedstat does not tell how long tasks ran");
}

/* Return: instructions that were ours. */
static u64 wait_till_quiet(void)
{
	static const struct timespec quiet = {
		QUIET / SECOND, QUIET % SECOND
	};
	u64 ours = now(CLOCK_PROCESS_CPUTIME_ID);
	u64 before;

	do {
		before = busy_time();
		nanosleep(&quiet, NULL);
	} while (busy_time() - before > QUIET_BUSY);
	return now(CLOCK_PROCESS_CPUTIME_ID) - ours;
}

/* At the Nth address of the loopback */
static void listen_at(unsigned int n)
{
	socklen_t length = sizeof(address);

	address.sin_port = 0;
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK + n);
	listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (bind(listener, (struct sockaddr *)&address, length) ||
	    listen(listener, 10) ||
	    getsockname(listener, (struct sockaddr *)&address, &length))
		err(1, "no socket to listen");
}

static void open_connection(int *client, int *server)
{
	*client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (connect(*client, (struct sockaddr *)&address, sizeof(address)))
		err(1, "connect");
	*server = accept(listener, NULL, NULL);
	if (*server < 0)
		err(1, "accept");
}

static void close_connection(int client, int server)
{
	char byte;

	close(client);
	if (read(server, &byte, 1))
		errx(1, "more than a FIN came");
	close(server);
}

static void make_connections(u64 count)
{
	int client, server;

	while (count--) {
		open_connection(&client, &server);
		close_connection(client, server);
	}
}

static void send_byte(int fd)
{
	if (write(fd, "x", 1) != 1)
		err(1, "write");
}

static void receive_byte(int fd)
{
	char byte;

	if (read(fd, &byte, 1) != 1)
		err(1, "read");
}

/*
 * Besides warm caches, readers at work: many sockets and packets at once, for the
 * slabs that they are allocated from next to have room.  On a slab that is full
 * but for one object, SLUB takes 140 instructions more to free it, each time.
 */
static void warm_up(void)
{
	int client[WARM_UP], server[WARM_UP], i;

	for (i = 0; i < WARM_UP; i++) {
		open_connection(&client[i], &server[i]);
		send_byte(client[i]);
		send_byte(server[i]);
	}
	for (i = 0; i < WARM_UP; i++) {
		receive_byte(client[i]);
		receive_byte(server[i]);
		close_connection(client[i], server[i]);
	}
}

/* On a connection that is opened before and stays after what is counted */
static void make_requests(u64 count)
{
	static int client, server;

	if (!client)
		open_connection(&client, &server);
	while (count--) {
		send_byte(client);
		receive_byte(server);
		send_byte(server);
		receive_byte(client);
	}
}

static void end_process(u64 pid)
{
	struct pollfd process = {
		.fd = syscall(SYS_pidfd_open, pid, 0),
		.events = POLLIN,
	};

	if (process.fd < 0 || kill(pid, SIGINT))
		err(1, "process %llu", pid);
	if (poll(&process, 1, -1) != 1)
		err(1, "poll");
}

static u64 count_instructions(void (*work)(u64 argument), u64 argument)
{
	u64 before, ours;

	/* The fewer ports are free, the longer a connect() looks for one. */
	sleep(TIME_WAIT);
	wait_till_quiet();
	before = busy_time();
	work(argument);
	ours = wait_till_quiet();
	return busy_time() - before - ours;
}

/* What COUNT times of it take, without what waiting and looking take */
static u64 count_each(void (*work)(u64 count), u64 count)
{
	u64 nothing = count_instructions(work, 0);

	return count_instructions(work, count) - nothing;
}

/* Of the best quarter of a second: others use the host in the rest of them. */
static double rate(u64 seconds)
{
	u64 end = now(CLOCK_MONOTONIC) + seconds * SECOND;
	double best = 0;
	u64 begin, took, count;

	for (begin = 0; begin < end; begin += took) {
		begin = now(CLOCK_MONOTONIC);
		count = 0;
		do {
			make_connections(50);
			count += 50;
			took = now(CLOCK_MONOTONIC) - begin;
		} while (took < SECOND / 4);
		if (count * 1e9 / took > best)
			best = count * 1e9 / took;
	}
	return best;
}

static void hold(u64 count)
{
	const struct rlimit files = { 2 * count + 64, 2 * count + 64 };
	int client, server;
	u64 i;

	if (setrlimit(RLIMIT_NOFILE, &files))
		err(1, "as many files");
	for (i = 0; i < count; i++) {
		if (i % HELD == 0)
			listen_at(1 + i / HELD);
		open_connection(&client, &server);
	}
	puts("held");
	fflush(stdout);
	pause();
}

int main(int argc, char **argv)
{
	const char *verb = argc == 3 ? argv[1] : "";
	u64 argument = argc == 3 ? strtoull(argv[2], NULL, 10) : 0;

	if (!strcmp(verb, "end")) {
		printf("%llu\n", count_instructions(end_process, argument));
		return 0;
	}
	listen_at(0);
	if (!strcmp(verb, "connections")) {
		warm_up();
		printf("%llu\n", count_each(make_connections, argument));
	} else if (!strcmp(verb, "requests")) {
		make_requests(WARM_UP);
		warm_up();
		printf("%llu\n", count_each(make_requests, argument));
	} else if (!strcmp(verb, "rate")) {
		warm_up();
		printf("%.0f\n", rate(argument));
	} else if (!strcmp(verb, "hold")) {
		hold(argument);
	} else {
		errx(2, "usage: load connections|requests|end|rate|hold NUMBER");
	}
	return 0;
}

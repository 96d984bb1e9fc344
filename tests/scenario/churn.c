// SPDX-License-Identifier: GPL-2.0
/*
 * Open and close connections on loopback:
 *
 *	churn CONNECTIONS THREADS	a thread is both ends of its own
 *	churn CONNECTIONS CLIENTS apart	the ends are two processes, which run
 *					at the same time
 *
 * Each client has a listener of its own and takes turns in how a connection
 * ends: closed by the client, by the server, reset, half-closed first; apart
 * also by both at once.  So a pair of ports names one socket, as long as no
 * port comes round again.
 *
 * With "apart" the processes are named "churn-server" and "churn-client", and a
 * line for each pair says "PORT PID-OF-SERVER PID-OF-CLIENT".
 */
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define CLIENTS_MAX 64
/* Apart, a client does not wait until it is accepted. */
#define BACKLOG 128

static unsigned long connections;

static void die(const char *what)
{
	fprintf(stderr, "churn: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int listen_somewhere(struct sockaddr_in *addr)
{
	socklen_t len = sizeof(*addr);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	*addr = (struct sockaddr_in) {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	if (fd < 0 || bind(fd, (struct sockaddr *)addr, sizeof(*addr)) ||
	    listen(fd, BACKLOG) || getsockname(fd, (struct sockaddr *)addr, &len))
		die("listen");
	return fd;
}

static void wait_for_end(int fd)
{
	char byte;

	while (read(fd, &byte, 1) > 0)
		;
}

static void close_with_reset(int fd)
{
	const struct linger now = { .l_onoff = 1 };

	if (setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now)))
		die("SO_LINGER");
	close(fd);
}

/* What the client has sent is read first: else close() might reset, or might not. */
static void end_connection(int client, int server, unsigned long how)
{
	char byte;

	if (read(server, &byte, 1) != 1)
		die("read");
	switch (how % 4) {
	case 0:
		close(client);
		wait_for_end(server);
		close(server);
		return;
	case 1:
		close(server);
		wait_for_end(client);
		close(client);
		return;
	case 2:
		close_with_reset(client);
		wait_for_end(server);
		close(server);
		return;
	case 3:
		shutdown(client, SHUT_WR);
		wait_for_end(server);
		if (write(server, "y", 1) != 1)
			die("write");
		close(server);
		wait_for_end(client);
		close(client);
		return;
	}
}

static void *run(void *arg)
{
	struct sockaddr_in addr;
	const int listener = listen_somewhere(&addr);
	unsigned long i;

	(void)arg;
	for (i = 0; i < connections; i++) {
		int client = socket(AF_INET, SOCK_STREAM, 0), server;

		if (connect(client, (struct sockaddr *)&addr, sizeof(addr)))
			die("connect");
		server = accept(listener, NULL, NULL);
		if (server < 0)
			die("accept");
		if (write(client, "x", 1) != 1)
			die("write");
		end_connection(client, server, i);
	}
	close(listener);
	return NULL;
}

static void run_threads(unsigned long nr)
{
	pthread_t threads[CLIENTS_MAX];
	unsigned long i;

	for (i = 0; i < nr; i++)
		if (pthread_create(&threads[i], NULL, run, NULL))
			die("thread");
	for (i = 0; i < nr; i++)
		pthread_join(threads[i], NULL);
}

static void end_as_client(int fd, unsigned char how)
{
	switch (how) {
	case 1:
		wait_for_end(fd);
		break;
	case 2:
		close_with_reset(fd);
		return;
	case 3:
		shutdown(fd, SHUT_WR);
		wait_for_end(fd);
		break;
	}
	close(fd);
}

/*
 * The client says how, and is not asked by number: two connections of one client
 * may be accepted in the other order, when it went from CPU to CPU between them.
 */
static void end_as_server(int fd)
{
	unsigned char how;
	const ssize_t n = read(fd, &how, 1);

	if (n < 0 && errno != ECONNRESET)
		die("read");
	/* The client's reset came first. */
	if (n != 1) {
		close(fd);
		return;
	}
	switch (how) {
	case 0:
	case 2:
		wait_for_end(fd);
		break;
	case 3:
		wait_for_end(fd);
		if (write(fd, "y", 1) != 1)
			die("write");
		break;
	}
	close(fd);
}

static void be_client(const struct sockaddr_in *addr)
{
	unsigned long i;

	prctl(PR_SET_NAME, "churn-client");
	for (i = 0; i < connections; i++) {
		const int fd = socket(AF_INET, SOCK_STREAM, 0);
		const unsigned char how = i % 5;

		if (connect(fd, (const struct sockaddr *)addr, sizeof(*addr)))
			die("connect");
		if (write(fd, &how, 1) != 1)
			die("write");
		end_as_client(fd, how);
	}
	exit(0);
}

static bool has_ended(pid_t child)
{
	siginfo_t info = { };

	return !waitid(P_PID, child, &info, WEXITED | WNOHANG | WNOWAIT) &&
	       info.si_pid;
}

/*
 * Is there another one to accept?  There may be none: on another CPU, a client's
 * reset may come while the third ACK is still on its way, and there is nothing
 * of the connection but a request.
 */
static bool is_coming(int listener, pid_t client)
{
	struct pollfd fd = { .fd = listener, .events = POLLIN };
	bool ended;

	do {
		ended = has_ended(client);
		if (poll(&fd, 1, 1000))
			return true;
	} while (!ended);
	return false;
}

static void be_server(int listener, pid_t client)
{
	unsigned long i;

	for (i = 0; i < connections && is_coming(listener, client); i++) {
		int fd = accept(listener, NULL, NULL);

		if (fd < 0)
			die("accept");
		end_as_server(fd);
	}
	close(listener);
}

static int wait_for_child(void)
{
	int status;

	if (wait(&status) < 0)
		die("wait");
	return status ? 1 : 0;
}

/* A server, and its client, which must not keep the listener open */
static void run_pair(void)
{
	struct sockaddr_in addr;
	int listener;
	pid_t client;

	prctl(PR_SET_NAME, "churn-server");
	listener = listen_somewhere(&addr);
	client = fork();
	if (client < 0)
		die("fork");
	if (!client) {
		close(listener);
		be_client(&addr);
	}
	printf("%d %d %d\n", ntohs(addr.sin_port), getpid(), client);
	fflush(stdout);
	be_server(listener, client);
	exit(wait_for_child());
}

static int run_pairs(unsigned long nr)
{
	unsigned long i;
	int failed = 0;

	for (i = 0; i < nr; i++) {
		pid_t server = fork();

		if (server < 0)
			die("fork");
		if (!server)
			run_pair();
	}
	for (i = 0; i < nr; i++)
		failed |= wait_for_child();
	return failed;
}

int main(int argc, char *argv[])
{
	const unsigned long nr = argc > 2 ? strtoul(argv[2], NULL, 10) : 0;
	const int apart = argc == 4 && !strcmp(argv[3], "apart");

	if (!nr || nr > CLIENTS_MAX || argc > 3 + apart) {
		fprintf(stderr, "usage: churn CONNECTIONS CLIENTS (1 to %d) [apart]\n",
			CLIENTS_MAX);
		return 2;
	}
	connections = strtoul(argv[1], NULL, 10) / nr;
	if (apart)
		return run_pairs(nr);
	run_threads(nr);
	return 0;
}

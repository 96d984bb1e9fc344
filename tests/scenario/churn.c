// SPDX-License-Identifier: GPL-2.0
/*
 * churn CONNECTIONS THREADS: open and close connections on loopback.
 *
 * Each thread has a listener of its own and takes turns in how a connection
 * ends: closed by the client, by the server, reset, half-closed first.  So a
 * pair of ports names one socket, as long as no port comes round again.
 */
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define THREADS_MAX 64

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
	    listen(fd, 8) || getsockname(fd, (struct sockaddr *)addr, &len))
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

static void end_connection(int client, int server, unsigned long how)
{
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

int main(int argc, char *argv[])
{
	const unsigned long nr = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
	pthread_t threads[THREADS_MAX];
	unsigned long i;

	if (!nr || nr > THREADS_MAX) {
		fprintf(stderr, "usage: churn CONNECTIONS THREADS (1 to %d)\n",
			THREADS_MAX);
		return 2;
	}
	connections = strtoul(argv[1], NULL, 10) / nr;
	for (i = 0; i < nr; i++)
		if (pthread_create(&threads[i], NULL, run, NULL))
			die("thread");
	for (i = 0; i < nr; i++)
		pthread_join(threads[i], NULL);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * fickle SEED: ordinary sockets, opened, used and closed as chance has it.
 *
 * They listen on port 33333 of 10.8.0.1 and fd00:8::1, accept, and connect to port
 * 44444 of 10.8.0.2 and fd00:8::2, where inject.c may be.  Till it is killed.
 */
#include <arpa/inet.h>
#include <err.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "chance.h"

#define LISTENING 33333
#define CONNECTED 44444
#define SOCKETS 48

static struct chance chance;
static int sockets[SOCKETS];

static __u64 below(__u64 limit)
{
	return chance_below(&chance, limit);
}

static bool one_in(__u64 odds)
{
	return !below(odds);
}

static const struct sockaddr_in6 *address(bool v6, bool behind, __u16 port,
					  socklen_t *len)
{
	static union {
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} to;

	if (v6) {
		to.v6 = (struct sockaddr_in6) {
			.sin6_family = AF_INET6,
			.sin6_port = htons(port),
		};
		inet_pton(AF_INET6, behind ? "fd00:8::2" : "fd00:8::1",
			  &to.v6.sin6_addr);
		*len = sizeof(to.v6);
	} else {
		to.v4 = (struct sockaddr_in) {
			.sin_family = AF_INET,
			.sin_port = htons(port),
			.sin_addr.s_addr = htonl(behind ? 0x0a080002 :
							  0x0a080001),
		};
		*len = sizeof(to.v4);
	}
	return &to.v6;
}

static int new_socket(bool v6)
{
	const int fd = socket(v6 ? AF_INET6 : AF_INET,
			      SOCK_STREAM | SOCK_NONBLOCK, 0);

	if (fd < 0)
		err(EXIT_FAILURE, "socket");
	return fd;
}

static int listen_there(bool v6)
{
	const int fd = new_socket(v6);
	socklen_t len;
	const void *at = address(v6, false, LISTENING, &len);

	if (bind(fd, at, len) || listen(fd, 16))
		err(EXIT_FAILURE, "listen");
	return fd;
}

static void replace(int *slot, int fd)
{
	const struct linger now = { .l_onoff = 1 };

	if (fd < 0)
		return;
	if (*slot >= 0 && one_in(4))
		setsockopt(*slot, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	if (*slot >= 0)
		close(*slot);
	*slot = fd;
}

static int connect_behind(bool v6)
{
	const int fd = new_socket(v6);
	socklen_t len;
	const void *to = address(v6, true, CONNECTED, &len);

	connect(fd, to, len);
	return fd;
}

static _Noreturn void act_for_ever(const int listeners[2])
{
	static char data[2000];
	int *slot;

	memset(sockets, -1, sizeof(sockets));
	for (;;) {
		slot = &CHANCE_OF(&chance, sockets);
		switch (below(8)) {
		case 0:
			replace(slot, connect_behind(one_in(2)));
			break;
		case 1:
			shutdown(*slot, below(3));
			break;
		case 2:
			send(*slot, data, 1 + below(sizeof(data)), MSG_NOSIGNAL);
			break;
		case 3:
			recv(*slot, data, sizeof(data), 0);
			break;
		default:
			replace(slot, accept4(listeners[below(2)], NULL, NULL,
					      SOCK_NONBLOCK));
		}
		usleep(500);
	}
}

int main(int argc, char *argv[])
{
	int listeners[2];

	if (argc != 2)
		errx(EXIT_FAILURE, "fickle SEED");
	chance.state = strtoull(argv[1], NULL, 0);
	listeners[0] = listen_there(false);
	listeners[1] = listen_there(true);
	act_for_ever(listeners);
}

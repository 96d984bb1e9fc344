// SPDX-License-Identifier: GPL-2.0
#include <err.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "script.h"
#include "sockets.h"

static const struct {
	const char *name;
	int level, option;
} socket_options[] = {
	{ "keepalive", SOL_SOCKET, SO_KEEPALIVE },
	{ "keepidle", IPPROTO_TCP, TCP_KEEPIDLE },		/* seconds */
	{ "keepintvl", IPPROTO_TCP, TCP_KEEPINTVL },		/* seconds */
	{ "keepcnt", IPPROTO_TCP, TCP_KEEPCNT },
	{ "user-timeout", IPPROTO_TCP, TCP_USER_TIMEOUT },	/* ms */
	{ "linger2", IPPROTO_TCP, TCP_LINGER2 },	/* seconds; may be -1 */
	{ "fastopen", IPPROTO_TCP, TCP_FASTOPEN },	/* the queue's length */
	{ "fastopen-connect", IPPROTO_TCP, TCP_FASTOPEN_CONNECT },
	{ "defer-accept", IPPROTO_TCP, TCP_DEFER_ACCEPT },	/* seconds */
	{ "syncnt", IPPROTO_TCP, TCP_SYNCNT },
	{ "nodelay", IPPROTO_TCP, TCP_NODELAY },
	{ "quickack", IPPROTO_TCP, TCP_QUICKACK },
	{ "maxseg", IPPROTO_TCP, TCP_MAXSEG },
	{ "reuseport", SOL_SOCKET, SO_REUSEPORT },
	{ "rcvbuf", SOL_SOCKET, SO_RCVBUF },
	{ "sndbuf", SOL_SOCKET, SO_SNDBUF },
	{ "v6only", IPPROTO_IPV6, IPV6_V6ONLY },
	{ "transparent", IPPROTO_IP, IP_TRANSPARENT },
};

static int set_linger(int fd, int seconds)
{
	const struct linger linger = { .l_onoff = 1, .l_linger = seconds };

	return setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger)) ?
		-errno : 0;
}

int set_option(int fd, const char *name, const char *value)
{
	int number = *value == '-' ? -(int)parse_number(value + 1) :
				     (int)parse_number(value);
	size_t i;

	if (!strcmp(name, "linger"))
		return set_linger(fd, number);
	for (i = 0; i < ARRAY_SIZE(socket_options); i++)
		if (!strcmp(socket_options[i].name, name))
			break;
	if (i == ARRAY_SIZE(socket_options))
		errx(EXIT_FAILURE, "'%s' is no option", name);
	return setsockopt(fd, socket_options[i].level, socket_options[i].option,
			  &number, sizeof(number)) ? -errno : 0;
}

static struct sockaddr_un unix_address(const char *file)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	if (strlen(file) >= sizeof(address.sun_path))
		errx(EXIT_FAILURE, "%s: the name is too long", file);
	strcpy(address.sun_path, file);
	return address;
}

static int open_unix(void)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		err(EXIT_FAILURE, "socket");
	return fd;
}

/* A byte with the descriptor beside it */
struct parcel {
	char byte;
	struct iovec iov;
	union {
		struct cmsghdr head;
		char space[CMSG_SPACE(sizeof(int))];
	} control;
	struct msghdr message;
};

static void prepare(struct parcel *parcel)
{
	memset(parcel, 0, sizeof(*parcel));
	parcel->iov = (struct iovec) { &parcel->byte, 1 };
	parcel->message.msg_iov = &parcel->iov;
	parcel->message.msg_iovlen = 1;
	parcel->message.msg_control = &parcel->control;
	parcel->message.msg_controllen = sizeof(parcel->control);
}

/* The other one may not be there yet. */
int pass_descriptor(const char *file, int fd)
{
	struct sockaddr_un address = unix_address(file);
	struct parcel parcel;
	int out = open_unix();
	ssize_t sent;

	prepare(&parcel);
	parcel.message.msg_name = &address;
	parcel.message.msg_namelen = sizeof(address);
	parcel.control.head = (struct cmsghdr) {
		.cmsg_len = CMSG_LEN(sizeof(fd)),
		.cmsg_level = SOL_SOCKET,
		.cmsg_type = SCM_RIGHTS,
	};
	memcpy(CMSG_DATA(&parcel.control.head), &fd, sizeof(fd));
	while ((sent = sendmsg(out, &parcel.message, 0)) < 0 &&
	       (errno == ENOENT || errno == ECONNREFUSED))
		sleep_ms(5);
	close(out);
	return sent < 0 ? -errno : 0;
}

int take_descriptor(const char *file, int *fd)
{
	struct sockaddr_un address = unix_address(file);
	struct parcel parcel;
	int in = open_unix();
	ssize_t received;

	if (bind(in, (struct sockaddr *)&address, sizeof(address)))
		err(EXIT_FAILURE, "%s", file);
	prepare(&parcel);
	received = recvmsg(in, &parcel.message, MSG_CMSG_CLOEXEC);
	close(in);
	if (received < 0)
		return -errno;
	memcpy(fd, CMSG_DATA(&parcel.control.head), sizeof(*fd));
	return 0;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * One end of TCP connections, that acts by a script on its command line:
 *
 *	actor listen 10.9.0.2 33333 accept recv 10 sleep 1000 close
 *	actor connect 10.9.0.2 33333 send 10 sleep 1000 close
 *	actor fails ECONNREFUSED connect 10.9.0.2 1
 *	actor listen :: 33333 accept fork { recv-eof close } close
 *
 * There is one listener and one connection at a time; what is open at the end
 * is closed by the exit.  Verbs (the table at the end has all of them):
 *
 *	listen ADDRESS PORT	with SO_REUSEADDR
 *	bind-listener ADDRESS PORT
 *				only the first part of that
 *	backlog COUNT		the second, with another one than SOMAXCONN
 *	accept
 *	connect ADDRESS PORT	after a failure the same socket may try again
 *	connect-start ADDRESS PORT
 *				and do not wait for the answer
 *	connect-wait		for the answer
 *	connect-send ADDRESS PORT BYTES
 *				both at once, by sendto(MSG_FASTOPEN)
 *	bind ADDRESS PORT	the connection-to-be
 *	open FAMILY, open-listener FAMILY
 *				the socket alone, for a set or bind before the
 *				above: 4, 6, mptcp4 or mptcp6
 *	set OPTION VALUE, set-listener OPTION VALUE
 *				see script/sockets.c
 *	send BYTES		at once, so that what fits into a segment is one
 *	fill			send till the kernel takes no more
 *	recv BYTES		exactly so many
 *	recv-held BYTES HELD FILE
 *				likewise, but hold the socket's lock, with file
 *				HELD made, till FILE is there
 *	recv-eof		whatever comes before the peer's FIN
 *	shutdown, shutdown-rdwr, shutdown-listener
 *				SHUT_WR, SHUT_RDWR, SHUT_RD
 *	shutdown-listener-32	by a system call of 32 bits
 *	disconnect, disconnect-listener
 *				connect() to AF_UNSPEC
 *	linger0			close will reset
 *	close, close-listener
 *	kill SIGNAL		this process, by the signal's number
 *	fork { VERB... }	have a child do that, with the same sockets
 *	join			wait for the children: all went well
 *	exec PROGRAM		go on as that, which is a link to this program:
 *				same sockets, another name
 *	pass-to FILE		the connection to whoever takes it at that Unix
 *				socket, while this process keeps it, too
 *	take-from FILE		a connection that another one passes
 *	become UID		another user
 *	sleep, touch, await, fails, limit: see script/script.h
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "script/script.h"
#include "script/sockets.h"

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

/* Hands the descriptors on to the program of "exec" */
#define KEPT "ACTOR_SOCKETS"

static int listener = -1;
static int connection = -1;
static bool listener_is_new;	/* only opened as yet */

static struct addrinfo *parse_address(char **arguments)
{
	const struct addrinfo hints = {
		.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
		.ai_socktype = SOCK_STREAM,
	};
	struct addrinfo *address;
	int error;

	error = getaddrinfo(arguments[0], arguments[1], &hints, &address);
	if (error)
		errx(EXIT_FAILURE, "%s %s: %s", arguments[0], arguments[1],
		     gai_strerror(error));
	return address;
}

static int open_socket(int *fd, int family, int protocol)
{
	if (*fd >= 0)
		errx(EXIT_FAILURE, "the last one is still open");
	*fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, protocol);
	return *fd < 0 ? -errno : 0;
}

static int open_family(int *fd, const char *name)
{
	int protocol = IPPROTO_TCP;

	if (!strncmp(name, "mptcp", 5)) {
		protocol = IPPROTO_MPTCP;
		name += 5;
	}
	return open_socket(fd, parse_number(name) == 4 ? AF_INET : AF_INET6,
			   protocol);
}

static int do_open(char **arguments)
{
	return open_family(&connection, *arguments);
}

static int do_open_listener(char **arguments)
{
	listener_is_new = true;
	return open_family(&listener, *arguments);
}

static int close_socket(int *fd)
{
	int status = close(*fd);

	*fd = -1;
	return status ? -errno : 0;
}

static int bind_reusing(int fd, const struct addrinfo *address)
{
	const int yes = 1;

	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) ||
	    bind(fd, address->ai_addr, address->ai_addrlen))
		return -errno;
	return 0;
}

static int do_bind_listener(char **arguments)
{
	struct addrinfo *address = parse_address(arguments);
	int error = 0;

	if (!listener_is_new)
		error = open_socket(&listener, address->ai_family, 0);
	listener_is_new = false;
	if (!error)
		error = bind_reusing(listener, address);
	freeaddrinfo(address);
	return error;
}

static int start_listening(int backlog)
{
	return listen(listener, backlog) ? -errno : 0;
}

static int do_listen(char **arguments)
{
	int error = do_bind_listener(arguments);

	return error ? error : start_listening(SOMAXCONN);
}

static int do_backlog(char **arguments)
{
	return start_listening(parse_number(*arguments));
}

static int do_accept(char **arguments)
{
	(void)arguments;
	if (connection >= 0)
		errx(EXIT_FAILURE, "the last one is still open");
	connection = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	return connection < 0 ? -errno : 0;
}

static int do_bind(char **arguments)
{
	struct addrinfo *address = parse_address(arguments);
	int error = 0;

	if (connection < 0)
		error = open_socket(&connection, address->ai_family, 0);
	if (!error)
		error = bind_reusing(connection, address);
	freeaddrinfo(address);
	return error;
}

/* With @bytes, which may be NULL, of data */
static int connect_by(char **arguments, const char *bytes, size_t count)
{
	struct addrinfo *address = parse_address(arguments);
	ssize_t status;
	int error = 0;

	if (connection < 0)
		error = open_socket(&connection, address->ai_family, 0);
	if (!error) {
		status = bytes ?
			sendto(connection, bytes, count,
			       MSG_FASTOPEN | MSG_NOSIGNAL,
			       address->ai_addr, address->ai_addrlen) :
			connect(connection, address->ai_addr,
				address->ai_addrlen);
		error = status < 0 ? -errno : 0;
	}
	freeaddrinfo(address);
	return error;
}

static int do_connect(char **arguments)
{
	return connect_by(arguments, NULL, 0);
}

/* Started, the handshake goes on by itself. */
static int do_connect_start(char **arguments)
{
	int flags, error;

	if (connection < 0) {
		const char *name = strchr(*arguments, ':') ? "6" : "4";

		error = open_family(&connection, name);
		if (error)
			return error;
	}
	flags = fcntl(connection, F_GETFL);
	fcntl(connection, F_SETFL, flags | O_NONBLOCK);
	error = connect_by(arguments, NULL, 0);
	fcntl(connection, F_SETFL, flags);
	return error == -EINPROGRESS ? 0 : error;
}

static int do_connect_wait(char **arguments)
{
	struct pollfd pollfd = { .fd = connection, .events = POLLOUT };
	socklen_t size = sizeof(int);
	int error;

	(void)arguments;
	if (poll(&pollfd, 1, -1) < 0 ||
	    getsockopt(connection, SOL_SOCKET, SO_ERROR, &error, &size))
		return -errno;
	return -error;
}

static int do_connect_send(char **arguments)
{
	size_t count = parse_number(arguments[2]);
	char *bytes = calloc(1, count);
	int error;

	if (!bytes)
		return -ENOMEM;
	error = connect_by(arguments, bytes, count);
	free(bytes);
	return error;
}

static int do_set(char **arguments)
{
	return set_option(connection, arguments[0], arguments[1]);
}

static int do_set_listener(char **arguments)
{
	return set_option(listener, arguments[0], arguments[1]);
}

static int do_send(char **arguments)
{
	size_t count = parse_number(*arguments);
	char *bytes = calloc(1, count);
	ssize_t sent;

	if (!bytes)
		return -ENOMEM;
	sent = send(connection, bytes, count, MSG_NOSIGNAL);
	free(bytes);
	if (sent < 0)
		return -errno;
	if ((size_t)sent < count)
		errx(EXIT_FAILURE, "sent only %zd bytes", sent);
	return 0;
}

static int do_fill(char **arguments)
{
	static const char bytes[4096];

	(void)arguments;
	while (send(connection, bytes, sizeof(bytes),
		    MSG_NOSIGNAL | MSG_DONTWAIT) > 0)
		;
	return errno == EAGAIN ? 0 : -errno;
}

/* Up to @limit bytes, or the peer's FIN. */
static int receive(size_t limit, size_t *received)
{
	char bytes[4096];
	ssize_t count;

	for (*received = 0; *received < limit; *received += count) {
		size_t left = limit - *received;

		count = recv(connection, bytes,
			     left < sizeof(bytes) ? left : sizeof(bytes), 0);
		if (count < 0)
			return -errno;
		if (!count)
			break;
	}
	return 0;
}

static int do_recv(char **arguments)
{
	size_t count = parse_number(*arguments);
	size_t received;
	int error = receive(count, &received);

	if (!error && received < count)
		errx(EXIT_FAILURE, "FIN after %zu bytes", received);
	return error;
}

/* What keeps a page back, and the files that tell of it */
struct holder {
	int fd;
	void *page;
	size_t size;
	char **files;
};

/* The process waits for its page in the system call, where it has the lock. */
static void *hold(void *arg)
{
	const struct holder *holder = arg;
	struct uffdio_zeropage zero = {
		.range = { (uintptr_t)holder->page, holder->size },
	};
	struct uffd_msg message;

	if (read(holder->fd, &message, sizeof(message)) < 0 ||
	    touch_file(holder->files[0]) || await_file(holder->files[1]) ||
	    ioctl(holder->fd, UFFDIO_ZEROPAGE, &zero))
		err(EXIT_FAILURE, "userfaultfd");
	return NULL;
}

static void start_holder(struct holder *holder, pthread_t *thread)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register range = {
		.mode = UFFDIO_REGISTER_MODE_MISSING,
	};

	holder->size = sysconf(_SC_PAGESIZE);
	holder->page = mmap(NULL, holder->size, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	holder->fd = syscall(SYS_userfaultfd, O_CLOEXEC);
	range.range.start = (uintptr_t)holder->page;
	range.range.len = holder->size;
	if (holder->page == MAP_FAILED || holder->fd < 0 ||
	    ioctl(holder->fd, UFFDIO_API, &api) ||
	    ioctl(holder->fd, UFFDIO_REGISTER, &range) ||
	    pthread_create(thread, NULL, hold, holder))
		err(EXIT_FAILURE, "userfaultfd");
}

static int do_recv_held(char **arguments)
{
	size_t count = parse_number(*arguments);
	struct holder holder = { .files = arguments + 1 };
	pthread_t thread;
	ssize_t received;

	start_holder(&holder, &thread);
	received = recv(connection, holder.page, count, MSG_WAITALL);
	if (received < 0)
		return -errno;
	if ((size_t)received < count)
		errx(EXIT_FAILURE, "FIN after %zd bytes", received);
	pthread_join(thread, NULL);
	close(holder.fd);
	munmap(holder.page, holder.size);
	return 0;
}

static int do_recv_eof(char **arguments)
{
	size_t received;
	int error = receive(SIZE_MAX, &received);

	(void)arguments;
	if (!error)
		printf("FIN after %zu bytes\n", received);
	return error;
}

static int do_shutdown(char **arguments)
{
	(void)arguments;
	return shutdown(connection, SHUT_WR) ? -errno : 0;
}

static int do_shutdown_rdwr(char **arguments)
{
	(void)arguments;
	return shutdown(connection, SHUT_RDWR) ? -errno : 0;
}

static int do_shutdown_listener(char **arguments)
{
	(void)arguments;
	return shutdown(listener, SHUT_RD) ? -errno : 0;
}

/* As a process of 32 bits does it, by that number */
static int do_shutdown_listener_32(char **arguments)
{
	int result;

	(void)arguments;
	asm volatile("int $0x80"
		     : "=a"(result)
		     : "0"(373), "b"(listener), "c"(SHUT_RD)
		     : "r8", "r9", "r10", "r11", "memory");
	return result;
}

static int disconnect(int fd)
{
	const struct sockaddr nobody = { .sa_family = AF_UNSPEC };

	return connect(fd, &nobody, sizeof(nobody)) ? -errno : 0;
}

static int do_disconnect(char **arguments)
{
	(void)arguments;
	return disconnect(connection);
}

static int do_disconnect_listener(char **arguments)
{
	(void)arguments;
	return disconnect(listener);
}

static int do_linger0(char **arguments)
{
	(void)arguments;
	return set_option(connection, "linger", "0");
}

static int do_close(char **arguments)
{
	(void)arguments;
	return close_socket(&connection);
}

static int do_close_listener(char **arguments)
{
	(void)arguments;
	return close_socket(&listener);
}

static int do_kill(char **arguments)
{
	return kill(getpid(), parse_number(*arguments)) ? -errno : 0;
}

/* The parent goes on behind the brace that is this one's other half. */
static int do_fork(char **arguments)
{
	int depth = 0;
	pid_t child = fork();

	(void)arguments;
	if (child <= 0)
		return child ? -errno : 0;
	while (*script_rest) {
		const char *word = *script_rest++;

		depth += !strcmp(word, "{");
		if (!strcmp(word, "}") && !depth--)
			return 0;
	}
	errx(EXIT_FAILURE, "fork { has no }");
}

static _Noreturn int do_end_of_child(char **arguments)
{
	(void)arguments;
	exit(EXIT_SUCCESS);
}

static int do_join(char **arguments)
{
	int status;

	(void)arguments;
	while (wait(&status) > 0)
		if (status)
			errx(EXIT_FAILURE, "a child's status is %#x", status);
	return 0;
}

static void keep(int fd)
{
	if (fd >= 0 && fcntl(fd, F_SETFD, 0))
		err(EXIT_FAILURE, "fcntl");
}

static int do_exec(char **arguments)
{
	char kept[32];

	snprintf(kept, sizeof(kept), "%d %d", listener, connection);
	setenv(KEPT, kept, true);
	keep(listener);
	keep(connection);
	execv(*arguments, arguments);
	return -errno;
}

static int do_pass_to(char **arguments)
{
	return pass_descriptor(*arguments, connection);
}

static int do_take_from(char **arguments)
{
	return take_descriptor(*arguments, &connection);
}

static int do_become(char **arguments)
{
	return setuid(parse_number(*arguments)) ? -errno : 0;
}

static const struct verb verbs[] = {
	{ "open", "FAMILY", do_open },
	{ "open-listener", "FAMILY", do_open_listener },
	{ "bind", "ADDRESS PORT", do_bind },
	{ "listen", "ADDRESS PORT", do_listen },
	{ "bind-listener", "ADDRESS PORT", do_bind_listener },
	{ "backlog", "COUNT", do_backlog },
	{ "accept", "", do_accept },
	{ "connect", "ADDRESS PORT", do_connect },
	{ "connect-start", "ADDRESS PORT", do_connect_start },
	{ "connect-wait", "", do_connect_wait },
	{ "connect-send", "ADDRESS PORT BYTES", do_connect_send },
	{ "set", "OPTION VALUE", do_set },
	{ "set-listener", "OPTION VALUE", do_set_listener },
	{ "send", "BYTES", do_send },
	{ "fill", "", do_fill },
	{ "recv", "BYTES", do_recv },
	{ "recv-held", "BYTES HELD FILE", do_recv_held },
	{ "recv-eof", "", do_recv_eof },
	{ "shutdown", "", do_shutdown },
	{ "shutdown-rdwr", "", do_shutdown_rdwr },
	{ "shutdown-listener", "", do_shutdown_listener },
	{ "shutdown-listener-32", "", do_shutdown_listener_32 },
	{ "disconnect", "", do_disconnect },
	{ "disconnect-listener", "", do_disconnect_listener },
	{ "linger0", "", do_linger0 },
	{ "close", "", do_close },
	{ "close-listener", "", do_close_listener },
	{ "kill", "SIGNAL", do_kill },
	{ "fork", "{", do_fork },
	{ "}", "", do_end_of_child },
	{ "join", "", do_join },
	{ "exec", "PROGRAM", do_exec },
	{ "pass-to", "FILE", do_pass_to },
	{ "take-from", "FILE", do_take_from },
	{ "become", "UID", do_become },
	{}
};

int main(int argc, char **argv)
{
	const char *kept = getenv(KEPT);

	(void)argc;
	if (kept && sscanf(kept, "%d %d", &listener, &connection) != 2)
		errx(EXIT_FAILURE, "'%s' are no sockets", kept);
	run_script(verbs, argv + 1);
	return EXIT_SUCCESS;
}

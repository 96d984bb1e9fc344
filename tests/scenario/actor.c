// SPDX-License-Identifier: GPL-2.0
/*
 * One end of TCP connections, that acts by a script on its command line:
 *
 *	actor listen 10.9.0.2 33333 accept recv 10 sleep 1000 close
 *	actor connect 10.9.0.2 33333 send 10 sleep 1000 close
 *	actor fails ECONNREFUSED connect 10.9.0.2 1
 *
 * The verbs, in the table at the end, are printed and done one after the
 * other.  Exit status 0: all went as the script says.  Else a line on stderr
 * tells what did not.
 *
 * There is one listener and one connection at a time; what is open at the end
 * is closed by the exit.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* A verb that takes longer is stuck: some other end did not do its part. */
#define LIMIT_SECONDS 60

/* Every verb returns 0 or -errno, which "fails" may have announced. */
struct verb {
	const char *name;
	const char *arguments;
	int (*run)(char **arguments);
};

static int listener = -1;
static int connection = -1;
static int expected;	/* what the next verb is to return */

static unsigned long parse_number(const char *text)
{
	unsigned long number;
	char *end;

	errno = 0;
	number = strtoul(text, &end, 10);
	if (errno || end == text || *end)
		errx(EXIT_FAILURE, "'%s' is no number", text);
	return number;
}

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

static int open_socket(int *fd, const struct addrinfo *address)
{
	if (*fd >= 0)
		errx(EXIT_FAILURE, "the last one is still open");
	*fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	return *fd < 0 ? -errno : 0;
}

static int close_socket(int *fd)
{
	int status = close(*fd);

	*fd = -1;
	return status ? -errno : 0;
}

static int do_listen(char **arguments)
{
	struct addrinfo *address = parse_address(arguments);
	const int yes = 1;
	int error = open_socket(&listener, address);

	if (!error &&
	    (setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes,
			sizeof(yes)) ||
	     bind(listener, address->ai_addr, address->ai_addrlen) ||
	     listen(listener, SOMAXCONN)))
		error = -errno;
	freeaddrinfo(address);
	return error;
}

static int do_accept(char **arguments)
{
	(void)arguments;
	if (connection >= 0)
		errx(EXIT_FAILURE, "the last one is still open");
	connection = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	return connection < 0 ? -errno : 0;
}

/* After a failure the same socket may try again. */
static int do_connect(char **arguments)
{
	struct addrinfo *address = parse_address(arguments);
	int error = 0;

	if (connection < 0)
		error = open_socket(&connection, address);
	if (!error && connect(connection, address->ai_addr,
			      address->ai_addrlen))
		error = -errno;
	freeaddrinfo(address);
	return error;
}

/* All at once, so that what fits into a segment is one. */
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

static int do_linger0(char **arguments)
{
	const struct linger linger = { .l_onoff = 1, .l_linger = 0 };

	(void)arguments;
	return setsockopt(connection, SOL_SOCKET, SO_LINGER, &linger,
			  sizeof(linger)) ? -errno : 0;
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

static void sleep_ms(unsigned long ms)
{
	struct timespec left = {
		.tv_sec = ms / 1000,
		.tv_nsec = ms % 1000 * 1000000,
	};

	while (nanosleep(&left, &left))
		;
}

static int do_sleep(char **arguments)
{
	alarm(0);
	sleep_ms(parse_number(*arguments));
	return 0;
}

static int do_touch(char **arguments)
{
	int fd = open(*arguments, O_CREAT | O_WRONLY | O_CLOEXEC, 0666);

	return fd < 0 ? -errno : close_socket(&fd);
}

static int do_await(char **arguments)
{
	while (access(*arguments, F_OK)) {
		if (errno != ENOENT)
			return -errno;
		sleep_ms(5);
	}
	return 0;
}

static int do_fails(char **arguments)
{
	int error;

	for (error = 1; error < 4096; error++) {
		const char *name = strerrorname_np(error);

		if (name && !strcmp(name, *arguments))
			break;
	}
	if (error == 4096)
		errx(EXIT_FAILURE, "'%s' is no error", *arguments);
	expected = -error;
	return 0;
}

static const struct verb verbs[] = {
	{ "listen", "ADDRESS PORT", do_listen },
	{ "accept", "", do_accept },
	{ "connect", "ADDRESS PORT", do_connect },
	{ "send", "BYTES", do_send },
	{ "recv", "BYTES", do_recv },		/* exactly */
	{ "recv-eof", "", do_recv_eof },	/* whatever comes before it */
	{ "shutdown", "", do_shutdown },	/* SHUT_WR */
	{ "linger0", "", do_linger0 },		/* close will reset */
	{ "close", "", do_close },
	{ "close-listener", "", do_close_listener },
	{ "sleep", "MILLISECONDS", do_sleep },
	{ "touch", "FILE", do_touch },		/* tells others */
	{ "await", "FILE", do_await },		/* till it is there */
	{ "fails", "ERRNO", do_fails },		/* the next verb, with this */
};

static const struct verb *find_verb(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(verbs); i++)
		if (!strcmp(verbs[i].name, name))
			return &verbs[i];
	errx(EXIT_FAILURE, "'%s' is no verb", name);
}

static int count_arguments(const struct verb *verb)
{
	if (!*verb->arguments)
		return 0;
	return strchr(verb->arguments, ' ') ? 2 : 1;
}

static void give_up(int sig)
{
	static const char text[] = "actor: the verb printed last is stuck\n";

	(void)sig;
	/* There is nothing to be done if this fails. */
	if (write(STDERR_FILENO, text, sizeof(text) - 1) < 0)
		_exit(EXIT_FAILURE);
	_exit(EXIT_FAILURE);
}

static void act(const struct verb *verb, char **arguments)
{
	int due = expected;
	int error;

	expected = 0;
	alarm(LIMIT_SECONDS);
	error = verb->run(arguments);
	if (error == due)
		return;
	if (!due)
		errx(EXIT_FAILURE, "%s: %s", verb->name, strerror(-error));
	errx(EXIT_FAILURE, "%s: %s, but expected: %s", verb->name,
	     strerror(-error), strerror(-due));
}

int main(int argc, char **argv)
{
	(void)argc;
	signal(SIGALRM, give_up);
	setvbuf(stdout, NULL, _IOLBF, 0);
	while (*++argv) {
		const struct verb *verb = find_verb(*argv);
		char **arguments = argv + 1;
		int count = count_arguments(verb);

		fputs(verb->name, stdout);
		while (count--) {
			if (!*++argv)
				errx(EXIT_FAILURE, "%s needs %s", verb->name,
				     verb->arguments);
			printf(" %s", *argv);
		}
		puts("");
		act(verb, arguments);
	}
	if (expected)
		errx(EXIT_FAILURE, "nothing follows fails");
	return EXIT_SUCCESS;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * For LD_PRELOAD: opening /dev/tcpstate opens the FIFO in $FAKEDEV, which with
 * O_RDWR never ends and else behaves as the device does.  Seeking to the end
 * leaves the start record only.  $FAKEDEV_ERRNO: fail to open with that.
 * $FAKEDEV_SLEEP: that many microseconds pass before each poll().
 *
 * The machine was started a day before it was, so that an hour after that, which is
 * when made-up records were made (TEST_HOUR), is before now.
 *
 * What /proc and /sys have of the module are files in the directory $FAKEDEV_STATUS.
 *
 * There are no network namespaces, and the only one has no sockets.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/netlink.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static int device = -1;
static int diag[2] = { -1, -1 };

static int open_fake(void)
{
	const char *number = getenv("FAKEDEV_ERRNO");
	int (*next)(const char *name, int how, ...) = dlsym(RTLD_NEXT, "open");

	if (number) {
		errno = atoi(number);
		return -1;
	}
	device = next(getenv("FAKEDEV"), O_RDWR | O_NONBLOCK | O_CLOEXEC);
	return device;
}

int open(const char *path, int flags, ...)
{
	int (*next)(const char *name, int how, ...) = dlsym(RTLD_NEXT, "open");
	mode_t mode = 0;
	va_list args;

	if (!strcmp(path, "/dev/tcpstate"))
		return open_fake();
	if (!strcmp(path, "/proc/self/ns/net")) {
		errno = ENOENT;
		return -1;
	}
	va_start(args, flags);
	if (flags & O_CREAT)
		mode = va_arg(args, mode_t);
	va_end(args);
	return next(path, flags, mode);
}

FILE *fopen(const char *path, const char *mode)
{
	FILE *(*next)(const char *name, const char *how) =
		dlsym(RTLD_NEXT, "fopen");
	const char *dir = getenv("FAKEDEV_STATUS");
	char name[PATH_MAX];

	if (!dir || !strstr(path, "/tcpstate"))
		return next(path, mode);
	snprintf(name, sizeof(name), "%s%s", dir, strrchr(path, '/'));
	return next(name, mode);
}

static off_t go_to_end(void)
{
	char start[128], rest[128];

	if (read(device, start, sizeof(start)) != sizeof(start))
		return -1;
	while (read(device, rest, sizeof(rest)) > 0)
		;
	return write(device, start, sizeof(start)) == sizeof(start) ? 0 : -1;
}

off_t lseek(int fd, off_t offset, int whence)
{
	off_t (*next)(int file, off_t by, int from) = dlsym(RTLD_NEXT, "lseek");

	if (fd == device && !offset && whence == SEEK_END)
		return go_to_end();
	return next(fd, offset, whence);
}

int poll(struct pollfd *fds, nfds_t count, int timeout)
{
	int (*next)(struct pollfd *files, nfds_t n, int ms) =
		dlsym(RTLD_NEXT, "poll");
	const char *number = getenv("FAKEDEV_SLEEP");

	if (number)
		usleep(atoi(number));
	return next(fds, count, timeout);
}

int clock_gettime(clockid_t clock, struct timespec *time)
{
	int (*next)(clockid_t which, struct timespec *now) =
		dlsym(RTLD_NEXT, "clock_gettime");
	int failed = next(clock, time);

	if (!failed && clock == CLOCK_MONOTONIC)
		time->tv_sec += 24 * 60 * 60;
	return failed;
}

int socket(int family, int type, int protocol)
{
	int (*next)(int domain, int kind, int which) =
		dlsym(RTLD_NEXT, "socket");

	if (family != AF_NETLINK)
		return next(family, type, protocol);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, diag))
		return -1;
	return diag[0];
}

/* Whatever the question is, that is all of the answer. */
ssize_t send(int fd, const void *bytes, size_t len, int flags)
{
	ssize_t (*next)(int file, const void *from, size_t count, int how) =
		dlsym(RTLD_NEXT, "send");
	const struct nlmsghdr done = {
		.nlmsg_len	= sizeof(done),
		.nlmsg_type	= NLMSG_DONE,
	};

	if (fd != diag[0])
		return next(fd, bytes, len, flags);
	return next(diag[1], &done, sizeof(done), 0) < 0 ? -1 : (ssize_t)len;
}

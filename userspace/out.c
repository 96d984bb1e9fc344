// SPDX-License-Identifier: GPL-2.0
#include "out.h"

#include <err.h>
#include <errno.h>
#include <poll.h>
#include <unistd.h>

/* The digits of 2^64. */
#define DIGITS_MAX 20

void out_init(struct out *out, int fd, const char *name)
{
	out->fd = fd;
	out->name = name;
	out->error = 0;
	out->len = 0;
}

/* Whoever shares the open file with us may have made it not block. */
static void wait_for_room(const struct out *out)
{
	struct pollfd fd = { out->fd, POLLOUT, 0 };

	poll(&fd, 1, -1);
}

void out_flush(struct out *out)
{
	size_t done = 0;
	ssize_t n;

	while (done < out->len && !out->error) {
		n = write(out->fd, out->buf + done, out->len - done);
		if (n >= 0)
			done += n;
		else if (errno == EAGAIN)
			wait_for_room(out);
		else if (errno != EINTR)
			out->error = errno;
	}
	out->len = 0;
}

bool out_close(struct out *out)
{
	out_flush(out);
	/* Some filesystems tell only now that there is no room. */
	if (close(out->fd) && !out->error)
		out->error = errno;
	if (out->error)
		warnx("%s: %s", out->name, strerror(out->error));
	return !out->error;
}

void out_dec(struct out *out, __u64 value)
{
	char digits[DIGITS_MAX];
	char *p = digits + sizeof(digits);

	do {
		*--p = '0' + value % 10;
		value /= 10;
	} while (value);
	out_bytes(out, p, digits + sizeof(digits) - p);
}

void out_hex(struct out *out, __u64 value)
{
	char digits[DIGITS_MAX];
	char *p = digits + sizeof(digits);

	do {
		*--p = "0123456789abcdef"[value % 16];
		value /= 16;
	} while (value);
	out_bytes(out, p, digits + sizeof(digits) - p);
}

void out_pad(struct out *out, __u32 value, int digits)
{
	char text[9];
	int i;

	for (i = digits - 1; i >= 0; i--) {
		text[i] = '0' + value % 10;
		value /= 10;
	}
	out_bytes(out, text, digits);
}

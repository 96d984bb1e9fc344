// SPDX-License-Identifier: GPL-2.0
#include "out.h"

#include <err.h>
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "digits.h"

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

static void write_all(struct out *out, const char *bytes, size_t len)
{
	size_t done = 0;
	ssize_t n;

	while (done < len && !out->error) {
		n = write(out->fd, bytes + done, len - done);
		if (n >= 0)
			done += n;
		else if (errno == EAGAIN)
			wait_for_room(out);
		else if (errno != EINTR)
			out->error = errno;
	}
}

void out_flush(struct out *out)
{
	write_all(out, out->buf, out->len);
	out->len = 0;
}

void out_through(struct out *out, const void *bytes, size_t len)
{
	out_flush(out);
	write_all(out, bytes, len);
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
	out_end(out, digits_dec(out_room(out, DIGITS_MAX), value));
}

void out_hex(struct out *out, __u64 value)
{
	out_end(out, digits_hex(out_room(out, DIGITS_MAX), value));
}

void out_hex_bytes(struct out *out, const __u8 *bytes, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		out_char(out, "0123456789abcdef"[bytes[i] / 16]);
		out_char(out, "0123456789abcdef"[bytes[i] % 16]);
	}
}

void out_pad(struct out *out, __u32 value, int digits)
{
	out_end(out, digits_pad(out_room(out, DIGITS_MAX), value, digits));
}

void out_printf(struct out *out, const char *format, ...)
{
	va_list args;
	int len;

	/* The NUL needs a byte, too. */
	va_start(args, format);
	len = vsnprintf(out->buf + out->len, OUT_SIZE - out->len, format, args);
	va_end(args);
	if (len >= (int)(OUT_SIZE - out->len)) {
		out_flush(out);
		va_start(args, format);
		len = vsnprintf(out->buf, OUT_SIZE, format, args);
		va_end(args);
	}
	out->len += len;
}

// SPDX-License-Identifier: GPL-2.0
#include "source.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <tcpstate.h>
#include <unistd.h>

#define DEVICE "/dev/" TCPSTATE_DEVICE

static void explain_device(void)
{
	if (errno == ENOENT || errno == ENXIO || errno == ENODEV)
		warnx(DEVICE ": no such device: load the module first (insmod tcpstate.ko)");
	else if (errno == EACCES || errno == EPERM)
		warnx(DEVICE ": permission denied: be root, or have CAP_NET_ADMIN");
	else
		warn(DEVICE);
}

bool source_open_device(struct source *source, bool from_end)
{
	source->name = DEVICE;
	source->live = true;
	source->len = 0;
	source->fd = open(DEVICE, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (source->fd < 0) {
		explain_device();
		return false;
	}
	if (from_end && lseek(source->fd, 0, SEEK_END) < 0) {
		warn(DEVICE ": going to the end");
		return false;
	}
	return true;
}

bool source_open_file(struct source *source, const char *path)
{
	source->live = false;
	source->len = 0;
	if (!strcmp(path, "-")) {
		source->name = "standard input";
		source->fd = STDIN_FILENO;
		return true;
	}
	source->name = path;
	source->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (source->fd < 0)
		warn("%s", path);
	return source->fd >= 0;
}

ssize_t source_read(struct source *source)
{
	ssize_t n = read(source->fd, source->buf + source->len,
			 sizeof(source->buf) - source->len);

	if (n > 0)
		source->len += n;
	return n;
}

void source_consume(struct source *source, size_t len)
{
	source->len -= len;
	memmove(source->buf, source->buf + len, source->len);
}

// SPDX-License-Identifier: GPL-2.0
#include "replace.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* In the same directory, for rename(2); hidden, so that nobody takes it for one */
static bool name_temporary(char name[PATH_MAX], const char *path)
{
	char copy[PATH_MAX], other[PATH_MAX];
	int len = snprintf(copy, PATH_MAX, "%s", path);

	if (len >= PATH_MAX)
		return false;
	memcpy(other, copy, len + 1);
	len = snprintf(name, PATH_MAX, "%s/.%s.XXXXXX", dirname(copy),
		       basename(other));
	return len < PATH_MAX;
}

/* With the rights that a new file would have. Return: a descriptor or -1. */
static int open_temporary(char name[PATH_MAX], const char *path)
{
	mode_t mask = umask(0);
	int fd;

	umask(mask);
	if (!name_temporary(name, path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	fd = mkostemp(name, O_CLOEXEC);
	if (fd >= 0)
		fchmod(fd, 0666 & ~mask);
	return fd;
}

bool replace_file(const char *path, void (*write)(struct out *out))
{
	static struct out out;
	char name[PATH_MAX];

	out_init(&out, open_temporary(name, path), path);
	if (out.fd < 0) {
		warn("%s", path);
		return false;
	}
	write(&out);
	if (!out_close(&out)) {
		unlink(name);
		return false;
	}
	if (rename(name, path)) {
		warn("%s", path);
		unlink(name);
		return false;
	}
	return true;
}

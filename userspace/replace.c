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

/* A link stays, though it may lead to what is not there yet. */
static bool find_target(char target[PATH_MAX], const char *path)
{
	struct stat link;
	int fd;

	if (realpath(path, target))
		return true;
	if (lstat(path, &link))
		return snprintf(target, PATH_MAX, "%s", path) < PATH_MAX;
	/* So that there is a path to it: where it is to be, open(2) knows. */
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
	if (fd < 0)
		return false;
	close(fd);
	return realpath(path, target);
}

/* With the rights of what is there, else those that a new file would have */
static void set_rights(int fd, const char *target)
{
	mode_t mask = umask(0);
	struct stat there;

	umask(mask);
	if (stat(target, &there))
		fchmod(fd, 0666 & ~mask);
	else if (fchown(fd, there.st_uid, there.st_gid))
		fchmod(fd, there.st_mode & 0700);
	else
		fchmod(fd, there.st_mode & 0777);
}

/* Return: a descriptor or -1. */
static int open_temporary(char name[PATH_MAX], char target[PATH_MAX],
			  const char *path)
{
	int fd;

	if (!find_target(target, path))
		return -1;
	if (!name_temporary(name, target)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	fd = mkostemp(name, O_CLOEXEC);
	if (fd >= 0)
		set_rights(fd, target);
	return fd;
}

/* A device or a FIFO would be lost by rename(2). */
static bool is_replaceable(const char *path)
{
	struct stat there;

	return stat(path, &there) ? errno == ENOENT : S_ISREG(there.st_mode);
}

/* Return: false after a line on stderr. */
static bool fill(int fd, const char *path, void (*write)(struct out *out))
{
	static struct out out;

	if (fd < 0) {
		warn("%s", path);
		return false;
	}
	out_init(&out, fd, path);
	write(&out);
	return out_close(&out);
}

static bool replace(const char *path, void (*write)(struct out *out))
{
	char name[PATH_MAX], target[PATH_MAX];
	int fd = open_temporary(name, target, path);
	bool done = fill(fd, path, write);

	if (done && rename(name, target)) {
		warn("%s", path);
		done = false;
	}
	if (!done && fd >= 0)
		unlink(name);
	return done;
}

bool replace_file(const char *path, void (*write)(struct out *out))
{
	if (is_replaceable(path))
		return replace(path, write);
	return fill(open(path, O_WRONLY | O_CLOEXEC), path, write);
}

static bool can_replace(const char *path)
{
	char name[PATH_MAX], target[PATH_MAX];
	int fd = open_temporary(name, target, path);

	if (fd < 0)
		return false;
	close(fd);
	unlink(name);
	return true;
}

/* Not by opening it, for which a FIFO may have to wait. */
static bool can_write(const char *path)
{
	struct stat there;

	if (stat(path, &there) || access(path, W_OK))
		return false;
	errno = EISDIR;
	return !S_ISDIR(there.st_mode);
}

bool replace_try(const char *path)
{
	if (is_replaceable(path) ? can_replace(path) : can_write(path))
		return true;
	warn("%s", path);
	return false;
}

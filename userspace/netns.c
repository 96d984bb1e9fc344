// SPDX-License-Identifier: GPL-2.0
#include "netns.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util.h"

#define OWN "/proc/self/ns/net"

/**
 * struct walk - where netns_each() stands
 * @visit: what it got
 * @arg: what it got
 * @own: one's own namespace
 * @device: what all namespaces' files are on
 * @seen: inode numbers of those that were visited
 * @count: how many they are
 * @hidden: files that are not for us
 */
struct walk {
	void		(*visit)(void *arg, __u32 netns, const char *file);
	void		*arg;
	int		own;
	dev_t		device;
	ino_t		*seen;
	size_t		count;
	unsigned int	hidden;
};

static bool was_seen(const struct walk *walk, ino_t inode)
{
	size_t i;

	for (i = 0; i < walk->count; i++)
		if (walk->seen[i] == inode)
			return true;
	return false;
}

static void see(struct walk *walk, ino_t inode)
{
	/* A power of two: time for more room. */
	if (!(walk->count & (walk->count - 1)))
		walk->seen = reallocarray(walk->seen, walk->count * 2 + 1,
					  sizeof(*walk->seen));
	if (!walk->seen)
		err(EXIT_FAILURE, "a network namespace more");
	walk->seen[walk->count++] = inode;
}

/* A process may have ended, a name been taken away: no matter. */
static void complain(const char *file)
{
	if (errno != ENOENT && errno != ESRCH)
		warn("%s: its sockets are not listed", file);
}

static void visit_open(struct walk *walk, const char *file, int fd, ino_t inode)
{
	see(walk, inode);
	if (setns(fd, CLONE_NEWNET)) {
		complain(file);
		return;
	}
	walk->visit(walk->arg, inode, file);
	/* Nothing may be done in the wrong namespace. */
	if (setns(walk->own, CLONE_NEWNET))
		err(EXIT_FAILURE, "going back to " OWN);
}

/* A process may have gone to another since, as each tcpstate that begins does. */
static void visit_other(struct walk *walk, const char *file)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	struct stat stat_buf;

	if (fd < 0) {
		complain(file);
		return;
	}
	if (fstat(fd, &stat_buf))
		complain(file);
	else if (!was_seen(walk, stat_buf.st_ino))
		visit_open(walk, file, fd, stat_buf.st_ino);
	close(fd);
}

static void look_at(struct walk *walk, const char *file)
{
	struct stat stat_buf;

	if (stat(file, &stat_buf))
		walk->hidden += errno == EACCES || errno == EPERM;
	/* A name that was left behind is a file of another device. */
	else if (stat_buf.st_dev == walk->device &&
		 !was_seen(walk, stat_buf.st_ino))
		visit_other(walk, file);
}

static void visit_others(struct walk *walk)
{
	static const char *const where[] = {
		"/proc/[1-9]*/ns/net",
		"/run/netns/*",
		"/run/docker/netns/*",
	};
	glob_t found = { 0 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(where); i++)
		glob(where[i], GLOB_NOSORT | (i ? GLOB_APPEND : 0), NULL,
		     &found);
	for (i = 0; i < found.gl_pathc; i++)
		look_at(walk, found.gl_pathv[i]);
	globfree(&found);
	if (walk->hidden)
		warnx("not all sockets are listed: finding all namespaces needs CAP_SYS_PTRACE");
}

static void visit_all(struct walk *walk)
{
	struct stat stat;

	if (fstat(walk->own, &stat))
		err(EXIT_FAILURE, OWN);
	walk->device = stat.st_dev;
	see(walk, stat.st_ino);
	walk->visit(walk->arg, stat.st_ino, OWN);
	if (setns(walk->own, CLONE_NEWNET))
		warnx("sockets are listed of this network namespace only: no CAP_SYS_ADMIN");
	else
		visit_others(walk);
}

void netns_each(void (*visit)(void *arg, __u32 netns, const char *file),
		void *arg)
{
	struct walk walk = {
		.visit	= visit,
		.arg	= arg,
		.own	= open(OWN, O_RDONLY | O_CLOEXEC),
	};

	if (walk.own >= 0) {
		visit_all(&walk);
		close(walk.own);
		free(walk.seen);
	} else if (errno == ENOENT) {
		/* A kernel without namespaces */
		visit(arg, 0, "this machine");
	} else {
		warn(OWN ": no sockets are listed");
	}
}

bool netns_find(const char *name, __u32 *inode)
{
	char path[4096];
	struct stat stat_buf;
	int len = snprintf(path, sizeof(path), "/run/netns/%s", name);

	if (!*name || len >= (int)sizeof(path) || strchr(name, '/') ||
	    stat(path, &stat_buf))
		return false;
	*inode = stat_buf.st_ino;
	return true;
}

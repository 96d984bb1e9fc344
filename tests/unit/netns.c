// SPDX-License-Identifier: GPL-2.0
/*
 * netns: each namespace once, and under its own number, whatever becomes of a file
 * between two looks at it. The calls by which it looks go to a machine made up here.
 */
#include "cmocka_test.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <sched.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "netns.h"
#include "util.h"

#define OWN 1
#define DEVICE 4	/* of namespaces */
#define FD 100		/* of the first file; that of one's own is the one before */

/* A file, and the namespace that it stands for, 0 if it is not there */
struct file {
	const char	*name;
	ino_t		at_first;	/* at its stat() */
	ino_t		then;		/* when it is opened */
	dev_t		device;
};

static const struct file *files;
static size_t count;
static ino_t current;	/* where this process is */
static ino_t visited[8];
static size_t visits;
/* Are the calls those of netns_each()? Those of gcov, in the end, are in earnest. */
static bool walking;

static size_t find(const char *path)
{
	size_t i = 0;

	while (strcmp(files[i].name, path))
		assert_true(++i < count);
	return i;
}

static int fill(struct stat *stat, ino_t inode, dev_t device)
{
	errno = ENOENT;
	stat->st_ino = inode;
	stat->st_dev = device;
	return inode ? 0 : -1;
}

int __wrap_glob(const char *pattern, int flags,
		int (*errfunc)(const char *, int), glob_t *found)
{
	static char *names[8];
	size_t i;

	(void)errfunc;
	if (flags & GLOB_APPEND)
		return GLOB_NOMATCH;
	assert_string_equal(pattern, "/proc/[1-9]*/ns/net");
	for (i = 0; i < count; i++)
		names[i] = (char *)files[i].name;
	found->gl_pathv = names;
	found->gl_pathc = count;
	return 0;
}

void __wrap_globfree(glob_t *found)
{
	(void)found;
}

int __wrap_stat(const char *path, struct stat *stat)
{
	const struct file *file = &files[find(path)];

	return fill(stat, file->at_first, file->device);
}

int __wrap_open(const char *path, int flags, ...)
{
	size_t i;

	if (!walking)
		return syscall(SYS_openat, AT_FDCWD, path, flags, 0666);
	if (!strcmp(path, "/proc/self/ns/net"))
		return FD - 1;
	i = find(path);
	errno = ENOENT;
	return files[i].then ? FD + (int)i : -1;
}

static ino_t inode_of(int fd)
{
	return fd == FD - 1 ? OWN : files[fd - FD].then;
}

int __wrap_fstat(int fd, struct stat *stat)
{
	return fill(stat, inode_of(fd), DEVICE);
}

int __wrap_setns(int fd, int type)
{
	assert_int_equal(type, CLONE_NEWNET);
	current = inode_of(fd);
	return 0;
}

int __wrap_close(int fd)
{
	if (!walking)
		return syscall(SYS_close, fd);
	assert_true(fd >= FD - 1);
	return 0;
}

static void visit(void *arg, __u32 netns, const char *file)
{
	(void)arg;
	(void)file;
	assert_int_equal(netns, current);
	assert_true(visits < ARRAY_SIZE(visited));
	visited[visits++] = netns;
}

/* Visited are, with these files, OWN and those of @expected, up to a 0. */
static void check(const struct file *these, size_t how_many,
		  const ino_t *expected)
{
	size_t i;

	files = these;
	count = how_many;
	current = OWN;
	visits = 0;
	walking = true;
	netns_each(visit, NULL);
	walking = false;
	assert_int_equal(current, OWN);
	assert_int_equal(visited[0], OWN);
	for (i = 0; expected[i]; i++) {
		assert_true(i + 1 < visits);
		assert_int_equal(visited[i + 1], expected[i]);
	}
	assert_int_equal(visits, i + 1);
}

static void visits_each_once(void **state)
{
	static const struct file these[] = {
		{ "init", OWN, OWN, DEVICE },
		{ "a", 2, 2, DEVICE },
		{ "b", 3, 3, DEVICE },
		{ "a too", 2, 2, DEVICE },
		{ "own too", OWN, OWN, DEVICE },
	};

	(void)state;
	check(these, ARRAY_SIZE(these), (ino_t[]){ 2, 3, 0 });
}

/* As each tcpstate does that begins */
static void follows_who_goes_back(void **state)
{
	static const struct file these[] = {
		{ "goes back", 2, OWN, DEVICE },
		{ "stays", 2, 2, DEVICE },
	};

	(void)state;
	check(these, ARRAY_SIZE(these), (ino_t[]){ 2, 0 });
}

static void follows_who_goes_on(void **state)
{
	static const struct file these[] = {
		{ "goes on", 2, 3, DEVICE },
		{ "is in the first", 2, 2, DEVICE },
		{ "is in the second", 3, 3, DEVICE },
	};

	(void)state;
	check(these, ARRAY_SIZE(these), (ino_t[]){ 3, 2, 0 });
}

static void bears_that_one_ends(void **state)
{
	static const struct file these[] = {
		{ "has ended", 0, 0, DEVICE },
		{ "ends", 2, 0, DEVICE },
		{ "stays", 2, 2, DEVICE },
	};

	(void)state;
	check(these, ARRAY_SIZE(these), (ino_t[]){ 2, 0 });
}

/* A name in /run/netns that is left, of a namespace that is not */
static void leaves_other_files_alone(void **state)
{
	static const struct file these[] = {
		{ "left", 2, 2, DEVICE + 1 },
	};

	(void)state;
	check(these, ARRAY_SIZE(these), (ino_t[]){ 0 });
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(visits_each_once),
		cmocka_unit_test(follows_who_goes_back),
		cmocka_unit_test(follows_who_goes_on),
		cmocka_unit_test(bears_that_one_ends),
		cmocka_unit_test(leaves_other_files_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

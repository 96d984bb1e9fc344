// SPDX-License-Identifier: GPL-2.0
#include "holders.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int compare(const void *key, const void *holder)
{
	__u32 inode = *(const __u32 *)key;
	__u32 other = ((const struct holder *)holder)->inode;

	return (inode > other) - (inode < other);
}

struct holder *holders_get(struct holder *holders, size_t count, __u32 inode)
{
	if (!count)
		return NULL;
	return bsearch(&inode, holders, count, sizeof(*holders), compare);
}

/* Return: the inode number of a socket, 0 if it is none. */
static __u32 socket_inode(int dir, const char *name)
{
	char text[32];
	ssize_t n = readlinkat(dir, name, text, sizeof(text) - 1);
	unsigned int inode;

	if (n < 0)
		return 0;
	text[n] = '\0';
	return sscanf(text, "socket:[%u]", &inode) == 1 ? inode : 0;
}

/* Return: false if the process has gone. */
static bool read_comm(int process, char comm[TCPSTATE_COMM_LEN])
{
	int fd = openat(process, "comm", O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return false;
	n = read(fd, comm, TCPSTATE_COMM_LEN);
	close(fd);
	if (n <= 0)
		return false;
	/* A name may have line ends itself: the last one is not its own. */
	memset(comm + n - 1, 0, TCPSTATE_COMM_LEN - n + 1);
	return true;
}

/* Return: how many more have a holder now. */
static size_t look_into(int process, __u32 pid, DIR *fds,
			struct holder *holders, size_t count)
{
	struct tcpstate_task task = { .pid = pid };
	struct dirent *entry;
	struct holder *holder;
	size_t found = 0;
	__u32 inode;

	while ((entry = readdir(fds))) {
		inode = socket_inode(dirfd(fds), entry->d_name);
		holder = holders_get(holders, count, inode);
		if (!inode || !holder || holder->task.pid)
			continue;
		if (!task.comm[0] && !read_comm(process, task.comm))
			break;
		holder->task = task;
		found++;
	}
	return found;
}

static size_t look_at(int proc, const char *name, struct holder *holders,
		      size_t count)
{
	int process, fd;
	size_t found = 0;
	DIR *fds;

	process = openat(proc, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (process < 0)
		return 0;
	fd = openat(process, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	fds = fd < 0 ? NULL : fdopendir(fd);
	if (fds) {
		found = look_into(process, atoi(name), fds, holders, count);
		closedir(fds);
	}
	close(process);
	return found;
}

void holders_find(struct holder *holders, size_t count)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	size_t missing = count;

	if (!proc)
		return;
	while (missing && (entry = readdir(proc)))
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9')
			missing -= look_at(dirfd(proc), entry->d_name, holders,
					   count);
	closedir(proc);
}

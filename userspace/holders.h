/* SPDX-License-Identifier: GPL-2.0 */
/* Which process has a socket open, found as by `ss -p`. */
#ifndef TCPSTATE_HOLDERS_H
#define TCPSTATE_HOLDERS_H

#include <stddef.h>
#include <tcpstate.h>

/**
 * struct holder - the holder of a socket
 * @inode: what the socket is called in /proc/PID/fd
 * @task: @pid 0 if no process was found; @uid is left alone
 */
struct holder {
	__u32			inode;
	struct tcpstate_task	task;
};

/**
 * holders_find - find a holder of each socket
 * @holders: sorted by @inode, none twice, the rest zero
 * @count: how many
 *
 * Of several processes it is the one that comes first in /proc, which is in
 * the order of process IDs.  It finds none for a socket that the kernel uses
 * itself, that is under way from process to process or in an io_uring only, nor
 * for one of a process that we may not look into.
 */
void holders_find(struct holder *holders, size_t count);

/**
 * holders_get - look up the holder of a socket
 * @holders: as holders_find() left them
 * @count: how many
 * @inode: any
 *
 * Return: the holder, or NULL.
 */
struct holder *holders_get(struct holder *holders, size_t count, __u32 inode);

#endif /* TCPSTATE_HOLDERS_H */

/* SPDX-License-Identifier: GPL-2.0 */
/* The network namespaces of this machine. */
#ifndef TCPSTATE_NETNS_H
#define TCPSTATE_NETNS_H

#include <linux/types.h>
#include <stdbool.h>

/**
 * netns_each - visit each network namespace, one's own first
 * @visit: called in it
 * @arg: for @visit
 *
 * @visit gets its inode number, as in struct tcpstate_head, and a file that
 * stands for it.  In the end the process is back in its own.
 *
 * These namespaces are those of the processes in /proc, and those that ip(8)
 * and Docker keep by name.  One that has neither process nor name, and is there
 * because of a descriptor somewhere, is not found.  Going to another needs
 * CAP_SYS_ADMIN, and seeing that of somebody else's process CAP_SYS_PTRACE: if
 * missing, a line on stderr says so.
 */
void netns_each(void (*visit)(void *arg, __u32 netns, const char *file),
		void *arg);

/**
 * netns_find - find a network namespace that ip(8) keeps by name
 * @name: the name
 * @inode: is set to its inode number
 *
 * Return: true if there is one.
 */
bool netns_find(const char *name, __u32 *inode);

#endif /* TCPSTATE_NETNS_H */

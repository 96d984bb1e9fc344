/* SPDX-License-Identifier: GPL-2.0 */
/* What can be done to a socket and needs some words.  All: 0 or -errno. */
#ifndef _SOCKETS_H
#define _SOCKETS_H

/* The options are in the table in sockets.c. */
int set_option(int fd, const char *name, const char *value);

/* Give another process the descriptor, which waits for it at this file. */
int pass_descriptor(const char *file, int fd);
int take_descriptor(const char *file, int *fd);

#endif /* _SOCKETS_H */

/* SPDX-License-Identifier: GPL-2.0 */
/* Where records come from: the device, a file, a pipe. */
#ifndef TCPSTATE_SOURCE_H
#define TCPSTATE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Large, to make system calls rare; a multiple of TCPSTATE_RECORD_SIZE. */
#define SOURCE_SIZE (256 * 1024)

/**
 * struct source - where records come from
 * @fd: a descriptor to read from
 * @name: what it is called in a message
 * @live: the device, which never ends
 * @len: bytes in @buf
 * @buf: what was read and is not yet consumed
 */
struct source {
	int		fd;
	const char	*name;
	bool		live;
	size_t		len;
	unsigned char	buf[SOURCE_SIZE];
};

/**
 * source_open_device - read what the module records
 * @source: what to fill in
 * @from_end: only what it records from now on, else all that it has kept
 *
 * Reading will not block.
 *
 * Return: false after a line on stderr that says what to do.
 */
bool source_open_device(struct source *source, bool from_end);

/**
 * source_open_file - read a trace
 * @source: what to fill in
 * @path: "-" is the standard input
 *
 * Return: false after a line on stderr.
 */
bool source_open_file(struct source *source, const char *path);

/**
 * source_read - read more into the buffer
 * @source: the source, its buffer not full
 *
 * Return: how many bytes, 0 at the end, -1 with errno (EAGAIN: none yet).
 */
ssize_t source_read(struct source *source);

/**
 * source_consume - drop what has been dealt with
 * @source: the source
 * @len: how much of the beginning of its buffer
 */
void source_consume(struct source *source, size_t len);

#endif /* TCPSTATE_SOURCE_H */

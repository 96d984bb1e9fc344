/* SPDX-License-Identifier: GPL-2.0 */
/* Where records come from: the device, a file, a pipe. */
#ifndef TCPSTATE_SOURCE_H
#define TCPSTATE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>
#include <sys/types.h>
#include <tcpstate.h>

/* Large, to make system calls rare; a multiple of TCPSTATE_RECORD_SIZE. */
#define SOURCE_SIZE (256 * 1024)

/**
 * struct held - what was read of the device already, until it is wanted
 * @bytes: from malloc(); NULL if there is none
 * @len: how many they are
 * @taken: how many of these source_read() has taken
 */
struct held {
	unsigned char	*bytes;
	size_t		len;
	size_t		taken;
};

/**
 * struct source - where records come from
 * @fd: a descriptor to read from
 * @name: what it is called in a message
 * @live: the device, which never ends
 * @held: comes before what is to be read from @fd
 * @passed: what the module had counted as filtered at source_filter()
 * @len: bytes in @buf
 * @buf: what was read and is not yet consumed
 * @records: the same
 */
struct source {
	int		fd;
	const char	*name;
	bool		live;
	struct held	held;
	__u64		passed;
	size_t		len;
	union {
		unsigned char		buf[SOURCE_SIZE];
		union tcpstate_record	records[SOURCE_SIZE /
						TCPSTATE_RECORD_SIZE];
	};
};

/**
 * source_open_device - read what the module records
 * @source: what to fill in
 * @from_end: only what it records from now on, else all that it has kept
 *
 * The sockets that are there are listed in the stream: see listing.h.  What the
 * module has kept, and what it records till the list is made, is held for that.
 * That may be as much as its rings hold, ring_kb KiB for each CPU; it is given
 * back once it has been read.
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

struct bpf_program;

/**
 * source_filter - have the module deliver only some of the records from now on
 * @source: the source
 * @kinds: as in struct tcpstate_filter
 * @program: which of these, or NULL: all
 *
 * That is to save work: a file has no filter, nor has what is held already, nor
 * an older module, nor one that has no memory for it.
 */
void source_filter(struct source *source, __u32 kinds,
		   const struct bpf_program *program);

/**
 * source_filtered - how many records has the module left out?
 * @source: the source
 *
 * Return: how many since source_filter(), 0 if it has no filter.
 */
__u64 source_filtered(const struct source *source);

/**
 * source_list - list the sockets of this machine as they are now
 * @count: is set to how many there are
 *
 * For whoever has lost records that told of them.  What was recorded before and
 * is still to be read only repeats how they came to be so.
 *
 * Return: a struct tcpstate_socket each, for free().
 */
union tcpstate_record *source_list(size_t *count);

/**
 * source_ready - is there something to read, whatever poll(2) says of @fd?
 * @source: the source
 *
 * Return: true if so; else it is for poll(2) to say.
 */
bool source_ready(const struct source *source);

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

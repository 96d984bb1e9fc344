// SPDX-License-Identifier: GPL-2.0
#include "source.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <pcap/bpf.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <tcpstate.h>
#include <unistd.h>

#include "clock.h"
#include "decode.h"
#include "listing.h"

#define DEVICE "/dev/" TCPSTATE_DEVICE

/* How often to list the sockets, records being lost meanwhile. */
#define LISTING_TRIES 3

static void explain_device(void)
{
	if (errno == ENOENT || errno == ENXIO || errno == ENODEV)
		warnx(DEVICE ": no such device: load the module first (insmod tcpstate.ko)");
	else if (errno == EACCES || errno == EPERM)
		warnx(DEVICE ": permission denied: be root, or have CAP_NET_ADMIN");
	else
		warn(DEVICE);
}

/* Make room for @len bytes more.  The sizes asked for are powers of two. */
static void hold_room(struct held *held, size_t len)
{
	size_t size = SOURCE_SIZE;

	while (size < held->len + len)
		size *= 2;
	held->bytes = realloc(held->bytes, size);
	if (!held->bytes)
		err(EXIT_FAILURE, "holding what the module has kept");
}

/* Was all that was recorded up to @until among these @len bytes? */
static bool reaches(const unsigned char *bytes, size_t len, __u64 until)
{
	union tcpstate_record last;

	len -= len % sizeof(last);
	if (!len)
		return false;
	memcpy(&last, bytes + len - sizeof(last), sizeof(last));
	/* A start record is as late as when it is read. */
	return last.head.kind != TCPSTATE_START && last.head.ts > until;
}

/* Read and hold all that was recorded up to @until.  Errors will come again. */
static void hold(struct source *source, __u64 until)
{
	struct held *held = &source->held;
	ssize_t n;

	do {
		hold_room(held, SOURCE_SIZE);
		n = read(source->fd, held->bytes + held->len, SOURCE_SIZE);
		held->len += n > 0 ? n : 0;
	} while (n > 0 && !reaches(held->bytes, held->len, until));
}

static void insert(struct held *held, size_t at,
		   const struct listing *listing, bool late)
{
	union tcpstate_record *records;
	size_t count, len;

	records = listing_write(listing, late, &count);
	len = count * sizeof(*records);
	hold_room(held, len);
	memmove(held->bytes + at + len, held->bytes + at, held->len - at);
	memcpy(held->bytes + at, records, len);
	held->len += len;
	free(records);
}

static bool begins_well(const struct held *held)
{
	union tcpstate_record start;

	return held->len >= sizeof(start) &&
	       decode_start(held->bytes, held->len, &start) == DECODED;
}

/* Make a list, and hold all that it is to be compared with. */
static void make_list(struct source *source, struct listing *listing)
{
	struct held *held = &source->held;

	listing_free(listing);
	hold(source, listing_make(listing));
	listing_compare(listing, held->bytes,
			held->len / TCPSTATE_RECORD_SIZE);
}

/* What is no trace of ours is left as it is, for others to tell of. */
static void list_sockets(struct source *source)
{
	struct held *held = &source->held;
	struct listing listing = { 0 };
	int tries = 0;

	/* With this the rings are empty, to last while the list is made. */
	hold(source, clock_monotonic());
	if (!begins_well(held))
		return;
	do {
		make_list(source, &listing);
	} while (listing.lost && ++tries < LISTING_TRIES);
	listing_find_owners(&listing);
	insert(held, listing.place * TCPSTATE_RECORD_SIZE, &listing, true);
	insert(held, TCPSTATE_RECORD_SIZE, &listing, false);
	listing_free(&listing);
}

union tcpstate_record *source_list(size_t *count)
{
	struct listing listing = { 0 };
	union tcpstate_record *records;

	listing_make(&listing);
	listing_find_owners(&listing);
	records = listing_write(&listing, false, count);
	listing_free(&listing);
	return records;
}

bool source_open_device(struct source *source, bool from_end)
{
	source->name = DEVICE;
	source->live = true;
	source->len = 0;
	source->fd = open(DEVICE, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (source->fd < 0) {
		explain_device();
		return false;
	}
	if (from_end && lseek(source->fd, 0, SEEK_END) < 0) {
		warn(DEVICE ": going to the end");
		return false;
	}
	list_sockets(source);
	return true;
}

/* Else what is opened next would be in its place, and wait for itself. */
static bool is_open(const struct source *source)
{
	if (fcntl(source->fd, F_GETFD) >= 0)
		return true;
	warn("%s", source->name);
	return false;
}

bool source_open_file(struct source *source, const char *path)
{
	source->live = false;
	source->len = 0;
	if (!strcmp(path, "-")) {
		source->name = "standard input";
		source->fd = STDIN_FILENO;
		return is_open(source);
	}
	source->name = path;
	source->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (source->fd < 0)
		warn("%s", path);
	return source->fd >= 0;
}

/* What the module has counted as filtered so far */
static __u64 count_filtered(const struct source *source)
{
	struct tcpstate_counters counters;

	if (ioctl(source->fd, TCPSTATE_IOC_COUNTERS, &counters))
		return 0;
	return counters.filtered;
}

void source_filter(struct source *source, __u32 kinds,
		   const struct bpf_program *program)
{
	struct tcpstate_filter filter = { .kinds = kinds };

	if (!source->live)
		return;
	if (program) {
		filter.insns = (uintptr_t)program->bf_insns;
		filter.len = program->bf_len;
	}
	source->passed = count_filtered(source);
	ioctl(source->fd, TCPSTATE_IOC_FILTER, &filter);
}

__u64 source_filtered(const struct source *source)
{
	return source->live ? count_filtered(source) - source->passed : 0;
}

bool source_ready(const struct source *source)
{
	return source->held.taken < source->held.len;
}

static size_t take_held(struct held *held, unsigned char *to, size_t room)
{
	size_t left = held->len - held->taken;
	size_t len = room < left ? room : left;

	memcpy(to, held->bytes + held->taken, len);
	held->taken += len;
	if (len == left) {
		free(held->bytes);
		memset(held, 0, sizeof(*held));
	}
	return len;
}

ssize_t source_read(struct source *source)
{
	unsigned char *to = source->buf + source->len;
	size_t room = sizeof(source->buf) - source->len;
	ssize_t n;

	if (source_ready(source))
		n = take_held(&source->held, to, room);
	else
		n = read(source->fd, to, room);
	if (n > 0)
		source->len += n;
	return n;
}

void source_consume(struct source *source, size_t len)
{
	source->len -= len;
	memmove(source->buf, source->buf + len, source->len);
}

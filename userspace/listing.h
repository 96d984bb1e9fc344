/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The sockets that were there when the reader came, as records of the stream.
 *
 * Neither the list nor the stream alone tells all.  The list takes a while to
 * be made, each socket being looked at some time meanwhile; and the stream goes
 * back as far as the rings do.  So first the stream is begun, then the list is
 * made, and then the stream is read on till it covers all that the list may
 * have seen.  Then each socket of the list is compared with the stream:
 *
 *   its first edge there			it is listed
 *
 *   none					as it was seen: it was so all
 *						the time
 *   out of CLOSED, or LISTEN -> SYN_RCVD	not at all: the stream has its
 *						birth
 *   else					as being in the state that this
 *						edge leaves
 *
 * Never mind when it was seen: before the edge, after it, after ten edges, as a
 * request, as its child, in TIME_WAIT, or twice, as they all have one cookie.
 * Or not at all: one of which the stream has edges, but no birth, was there; if
 * it was so when the list was begun, and had gone before its turn, it is listed
 * by what the edge tells of it.  Between the list and the stream there is no
 * gap, then, and nothing is in both, if
 *
 * - an edge that the list has seen the effect of is in the stream that was read.
 *   The kernel makes an edge and the module its record at one go, but the
 *   record may be the later: so when the list is made, wait till all CPUs have
 *   left what they were at (membarrier(2)), and read on to the time of then.
 *   A process that was preempted right between them, which takes a kernel that
 *   is preemptible, may be waited for in vain.
 *
 * - the list has all sockets that nothing happens to.  See diag_ask() for why
 *   it may not, among many that come and go.  So what did not fit in one part
 *   is asked for twice, and a socket is missed if it is missed both times.
 *
 * The list goes right behind the start record.  But what records were lost
 * before it was made (overwritten) may have told anything, and views forget
 * what they knew at that place.  So a socket that had an edge before the last
 * such loss is listed behind it, compared with the stream from there on.
 *
 * Each socket is listed once at most, and under the time at which the list was
 * begun: when the state was entered is not known.  Nor is there evidence that
 * a socket is the kernel's own (TCPSTATE_F_KERN), but in its edges: what no
 * process has open may wait for accept(), or be under way from one to another.
 */
#ifndef TCPSTATE_LISTING_H
#define TCPSTATE_LISTING_H

#include <stdbool.h>
#include <stddef.h>
#include <tcpstate.h>

#include "diag.h"

struct listed;

/**
 * struct listing - the list; all zero is an empty one
 * @by_id: hashed by cookie and network namespace, in the order found
 * @netns: whose sockets are being added
 * @begun: CLOCK_MONOTONIC in ns of the list's beginning
 * @place: how many of the stream's records are up to the last old loss
 * @lost: records were lost since @begun, so that the stream may tell otherwise
 */
struct listing {
	struct listed	*by_id;
	__u32		netns;
	__u64		begun;
	size_t		place;
	bool		lost;
};

/**
 * listing_make - list the sockets of this machine
 * @listing: an empty one
 *
 * What cannot be listed is told of on stderr.
 *
 * Return: the time in ns that the stream has to be read up to.
 */
__u64 listing_make(struct listing *listing);

/**
 * listing_find_owners - find a process that has each of the sockets open
 * @listing: made
 */
void listing_find_owners(struct listing *listing);

/**
 * listing_add - add a socket, if it is not there yet
 * @listing: the list, with @netns and @begun
 * @socket: the socket
 */
void listing_add(struct listing *listing, const struct diag_socket *socket);

/**
 * listing_compare - compare the list with the stream
 * @listing: the list
 * @stream: TCPSTATE_RECORD_SIZE bytes each, the first of them a start record
 * @count: how many records
 *
 * Sets @listing->place, which is the place for latecomers, and @listing->lost.
 */
void listing_compare(struct listing *listing, const unsigned char *stream,
		     size_t count);

/**
 * listing_write - write the list as records
 * @listing: the list, compared
 * @late: those for the place behind the last loss, else those behind the start
 * @count: is set to how many there are
 *
 * Return: the records, for free(); NULL if there is none.
 */
union tcpstate_record *listing_write(const struct listing *listing, bool late,
				     size_t *count);

/**
 * listing_free - empty the list
 * @listing: the list
 */
void listing_free(struct listing *listing);

#endif /* TCPSTATE_LISTING_H */

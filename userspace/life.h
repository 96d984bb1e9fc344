/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The life of each socket in brief: who opened, who closed, what became of it.
 *
 * What views that look at connections rather than at edges have in common.  It
 * is kept of live sockets only, as the model's table is, and so bounded by them.
 */
#ifndef TCPSTATE_LIFE_H
#define TCPSTATE_LIFE_H

#include <linux/types.h>
#include <stdbool.h>
#include <tcpstate.h>

#include "model.h"

/**
 * enum side - which part a socket has in its connection
 * @SIDE_UNKNOWN: it was there before
 * @SIDE_CLIENT: it sent the SYN
 * @SIDE_SERVER: it got the SYN
 * @SIDE_BOTH: both, as two SYNs crossed
 * @SIDE_LISTENER: none, it listens
 */
enum side {
	SIDE_UNKNOWN,
	SIDE_CLIENT,
	SIDE_SERVER,
	SIDE_BOTH,
	SIDE_LISTENER,
	SIDE_COUNT,
};

/* Who sent the first FIN; both bits: two that crossed */
#define CLOSED_HERE	0x1
#define CLOSED_THERE	0x2

/**
 * struct life - what a socket went through, so far or till its end
 * @conn: its cookie
 * @netns: inode number of its network namespace
 * @flags: all TCPSTATE_F_* that any of its edges had
 * @ends: its ends, as far as they are known
 * @owned: who owns it
 * @owner: which process, with OWNED_TASK
 * @side: its part
 * @closed_by: CLOSED_*, 0 if nobody has sent a FIN
 * @orphan: no process has it any more, as far as its FIN tells, or the list
 * @gap: records of it were lost before the first one that is in here
 * @before: enum tcpstate_state before the last edge; CLOSED if none was seen
 * @state: enum tcpstate_state now
 * @cause: enum tcpstate_cause of the last edge
 * @detail: enum tcpstate_detail of the last edge
 * @err: the error that was pending at the last edge, as errno, else 0
 * @dwell: ns in @before, or DWELL_UNKNOWN
 * @close_wait: ns in CLOSE_WAIT, or since it was listed there, once it has left it
 * @since: when @state was entered, as in struct tcpstate_head, 0 if not known
 * @listed: when it was listed, 0 if it was not or had an edge since
 * @born: when it was opened, 0 if not known
 * @established: when the handshake was over, 0 if not known
 * @over: when both ends had closed: entry of TIME_WAIT or CLOSED; 0 before
 * @received: bytes of data that came, as of the last edge that tells
 * @acked: bytes of data that were acknowledged, likewise
 * @retrans: segments retransmitted, likewise
 */
struct life {
	__u64			conn;
	__u32			netns;
	__u8			flags;
	struct tcpstate_flow	ends;
	enum owned		owned;
	struct tcpstate_task	owner;
	enum side		side;
	__u8			closed_by;
	bool			orphan;
	bool			gap;
	__u8			before;
	__u8			state;
	__u8			cause;
	__u8			detail;
	__u16			err;
	__s64			dwell;
	__u64			close_wait;
	__u64			since;
	__u64			listed;
	__u64			born;
	__u64			established;
	__u64			over;
	__u64			received;
	__u64			acked;
	__u32			retrans;
};

struct lived;

/**
 * struct lives - those of the live sockets; all zero is none
 * @by_id: hashed by cookie and network namespace
 * @last: the one that has ended last
 */
struct lives {
	struct lived	*by_id;
	struct life	last;
};

/**
 * lives_transition - take in an edge
 * @lives: the lives
 * @transition: the edge
 * @seen: what the model knows of it
 *
 * Return: the socket's life, as of this edge; till the next call if that is its
 * end, which @state tells.
 */
const struct life *lives_transition(struct lives *lives,
				    const struct tcpstate_transition *transition,
				    const struct seen *seen);

/**
 * lives_unwanted - take in an edge that a filter leaves out
 * @lives: the lives, which it moves or ends, but never begins
 * @transition: the edge
 * @seen: what the model knows of it
 *
 * Return: as lives_transition() does; NULL if there is no such life, or if it is
 * left out from now on.
 */
const struct life *lives_unwanted(struct lives *lives,
				  const struct tcpstate_transition *transition,
				  const struct seen *seen);

/**
 * lives_note - take in what happened besides
 * @lives: the lives
 * @note: what happened
 * @seen: what the model knows of it
 */
void lives_note(struct lives *lives, const struct tcpstate_note *note,
		const struct seen *seen);

/**
 * lives_socket - take in a socket that was there before
 * @lives: the lives
 * @socket: the socket
 * @seen: what the model knows of it
 */
void lives_socket(struct lives *lives, const struct tcpstate_socket *socket,
		  const struct seen *seen);

/**
 * lives_each - visit all lives
 * @lives: the lives, which the visitor leaves as they are
 * @visit: called with each, in the order in which they began
 * @arg: for @visit
 */
void lives_each(const struct lives *lives,
		void (*visit)(void *arg, const struct life *life), void *arg);

/**
 * lives_lost - records up to some moment are lost
 * @lives: the lives, of which those are forgotten that model_lost() forgets
 * @ts: the moment
 * @visit: called with each of them; or NULL
 * @arg: for @visit
 */
void lives_lost(struct lives *lives, __u64 ts,
		void (*visit)(void *arg, const struct life *life), void *arg);

/**
 * lives_reset - forget all, as for another trace
 * @lives: the lives; none afterwards
 */
void lives_reset(struct lives *lives);

#endif /* TCPSTATE_LIFE_H */

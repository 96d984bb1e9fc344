/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Exchanges: what went to and fro between two ends, and what each end made of
 * it, in one story.
 *
 * Where both ends are on this machine, on loopback or in two network
 * namespaces, each has a connection of its own whose ends mirror the other's.
 * They are one exchange, in which each segment's departure and arrival are put
 * together; what left and did not arrive is lost.  Addresses that are
 * translated on the way have two exchanges, of one end each.
 *
 * An exchange is over when all connections in it are closed, or if it never
 * had one, at once.  As a reset may follow, it is told a second later, by the
 * records' clock, or when there are EXCHANGES_IDLE_MAX such.  So live
 * connections bound how many there are; how much each keeps is bounded by
 * EXCHANGE_MAX, and by HAPPENINGS_MAX for all of them.
 */
#ifndef TCPSTATE_EXCHANGE_H
#define TCPSTATE_EXCHANGE_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <tcpstate.h>

#include "model.h"

#define EXCHANGE_MAX		2000
#define HAPPENINGS_MAX		500000
#define EXCHANGES_IDLE_MAX	1024

/* How long a reset may follow the end, in ns */
extern const __u64 exchanges_patience;

/**
 * enum happened - what a struct happening is
 * @DEPARTED: a segment left its sender
 * @ARRIVED: a segment arrived at the other end
 * @CHANGED: an end's state did
 * @NOTED: what a note tells
 */
enum happened {
	DEPARTED,
	ARRIVED,
	CHANGED,
	NOTED,
};

#define NO_HAPPENING (~0U)

/**
 * struct happening - of an exchange
 * @ts: when, as in struct tcpstate_head
 * @what: enum happened
 * @end: at which end; of a segment, which end sent it
 * @other: of DEPARTED its ARRIVED, and the reverse: an index, or NO_HAPPENING
 * @seqno: of a segment, like the next four
 * @ackno: SEG.ACK
 * @len: payload
 * @tsval: of its timestamps, 0 if it has none
 * @flags: byte 13 of the header
 * @again: it was sent before, all or some
 * @probe: it repeats a byte that was acknowledged, to be answered
 * @old_state: of CHANGED, like the next four
 * @new_state: enum tcpstate_state
 * @gap: records were lost before it
 * @cause: enum tcpstate_cause
 * @detail: enum tcpstate_detail; of NOTED, too
 * @note: of NOTED: enum tcpstate_what
 */
struct happening {
	__u64		ts;
	__u8		what;
	__u8		end;
	union {
		struct {
			__u8	flags;
			bool	again;
			bool	probe;
			__u32	other;
			__u32	seqno;
			__u32	ackno;
			__u32	len;
			__u32	tsval;
		};
		struct {
			__u8	old_state;
			__u8	new_state;
			bool	gap;
			__u8	cause;
			__u8	detail;
			__u8	note;
		};
	};
};

/**
 * struct exchange_end - one of the two
 * @addr: its address, as in struct tcpstate_flow
 * @port: its port, 0 while not known
 * @recorded: records were made here
 * @conn: cookie of its connection, 0 if it had none
 * @netns: inode number of its network namespace, with @recorded
 * @owned: who owns it
 * @owner: which process, with OWNED_TASK
 * @first_state: enum tcpstate_state when it began, 0 if not known
 * @state: the same now
 * @numbered: @isn is known
 * @isn: its initial sequence number
 * @answered: it sent a SYN with ACK
 * @next: the sequence number behind all that it sent
 */
struct exchange_end {
	__u8			addr[16];
	__u16			port;
	bool			recorded;
	__u64			conn;
	__u32			netns;
	enum owned		owned;
	struct tcpstate_task	owner;
	__u8			first_state;
	__u8			state;
	bool			numbered;
	bool			answered;
	__u32			isn;
	__u32			next;
};

/**
 * struct exchange - a story
 * @ends: the two
 * @client: which of them opened, the first if both did, or most likely did
 * @opened: that is known
 * @ipv6: both have addresses of IPv6
 * @complete: all segments are recorded, not only those that control
 * @finished: it ended, and not merely the trace
 * @cut: records were lost, and what they told of it
 * @happenings: in the order of their time
 * @count: how many
 * @omitted: how many more there were
 */
struct exchange {
	struct exchange_end	ends[2];
	unsigned int		client;
	bool			opened;
	bool			ipv6;
	bool			complete;
	bool			finished;
	bool			cut;
	struct happening	*happenings;
	size_t			count;
	size_t			omitted;
};

struct told;
struct line;

/**
 * struct exchanges - those that are not over
 * @tell: whom to tell of each that is; set first, the rest is zero
 * @arg: for @tell
 * @complete: see struct exchange; set by each start record
 * @all: in the order of their beginning
 * @idle: those that may be over, the one that was first to be, first
 * @idle_count: how many
 * @by_ends: hashed by their ends, the newest only
 * @lines: hashed by cookie and network namespace, those that live
 * @kept: happenings of all
 */
struct exchanges {
	void		(*tell)(void *arg, const struct exchange *exchange);
	void		*arg;
	bool		complete;
	struct told	*all;
	struct told	*idle;
	unsigned int	idle_count;
	struct told	*by_ends;
	struct line	*lines;
	size_t		kept;
};

/**
 * exchanges_transition - take in an edge
 * @exchanges: the exchanges
 * @transition: the edge
 * @seen: what the model knows of it
 */
void exchanges_transition(struct exchanges *exchanges,
			  const struct tcpstate_transition *transition,
			  const struct seen *seen);

/**
 * exchanges_unwanted - take in an edge that a filter leaves out
 * @exchanges: the exchanges, of which it may end one, but begins none
 * @transition: the edge
 * @seen: what the model knows of it
 */
void exchanges_unwanted(struct exchanges *exchanges,
			const struct tcpstate_transition *transition,
			const struct seen *seen);

/**
 * exchanges_segment - take in a segment
 * @exchanges: the exchanges
 * @segment: the segment
 * @seen: what the model knows of it
 */
void exchanges_segment(struct exchanges *exchanges,
		       const struct tcpstate_segment *segment,
		       const struct seen *seen);

/**
 * exchanges_note - take in what happened besides
 * @exchanges: the exchanges
 * @note: what happened
 * @seen: what the model knows of it
 */
void exchanges_note(struct exchanges *exchanges,
		    const struct tcpstate_note *note, const struct seen *seen);

/**
 * exchanges_socket - take in a socket that was there before
 * @exchanges: the exchanges
 * @socket: the socket
 * @seen: what the model knows of it
 */
void exchanges_socket(struct exchanges *exchanges,
		      const struct tcpstate_socket *socket,
		      const struct seen *seen);

/**
 * exchanges_wait - take in that time has passed
 * @exchanges: the exchanges
 * @now: as in struct tcpstate_head
 *
 * Tells of those that are over by then.
 */
void exchanges_wait(struct exchanges *exchanges, __u64 now);

/**
 * exchanges_lost - records are lost
 * @exchanges: the exchanges
 *
 * Tells of all that there are, and forgets them: none of those that live is known
 * to go on as it seems.
 */
void exchanges_lost(struct exchanges *exchanges);

/**
 * exchanges_end - tell of all that there are, and forget them
 * @exchanges: the exchanges
 */
void exchanges_end(struct exchanges *exchanges);

#endif /* TCPSTATE_EXCHANGE_H */

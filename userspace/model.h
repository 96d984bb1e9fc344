/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is known of each live connection, kept from record to record.
 *
 * The owner is kept here and not in the kernel.  The module names whoever acts,
 * in the record of that act, and from there on this remembers: so that there is
 * no memory per connection in the kernel that load could grow, nothing to free
 * in softirq, and nothing for those who only record to pay.  What lives bounds
 * it here.  A table in the kernel, by cookie, would need a lock or a walk
 * where each edge is recorded, and a limit, behind which owners are unknown;
 * a reader that knows the stream from its beginning knows as much without.
 */
#ifndef TCPSTATE_MODEL_H
#define TCPSTATE_MODEL_H

#include <stdbool.h>
#include <tcpstate.h>

#define DWELL_UNKNOWN (-1LL)

struct conn;
struct chunk;

/**
 * enum owned - who owns a socket
 * @OWNED_UNKNOWN: nobody was seen to act on it, or nobody ever did
 * @OWNED_TASK: a process
 * @OWNED_KERNEL: the kernel itself
 */
enum owned {
	OWNED_UNKNOWN,
	OWNED_TASK,
	OWNED_KERNEL,
};

/**
 * struct model - the live connections; all zero is an empty one
 * @by_id: hashed by cookie and network namespace
 * @by_ends: those with two known ports, hashed by namespace and ends
 * @chunks: the memory for connections, in a list
 * @spare: what of it is free, likewise
 * @stamps: how many were given out
 * @lost: records were lost
 * @flow: what is not wanted is left out by connections: see model_leave_out()
 * @no_segments: none will come, and without them no record without a cookie, so
 *	that nothing is looked up by its ends
 *
 * A connection is here from its first edge, or from when it was listed, to its
 * edge to CLOSED, or till it is left out.  Memory is bounded by the connections
 * that live at a time: see model_lost().
 */
struct model {
	struct conn *by_id;
	struct conn *by_ends;
	struct chunk *chunks;
	struct conn *spare;
	__u64 stamps;
	bool lost;
	bool flow;
	bool no_segments;
};

/**
 * struct seen - what the model adds to a record
 * @conn: cookie of the connection that it belongs to, 0 if that is not known
 * @dwell: ns in the old state, or DWELL_UNKNOWN
 * @gap: what came before this edge is not known, as records were lost: the first
 *	one, behind a loss, of a connection that was there before
 * @left_out: no more will come of this connection, as far as it was
 * @ends: the record's, with what it left open taken from earlier ones
 * @owned: who owns the connection as of this record: the last one seen to act
 *	on it, or if there was none, whoever owned its listener at the SYN
 * @owner: which process, with OWNED_TASK
 * @stamp: if not 0, whatever has the same one has the same connection, ends and
 *	owner: for those who keep what they made of these
 */
struct seen {
	__u64			conn;
	__u64			stamp;
	__s64			dwell;
	bool			gap;
	bool			left_out;
	struct tcpstate_flow	ends;
	enum owned		owned;
	struct tcpstate_task	owner;
};

/**
 * model_transition - take in an edge
 * @model: the model
 * @transition: as decode() made it
 * @seen: what is known of it
 *
 * The dwell is known if the last edge of this connection ended in the state
 * that this one begins with.
 */
void model_transition(struct model *model,
		      const struct tcpstate_transition *transition,
		      struct seen *seen);

/**
 * model_segment - take in a segment
 * @model: the model
 * @segment: as decode() made it
 * @seen: what is known of it
 *
 * A segment without a cookie belongs to the live connection with the same
 * ends.  Who sends one need not own it: any process may be the one that does
 * what waited in the socket's backlog.  No segment begins a connection: those
 * that arrive after its end would never be forgotten.
 */
void model_segment(struct model *model, const struct tcpstate_segment *segment,
		   struct seen *seen);

/**
 * model_note - take in what happened besides
 * @model: the model
 * @note: as decode() made it
 * @seen: what is known of it
 *
 * Who accepts a connection owns it.  The time in the state goes on: it is the
 * timer that was restarted.  No note begins a connection: one may be accepted
 * after its end.
 */
void model_note(struct model *model, const struct tcpstate_note *note,
		struct seen *seen);

/**
 * model_socket - take in a socket that was there before
 * @model: the model
 * @socket: as decode() made it
 * @seen: what is known of it
 *
 * It is in the state that the record says; since when is not known, but from
 * earlier edges.
 */
void model_socket(struct model *model, const struct tcpstate_socket *socket,
		  struct seen *seen);

/**
 * model_leave_out - what was taken in is not wanted
 * @model: the model
 * @head: of an edge or a socket
 * @state: enum tcpstate_state that it is in as of that
 * @seen: what is known of it
 *
 * Where connections are wanted or not, its end may not come, and so it is
 * forgotten now.  But for listeners, which own requests of others, and clients
 * whose local port is not known yet.
 */
void model_leave_out(struct model *model, const struct tcpstate_head *head,
		     __u8 state, struct seen *seen);

/**
 * model_lost - records up to some moment are lost
 * @model: the model
 * @ts: the moment
 *
 * Forgets all that was known by then.  Among the lost ones may have been the
 * end of any connection, which would then be kept for ever, and any other edge,
 * so that time spent in a state could be told of none.  What remains are
 * sockets that were listed later: a reader that comes late lists them first and
 * then meets old losses.
 */
void model_lost(struct model *model, __u64 ts);

/**
 * model_reset - forget everything, as for another start record
 * @model: the model
 */
void model_reset(struct model *model);

/**
 * model_size - how much the model holds
 * @model: the model
 *
 * Return: number of live connections.
 */
unsigned int model_size(const struct model *model);

#endif /* TCPSTATE_MODEL_H */

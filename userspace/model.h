/* SPDX-License-Identifier: GPL-2.0 */
/* What is known of each live connection, kept from record to record. */
#ifndef TCPSTATE_MODEL_H
#define TCPSTATE_MODEL_H

#include <tcpstate.h>

#define DWELL_UNKNOWN (-1LL)

struct conn;

/**
 * struct model - the live connections; all zero is an empty one
 * @by_id: hashed by cookie and network namespace
 * @by_ends: those with two known ports, hashed by namespace and ends
 *
 * A connection is here from its first edge to its edge to CLOSED.  Memory is
 * bounded by the connections that live at a time: see model_reset().
 */
struct model {
	struct conn *by_id;
	struct conn *by_ends;
};

/**
 * struct seen - what the model adds to a record
 * @conn: cookie of the connection that it belongs to, 0 if that is not known
 * @dwell: ns in the old state, or DWELL_UNKNOWN
 * @ends: the record's, with what it left open taken from earlier ones
 */
struct seen {
	__u64			conn;
	__s64			dwell;
	struct tcpstate_flow	ends;
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
 * ends.  No segment begins a connection: those that arrive after its end
 * would never be forgotten.
 */
void model_segment(struct model *model, const struct tcpstate_segment *segment,
		   struct seen *seen);

/**
 * model_note - take in what happened besides
 * @model: the model
 * @note: as decode() made it
 * @seen: what is known of it
 *
 * No note begins a connection: it may be accepted after its end.
 */
void model_note(struct model *model, const struct tcpstate_note *note,
		struct seen *seen);

/**
 * model_socket - take in a socket that was there before
 * @model: the model
 * @socket: as decode() made it
 * @seen: what is known of it
 *
 * It is from now on in the state that the record says; since when is not known.
 */
void model_socket(struct model *model, const struct tcpstate_socket *socket,
		  struct seen *seen);

/**
 * model_reset - forget everything
 * @model: the model
 *
 * For another start record, and for lost records: among these may have been
 * the end of any connection, which would then be kept for ever, and any other
 * edge, so that time spent in a state could be told of none.
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

/* SPDX-License-Identifier: GPL-2.0 */
/* How often each edge was taken, why, and after how long. */
#ifndef TCPSTATE_EDGES_H
#define TCPSTATE_EDGES_H

#include <linux/types.h>
#include <stdbool.h>
#include <tcpstate.h>

#include "histogram.h"
#include "names.h"

/* How many causes an edge may have, the details of each being some */
#define EDGE_CAUSES 256

/* Below that are the details, from there on the causes without one */
#define EDGE_PLAIN_CAUSES 0xf0

/**
 * struct edge - an edge that was taken
 * @old_state: enum tcpstate_state before
 * @new_state: enum tcpstate_state after
 * @count: how often
 * @causes: how often by which, see edge_causes()
 * @dwell: ns in @old_state, of those of which it is known
 */
struct edge {
	__u8			old_state;
	__u8			new_state;
	__u64			count;
	__u64			causes[EDGE_CAUSES];
	struct histogram	dwell;
};

/**
 * struct edges - all edges that were taken; all zero is none
 * @between: by states, NULL if never taken
 *
 * An edge takes 60 KiB, and there are at most 30 or so.
 */
struct edges {
	struct edge *between[STATE_COUNT + 1][STATE_COUNT + 1];
};

/**
 * struct edge_cause - one of the causes of an edge
 * @cause: enum tcpstate_cause
 * @detail: enum tcpstate_detail
 * @foreign: RFC 9293 has no such edge by it
 * @count: how often
 */
struct edge_cause {
	__u8	cause;
	__u8	detail;
	bool	foreign;
	__u64	count;
};

/**
 * edges_add - count an edge
 * @edges: the edges
 * @transition: the edge
 * @dwell: ns in the old state, or DWELL_UNKNOWN
 */
void edges_add(struct edges *edges,
	       const struct tcpstate_transition *transition, __s64 dwell);

/**
 * edges_reset - forget all edges
 * @edges: the edges; none afterwards
 */
void edges_reset(struct edges *edges);

/**
 * edges_each - visit all edges
 * @edges: the edges
 * @visit: called with each, by their states in order
 * @arg: for @visit
 */
void edges_each(const struct edges *edges,
		void (*visit)(void *arg, const struct edge *edge), void *arg);

/**
 * edge_causes - list the causes of an edge
 * @edge: the edge
 * @causes: where to, the most frequent first
 *
 * Return: how many there are.
 */
unsigned int edge_causes(const struct edge *edge,
			 struct edge_cause causes[EDGE_CAUSES]);

/**
 * edge_foreign - is it none of RFC 9293's?
 * @edge: the edge
 *
 * Return: true if all its causes are foreign.
 */
bool edge_foreign(const struct edge *edge);

#endif /* TCPSTATE_EDGES_H */

// SPDX-License-Identifier: GPL-2.0
#include "edges.h"

#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "rfc9293.h"

static struct edge *find(struct edges *edges,
			 const struct tcpstate_transition *transition)
{
	struct edge **edge = &edges->between[transition->old_state]
					    [transition->new_state];

	if (!*edge) {
		*edge = array_zeroed(1, sizeof(**edge));
		(*edge)->old_state = transition->old_state;
		(*edge)->new_state = transition->new_state;
	}
	return *edge;
}

void edges_add(struct edges *edges,
	       const struct tcpstate_transition *transition, __s64 dwell)
{
	struct edge *edge = find(edges, transition);

	edge->count++;
	edge->causes[transition->detail ? transition->detail :
		     EDGE_PLAIN_CAUSES + transition->cause]++;
	if (dwell >= 0)
		histogram_add(&edge->dwell, dwell);
}

void edges_reset(struct edges *edges)
{
	int i, j;

	for (i = 0; i <= STATE_COUNT; i++)
		for (j = 0; j <= STATE_COUNT; j++)
			free(edges->between[i][j]);
	memset(edges, 0, sizeof(*edges));
}

void edges_each(const struct edges *edges,
		void (*visit)(void *arg, const struct edge *edge), void *arg)
{
	const struct edge *edge;
	int i, j;

	for (i = 0; i < STATE_COUNT; i++) {
		for (j = 0; j < STATE_COUNT; j++) {
			edge = edges->between[states_in_order[i]]
					     [states_in_order[j]];
			if (edge)
				visit(arg, edge);
		}
	}
}

static int compare(const void *a, const void *b)
{
	const struct edge_cause *one = a, *other = b;

	if (one->count != other->count)
		return one->count < other->count ? 1 : -1;
	/* So that the order does not depend on that of qsort() */
	return (one->cause << 8 | one->detail) -
	       (other->cause << 8 | other->detail);
}

static struct edge_cause make_cause(const struct edge *edge, unsigned int i)
{
	struct edge_cause cause = {
		.cause	= i < EDGE_PLAIN_CAUSES ? detail_cause(i) :
						  i - EDGE_PLAIN_CAUSES,
		.detail	= i < EDGE_PLAIN_CAUSES ? i : 0,
		.count	= edge->causes[i],
	};

	cause.foreign = !rfc9293_has(edge->old_state, edge->new_state,
				     cause.cause, cause.detail);
	return cause;
}

unsigned int edge_causes(const struct edge *edge,
			 struct edge_cause causes[EDGE_CAUSES])
{
	unsigned int count = 0;
	unsigned int i;

	for (i = 0; i < EDGE_CAUSES; i++)
		if (edge->causes[i])
			causes[count++] = make_cause(edge, i);
	qsort(causes, count, sizeof(*causes), compare);
	return count;
}

bool edge_foreign(const struct edge *edge)
{
	struct edge_cause causes[EDGE_CAUSES];
	unsigned int count = edge_causes(edge, causes);
	unsigned int i;

	for (i = 0; i < count; i++)
		if (!causes[i].foreign)
			return false;
	return true;
}

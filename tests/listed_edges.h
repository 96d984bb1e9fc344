/* SPDX-License-Identifier: GPL-2.0 */
/* tests/vm/edges, for unit tests, which run at the top of the repository. */
#ifndef TCPSTATE_TESTS_LISTED_EDGES_H
#define TCPSTATE_TESTS_LISTED_EDGES_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tcpstate.h>

#include "names.h"

/* How many causes there may be, to look for one */
#define CAUSES 16

/**
 * struct listed_edge - an edge of that file by one of its causes
 * @old_state: enum tcpstate_state before
 * @new_state: enum tcpstate_state after
 * @origin: "figure", "text" or "linux"
 * @word: the cause, as it stands there
 * @cause: enum tcpstate_cause
 * @detail: enum tcpstate_detail
 */
struct listed_edge {
	__u8		old_state;
	__u8		new_state;
	const char	*origin;
	const char	*word;
	__u8		cause;
	__u8		detail;
};

static inline __u8 find_state(const char *name)
{
	__u8 state;

	for (state = 1; state <= STATE_COUNT; state++)
		if (!strcmp(state_name(state), name))
			return state;
	fprintf(stderr, "no state %s\n", name);
	abort();
}

static inline void find_cause(struct listed_edge *edge)
{
	unsigned int cause, detail;

	for (cause = 0; cause < CAUSES; cause++) {
		for (detail = 0; detail < 256; detail++) {
			if (!cause_valid(cause, detail) ||
			    strcmp(edge_cause(cause, detail), edge->word) != 0)
				continue;
			edge->cause = cause;
			edge->detail = detail;
			return;
		}
	}
	fprintf(stderr, "no cause %s\n", edge->word);
	abort();
}

/* Calls @visit with each, in the order of the file. */
static inline void each_listed_edge(void (*visit)(void *arg,
						  const struct listed_edge *edge),
				    void *arg)
{
	char line[512], old_state[32], new_state[32], origin[32], causes[400];
	FILE *file = fopen("tests/vm/edges", "r");
	struct listed_edge edge = { .origin = origin };
	char *rest;

	if (!file)
		abort();
	while (fgets(line, sizeof(line), file)) {
		if (*line == '#' ||
		    sscanf(line, "%31s %31s %31s %399s", old_state, new_state,
			   origin, causes) != 4)
			continue;
		edge.old_state = find_state(old_state);
		edge.new_state = find_state(new_state);
		rest = causes;
		while ((edge.word = strsep(&rest, ";"))) {
			find_cause(&edge);
			visit(arg, &edge);
		}
	}
	fclose(file);
}

#endif /* TCPSTATE_TESTS_LISTED_EDGES_H */

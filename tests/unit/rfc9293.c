// SPDX-License-Identifier: GPL-2.0
/* That table has what tests/vm/edges has of the standard's origin, and no more. */
#include "cmocka_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tcpstate.h>

#include "names.h"
#include "rfc9293.h"

#define CAUSES 16

/* By old state, new state, cause and detail: what tests/vm/edges says */
static bool standard[STATE_COUNT + 1][STATE_COUNT + 1][CAUSES][256];

static __u8 find_state(const char *name)
{
	__u8 state;

	for (state = 1; state_valid(state); state++)
		if (!strcmp(state_name(state), name))
			return state;
	fail_msg("no state %s", name);
	return 0;
}

static void add_cause(__u8 old_state, __u8 new_state, const char *word)
{
	unsigned int cause, detail;

	for (cause = 0; cause < CAUSES; cause++)
		for (detail = 0; detail < 256; detail++)
			if (cause_valid(cause, detail) &&
			    !strcmp(edge_cause(cause, detail), word))
				standard[old_state][new_state][cause][detail] =
					true;
}

static int setup(void **state)
{
	char line[512], causes[400], old_state[32], new_state[32], origin[32];
	FILE *edges = fopen("tests/vm/edges", "r");
	char *cause, *rest;

	(void)state;
	assert_non_null(edges);
	while (fgets(line, sizeof(line), edges)) {
		if (*line == '#' ||
		    sscanf(line, "%31s %31s %31s %399s", old_state, new_state,
			   origin, causes) != 4 || !strcmp(origin, "linux"))
			continue;
		rest = causes;
		while ((cause = strsep(&rest, ";")))
			add_cause(find_state(old_state), find_state(new_state),
				  cause);
	}
	fclose(edges);
	return 0;
}

/* Return: how many of the edge's causes are the standard's. */
static unsigned int compare(__u8 old_state, __u8 new_state)
{
	unsigned int cause, detail, count = 0;
	bool expected;

	for (cause = 0; cause < CAUSES; cause++) {
		for (detail = 0; detail < 256; detail++) {
			if (!cause_valid(cause, detail))
				continue;
			expected = standard[old_state][new_state][cause][detail];
			count += expected;
			if (rfc9293_has(old_state, new_state, cause, detail) !=
			    expected)
				fail_msg("%s %s %s: expected %d",
					 state_name(old_state),
					 state_name(new_state),
					 edge_cause(cause, detail), expected);
		}
	}
	return count;
}

static void same(void **state)
{
	unsigned int i, j, count = 0;

	(void)state;
	for (i = 1; i <= STATE_COUNT; i++)
		for (j = 1; j <= STATE_COUNT; j++)
			count += compare(i, j);
	assert_in_range(count, 80, 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(same, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

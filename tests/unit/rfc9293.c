// SPDX-License-Identifier: GPL-2.0
/* That table has what tests/vm/edges has of the standard's origin, and no more. */
#include "cmocka_test.h"

#include <stdbool.h>
#include <string.h>

#include "listed_edges.h"
#include "rfc9293.h"

/* By old state, new state, cause and detail: what tests/vm/edges says */
static bool standard[STATE_COUNT + 1][STATE_COUNT + 1][CAUSES][256];

static void add(void *arg, const struct listed_edge *edge)
{
	(void)arg;
	if (strcmp(edge->origin, "linux") != 0)
		standard[edge->old_state][edge->new_state]
			[edge->cause][edge->detail] = true;
}

static int setup(void **state)
{
	(void)state;
	each_listed_edge(add, NULL);
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

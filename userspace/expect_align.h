/* SPDX-License-Identifier: GPL-2.0 */
/* How much, and wherein, a story differs from a rule's chain. */
#ifndef TCPSTATE_EXPECT_ALIGN_H
#define TCPSTATE_EXPECT_ALIGN_H

#include <stdbool.h>
#include <stddef.h>

#include "expect_parse.h"
#include "expect_story.h"

/* More events of a story than this are not compared in detail. */
#define EXPECT_ALIGN_MAX 4096

/**
 * struct expect_line - of a comparison of a story with a chain
 * @step: what is expected, NULL if nothing is
 * @event: what happened, NULL if nothing did
 * @same: @event is as expected, by @step or, if that is NULL, by "..."
 *
 * If both are there and not the same, only the cause is another one.
 */
struct expect_line {
	const struct expect_step *step;
	const struct event	*event;
	bool			same;
};

/**
 * expect_distance - tell how much a story differs from a rule's chain
 * @rule: the rule
 * @story: the story
 *
 * Return: how many edges are missing, too many or caused otherwise, at the
 * least; 0 if the story is what the chain expects.
 */
size_t expect_distance(const struct expect_rule *rule,
		       const struct story *story);

/**
 * expect_align - tell wherein a story differs from a rule's chain
 * @rule: the rule
 * @story: the story, of which the first EXPECT_ALIGN_MAX events count
 * @lines: what to fill in, to be freed
 *
 * Return: number of lines.
 */
size_t expect_align(const struct expect_rule *rule, const struct story *story,
		    struct expect_line **lines);

#endif /* TCPSTATE_EXPECT_ALIGN_H */

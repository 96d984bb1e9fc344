/* SPDX-License-Identifier: GPL-2.0 */
/* Whether the stories of a trace are what is expected, and if not, why. */
#ifndef TCPSTATE_EXPECT_MATCH_H
#define TCPSTATE_EXPECT_MATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "expect_parse.h"
#include "expect_story.h"

/**
 * enum expect_kind - how stories and a rule differ
 * @EXPECT_DIFFERS: the rule has too few stories, and of those that no rule has,
 *	this one is the nearest
 * @EXPECT_MISSING: the rule has too few stories, and there are no more
 * @EXPECT_EXTRA: the rule chooses this story, but neither it nor another one
 *	has a place for it; or the rule is for none
 */
enum expect_kind {
	EXPECT_DIFFERS,
	EXPECT_MISSING,
	EXPECT_EXTRA,
};

/**
 * struct expect_difference - one between stories and a rule
 * @kind: what kind
 * @rule: the rule
 * @story: the story, NULL if missing
 * @count: how many are missing, else 1
 */
struct expect_difference {
	enum expect_kind	kind;
	const struct expect_rule *rule;
	const struct story	*story;
	size_t			count;
};

/**
 * struct expect_result - what comes of a comparison
 * @differences: all, in the order of the rules, of one by kind, the nearest
 *	first
 * @count: how many; 0: all is as expected
 * @matched: how many stories are what a rule expects
 */
struct expect_result {
	struct expect_difference	*differences;
	size_t				count;
	size_t				matched;
};

/**
 * expect_match - compare stories with rules
 * @rules: what is expected
 * @stories: what happened
 *
 * Each rule is to have as many stories as it says, of those that its filters
 * choose and that are what it expects; each story goes to one rule at the most,
 * in such a way that as few as possible are left.
 *
 * Return: the result; @differences is to be freed.
 */
struct expect_result expect_match(const struct expect_rules *rules,
				  const struct stories *stories);

/**
 * expect_chooses - do a rule's filters choose this story?
 * @rule: the rule
 * @story: the story
 *
 * Return: true if they do.
 */
bool expect_chooses(const struct expect_rule *rule, const struct story *story);

/**
 * expect_owner_fits - does a rule's assertion about the owner hold?
 * @rule: the rule
 * @story: the story
 *
 * Return: true if it does, or there is none.
 */
bool expect_owner_fits(const struct expect_rule *rule,
		       const struct story *story);

#endif /* TCPSTATE_EXPECT_MATCH_H */

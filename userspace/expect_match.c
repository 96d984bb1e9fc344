// SPDX-License-Identifier: GPL-2.0
#include "expect_match.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "expect_align.h"

#define NO_RULE SIZE_MAX

/* Of a rule and a story that it does not choose. */
#define NOT_CHOSEN SIZE_MAX

/* A story that no rule has, and a rule that has too few. */
struct pair {
	size_t	rule;
	size_t	story;
	size_t	distance;
};

/**
 * struct match - a comparison in the making
 * @rules: what is expected
 * @stories: what happened
 * @distances: for each rule, that of each story
 * @has: for each story, the rule that has it, or NO_RULE
 * @tellers: for each story, the rule that is to tell that it is too many, or
 *	NO_RULE
 * @places: for each rule, how many stories it still lacks
 * @tried: for each rule, that there is nothing to be had from it
 * @pairs: the nearest ones of what is left
 * @pair_count: how many
 * @result: what comes of it
 */
struct match {
	const struct expect_rules	*rules;
	const struct stories		*stories;
	size_t				*distances;
	size_t				*has;
	size_t				*tellers;
	size_t				*places;
	bool				*tried;
	struct pair			*pairs;
	size_t				pair_count;
	struct expect_result		result;
};

static bool address_chosen(const struct expect_rule *rule, enum expect_key key,
			   const __u8 expected[16], const __u8 addr[16])
{
	return !(rule->has & 1 << key) || !memcmp(expected, addr, 16);
}

static bool number_chosen(const struct expect_rule *rule, enum expect_key key,
			  __u32 expected, __u32 number)
{
	return !(rule->has & 1 << key) || expected == number;
}

bool expect_chooses(const struct expect_rule *rule, const struct story *story)
{
	const struct tcpstate_flow *flow = &rule->flow;
	const struct tcpstate_flow *ends = &story->ends;
	int family = story->flags & TCPSTATE_F_IPV6 ? 6 : 4;

	return number_chosen(rule, EXPECT_LPORT, flow->lport, ends->lport) &&
	       number_chosen(rule, EXPECT_RPORT, flow->rport, ends->rport) &&
	       address_chosen(rule, EXPECT_LADDR, flow->laddr, ends->laddr) &&
	       address_chosen(rule, EXPECT_RADDR, flow->raddr, ends->raddr) &&
	       number_chosen(rule, EXPECT_FAMILY, rule->family, family) &&
	       number_chosen(rule, EXPECT_NETNS, rule->netns, story->netns) &&
	       number_chosen(rule, EXPECT_MPTCP, TCPSTATE_F_MPTCP,
			     story->flags & TCPSTATE_F_MPTCP) &&
	       number_chosen(rule, EXPECT_KERNEL, TCPSTATE_F_KERN,
			     story->flags & TCPSTATE_F_KERN);
}

static bool owned_as_expected(const struct expect_rule *rule,
			      const struct story *story)
{
	switch (rule->owner) {
	case EXPECT_OWNER_KERNEL:
		return story->owned == OWNED_KERNEL;
	case EXPECT_OWNER_NONE:
		return story->owned == OWNED_UNKNOWN;
	case EXPECT_OWNER_COMM:
		return story->owned == OWNED_TASK &&
		       !strcmp(rule->comm, story->owner.comm);
	}
	return false;
}

bool expect_owner_fits(const struct expect_rule *rule,
		       const struct story *story)
{
	bool task = story->owned == OWNED_TASK;

	if (rule->has & 1 << EXPECT_OWNER && !owned_as_expected(rule, story))
		return false;
	if (rule->has & 1 << EXPECT_UID &&
	    (!task || rule->uid != story->owner.uid))
		return false;
	return !(rule->has & 1 << EXPECT_PID) ||
	       (task && rule->pid == story->owner.pid);
}

static size_t *distance(const struct match *match, size_t rule, size_t story)
{
	return &match->distances[rule * match->stories->count + story];
}

static size_t measure(const struct expect_rule *rule, const struct story *story)
{
	if (!expect_chooses(rule, story))
		return NOT_CHOSEN;
	return expect_distance(rule, story) + !expect_owner_fits(rule, story);
}

static void prepare(struct match *match)
{
	size_t rules = match->rules->count;
	size_t stories = match->stories->count;
	size_t r, s;

	match->distances = array_zeroed(rules * stories,
					sizeof(*match->distances));
	match->has = array_zeroed(stories, sizeof(*match->has));
	match->tellers = array_zeroed(stories, sizeof(*match->tellers));
	match->places = array_zeroed(rules, sizeof(*match->places));
	match->tried = array_zeroed(rules, sizeof(*match->tried));
	for (s = 0; s < stories; s++)
		match->has[s] = NO_RULE;
	for (r = 0; r < rules; r++) {
		match->places[r] = match->rules->rules[r].count;
		for (s = 0; s < stories; s++)
			*distance(match, r, s) =
				measure(&match->rules->rules[r],
					match->stories->all[s]);
	}
}

static bool place(struct match *match, size_t story);

/* Move one of a rule's stories to another rule. */
static bool make_place(struct match *match, size_t rule)
{
	size_t s;

	for (s = 0; s < match->stories->count; s++)
		if (match->has[s] == rule && place(match, s)) {
			match->places[rule]++;
			return true;
		}
	return false;
}

/* Find a rule for a story, moving others if need be: an augmenting path. */
static bool place(struct match *match, size_t story)
{
	size_t r;

	for (r = 0; r < match->rules->count; r++) {
		if (match->tried[r] || *distance(match, r, story))
			continue;
		match->tried[r] = true;
		if (!match->places[r] && !make_place(match, r))
			continue;
		match->places[r]--;
		match->has[story] = r;
		return true;
	}
	return false;
}

/*
 * Rules that were tried in vain are full for good, with stories that no other
 * rule takes: they are not tried again.
 */
static void place_all(struct match *match)
{
	size_t rules = match->rules->count;
	bool *full = array_zeroed(rules, sizeof(*full));
	size_t s;

	for (s = 0; s < match->stories->count; s++) {
		memcpy(match->tried, full, rules * sizeof(*full));
		if (place(match, s))
			match->result.matched++;
		else
			memcpy(full, match->tried, rules * sizeof(*full));
	}
	free(full);
}

static int compare_pairs(const void *a, const void *b)
{
	const struct pair *one = a;
	const struct pair *other = b;

	if (one->distance != other->distance)
		return one->distance < other->distance ? -1 : 1;
	if (one->rule != other->rule)
		return one->rule < other->rule ? -1 : 1;
	return one->story < other->story ? -1 : 1;
}

static void find_pairs(struct match *match, size_t rule)
{
	size_t s;

	for (s = 0; match->places[rule] && s < match->stories->count; s++) {
		size_t far = *distance(match, rule, s);

		if (match->has[s] != NO_RULE || far == NOT_CHOSEN)
			continue;
		match->pairs = array_room(match->pairs, match->pair_count,
					  sizeof(*match->pairs));
		match->pairs[match->pair_count++] = (struct pair){ rule, s,
								   far };
	}
}

/* Keep those pairs that are nearest, each story in one at the most. */
static void pair_up(struct match *match)
{
	struct pair *pairs;
	size_t kept = 0;
	size_t i;

	for (i = 0; i < match->rules->count; i++)
		find_pairs(match, i);
	pairs = match->pairs;
	if (pairs)
		qsort(pairs, match->pair_count, sizeof(*pairs), compare_pairs);
	for (i = 0; i < match->pair_count; i++) {
		if (match->has[pairs[i].story] != NO_RULE ||
		    !match->places[pairs[i].rule])
			continue;
		match->has[pairs[i].story] = pairs[i].rule;
		match->places[pairs[i].rule]--;
		pairs[kept++] = pairs[i];
	}
	match->pair_count = kept;
}

static void report(struct match *match, enum expect_kind kind, size_t rule,
		   const struct story *story, size_t count)
{
	struct expect_result *result = &match->result;

	result->differences = array_room(result->differences, result->count,
					 sizeof(*result->differences));
	result->differences[result->count++] = (struct expect_difference){
		kind, &match->rules->rules[rule], story, count
	};
}

/* Who is to tell of a story too many: the first that is for none, or chooses. */
static size_t teller(const struct match *match, size_t story)
{
	size_t first = NO_RULE;
	size_t r;

	for (r = 0; r < match->rules->count; r++) {
		if (*distance(match, r, story) == NOT_CHOSEN)
			continue;
		if (!match->rules->rules[r].count)
			return r;
		if (first == NO_RULE)
			first = r;
	}
	return match->has[story] == NO_RULE ? first : NO_RULE;
}

static void report_rule(struct match *match, size_t rule)
{
	const struct stories *stories = match->stories;
	size_t i;

	for (i = 0; i < match->pair_count; i++)
		if (match->pairs[i].rule == rule)
			report(match, EXPECT_DIFFERS, rule,
			       stories->all[match->pairs[i].story], 1);
	if (match->places[rule])
		report(match, EXPECT_MISSING, rule, NULL, match->places[rule]);
	for (i = 0; i < stories->count; i++)
		if (match->tellers[i] == rule)
			report(match, EXPECT_EXTRA, rule, stories->all[i], 1);
}

struct expect_result expect_match(const struct expect_rules *rules,
				  const struct stories *stories)
{
	struct match match = { .rules = rules, .stories = stories };
	size_t i, r;

	prepare(&match);
	place_all(&match);
	pair_up(&match);
	for (i = 0; i < stories->count; i++)
		match.tellers[i] = teller(&match, i);
	for (r = 0; r < rules->count; r++)
		report_rule(&match, r);
	free(match.distances);
	free(match.has);
	free(match.tellers);
	free(match.places);
	free(match.tried);
	free(match.pairs);
	return match.result;
}

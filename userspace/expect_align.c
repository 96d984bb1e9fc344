// SPDX-License-Identifier: GPL-2.0
/*
 * The least number of edits, as of one text into another: the first N steps of
 * the chain against the first M events of the story, from those before them.
 */
#include "expect_align.h"

#include <stdint.h>
#include <stdlib.h>

#include "array.h"

/* More than anything costs; twice this is still no overflow. */
#define NEVER (SIZE_MAX / 4)

/* How the last of the steps and the last of the events come about. */
enum move {
	MOVE_BOTH,	/* the event is what the step expects, or almost */
	MOVE_SHARED,	/* the step is in the same state as the one before */
	MOVE_GOT,	/* the event alone */
	MOVE_EXPECTED,	/* the step alone */
};

static bool caused(const struct expect_step *step, const struct event *event)
{
	return event->cause < 32 &&
	       (step->causes & 1U << event->cause ||
		step->details[event->detail / 64] & 1ULL << event->detail % 64);
}

static bool in_states(const struct expect_step *step, const struct event *event)
{
	return step->states & 1U << event->state;
}

/* What a step and an event cost that are each other's. */
static size_t cost_both(const struct expect_rule *rule, size_t step,
			const struct event *event)
{
	const struct expect_step *expected = &rule->steps[step];

	if (expected->joined || event->cause == EVENT_GAP ||
	    !in_states(expected, event))
		return NEVER;
	/* No arrow leads to the first step, whatever was before. */
	return step && !caused(expected, event);
}

/* What a step costs that is in the state to which the event has led. */
static size_t cost_shared(const struct expect_rule *rule, size_t step,
			  const struct event *event)
{
	const struct expect_step *expected = &rule->steps[step];

	return expected->joined && in_states(expected, event) ? 0 : NEVER;
}

/* What an event costs that is after a step. */
static size_t cost_got(const struct expect_rule *rule, size_t steps,
		       const struct event *event)
{
	return !steps || !rule->steps[steps - 1].any ||
	       event->cause == EVENT_GAP;
}

static void consider(size_t *least, enum move *how, size_t cost, enum move move)
{
	if (cost < *least) {
		*least = cost;
		*how = move;
	}
}

/*
 * Go on by one event: from what the first N steps cost without it, in @costs,
 * to what they cost with it.  Those of equal cost are tried in an order that
 * shows what was expected before what was got.
 */
static void add_event(const struct expect_rule *rule, const struct event *event,
		      size_t *costs, __u8 *moves)
{
	size_t before = costs[0];	/* N - 1 steps, without the event */
	size_t without, n;
	enum move how = MOVE_GOT;

	costs[0] += cost_got(rule, 0, event);
	moves[0] = how;
	for (n = 1; n <= rule->step_count; n++) {
		without = costs[n];
		costs[n] = NEVER;
		consider(&costs[n], &how,
			 before + cost_both(rule, n - 1, event), MOVE_BOTH);
		consider(&costs[n], &how,
			 costs[n - 1] + cost_shared(rule, n - 1, event),
			 MOVE_SHARED);
		consider(&costs[n], &how, without + cost_got(rule, n, event),
			 MOVE_GOT);
		consider(&costs[n], &how, costs[n - 1] + 1, MOVE_EXPECTED);
		moves[n] = how;
		before = without;
	}
}

/* Before any event, all steps are missing. */
static void begin(const struct expect_rule *rule, size_t *costs, __u8 *moves)
{
	size_t n;

	for (n = 0; n <= rule->step_count; n++) {
		costs[n] = n;
		moves[n] = MOVE_EXPECTED;
	}
}

size_t expect_distance(const struct expect_rule *rule,
		       const struct story *story)
{
	size_t costs[EXPECT_STEPS_MAX + 1];
	__u8 moves[EXPECT_STEPS_MAX + 1];
	size_t m;

	begin(rule, costs, moves);
	for (m = 0; m < story->count; m++)
		add_event(rule, &story->events[m], costs, moves);
	return costs[rule->step_count];
}

/* The moves for any number of events, a row each. */
static __u8 *find_moves(const struct expect_rule *rule,
			const struct story *story, size_t count)
{
	size_t costs[EXPECT_STEPS_MAX + 1];
	size_t width = rule->step_count + 1;
	__u8 *moves = array_zeroed(count + 1, width);
	size_t m;

	begin(rule, costs, moves);
	for (m = 0; m < count; m++)
		add_event(rule, &story->events[m], costs,
			  moves + (m + 1) * width);
	return moves;
}

static void reverse(struct expect_line *lines, size_t count)
{
	struct expect_line line;
	size_t i;

	for (i = 0; i < count / 2; i++) {
		line = lines[i];
		lines[i] = lines[count - 1 - i];
		lines[count - 1 - i] = line;
	}
}

/* The line of a move that leads to @steps and @events. */
static struct expect_line make_line(const struct expect_rule *rule,
				    const struct story *story, enum move move,
				    size_t steps, size_t events)
{
	struct expect_line line = { 0 };

	if (move != MOVE_GOT)
		line.step = &rule->steps[steps - 1];
	if (move != MOVE_EXPECTED)
		line.event = &story->events[events - 1];
	if (move == MOVE_BOTH)
		line.same = !cost_both(rule, steps - 1, line.event);
	if (move == MOVE_GOT)
		line.same = !cost_got(rule, steps, line.event);
	return line;
}

size_t expect_align(const struct expect_rule *rule, const struct story *story,
		    struct expect_line **lines)
{
	size_t steps = rule->step_count;
	size_t events = story->count < EXPECT_ALIGN_MAX ? story->count :
							  EXPECT_ALIGN_MAX;
	__u8 *moves = find_moves(rule, story, events);
	size_t count = 0;

	*lines = array_zeroed(steps + events, sizeof(**lines));
	while (steps || events) {
		enum move move = moves[events * (rule->step_count + 1) + steps];

		if (move != MOVE_SHARED)
			(*lines)[count++] = make_line(rule, story, move, steps,
						      events);
		steps -= move != MOVE_GOT;
		events -= move == MOVE_BOTH || move == MOVE_GOT;
	}
	reverse(*lines, count);
	free(moves);
	return count;
}

// SPDX-License-Identifier: GPL-2.0
/* A line a connection when it has ended, or stands at the end; then totals. */
#include <stdio.h>
#include <string.h>

#include "address.h"
#include "histogram.h"
#include "life.h"
#include "names.h"
#include "task.h"
#include "util.h"
#include "verdict.h"
#include "view.h"

/* Bytes as 123456 or 12.3M, and a NUL */
#define BYTES_LEN 24

/* All ends of IPv4 are within this. */
#define ENDS_WIDTH 45

static struct lives lives;

/* Of all lines */
static struct {
	__u64			sides[SIDE_COUNT];
	__u64			verdicts[VERDICT_COUNT];
	__u64			received;
	__u64			acked;
	__u64			retrans;
	__u64			lost;
	struct histogram	dwell[TCPSTATE_CLOSING + 1];	/* by state */
} totals;

static const char *opener(const struct life *life)
{
	static const char *const names[SIDE_COUNT] = {
		[SIDE_UNKNOWN]	= "-",
		[SIDE_CLIENT]	= "here",
		[SIDE_SERVER]	= "peer",
		[SIDE_BOTH]	= "both",
		[SIDE_LISTENER]	= "-",
	};

	return names[life->side];
}

static const char *closer(const struct life *life)
{
	static const char *const names[] = { "-", "here", "peer", "both" };

	return names[life->closed_by];
}

static void format_bytes(char text[BYTES_LEN], __u64 bytes)
{
	static const char units[] = "kMGTPE";
	const char *unit = units;
	double value = bytes;

	if (bytes < 1000000) {
		sprintf(text, "%llu", bytes);
		return;
	}
	for (value /= 1000; value >= 999.5; unit++)
		value /= 1000;
	sprintf(text, "%.3g%c", value, *unit);
}

static __s64 span(__u64 from, __u64 to)
{
	return from && to >= from ? (__s64)(to - from) : DWELL_UNKNOWN;
}

static void add_up(const struct life *life, enum verdict verdict)
{
	totals.sides[life->side]++;
	totals.verdicts[verdict]++;
	totals.received += life->received;
	totals.acked += life->acked;
	totals.retrans += life->retrans;
}

static const char *colour(enum verdict verdict)
{
	switch (verdict) {
	case VERDICT_OPEN:
	case VERDICT_CLEAN:
	case VERDICT_LISTENED:
		return "\033[32m";
	case VERDICT_REFUSED:
	case VERDICT_UNANSWERED:
	case VERDICT_UNKNOWN:
		return "\033[33m";
	default:
		return "\033[31m";
	}
}

static void put_line(struct display *display, const struct life *life,
		     enum verdict verdict, const char *words)
{
	char owner[TASK_LEN], ends[ENDS_LEN];
	char shake[DURATION_LEN], age[DURATION_LEN];
	char received[BYTES_LEN], acked[BYTES_LEN];

	add_up(life, verdict);
	owner_format(owner, life->owned, &life->owner);
	ends_format(ends, &life->ends, life->flags & TCPSTATE_F_IPV6);
	duration_column(shake, span(life->born, life->established), 6);
	duration_column(age, span(life->born, life->over ? life->over :
						      display->now), 6);
	format_bytes(received, life->received);
	format_bytes(acked, life->acked);
	out_printf(display->out, "%-12s %-5s %-5s %s %s %6s %6s %4u %-*s %s%s%s\n",
		   owner, opener(life), closer(life), shake, age, received,
		   acked, life->retrans, ENDS_WIDTH, ends,
		   display->colour ? colour(verdict) : "", words,
		   display->colour ? "\033[0m" : "");
}

/* What has ended by an edge, or stands at the end of the trace */
static void put_life(void *arg, const struct life *life)
{
	struct display *display = arg;
	char words[VERDICT_LEN];
	enum verdict verdict = verdict_format(words, life, display->now);

	put_line(display, life, verdict, words);
}

/* What may have ended among the records that were lost */
static void put_lost(void *arg, const struct life *life)
{
	put_line(arg, life, VERDICT_UNKNOWN, "not known: records were lost");
}

static void end_trace(struct display *display)
{
	lives_each(&lives, put_life, display);
	lives_reset(&lives);
}

static void summary_start(struct display *display,
			  const struct tcpstate_start *start)
{
	(void)start;
	if (display->traces > 1)
		end_trace(display);
	else
		out_printf(display->out, "%-12s %-5s %-5s %6s %6s %6s %6s %4s %-*s %s\n",
			   "OWNER", "OPEN", "CLOSE", "SHAKE", "LIFE", "IN",
			   "OUT", "RETR", ENDS_WIDTH, "LOCAL > REMOTE",
			   "HOW IT ENDED");
}

static void summary_lost(struct display *display,
			 const struct tcpstate_lost *lost)
{
	totals.lost += lost->count;
	lives_lost(&lives, lost->head.ts, put_lost, display);
}

static void summary_transition(struct display *display,
			       const struct tcpstate_transition *transition,
			       const struct seen *seen)
{
	const struct life *life = lives_transition(&lives, transition, seen);

	if (seen->dwell >= 0)
		histogram_add(&totals.dwell[transition->old_state],
			      seen->dwell);
	if (life->state == TCPSTATE_CLOSED)
		put_life(display, life);
}

static void summary_unwanted(struct display *display,
			     const struct tcpstate_transition *transition,
			     const struct seen *seen)
{
	const struct life *life = lives_unwanted(&lives, transition, seen);

	if (life && life->state == TCPSTATE_CLOSED)
		put_life(display, life);
}

static void summary_note(struct display *display,
			 const struct tcpstate_note *note,
			 const struct seen *seen)
{
	(void)display;
	lives_note(&lives, note, seen);
}

static void summary_socket(struct display *display,
			   const struct tcpstate_socket *socket,
			   const struct seen *seen)
{
	(void)display;
	lives_socket(&lives, socket, seen);
}

/* "3 clients, 1 listener", after what stands before it */
static const char *put_count(struct out *out, const char *before, __u64 count,
			     const char *what, bool plural)
{
	if (!count)
		return before;
	out_printf(out, "%s%llu %s%s", before, count, what,
		   plural && count != 1 ? "s" : "");
	return ", ";
}

static void put_kinds(struct out *out)
{
	const char *before;
	int i;

	before = put_count(out, "\n", totals.sides[SIDE_CLIENT] +
				      totals.sides[SIDE_BOTH], "client", true);
	before = put_count(out, before, totals.sides[SIDE_SERVER], "server",
			   true);
	before = put_count(out, before, totals.sides[SIDE_UNKNOWN],
			   "of before", false);
	put_count(out, before, totals.sides[SIDE_LISTENER], "listener", true);
	before = ": ";
	for (i = 0; i < VERDICT_COUNT; i++)
		before = put_count(out, before, totals.verdicts[i],
				   verdict_name(i), false);
}

static void put_dwell(struct out *out, __u8 state)
{
	static const unsigned int percents[] = { 50, 90, 99, 100 };
	const struct histogram *dwell = &totals.dwell[state];
	char text[DURATION_LEN];
	size_t i;

	out_printf(out, "%-12s %8llu", state_name(state), dwell->count);
	for (i = 0; i < ARRAY_SIZE(percents); i++) {
		duration_column(text, histogram_quantile(dwell, percents[i]),
				7);
		out_str(out, text);
	}
	out_char(out, '\n');
}

static void put_dwells(struct out *out)
{
	int i;

	out_printf(out, "\n%-12s %8s %6s %6s %6s %6s\n", "DWELL IN", "COUNT",
		   "p50", "p90", "p99", "max");
	for (i = 0; i < STATE_COUNT; i++)
		if (totals.dwell[states_in_order[i]].count)
			put_dwell(out, states_in_order[i]);
}

static bool summary_end(struct display *display)
{
	struct out *out = display->out;
	char received[BYTES_LEN], acked[BYTES_LEN];

	end_trace(display);
	put_kinds(out);
	format_bytes(received, totals.received);
	format_bytes(acked, totals.acked);
	out_printf(out, "\n%s bytes in, %s out, %llu segments retransmitted, %llu records lost\n",
		   received, acked, totals.retrans, totals.lost);
	put_dwells(out);
	return true;
}

const struct view view_summary = {
	.name		= "summary",
	.help		= "a line a connection, how it ended; totals",
	.start		= summary_start,
	.lost		= summary_lost,
	.transition	= summary_transition,
	.unwanted	= summary_unwanted,
	.note		= summary_note,
	.socket		= summary_socket,
	.end		= summary_end,
};

// SPDX-License-Identifier: GPL-2.0
/*
 * Figures for Prometheus, in its text format; into a file for the textfile
 * collector of its node exporter.  Labels are states and causes only: what comes
 * from outside makes no series.
 */
#include <err.h>
#include <string.h>

#include "edges.h"
#include "interval.h"
#include "life.h"
#include "names.h"
#include "replace.h"
#include "util.h"
#include "view.h"

#define INTERVAL_DEFAULT (15 * 1000000000ULL)

/*
 * The bounds of the histogram: powers of two, as which struct histogram counts
 * exactly, from a microsecond to more than an hour.
 */
#define BOUND_MIN 10
#define BOUND_MAX 42
#define BOUND_STEP 2

static struct edges edges;
static struct lives lives;
static __u64 accept_queue_full, syn_queue_full;
static __u64 lost;
static __u64 now;
static bool failed;
static __u64 interval = INTERVAL_DEFAULT;

static const char *option_output;
static const char *option_interval;
static const char *option_openmetrics;

/* Live sockets, by state */
struct census {
	__u64	count[STATE_COUNT + 1];
	__u64	oldest[STATE_COUNT + 1];	/* when it was entered, or 0 */
};

/*
 * What a family is.  OpenMetrics calls a family of counters as its samples are
 * without _total; whoever reads the older format knows these names only.
 */
static void put_family(struct out *out, const char *name, const char *type,
		       const char *help)
{
	const char *total = "";

	if (!strcmp(type, "counter") && !option_openmetrics)
		total = "_total";
	out_printf(out, "# HELP tcpstate_%s%s %s\n", name, total, help);
	out_printf(out, "# TYPE tcpstate_%s%s %s\n", name, total, type);
}

static void put_seconds(struct out *out, __u64 seconds, __u32 ns)
{
	out_dec(out, seconds);
	out_char(out, '.');
	out_pad(out, ns, 9);
}

static void put_edge(void *arg, const struct edge *edge)
{
	struct edge_cause causes[EDGE_CAUSES];
	unsigned int count = edge_causes(edge, causes);
	unsigned int i;

	for (i = 0; i < count; i++)
		out_printf(arg,
			   "tcpstate_edges_total{from=\"%s\",to=\"%s\",cause=\"%s\"} %llu\n",
			   state_name(edge->old_state),
			   state_name(edge->new_state),
			   edge_cause(causes[i].cause, causes[i].detail),
			   causes[i].count);
}

static void put_edges(struct out *out)
{
	put_family(out, "edges", "counter",
		   "State transitions of TCP sockets.");
	edges_each(&edges, put_edge, out);
}

static void add_resets(void *arg, const struct edge *edge)
{
	__u64 *resets = arg;
	int i;

	if (edge->new_state != TCPSTATE_CLOSED)
		return;
	for (i = TCPSTATE_RESET_RECEIVED; i <= TCPSTATE_MPTCP; i++)
		resets[i] += edge->causes[i];
}

static void put_resets(struct out *out)
{
	__u64 resets[EDGE_CAUSES] = { 0 };
	int i;

	put_family(out, "resets", "counter",
		   "Connections that a reset ended, received or sent.");
	edges_each(&edges, add_resets, resets);
	for (i = 0; i < EDGE_CAUSES; i++)
		if (resets[i] && i != TCPSTATE_DUPLICATE)
			out_printf(out,
				   "tcpstate_resets_total{cause=\"%s\"} %llu\n",
				   edge_cause(detail_cause(i), i), resets[i]);
}

static void put_queues(struct out *out)
{
	put_family(out, "queue_full", "counter",
		   "SYNs that found a listener's queue full.");
	out_printf(out, "tcpstate_queue_full_total{queue=\"accept\"} %llu\n",
		   accept_queue_full);
	out_printf(out, "tcpstate_queue_full_total{queue=\"syn\"} %llu\n",
		   syn_queue_full);
}

static void count_socket(void *arg, const struct life *life)
{
	struct census *census = arg;
	__u64 since = life->since ? life->since : life->listed;
	__u64 *oldest = &census->oldest[life->state];

	census->count[life->state]++;
	if (!*oldest || since < *oldest)
		*oldest = since;
}

static void put_sockets(struct out *out)
{
	struct census census = { 0 };
	__u64 age;
	__u8 state;
	int i;

	lives_each(&lives, count_socket, &census);
	put_family(out, "sockets", "gauge", "TCP sockets that there are.");
	for (i = 1; i < STATE_COUNT; i++)
		out_printf(out, "tcpstate_sockets{state=\"%s\"} %llu\n",
			   state_name(states_in_order[i]),
			   census.count[states_in_order[i]]);
	put_family(out, "half_open", "gauge",
		   "TCP sockets in SYN_RCVD: the third ACK has not come.");
	out_printf(out, "tcpstate_half_open %llu\n",
		   census.count[TCPSTATE_SYN_RCVD]);
	put_family(out, "oldest_seconds", "gauge",
		   "How long the oldest one has been in its state, at least.");
	for (i = 1; i < STATE_COUNT; i++) {
		state = states_in_order[i];
		if (!census.oldest[state] || census.oldest[state] > now)
			continue;
		out_printf(out, "tcpstate_oldest_seconds{state=\"%s\"} ",
			   state_name(state));
		age = now - census.oldest[state];
		put_seconds(out, age / NS_PER_SECOND, age % NS_PER_SECOND);
		out_char(out, '\n');
	}
}

/* The sum of a figure over all edges out of a state */
struct dwell {
	__u8		state;
	int		power;	/* of those that take less than 2^@power ns, or 0 */
	__u64		count;
	struct total	sum;
};

static void add_dwell(void *arg, const struct edge *edge)
{
	struct dwell *dwell = arg;

	if (edge->old_state != dwell->state)
		return;
	dwell->count += dwell->power ?
			histogram_below(&edge->dwell, dwell->power) :
			edge->dwell.count;
	total_add(&dwell->sum, edge->dwell.sum);
}

static struct dwell sum_up(__u8 state, int power)
{
	struct dwell dwell = { .state = state, .power = power };

	edges_each(&edges, add_dwell, &dwell);
	return dwell;
}

static void put_bucket(struct out *out, __u8 state, int power)
{
	out_printf(out,
		   "tcpstate_dwell_seconds_bucket{state=\"%s\",le=\"",
		   state_name(state));
	if (power)
		out_printf(out, "%.12g", (1ULL << power) / 1e9);
	else
		out_str(out, "+Inf");
	out_printf(out, "\"} %llu\n", sum_up(state, power).count);
}

static void put_dwell(struct out *out, __u8 state)
{
	struct dwell all = sum_up(state, 0);
	int power;

	if (!all.count)
		return;
	for (power = BOUND_MIN; power <= BOUND_MAX; power += BOUND_STEP)
		put_bucket(out, state, power);
	put_bucket(out, state, 0);
	out_printf(out, "tcpstate_dwell_seconds_sum{state=\"%s\"} ",
		   state_name(state));
	put_seconds(out, all.sum.seconds, all.sum.ns);
	out_printf(out, "\ntcpstate_dwell_seconds_count{state=\"%s\"} %llu\n",
		   state_name(state), all.count);
}

static void put_dwells(struct out *out)
{
	int i;

	put_family(out, "dwell_seconds", "histogram",
		   "Time that TCP sockets spent in a state, when they left it.");
	for (i = 1; i < STATE_COUNT; i++)
		put_dwell(out, states_in_order[i]);
}

static void put_all(struct out *out)
{
	put_edges(out);
	put_resets(out);
	put_queues(out);
	put_sockets(out);
	put_dwells(out);
	put_family(out, "records_lost", "counter",
		   "Records that were overwritten before they were read.");
	out_printf(out, "tcpstate_records_lost_total %llu\n", lost);
	if (option_openmetrics)
		out_str(out, "# EOF\n");
}

static void metrics_open(const char *operand)
{
	(void)operand;
	if (option_interval && !option_output)
		errx(EXIT_USAGE, "metrics: --interval is for a file: add -o FILE");
	if (option_interval)
		interval = interval_parse(option_interval);
}

static void metrics_start(struct display *display,
			  const struct tcpstate_start *start)
{
	(void)display;
	(void)start;
	lives_reset(&lives);
}

static void metrics_lost(struct display *display,
			 const struct tcpstate_lost *record)
{
	(void)display;
	lost += record->count;
	lives_lost(&lives, record->head.ts, NULL, NULL);
}

static void metrics_transition(struct display *display,
			       const struct tcpstate_transition *transition,
			       const struct seen *seen)
{
	(void)display;
	edges_add(&edges, transition, seen->dwell);
	lives_transition(&lives, transition, seen);
}

static void metrics_unwanted(struct display *display,
			     const struct tcpstate_transition *transition,
			     const struct seen *seen)
{
	(void)display;
	lives_unwanted(&lives, transition, seen);
}

static void metrics_note(struct display *display,
			 const struct tcpstate_note *note,
			 const struct seen *seen)
{
	(void)display;
	lives_note(&lives, note, seen);
	if (note->what != TCPSTATE_QUEUE_FULL)
		return;
	if (note->detail == TCPSTATE_SYN_QUEUE)
		syn_queue_full++;
	else
		accept_queue_full++;
}

static void metrics_socket(struct display *display,
			   const struct tcpstate_socket *socket,
			   const struct seen *seen)
{
	(void)display;
	lives_socket(&lives, socket, seen);
}

static bool metrics_tick(struct display *display)
{
	now = display->now;
	failed = option_output && !replace_file(option_output, put_all);
	return !failed;
}

static bool metrics_end(struct display *display)
{
	/* If that was the end, there has been a line about it. */
	if (!failed)
		metrics_tick(display);
	if (!option_output)
		put_all(display->out);
	lives_reset(&lives);
	edges_reset(&edges);
	return !failed;
}

const struct view view_metrics = {
	.name		= "metrics",
	.help		= "figures for Prometheus: edges, sockets, times, resets",
	.options	= {
		{ "o", "FILE", "write FILE anew every 15 s, rather than once",
		  &option_output },
		{ "interval", "SECONDS", "write FILE so often",
		  &option_interval },
		{ "openmetrics", NULL,
		  "as OpenMetrics, which node exporter does not read",
		  &option_openmetrics },
	},
	.output		= &option_output,
	.open		= metrics_open,
	.start		= metrics_start,
	.lost		= metrics_lost,
	.transition	= metrics_transition,
	.unwanted	= metrics_unwanted,
	.note		= metrics_note,
	.socket		= metrics_socket,
	.interval	= &interval,
	.standing	= true,
	.tick		= metrics_tick,
	.end		= metrics_end,
};

// SPDX-License-Identifier: GPL-2.0
/* The state diagram as it happened: each edge with its count, time and causes. */
#include <err.h>
#include <stdio.h>
#include <string.h>

#include "edges.h"
#include "graphviz.h"
#include "life.h"
#include "names.h"
#include "util.h"
#include "view.h"

/* "timer/synack-retries* 18446744073709551615" and a NUL */
#define CAUSE_LEN 64

/* In text: columns of a line, and before its causes */
#define COLUMNS_MAX 100
#define CAUSES_AT 51

/* Both ends together, or apart */
enum group {
	GROUP_CLIENT,
	GROUP_SERVER,
	GROUP_UNKNOWN,
	GROUP_COUNT,
};

static struct edges groups[GROUP_COUNT];
static struct lives lives;
static __u64 lost;
static __u64 gaps;			/* connections that went on behind a loss */

static const char *option_sides;
static const char *option_mermaid;
static const char *option_dot;
static const char *option_svg;

/* As prefixes of the names of their states */
static const char *const group_names[GROUP_COUNT] = {
	[GROUP_CLIENT]	= "client_",
	[GROUP_SERVER]	= "server_",
	[GROUP_UNKNOWN]	= "unknown_",
};

/*
 * A diagram in the making.
 *
 * @format: how it is written
 * @group: what the names of its states begin with, "" if there is but one
 * @foreign: has an edge that the standard has not
 */
struct diagram {
	struct out		*out;
	const struct format	*format;
	const char		*group;
	bool			foreign;
};

/*
 * A way to write it.
 *
 * @begin, @end: the diagram
 * @begin_group, @end_group: the states of a group
 * @state: a state of it
 * @edge: an edge, of which no cause is the standard's if it is foreign
 * @lost: that so many records were lost
 */
struct format {
	void (*begin)(struct diagram *diagram);
	void (*begin_group)(struct diagram *diagram);
	void (*state)(struct diagram *diagram, __u8 state);
	void (*end_group)(struct diagram *diagram);
	void (*edge)(struct diagram *diagram, const struct edge *edge,
		     bool foreign);
	void (*end)(struct diagram *diagram);
	const char *comment;
};

static int title_len(const struct diagram *diagram)
{
	return strcspn(diagram->group, "_");
}

/* "reset/received 2"; with a *, it is not the standard's. Return: its length */
static int format_cause(char text[CAUSE_LEN], const struct edge_cause *cause)
{
	return snprintf(text, CAUSE_LEN, "%s%s %llu",
			edge_cause(cause->cause, cause->detail),
			cause->foreign ? "*" : "", cause->count);
}

/* These, and what is between two of them */
static void put_causes(struct diagram *diagram, const struct edge *edge,
		       const char *between)
{
	struct edge_cause causes[EDGE_CAUSES];
	unsigned int count = edge_causes(edge, causes);
	char text[CAUSE_LEN];
	unsigned int i;

	for (i = 0; i < count; i++) {
		format_cause(text, &causes[i]);
		out_printf(diagram->out, "%s%s", i ? between : "", text);
		diagram->foreign |= causes[i].foreign;
	}
}

/* "median 29.7µs, p99 87.2ms" after what stands before, if it is known */
static void put_dwell(struct diagram *diagram, const struct edge *edge,
		      const char *before)
{
	char median[DURATION_LEN], p99[DURATION_LEN];

	if (!edge->dwell.count)
		return;
	duration_format(median, histogram_quantile(&edge->dwell, 50));
	duration_format(p99, histogram_quantile(&edge->dwell, 99));
	out_printf(diagram->out, "%smedian %s, p99 %s", before, median, p99);
}

/* Text */

static void text_begin_group(struct diagram *diagram)
{
	if (*diagram->group)
		out_printf(diagram->out, "-- %.*s\n", title_len(diagram),
			   diagram->group);
}

static void text_begin(struct diagram *diagram)
{
	out_printf(diagram->out, "%-26s %9s %6s %6s %s\n", "EDGE", "COUNT",
		   "MEDIAN", "p99", "CAUSE");
}

/* In as many lines as they take */
static void text_causes(struct diagram *diagram, const struct edge *edge)
{
	struct edge_cause causes[EDGE_CAUSES];
	unsigned int count = edge_causes(edge, causes);
	char text[CAUSE_LEN];
	int at = CAUSES_AT, len;
	unsigned int i;

	for (i = 0; i < count; i++) {
		len = format_cause(text, &causes[i]);
		if (i && at + 2 + len + 1 > COLUMNS_MAX) {
			out_printf(diagram->out, ",\n%*s", CAUSES_AT, "");
			at = CAUSES_AT;
		} else if (i) {
			out_str(diagram->out, ", ");
			at += 2;
		}
		out_str(diagram->out, text);
		at += len;
		diagram->foreign |= causes[i].foreign;
	}
}

static void text_edge(struct diagram *diagram, const struct edge *edge,
		      bool foreign)
{
	char median[DURATION_LEN], p99[DURATION_LEN];
	bool known = edge->dwell.count;

	duration_column(median, known ?
			(__s64)histogram_quantile(&edge->dwell, 50) : -1, 6);
	duration_column(p99, known ?
			(__s64)histogram_quantile(&edge->dwell, 99) : -1, 6);
	out_printf(diagram->out, "%-11s -> %-11s%c %8llu %s %s ",
		   state_name(edge->old_state), state_name(edge->new_state),
		   foreign ? '*' : ' ', edge->count, median, p99);
	text_causes(diagram, edge);
	out_char(diagram->out, '\n');
}

static void text_end(struct diagram *diagram)
{
	if (diagram->foreign)
		out_str(diagram->out, "* not in RFC 9293\n");
}

static const struct format text = {
	.begin		= text_begin,
	.begin_group	= text_begin_group,
	.edge		= text_edge,
	.end		= text_end,
	.comment	= "--",
};

/* Mermaid */

static void mermaid_begin(struct diagram *diagram)
{
	out_str(diagram->out, "flowchart TD\n");
}

static void mermaid_begin_group(struct diagram *diagram)
{
	if (*diagram->group)
		out_printf(diagram->out, "    subgraph %.*s\n",
			   title_len(diagram), diagram->group);
}

static void mermaid_state(struct diagram *diagram, __u8 state)
{
	out_printf(diagram->out, "    %s%s[%s]\n", diagram->group,
		   state_name(state), state_name(state));
}

static void mermaid_end_group(struct diagram *diagram)
{
	if (*diagram->group)
		out_str(diagram->out, "    end\n");
}

static void mermaid_edge(struct diagram *diagram, const struct edge *edge,
			 bool foreign)
{
	out_printf(diagram->out, "    %s%s %s|\"", diagram->group,
		   state_name(edge->old_state), foreign ? "-.->" : "-->");
	put_causes(diagram, edge, "<br>");
	put_dwell(diagram, edge, "<br>");
	out_printf(diagram->out, "\"| %s%s\n", diagram->group,
		   state_name(edge->new_state));
}

static void mermaid_end(struct diagram *diagram)
{
	if (diagram->foreign)
		out_str(diagram->out,
			"    note[\"* not in RFC 9293\"]\n    style note fill:none,stroke:none\n");
}

static const struct format mermaid = {
	.begin		= mermaid_begin,
	.begin_group	= mermaid_begin_group,
	.state		= mermaid_state,
	.end_group	= mermaid_end_group,
	.edge		= mermaid_edge,
	.end		= mermaid_end,
	.comment	= "    %%",
};

/* Graphviz */

static void dot_begin(struct diagram *diagram)
{
	out_str(diagram->out, "digraph tcpstate {\n"
		"\tgraph [fontname=\"sans-serif\"]\n"
		"\tnode [shape=box style=rounded fontname=\"sans-serif\"]\n"
		"\tedge [fontname=\"sans-serif\" fontsize=10]\n");
}

/* Without a frame: Graphviz puts labels of edges to CLOSED outside of it. */
static void dot_begin_group(struct diagram *diagram)
{
	if (*diagram->group)
		out_printf(diagram->out,
			   "\tsubgraph cluster_%.*s {\n\tlabel=%.*s pencolor=none\n",
			   title_len(diagram), diagram->group,
			   title_len(diagram), diagram->group);
}

static void dot_state(struct diagram *diagram, __u8 state)
{
	out_printf(diagram->out, "\t%s%s [label=%s]\n", diagram->group,
		   state_name(state), state_name(state));
}

static void dot_end_group(struct diagram *diagram)
{
	if (*diagram->group)
		out_str(diagram->out, "\t}\n");
}

static void dot_edge(struct diagram *diagram, const struct edge *edge,
		     bool foreign)
{
	out_printf(diagram->out, "\t%s%s -> %s%s [label=\"", diagram->group,
		   state_name(edge->old_state), diagram->group,
		   state_name(edge->new_state));
	put_causes(diagram, edge, "\\n");
	put_dwell(diagram, edge, "\\n");
	out_printf(diagram->out, "\"%s]\n",
		   foreign ? " style=dashed color=red fontcolor=red" : "");
}

static void dot_end(struct diagram *diagram)
{
	if (diagram->foreign)
		out_str(diagram->out, "\tlabel=\"* not in RFC 9293\"\n");
	out_str(diagram->out, "}\n");
}

static const struct format dot = {
	.begin		= dot_begin,
	.begin_group	= dot_begin_group,
	.state		= dot_state,
	.end_group	= dot_end_group,
	.edge		= dot_edge,
	.end		= dot_end,
	.comment	= "\t//",
};

static bool has_state(const struct edges *edges, __u8 state)
{
	int i;

	for (i = 0; i <= STATE_COUNT; i++)
		if (edges->between[state][i] || edges->between[i][state])
			return true;
	return false;
}

static void put_edge(void *arg, const struct edge *edge)
{
	struct diagram *diagram = arg;

	diagram->format->edge(diagram, edge, edge_foreign(edge));
}

static void put_group(struct diagram *diagram, const struct edges *edges)
{
	const struct format *format = diagram->format;
	int i;

	format->begin_group(diagram);
	for (i = 0; format->state && i < STATE_COUNT; i++)
		if (has_state(edges, states_in_order[i]))
			format->state(diagram, states_in_order[i]);
	if (format->end_group)
		format->end_group(diagram);
	edges_each(edges, put_edge, diagram);
}

static bool is_empty(const struct edges *edges)
{
	int i;

	for (i = 0; i < STATE_COUNT; i++)
		if (has_state(edges, states_in_order[i]))
			return false;
	return true;
}

static void put_diagram(struct out *out, const struct format *format)
{
	struct diagram diagram = { .out = out, .format = format, .group = "" };
	int i;

	format->begin(&diagram);
	if (lost)
		out_printf(out,
			   "%s records lost: %llu, and what they told; connections with a gap: %llu\n",
			   format->comment, lost, gaps);
	for (i = 0; i < GROUP_COUNT; i++) {
		if (is_empty(&groups[i]))
			continue;
		if (option_sides)
			diagram.group = group_names[i];
		put_group(&diagram, &groups[i]);
	}
	format->end(&diagram);
}

/* Before anything is recorded for nothing */
static void graph_open(const char *operand)
{
	(void)operand;
	if (!!option_mermaid + !!option_dot + !!option_svg > 1)
		errx(EXIT_USAGE, "graph: choose one of --mermaid, --dot and --svg");
	if (option_svg)
		graphviz_check();
}

static void graph_start(struct display *display,
			const struct tcpstate_start *start)
{
	(void)display;
	(void)start;
	lives_reset(&lives);
}

static void graph_lost(struct display *display,
		       const struct tcpstate_lost *record)
{
	(void)display;
	lost += record->count;
	lives_lost(&lives, record->head.ts, NULL, NULL);
}

static enum group group_of(const struct life *life)
{
	switch (life->side) {
	case SIDE_CLIENT:
	case SIDE_BOTH:
		return GROUP_CLIENT;
	case SIDE_SERVER:
	case SIDE_LISTENER:
		return GROUP_SERVER;
	default:
		return GROUP_UNKNOWN;
	}
}

static void graph_transition(struct display *display,
			     const struct tcpstate_transition *transition,
			     const struct seen *seen)
{
	enum group group = 0;

	(void)display;
	if (option_sides)
		group = group_of(lives_transition(&lives, transition, seen));
	edges_add(&groups[group], transition, seen->dwell);
	gaps += seen->gap;
}

static void graph_unwanted(struct display *display,
			   const struct tcpstate_transition *transition,
			   const struct seen *seen)
{
	(void)display;
	if (option_sides)
		lives_unwanted(&lives, transition, seen);
}

static void graph_socket(struct display *display,
			 const struct tcpstate_socket *socket,
			 const struct seen *seen)
{
	(void)display;
	if (option_sides)
		lives_socket(&lives, socket, seen);
}

static void put_dot(struct out *out)
{
	put_diagram(out, &dot);
}

static bool graph_end(struct display *display)
{
	bool good = true;
	int i;

	lives_reset(&lives);
	if (option_svg)
		good = graphviz_draw(display->out, put_dot);
	else
		put_diagram(display->out, option_mermaid ? &mermaid :
					  option_dot ? &dot : &text);
	for (i = 0; i < GROUP_COUNT; i++)
		edges_reset(&groups[i]);
	return good;
}

const struct view view_graph = {
	.name		= "graph",
	.help		= "the state diagram as it happened: counts, times, causes",
	.options	= {
		{ "sides", NULL, "clients and servers apart", &option_sides },
		{ "mermaid", NULL, "for Mermaid", &option_mermaid },
		{ "dot", NULL, "for Graphviz", &option_dot },
		{ "svg", NULL, "drawn by Graphviz", &option_svg },
	},
	.open		= graph_open,
	.start		= graph_start,
	.lost		= graph_lost,
	.transition	= graph_transition,
	.unwanted	= graph_unwanted,
	.socket		= graph_socket,
	.end		= graph_end,
};

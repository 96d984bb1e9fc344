// SPDX-License-Identifier: GPL-2.0
/* A line an edge, for people. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "address.h"
#include "names.h"
#include "util.h"
#include "view.h"

/*
 * Where each column begins.  So that all but the ends is within 80 columns, and
 * the ends of usual IPv4 connections within 120, CONN, OWNER and CAUSE are
 * narrower than what may be in them; what is wider moves the columns after it
 * until their slack makes up for it.
 */
enum column {
	AT_TIME		= 0,
	AT_CONN		= AT_TIME + 16,		/* 12:34:56.123456 */
	AT_OWNER	= AT_CONN + 6,		/* 1a2b3 */
	AT_OLD		= AT_OWNER + 13,	/* server[1234] */
	AT_NEW		= AT_OLD + 12,		/* ESTABLISHED -> */
	AT_DWELL	= AT_NEW + 15,		/* -> FIN_WAIT_1 */
	AT_CAUSE	= AT_DWELL + 7,		/* 12.3ms */
	AT_ENDS		= AT_CAUSE + 11,	/* timer/2MSL */
};

/* The ends on a line of their own: here, or before if they are long. */
#define AT_ENDS_ALONE AT_CONN

/* A line in the making. */
struct line {
	struct display	*display;
	int		column;
};

static void put_bytes(struct line *line, const char *bytes, size_t len)
{
	out_bytes(line->display->out, bytes, len);
	line->column += len;
}

static void put(struct line *line, const char *str)
{
	put_bytes(line, str, strlen(str));
}

/* Up to @column, but a blank at the least. */
static void go_to(struct line *line, int column)
{
	do
		put(line, " ");
	while (line->column < column);
}

static void put_time(struct line *line, __u64 ts)
{
	struct display *display = line->display;
	__u32 ns = clock_second(&display->clock, ts, "%H:%M:%S.", localtime_r);

	put_bytes(line, display->clock.text, display->clock.len);
	out_pad(display->out, ns / 1000, 6);
	line->column += 6;
}

static void put_conn(struct line *line, __u64 conn)
{
	char text[24] = "-";

	if (conn)
		snprintf(text, sizeof(text), "%llx", conn);
	put(line, text);
}

/* A process chooses its name: keep what could control a terminal out. */
static void put_task(struct line *line, const struct tcpstate_task *task)
{
	char text[TCPSTATE_COMM_LEN + 16];
	char *p;

	snprintf(text, sizeof(text), "%s[%u]", task->comm, task->pid);
	for (p = text; *p; p++)
		if (*p < ' ' || *p > '~')
			*p = '?';
	put(line, text);
}

static void put_owner(struct line *line, const struct seen *seen)
{
	switch (seen->owned) {
	case OWNED_TASK:
		put_task(line, &seen->owner);
		break;
	case OWNED_KERNEL:
		put(line, "kernel");
		break;
	default:
		put(line, "-");
	}
}

static const char *state_colour(__u8 state)
{
	switch (state) {
	case TCPSTATE_LISTEN:
		return "\033[34m";
	case TCPSTATE_SYN_SENT:
	case TCPSTATE_SYN_RCVD:
		return "\033[36m";
	case TCPSTATE_ESTABLISHED:
		return "\033[32m";
	case TCPSTATE_TIME_WAIT:
		return "\033[35m";
	case TCPSTATE_CLOSED:
		return "\033[31m";
	default:	/* on the way from ESTABLISHED to there */
		return "\033[33m";
	}
}

static void put_state(struct line *line, __u8 state)
{
	struct display *display = line->display;

	if (display->colour)
		out_str(display->out, state_colour(state));
	put(line, state_name(state));
	if (display->colour)
		out_str(display->out, "\033[0m");
}

static void put_edge(struct line *line, __u8 old_state, __u8 new_state)
{
	put_state(line, old_state);
	go_to(line, AT_NEW);
	put(line, "-> ");
	put_state(line, new_state);
}

static void put_dwell(struct line *line, __s64 dwell)
{
	char text[DURATION_LEN] = "-";
	int width = 1;

	if (dwell >= 0)
		width = duration_format(text, dwell);
	go_to(line, AT_CAUSE - 1 - width);
	out_str(line->display->out, text);
	line->column += width;
}

static void put_cause(struct line *line, const struct tcpstate_head *head,
		      const char *cause)
{
	go_to(line, AT_CAUSE);
	put(line, cause);
	if (head->flags & TCPSTATE_F_MPTCP)
		put(line, " mptcp");
}

static int at_ends_alone(int columns, int len)
{
	if (AT_ENDS_ALONE + len <= columns)
		return AT_ENDS_ALONE;
	return columns - len > 1 ? columns - len : 1;
}

/* On the line, or on the next one if they are too long for a terminal. */
static void place_ends(struct line *line, int len)
{
	int columns = line->display->columns;
	int at = line->column < AT_ENDS ? AT_ENDS : line->column + 1;

	if (columns && at + len > columns) {
		out_char(line->display->out, '\n');
		line->column = 0;
		go_to(line, at_ends_alone(columns, len));
	} else {
		go_to(line, at);
	}
}

static void put_ends(struct line *line, const struct tcpstate_flow *flow,
		     bool ipv6)
{
	char ends[ENDS_LEN];
	int len = ends_format(ends, flow, ipv6);

	place_ends(line, len);
	put_bytes(line, ends, len);
}

/* Up to what happened, */
static void begin(struct line *line, const struct tcpstate_head *head,
		  const struct seen *seen)
{
	put_time(line, head->ts);
	go_to(line, AT_CONN);
	put_conn(line, seen->conn);
	go_to(line, AT_OWNER);
	put_owner(line, seen);
	go_to(line, AT_OLD);
}

/* and from there on. */
static void finish(struct line *line, const struct tcpstate_head *head,
		   const struct seen *seen, const char *cause)
{
	put_dwell(line, seen->dwell);
	put_cause(line, head, cause);
	put_ends(line, &seen->ends, head->flags & TCPSTATE_F_IPV6);
	out_char(line->display->out, '\n');
}

static void text_transition(struct display *display,
			    const struct tcpstate_transition *transition,
			    const struct seen *seen)
{
	struct line line = { .display = display };

	begin(&line, &transition->head, seen);
	put_edge(&line, transition->old_state, transition->new_state);
	finish(&line, &transition->head, seen,
	       edge_cause(transition->cause, transition->detail));
}

static void text_note(struct display *display, const struct tcpstate_note *note,
		      const struct seen *seen)
{
	struct line line = { .display = display };

	begin(&line, &note->head, seen);
	if (note->what == TCPSTATE_RESTARTED)
		put(&line, "2MSL ");
	put(&line, what_name(note->what));
	finish(&line, &note->head, seen,
	       note->detail ? detail_name(note->detail) : "-");
}

/* The state where that after an edge would be */
static void text_socket(struct display *display,
			const struct tcpstate_socket *socket,
			const struct seen *seen)
{
	struct line line = { .display = display };

	begin(&line, &socket->head, seen);
	go_to(&line, AT_NEW + 1);
	put(&line, "= ");
	put_state(&line, socket->state);
	finish(&line, &socket->head, seen, "-");
}

static void put_header(struct display *display)
{
	static const struct {
		enum column at;
		const char *title;
	} titles[] = {
		{ AT_CONN, "CONN" },
		{ AT_OWNER, "OWNER" },
		{ AT_OLD, "EDGE" },
		{ AT_DWELL + 1, "DWELL" },
		{ AT_CAUSE, "CAUSE" },
	};
	static const char ends[] = "LOCAL > REMOTE";
	struct line line = { .display = display };
	size_t i;

	put(&line, "TIME");
	for (i = 0; i < ARRAY_SIZE(titles); i++) {
		go_to(&line, titles[i].at);
		put(&line, titles[i].title);
	}
	place_ends(&line, strlen(ends));
	put(&line, ends);
	out_char(display->out, '\n');
}

static void put_missing(struct out *out, __u32 missing)
{
	const char *between = "-- hooks missing: ";
	unsigned int hook;

	for (hook = 0; hook < TCPSTATE_HOOKS; hook++) {
		if (!(missing & 1U << hook))
			continue;
		out_str(out, between);
		out_str(out, hook_name(hook));
		between = ", ";
	}
	out_str(out, ": what they tell is unknown\n");
}

static void text_start(struct display *display,
		       const struct tcpstate_start *start)
{
	if (display->traces == 1)
		put_header(display);
	else
		out_str(display->out, "-- another trace begins\n");
	if (start->missing)
		put_missing(display->out, start->missing);
}

static void text_lost(struct display *display, const struct tcpstate_lost *lost)
{
	struct out *out = display->out;

	out_str(out, "-- ");
	out_dec(out, lost->count);
	out_str(out, lost->count == 1 ? " record" : " records");
	out_str(out, " lost on CPU ");
	out_dec(out, lost->head.cpu);
	out_str(out, ": overwritten before ");
	out_str(out, lost->count == 1 ? "it was read\n" : "they were read\n");
}

const struct view view_text = {
	.name		= "text",
	.start		= text_start,
	.lost		= text_lost,
	.transition	= text_transition,
	.note		= text_note,
	.socket		= text_socket,
};

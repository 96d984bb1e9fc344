// SPDX-License-Identifier: GPL-2.0
/* A line an edge, for people. */
#include <string.h>

#include "address.h"
#include "digits.h"
#include "names.h"
#include "remark.h"
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

/* More than any line takes */
#define LINE_LEN 1024

/*
 * A line in the making, in the room there is for it.  @start is where it would
 * begin if each byte took a column; so what takes none puts it off.
 */
struct line {
	struct display	*display;
	char		*start;
	char		*p;
};

static inline void line_begin(struct line *line, struct display *display)
{
	line->display = display;
	line->start = out_room(display->out, LINE_LEN);
	line->p = line->start;
}

static inline void line_end(struct line *line)
{
	*line->p++ = '\n';
	out_end(line->display->out, line->p);
}

static inline void put(struct line *line, const char *str)
{
	line->p = stpcpy(line->p, str);
}

static inline void put_word(struct line *line, const struct word *word)
{
	memcpy(line->p, word, sizeof(*word));
	line->p += word->len;
}

/* Up to @column, but a blank at the least.  A few more are overwritten. */
static inline void go_to(struct line *line, int column)
{
	static const char blanks[32] = "                                ";
	char *to = line->start + column;
	char *p = line->p;

	if (to <= p)
		to = p + 1;
	for (; p < to; p += sizeof(blanks))
		memcpy(p, blanks, sizeof(blanks));
	line->p = to;
}

static inline void put_time(struct line *line, __u64 ts)
{
	struct clock *clock = &line->display->clock;
	__u32 ns = clock_second(clock, ts, "%H:%M:%S.", localtime_r);

	memcpy(line->p, clock->text, sizeof(clock->text));
	line->p = digits_pad(line->p + clock->len, ns / 1000, 6);
}

static inline void put_conn(struct line *line, __u64 conn)
{
	if (conn)
		line->p = digits_hex(line->p, conn);
	else
		*line->p++ = '-';
}

/* A process chooses its name: keep what could control a terminal out. */
static void put_task(struct line *line, const struct tcpstate_task *task)
{
	const char *comm = task->comm;
	char *p = line->p;

	for (; *comm; comm++)
		*p++ = *comm < ' ' || *comm > '~' ? '?' : *comm;
	*p++ = '[';
	p = digits_dec(p, task->pid);
	*p++ = ']';
	line->p = p;
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

/* What the lines of a connection have in common */
struct common {
	__u64	stamp;		/* of struct seen */
	bool	ipv6;
	int	who_len;
	int	ends_len;
	/* A blank, CONN and OWNER, up to EDGE, and what go_to() overwrites */
	char	who[AT_OLD + 64];
	char	ends[ENDS_LEN];
};

/* Where @who begins, which is where all times end, and the most it takes */
#define AT_WHO (AT_CONN - 1)
#define WHO_LEN 48

static void make_common(struct common *common, const struct seen *seen,
			bool ipv6)
{
	struct line line = { .start = common->who };

	line.p = line.start + AT_WHO;
	*line.p++ = ' ';
	put_conn(&line, seen->conn);
	go_to(&line, AT_OWNER);
	put_owner(&line, seen);
	go_to(&line, AT_OLD);
	common->who_len = line.p - line.start - AT_WHO;
	common->ends_len = ends_format(common->ends, &seen->ends, ipv6);
	common->ipv6 = ipv6;
	common->stamp = seen->stamp;
}

/* Made anew only if something has changed, or of others there are many. */
static inline const struct common *
find_common(const struct seen *seen, const struct tcpstate_head *head)
{
	static struct common kept[256];
	struct common *common = &kept[seen->stamp % ARRAY_SIZE(kept)];
	bool ipv6 = head->flags & TCPSTATE_F_IPV6;

	if (!seen->stamp || common->stamp != seen->stamp ||
	    common->ipv6 != ipv6)
		make_common(common, seen, ipv6);
	return common;
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

/* What takes no column */
static inline void put_colour(struct line *line, const char *colour)
{
	put(line, colour);
	line->start += strlen(colour);
}

static inline void put_state(struct line *line, __u8 state)
{
	bool colour = line->display->colour;

	if (colour)
		put_colour(line, state_colour(state));
	put_word(line, state_word(state));
	if (colour)
		put_colour(line, "\033[0m");
}

static inline void put_edge(struct line *line, __u8 old_state, __u8 new_state)
{
	put_state(line, old_state);
	go_to(line, AT_NEW);
	put(line, "-> ");
	put_state(line, new_state);
}

/* And on to the cause, which is next to it */
static inline void put_dwell(struct line *line, const struct seen *seen)
{
	char text[DURATION_LEN] = "-";
	char *end = text + 1;
	int width = 1;

	if (seen->dwell >= 0) {
		end = duration_write(text, seen->dwell, &width);
	} else if (seen->gap) {
		end = stpcpy(text, "gap");
		width = end - text;
	}
	go_to(line, AT_CAUSE - 1 - width);
	memcpy(line->p, text, sizeof(text));
	line->p += end - text;
	line->start += end - text - width;
	*line->p++ = ' ';
}

static inline int at_ends_alone(int columns, int len)
{
	if (AT_ENDS_ALONE + len <= columns)
		return AT_ENDS_ALONE;
	return columns - len > 1 ? columns - len : 1;
}

/* On the line, or on the next one if they are too long for a terminal. */
static inline void place_ends(struct line *line, int len)
{
	int columns = line->display->columns;
	int column = line->p - line->start;
	int at = column < AT_ENDS ? AT_ENDS : column + 1;

	if (columns && at + len > columns) {
		*line->p++ = '\n';
		line->start = line->p;
		at = at_ends_alone(columns, len);
	}
	go_to(line, at);
}

/* Up to what happened, */
static inline void begin(struct line *line, struct display *display, __u64 ts,
			 const struct common *common)
{
	line_begin(line, display);
	put_time(line, ts);
	memcpy(line->p, common->who + AT_WHO, WHO_LEN);
	line->p += common->who_len;
}

/* and what follows the cause. */
static inline void finish(struct line *line, const struct tcpstate_head *head,
			  const struct common *common)
{
	if (head->flags & TCPSTATE_F_MPTCP)
		put(line, " mptcp");
	place_ends(line, common->ends_len);
	memcpy(line->p, common->ends, sizeof(common->ends));
	line->p += common->ends_len;
	line_end(line);
}

static void text_transition(struct display *display,
			    const struct tcpstate_transition *transition,
			    const struct seen *seen)
{
	const struct tcpstate_head *head = &transition->head;
	const struct common *common = find_common(seen, head);
	struct line line;

	begin(&line, display, head->ts, common);
	put_edge(&line, transition->old_state, transition->new_state);
	put_dwell(&line, seen);
	put_word(&line, edge_cause_word(transition->cause, transition->detail));
	finish(&line, head, common);
}

static void text_note(struct display *display, const struct tcpstate_note *note,
		      const struct seen *seen)
{
	const struct tcpstate_head *head = &note->head;
	const struct common *common = find_common(seen, head);
	struct line line;

	begin(&line, display, head->ts, common);
	if (note->what == TCPSTATE_RESTARTED)
		put(&line, "2MSL ");
	put(&line, what_name(note->what));
	put_dwell(&line, seen);
	put(&line, note->detail ? detail_name(note->detail) : "-");
	finish(&line, head, common);
}

/* The state where that after an edge would be */
static void text_socket(struct display *display,
			const struct tcpstate_socket *socket,
			const struct seen *seen)
{
	const struct tcpstate_head *head = &socket->head;
	const struct common *common = find_common(seen, head);
	struct line line;

	begin(&line, display, head->ts, common);
	go_to(&line, AT_NEW + 1);
	put(&line, "= ");
	put_state(&line, socket->state);
	put_dwell(&line, seen);
	put(&line, "-");
	finish(&line, head, common);
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
	struct line line;
	size_t i;

	line_begin(&line, display);
	put(&line, "TIME");
	for (i = 0; i < ARRAY_SIZE(titles); i++) {
		go_to(&line, titles[i].at);
		put(&line, titles[i].title);
	}
	place_ends(&line, strlen(ends));
	put(&line, ends);
	line_end(&line);
}

static void text_start(struct display *display,
		       const struct tcpstate_start *start)
{
	if (display->traces == 1)
		put_header(display);
	remark_start(display, start);
}

const struct view view_text = {
	.name		= "text",
	.start		= text_start,
	.lost		= remark_lost,
	.transition	= text_transition,
	.note		= text_note,
	.socket		= text_socket,
};

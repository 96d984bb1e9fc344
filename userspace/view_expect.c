// SPDX-License-Identifier: GPL-2.0
/* Nothing, if the connections are what a file expects; else the differences. */
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "address.h"
#include "expect_align.h"
#include "expect_match.h"
#include "names.h"
#include "netns.h"
#include "view.h"

/* No text that anybody wrote. */
#define TEXT_MAX (1024 * 1024)

/* Of one rule and kind, more differences than this are only counted. */
#define SHOWN_MAX 3

/* -timer/synack-retries-> and more */
#define ARROW_LEN 40

static struct expect_rules rules;
static struct stories stories;
static unsigned long long lost;

static size_t read_text(const char *path, char *text)
{
	int fd = STDIN_FILENO;
	size_t len = 0;
	ssize_t n = 0;

	if (strcmp(path, "-") != 0)
		fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		err(EXIT_USAGE, "%s", path);
	do {
		len += n;
		n = read(fd, text + len, TEXT_MAX - len);
	} while (n > 0);
	if (n < 0)
		err(EXIT_USAGE, "%s", path);
	if (len == TEXT_MAX)
		errx(EXIT_USAGE, "%s: too large for what somebody expects",
		     path);
	if (fd != STDIN_FILENO)
		close(fd);
	return len;
}

static void expect_open(const char *path)
{
	struct expect_error error;
	char *text = malloc(TEXT_MAX);

	if (!text)
		err(EXIT_FAILURE, "%s", path);
	if (!expect_parse(&rules, text, read_text(path, text), netns_find,
			  &error))
		errx(EXIT_USAGE, "%s:%u: %s", path, error.line, error.text);
	free(text);
}

static void expect_start(struct display *display,
			 const struct tcpstate_start *start)
{
	(void)display;
	(void)start;
	stories_end(&stories);
}

static void expect_lost(struct display *display,
			const struct tcpstate_lost *record)
{
	(void)display;
	lost += record->count;
}

static void expect_transition(struct display *display,
			      const struct tcpstate_transition *transition,
			      const struct seen *seen)
{
	(void)display;
	stories_transition(&stories, transition, seen);
}

static void expect_note(struct display *display,
			const struct tcpstate_note *note,
			const struct seen *seen)
{
	(void)display;
	stories_note(&stories, note, seen);
}

static void expect_socket(struct display *display,
			  const struct tcpstate_socket *socket,
			  const struct seen *seen)
{
	(void)display;
	stories_socket(&stories, socket, seen);
}

static void put_spaces(struct out *out, int count)
{
	while (count-- > 0)
		out_char(out, ' ');
}

static void put_count(struct out *out, size_t count, const char *what)
{
	out_dec(out, count);
	out_char(out, ' ');
	out_str(out, what);
	if (count != 1)
		out_char(out, 's');
}

static void put_rule(struct out *out, const struct expect_rule *rule)
{
	out_str(out, rule->name);
	out_str(out, " (line ");
	out_dec(out, rule->line);
	out_str(out, "): ");
}

static void put_story(struct out *out, const struct story *story)
{
	char ends[ENDS_LEN];

	ends_format(ends, &story->ends, story->flags & TCPSTATE_F_IPV6);
	out_str(out, "connection ");
	out_hex(out, story->conn);
	out_char(out, ' ');
	out_str(out, ends);
	out_char(out, '\n');
}

/* Return: its width. */
static int format_arrow(char text[ARROW_LEN], const struct event *event)
{
	switch (event->cause) {
	case EVENT_BEGAN:
		*text = '\0';
		return 0;
	case EVENT_GAP:
		return sprintf(text, "(no record)->");
	default:
		return snprintf(text, ARROW_LEN, "-%s->",
				edge_cause(event->cause, event->detail));
	}
}

/* The widest arrow of a comparison. */
static int arrows_width(const struct expect_line *lines, size_t count)
{
	char arrow[ARROW_LEN];
	int width = 0;
	int len;
	size_t i;

	for (i = 0; i < count; i++) {
		len = lines[i].event ? format_arrow(arrow, lines[i].event) : 0;
		width = len > width ? len : width;
		len = lines[i].same ? 0 : lines[i].step ?
		      strlen(lines[i].step->arrow) : 0;
		width = len > width ? len : width;
	}
	return width;
}

static void begin_line(struct display *display, char mark)
{
	struct out *out = display->out;

	put_spaces(out, 4);
	if (display->colour && mark != ' ')
		out_str(out, mark == '-' ? "\033[31m" : "\033[32m");
	out_char(out, mark);
	out_char(out, ' ');
}

/* @width: what the line has so far, for the words at its end to be aligned */
static void end_line(struct display *display, char mark, int width)
{
	struct out *out = display->out;

	if (mark != ' ') {
		put_spaces(out, width);
		out_str(out, mark == '-' ? " expected" : " got");
		if (display->colour)
			out_str(out, "\033[0m");
	}
	out_char(out, '\n');
}

/* A state that no arrow leads to is in the place of one. */
static void put_line(struct display *display, char mark, int width,
		     const char *arrow, const char *state)
{
	struct out *out = display->out;
	int used = strlen(state);

	begin_line(display, mark);
	if (*arrow) {
		out_str(out, arrow);
		put_spaces(out, width + 1 - (int)strlen(arrow));
		used += width + 1;
	}
	out_str(out, state);
	end_line(display, mark, width + 1 + 12 - used);
}

static void put_event(struct display *display, char mark, int width,
		      const struct event *event)
{
	char arrow[ARROW_LEN];

	format_arrow(arrow, event);
	put_line(display, mark, width, arrow, state_name(event->state));
}

/* A process chooses its name: keep what could control a terminal out. */
static void put_comm(struct out *out, const char *comm)
{
	out_str(out, "owner=");
	for (; *comm; comm++)
		out_char(out, *comm < ' ' || *comm > '~' ? '?' : *comm);
	out_char(out, ' ');
}

static void put_number(struct out *out, const char *what, __u32 number)
{
	out_str(out, what);
	out_dec(out, number);
	out_char(out, ' ');
}

static void put_expected_owner(struct out *out, const struct expect_rule *rule)
{
	if (rule->has & 1 << EXPECT_OWNER)
		put_comm(out, rule->comm);
	if (rule->has & 1 << EXPECT_UID)
		put_number(out, "uid=", rule->uid);
	if (rule->has & 1 << EXPECT_PID)
		put_number(out, "pid=", rule->pid);
}

static void put_owner(struct out *out, const struct story *story)
{
	if (story->owned != OWNED_TASK) {
		put_comm(out, story->owned == OWNED_KERNEL ? "kernel" : "none");
		return;
	}
	put_comm(out, story->owner.comm);
	put_number(out, "uid=", story->owner.uid);
	put_number(out, "pid=", story->owner.pid);
}

static void show_owners(struct display *display, const struct expect_rule *rule,
			const struct story *story)
{
	begin_line(display, '-');
	put_expected_owner(display->out, rule);
	end_line(display, '-', 0);
	begin_line(display, '+');
	put_owner(display->out, story);
	end_line(display, '+', 0);
}

static void show_cut(struct display *display, const struct story *story)
{
	if (story->count <= EXPECT_ALIGN_MAX)
		return;
	put_spaces(display->out, 6);
	out_str(display->out, "and ");
	put_count(display->out, story->count - EXPECT_ALIGN_MAX, "edge");
	out_str(display->out, " more\n");
}

static void show_comparison(struct display *display,
			    const struct expect_rule *rule,
			    const struct story *story)
{
	struct expect_line *lines;
	size_t count = expect_align(rule, story, &lines);
	int width = arrows_width(lines, count);
	size_t i;

	for (i = 0; i < count; i++) {
		if (lines[i].step && !lines[i].same)
			put_line(display, '-', width, lines[i].step->arrow,
				 lines[i].step->state);
		if (lines[i].event)
			put_event(display, lines[i].same ? ' ' : '+', width,
				  lines[i].event);
	}
	free(lines);
	show_cut(display, story);
	if (!expect_owner_fits(rule, story))
		show_owners(display, rule, story);
}

static void show_differs(struct display *display,
			 const struct expect_difference *difference)
{
	struct out *out = display->out;

	put_rule(out, difference->rule);
	out_str(out, "differs, ");
	put_story(out, difference->story);
	show_comparison(display, difference->rule, difference->story);
}

static size_t count_chosen(const struct expect_rule *rule)
{
	size_t count = 0;
	size_t i;

	for (i = 0; i < stories.count; i++)
		count += expect_chooses(rule, stories.all[i]);
	return count;
}

static void show_missing(struct display *display,
			 const struct expect_difference *difference)
{
	struct out *out = display->out;

	put_rule(out, difference->rule);
	out_str(out, "missing, ");
	out_dec(out, difference->count);
	out_str(out, " of ");
	put_count(out, difference->rule->count, "connection");
	out_str(out, ": the filters choose ");
	out_dec(out, count_chosen(difference->rule));
	out_str(out, " of the ");
	out_dec(out, stories.count);
	out_str(out, " in the trace\n");
}

/* All of it is more than is expected: there is nothing to compare it with. */
static void show_extra(struct display *display,
		       const struct expect_difference *difference)
{
	static const struct expect_rule nothing;
	struct out *out = display->out;

	put_rule(out, difference->rule);
	out_str(out, difference->rule->count ? "extra, " :
					       "none is expected, ");
	put_story(out, difference->story);
	show_comparison(display, &nothing, difference->story);
}

static void show(struct display *display,
		 const struct expect_difference *difference)
{
	switch (difference->kind) {
	case EXPECT_DIFFERS:
		show_differs(display, difference);
		break;
	case EXPECT_MISSING:
		show_missing(display, difference);
		break;
	case EXPECT_EXTRA:
		show_extra(display, difference);
		break;
	}
}

/* How many differences from the first on are of the same rule and kind. */
static size_t count_alike(const struct expect_difference *first, size_t count)
{
	size_t i;

	for (i = 1; i < count; i++)
		if (first[i].rule != first->rule ||
		    first[i].kind != first->kind)
			break;
	return i;
}

static void show_alike(struct display *display,
		       const struct expect_difference *first, size_t count)
{
	size_t i;

	for (i = 0; i < count && i < SHOWN_MAX; i++)
		show(display, &first[i]);
	if (i == count)
		return;
	put_rule(display->out, first->rule);
	out_str(display->out, "and ");
	put_count(display->out, count - i, "connection");
	out_str(display->out, " more like that\n");
}

static void show_all(struct display *display,
		     const struct expect_result *result)
{
	size_t alike, i;

	for (i = 0; i < result->count; i += alike) {
		alike = count_alike(&result->differences[i], result->count - i);
		show_alike(display, &result->differences[i], alike);
	}
}

/* With one rule there is nothing to say that the exit status does not. */
static void show_success(struct out *out, size_t matched)
{
	if (rules.count < 2)
		return;
	put_count(out, rules.count, "rule");
	out_str(out, ", ");
	put_count(out, matched, "connection");
	out_str(out, ": as expected\n");
}

static bool compare(struct display *display)
{
	struct expect_result result;
	bool same;

	if (lost) {
		warnx("whether all is as expected cannot be told: records lost: %llu",
		      lost);
		return false;
	}
	result = expect_match(&rules, &stories);
	same = !result.count;
	if (same)
		show_success(display->out, result.matched);
	else
		show_all(display, &result);
	free(result.differences);
	return same;
}

static bool expect_end(struct display *display)
{
	bool same = compare(display);

	stories_free(&stories);
	expect_free(&rules);
	return same;
}

const struct view view_expect = {
	.name		= "expect",
	.operand	= "FILE",
	.help		= "nothing, if the connections go through what FILE tells, else\n"
			  "the differences, and the exit status is 1",
	.open		= expect_open,
	.start		= expect_start,
	.lost		= expect_lost,
	.transition	= expect_transition,
	.note		= expect_note,
	.socket		= expect_socket,
	.end		= expect_end,
};

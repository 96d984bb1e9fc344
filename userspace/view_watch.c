// SPDX-License-Identifier: GPL-2.0
/* What is stuck or piles up now: a table, in place on a terminal, else a block. */
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

#include "address.h"
#include "interval.h"
#include "life.h"
#include "names.h"
#include "tally.h"
#include "task.h"
#include "threshold.h"
#include "util.h"
#include "view.h"

#define INTERVAL_DEFAULT (2 * 1000000000ULL)

/* Names shown of each kind; on a terminal there is room for fewer. */
#define TOP 10
#define TOP_TERMINAL 3

/* Columns of a name, if there is room; of all that is beside it */
#define PADDING 42
#define FIGURES 18

/* " ESTABLISHED 18446744073709551615" and a NUL */
#define STATE_TEXT_LEN 40

/* Linux's, of a trace from who knows where */
#define PORTS_LOW 32768
#define PORTS_HIGH 60999

/* The figures that --fail-on knows, behind one for each state */
enum figure {
	FIGURE_ORPHANS = STATE_COUNT,
	FIGURE_ACCEPT_QUEUE,
	FIGURE_SYN_QUEUE,
	FIGURE_RESETS,
	FIGURE_LOST,
	FIGURE_COUNT,
};

static const char *figure_names[FIGURE_COUNT] = {
	[FIGURE_ORPHANS]	= "orphans",
	[FIGURE_ACCEPT_QUEUE]	= "accept_queue",
	[FIGURE_SYN_QUEUE]	= "syn_queue",
	[FIGURE_RESETS]		= "resets",
	[FIGURE_LOST]		= "lost",
};

static struct lives lives;
static struct thresholds thresholds;
static __u64 interval = INTERVAL_DEFAULT;
static __u64 lost;
static bool failed;

/* Since the last block, which was at @began */
static __u64 began;
static struct tally accept_queue;
static struct tally syn_queue;
static struct tally resets;

static const char *option_interval;
static const char *option_fail_on;

/*
 * A block in the making.
 *
 * @left: lines that the terminal has room for
 * @width: columns that a name has, so that its figures have some, too
 * @states: how many sockets are in each
 * @ports: how many ephemeral ports there are, from @low to @high
 */
struct block {
	struct display	*display;
	int		left;
	int		width;
	__u64		states[STATE_COUNT + 1];
	unsigned int	low;
	unsigned int	high;
	struct tally	close_wait;
	struct tally	half_open;
	struct tally	orphans;
	struct tally	time_wait;
};

static __u64 since(const struct life *life)
{
	return life->since ? life->since : life->listed;
}

/* One end of a connection, which ends_format() writes before the other */
static void format_end(char text[ENDS_LEN], const struct life *life, bool local)
{
	struct tcpstate_flow flow = {
		.lport	= local ? life->ends.lport : life->ends.rport,
	};

	memcpy(flow.laddr, local ? life->ends.laddr : life->ends.raddr,
	       sizeof(flow.laddr));
	ends_format(text, &flow, life->flags & TCPSTATE_F_IPV6);
	*strchr(text, ' ') = '\0';
}

/* That socket's listener, who owns it till it is accepted */
static void add_by_listener(struct tally *tally, const struct life *life,
			    __u64 when)
{
	char end[ENDS_LEN], owner[TASK_LEN], name[ENDS_LEN + TASK_LEN + 1];

	format_end(end, life, true);
	owner_format(owner, life->owned, &life->owner);
	snprintf(name, sizeof(name), "%s %s", end, owner);
	tally_add(tally, name, when);
}

static void add_by_owner(struct tally *tally, const struct life *life)
{
	char owner[TASK_LEN];

	owner_format(owner, life->owned, &life->owner);
	tally_add(tally, owner, since(life));
}

/* What cannot be opened any more where all ports are in use: one's way there */
static void add_by_remote(struct tally *tally, const struct life *life)
{
	char end[ENDS_LEN];

	format_end(end, life, false);
	tally_add(tally, end, since(life));
}

static void count_socket(void *arg, const struct life *life)
{
	struct block *block = arg;

	block->states[life->state]++;
	switch (life->state) {
	case TCPSTATE_CLOSE_WAIT:
		add_by_owner(&block->close_wait, life);
		break;
	case TCPSTATE_SYN_RCVD:
		add_by_listener(&block->half_open, life, since(life));
		break;
	case TCPSTATE_FIN_WAIT_2:
		if (life->orphan)
			add_by_remote(&block->orphans, life);
		break;
	case TCPSTATE_TIME_WAIT:
		if (life->ends.lport >= block->low &&
		    life->ends.lport <= block->high)
			add_by_remote(&block->time_wait, life);
		break;
	}
}

/* Those that a new connection of this machine gets one of */
static void find_ports(struct block *block)
{
	FILE *file = NULL;

	block->low = PORTS_LOW;
	block->high = PORTS_HIGH;
	if (block->display->live)
		file = fopen("/proc/sys/net/ipv4/ip_local_port_range", "re");
	if (!file)
		return;
	if (fscanf(file, "%u %u", &block->low, &block->high) != 2) {
		block->low = PORTS_LOW;
		block->high = PORTS_HIGH;
	}
	fclose(file);
}

/* On a terminal, what was there before goes, and what has no room is left out. */
static void end_line(struct block *block)
{
	block->left--;
	out_str(block->display->out,
		block->display->columns ? "\033[K\n" : "\n");
}

/* What is shorter is made so long, as far as there is room. */
static int padding(const struct block *block)
{
	return block->width < PADDING ? block->width : PADDING;
}

static void put_title(struct block *block, const char *title, __u64 count)
{
	bool bold = block->display->colour && count;

	if (!block->left)
		return;
	out_printf(block->display->out, "%s%-*.*s %8llu%s",
		   bold ? "\033[1m" : "", padding(block) + 2, block->width + 2,
		   title, count, bold ? "\033[0m" : "");
	end_line(block);
}

static void put_row(void *arg, const struct tally_row *row)
{
	struct block *block = arg;
	__u64 now = block->display->now;
	char age[DURATION_LEN] = "";

	if (!block->left)
		return;
	if (row->oldest && row->oldest <= now)
		duration_column(age, now - row->oldest, 7);
	out_printf(block->display->out, "  %-*.*s %8llu%s", padding(block),
		   block->width, row->name, row->count, age);
	end_line(block);
}

static void put_tally(struct block *block, const char *title,
		      struct tally *tally)
{
	put_title(block, title, tally->count);
	tally_top(tally, block->display->columns ? TOP_TERMINAL : TOP, put_row,
		  block);
}

/* The ports that are taken on the way to one remote end */
static void put_ports(void *arg, const struct tally_row *row)
{
	struct block *block = arg;
	unsigned int ports = block->high - block->low + 1;
	unsigned int percent = row->count * 100 / ports;
	struct tally_row with = *row;

	snprintf(with.name, sizeof(with.name), "%s%u %% of ports to %.66s",
		 percent ? "" : "<", percent ? percent : 1, row->name);
	put_row(arg, &with);
}

static void put_time_wait(struct block *block)
{
	char title[64];

	snprintf(title, sizeof(title), "TIME_WAIT, local ports %u to %u",
		 block->low, block->high);
	put_title(block, title, block->time_wait.count);
	tally_top(&block->time_wait,
		  block->display->columns ? TOP_TERMINAL : TOP, put_ports,
		  block);
}

/* The states that there are, in as many lines as these take */
static void put_states(struct block *block, int at)
{
	char text[STATE_TEXT_LEN];
	__u8 state;
	int i, len;

	for (i = 1; i < STATE_COUNT; i++) {
		state = states_in_order[i];
		if (!block->states[state])
			continue;
		len = snprintf(text, sizeof(text), " %s %llu",
			       state_name(state), block->states[state]);
		if (at + len > block->width + FIGURES) {
			end_line(block);
			at = 0;
			if (!block->left)
				return;
		}
		out_str(block->display->out, text);
		at += len;
	}
	end_line(block);
}

/* What a terminal is too narrow for is not to go on in another line. */
static void put_head(struct block *block)
{
	struct display *display = block->display;

	clock_second(&display->clock, display->now, "%H:%M:%S", localtime_r);
	if (display->columns)
		out_str(display->out, "\033[H\033[?7l");
	out_bytes(display->out, display->clock.text, display->clock.len);
	put_states(block, display->clock.len);
}

/* A rate needs a time that it is of. */
static void put_resets(struct block *block)
{
	__u64 now = block->display->now;
	char title[64] = "resets by cause";

	if (began && now > began)
		snprintf(title, sizeof(title), "resets by cause, %.3g/s",
			 resets.count * 1e9 / (now - began));
	put_tally(block, title, &resets);
}

static void put_block(struct block *block)
{
	struct display *display = block->display;

	put_head(block);
	put_tally(block, "CLOSE_WAIT by owner", &block->close_wait);
	put_tally(block, "half open by listener", &block->half_open);
	put_tally(block, "FIN_WAIT_2 of no process, by remote end",
		  &block->orphans);
	put_time_wait(block);
	put_tally(block, "accept queue full, by listener", &accept_queue);
	put_tally(block, "SYN queue full, by listener",
		  &syn_queue);
	put_resets(block);
	put_title(block, "records lost", lost);
	out_str(display->out, display->columns ? "\033[J\033[?7h" : "\n");
}

static bool judge(const struct block *block)
{
	__u64 figures[FIGURE_COUNT] = {
		[FIGURE_ORPHANS]	= block->orphans.count,
		[FIGURE_ACCEPT_QUEUE]	= accept_queue.count,
		[FIGURE_SYN_QUEUE]	= syn_queue.count,
		[FIGURE_RESETS]		= resets.count,
		[FIGURE_LOST]		= lost,
	};
	int i;

	for (i = 0; i < STATE_COUNT; i++)
		figures[i] = block->states[states_in_order[i]];
	return thresholds_hold(&thresholds, figure_names, figures);
}

/* As much as the terminal has, but for the line that the cursor is left on */
static void find_room(struct block *block)
{
	const struct display *display = block->display;
	struct winsize size;

	block->left = 1000;
	block->width = 1000;
	if (!display->columns || ioctl(display->out->fd, TIOCGWINSZ, &size))
		return;
	if (size.ws_row > 1)
		block->left = size.ws_row - 1;
	if (size.ws_col > FIGURES)
		block->width = size.ws_col - FIGURES;
}

static bool watch_tick(struct display *display)
{
	struct block block = { .display = display };
	bool good;

	find_room(&block);
	find_ports(&block);
	lives_each(&lives, count_socket, &block);
	put_block(&block);
	/* What is said of it goes below, and stays on a terminal. */
	out_flush(display->out);
	good = judge(&block);
	tally_reset(&block.close_wait);
	tally_reset(&block.half_open);
	tally_reset(&block.orphans);
	tally_reset(&block.time_wait);
	tally_reset(&accept_queue);
	tally_reset(&syn_queue);
	tally_reset(&resets);
	began = display->now;
	failed |= !good;
	return good;
}

static void watch_open(const char *operand)
{
	int i;

	(void)operand;
	for (i = 0; i < STATE_COUNT; i++)
		figure_names[i] = state_name(states_in_order[i]);
	if (option_interval)
		interval = interval_parse(option_interval);
	if (option_fail_on)
		thresholds_parse(&thresholds, option_fail_on, figure_names,
				 FIGURE_COUNT);
}

static void watch_start(struct display *display,
			const struct tcpstate_start *start)
{
	(void)start;
	if (display->columns)
		out_str(display->out, "\033[2J");
	lives_reset(&lives);
	began = 0;
}

static void watch_lost(struct display *display,
		       const struct tcpstate_lost *record)
{
	(void)display;
	lost += record->count;
	lives_lost(&lives, record->head.ts, NULL, NULL);
}

static void count_ending(const struct life *life)
{
	if (life->detail == TCPSTATE_ACCEPT_QUEUE)
		add_by_listener(&accept_queue, life, 0);
	if (life->cause == TCPSTATE_RESET || life->cause == TCPSTATE_ABORT)
		tally_add(&resets, edge_cause(life->cause, life->detail), 0);
}

static void watch_transition(struct display *display,
			     const struct tcpstate_transition *transition,
			     const struct seen *seen)
{
	const struct life *life = lives_transition(&lives, transition, seen);

	(void)display;
	if (!began)
		began = transition->head.ts;
	if (life->state == TCPSTATE_CLOSED)
		count_ending(life);
}

static void watch_unwanted(struct display *display,
			   const struct tcpstate_transition *transition,
			   const struct seen *seen)
{
	(void)display;
	lives_unwanted(&lives, transition, seen);
}

/* One that found a queue full */
static void count_syn(const struct tcpstate_note *note, const struct seen *seen)
{
	const struct life at = {
		.flags	= note->head.flags,
		.ends	= seen->ends,
		.owned	= seen->owned,
		.owner	= seen->owner,
	};

	add_by_listener(note->detail == TCPSTATE_SYN_QUEUE ? &syn_queue :
							     &accept_queue,
			&at, 0);
}

static void watch_note(struct display *display,
		       const struct tcpstate_note *note,
		       const struct seen *seen)
{
	(void)display;
	lives_note(&lives, note, seen);
	if (note->what == TCPSTATE_QUEUE_FULL)
		count_syn(note, seen);
}

static void watch_socket(struct display *display,
			 const struct tcpstate_socket *socket,
			 const struct seen *seen)
{
	(void)display;
	lives_socket(&lives, socket, seen);
}

static bool watch_end(struct display *display)
{
	/* If that was the end, the last block tells of it already. */
	if (!failed)
		watch_tick(display);
	lives_reset(&lives);
	return !failed;
}

const struct view view_watch = {
	.name		= "watch",
	.help		= "what is stuck or piles up now",
	.options	= {
		{ "interval", "SECONDS", "look so often, by default every 2 s",
		  &option_interval },
		{ "fail-on", "NAME>NUMBER[,...]",
		  "end with status 1 if there are more", &option_fail_on },
	},
	.open		= watch_open,
	.start		= watch_start,
	.lost		= watch_lost,
	.transition	= watch_transition,
	.unwanted	= watch_unwanted,
	.note		= watch_note,
	.socket		= watch_socket,
	.interval	= &interval,
	.standing	= true,
	.tick		= watch_tick,
	.end		= watch_end,
};

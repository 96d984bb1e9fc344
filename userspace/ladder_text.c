// SPDX-License-Identifier: GPL-2.0
/*
 * The sequence diagram in characters:
 *
 *	client[182]                          server[177]
 *	10.9.0.1:45714                     10.9.0.2:8000
 *	|                                              |
 *	* SYN_SENT  connect  07:58:01.141520           |
 *	| 07:58:01.141569  SYN  seq 0 (1068669254)     |
 *	|------------------- 1.01ms ------------------>|
 *	|           07:58:01.142682  SYN  SYN_RCVD *
 *
 * What a segment is stands where it left, at its sender's side, and its arrow
 * where it came; if other things are between these, the arrow has a label.
 */
#include <stdio.h>
#include <string.h>

#include "ladder.h"
#include "names.h"

#define COLUMNS_MAX 100
#define COLUMNS_MIN 72

/* What took longer is worth a row of its own; in ns. */
#define PAUSE 1000000000LL

enum { LEFT, RIGHT, CENTRE };

/* A diagram in the making; [0] is the left side, where the client is. */
struct sheet {
	struct display	*display;
	const struct exchange *exchange;
	int		inner;		/* columns between the lifelines */
	char		lines[2];
	__u64		ts;		/* of what was drawn last */
};

/* µ takes two bytes. */
static int width(const char *text)
{
	int n = 0;

	for (; *text; text++)
		n += (*text & 0xc0) != 0x80;
	return n;
}

static void put_times(struct out *out, char c, int n)
{
	while (n-- > 0)
		out_char(out, c);
}

static void put_row(const struct sheet *sheet, const char lines[2],
		    const char *text, int place)
{
	struct out *out = sheet->display->out;
	int space = sheet->inner - width(text);
	int before = place == LEFT ? 0 : place == RIGHT ? space : space / 2;

	out_char(out, lines[0]);
	put_times(out, ' ', before);
	out_str(out, text);
	if (lines[1] != ' ') {
		put_times(out, ' ', space - before);
		out_char(out, lines[1]);
	}
	out_char(out, '\n');
}

/* Where an end is, to the left or to the right */
static int side(const struct sheet *sheet, unsigned int end)
{
	return end == sheet->exchange->client ? LEFT : RIGHT;
}

/* A text for each end, at the outside */
static void put_both(const struct sheet *sheet, const char *left,
		     const char *right)
{
	struct out *out = sheet->display->out;

	out_str(out, left);
	if (*right)
		put_times(out, ' ',
			  sheet->inner + 2 - width(left) - width(right));
	out_str(out, right);
	out_char(out, '\n');
}

static void put_header(const struct sheet *sheet)
{
	const struct exchange *exchange = sheet->exchange;
	unsigned int left = exchange->client;
	char texts[2][LADDER_WORD_LEN];
	int i;

	for (i = 0; i < 2; i++)
		ladder_owner(texts[i], &exchange->ends[left ^ i]);
	put_both(sheet, texts[0], texts[1]);
	for (i = 0; i < 2; i++)
		ladder_address(texts[i], exchange, left ^ i);
	put_both(sheet, texts[0], texts[1]);
	for (i = 0; i < 2; i++)
		snprintf(texts[i], sizeof(texts[i]),
			 exchange->ends[left ^ i].conn ? "conn %llx" : "",
			 exchange->ends[left ^ i].conn);
	put_both(sheet, texts[0], texts[1]);
}

static void put_states(const struct sheet *sheet, const __u8 states[2])
{
	put_both(sheet, states[0] ? state_name(states[0]) : "",
		 states[1] ? state_name(states[1]) : "");
}

/* Before what happens at @ts, if that is much later */
static void put_pause(struct sheet *sheet, __u64 ts)
{
	__s64 pause = ts - sheet->ts;
	char lines[2], text[DURATION_LEN];
	int i;

	if (sheet->ts && pause >= PAUSE) {
		duration_format(text, pause);
		for (i = 0; i < 2; i++)
			lines[i] = sheet->lines[i] == ' ' ? ' ' : ':';
		put_row(sheet, lines, text, CENTRE);
	}
	sheet->ts = ts;
}

/* The words, in as many rows as they take */
static void put_words(struct sheet *sheet, const struct arrow *arrow)
{
	char words[LADDER_WORDS][LADDER_WORD_LEN];
	size_t count = ladder_words(words, sheet->exchange, arrow);
	char text[LADDER_WORDS * LADDER_WORD_LEN], time[LADDER_WORD_LEN];
	int at = side(sheet, arrow->from);
	char *end;
	size_t i;

	ladder_time(time, sheet->display, arrow->segment->ts);
	end = stpcpy(stpcpy(text, " "), time);
	for (i = 0; i < count; i++) {
		if (end - text + 3 + (int)strlen(words[i]) > sheet->inner) {
			strcpy(end, " ");
			put_row(sheet, sheet->lines, text, at);
			end = stpcpy(text, "                ");
		}
		end = stpcpy(stpcpy(end, "  "), words[i]);
	}
	strcpy(end, " ");
	put_row(sheet, sheet->lines, text, at);
}

/* Which it is, if that is not right above, and how long it took, if that is known */
static void tell_shaft(char *text, const struct sheet *sheet,
		       const struct arrow *arrow)
{
	*text = '\0';
	if (!arrow->arrival || arrow->arrival == arrow->segment)
		return;
	text = stpcpy(text, " ");
	if (arrow->apart) {
		ladder_label(text, sheet->exchange, arrow);
		text = stpcpy(text + strlen(text), "  ");
	}
	duration_format(text, arrow->arrival->ts - arrow->segment->ts);
	strcat(text, " ");
}

static char *put_dashes(char *p, int n)
{
	while (n-- > 0)
		*p++ = '-';
	return p;
}

/* ---- text ---->, or backwards; what is lost ends half way. */
static void put_shaft(struct sheet *sheet, const struct arrow *arrow)
{
	bool leftwards = side(sheet, arrow->from) == RIGHT;
	int length = arrow->fate == FATE_ARRIVED ? sheet->inner :
						   sheet->inner / 2;
	char text[4 * COLUMNS_MAX];
	char label[LADDER_WORD_LEN + DURATION_LEN + 4];
	char *p = text;
	int dashes;

	tell_shaft(label, sheet, arrow);
	dashes = length - 1 - width(label);
	if (leftwards)
		*p++ = arrow->fate == FATE_ARRIVED ? '<' : 'X';
	p = put_dashes(p, dashes / 2);
	p = stpcpy(p, label);
	p = put_dashes(p, dashes - dashes / 2);
	if (!leftwards)
		*p++ = arrow->fate == FATE_ARRIVED ? '>' : 'X';
	*p = '\0';
	put_row(sheet, sheet->lines, text, leftwards ? RIGHT : LEFT);
}

/* At the lifeline, which a new state marks and CLOSED ends */
static void put_change(struct sheet *sheet, const struct happening *happening)
{
	int at = side(sheet, happening->end);
	bool change = happening->what == CHANGED;
	const char *state = change ? state_name(happening->new_state) : "";
	const char *gap = change ? "  " : "";
	char cause[LADDER_WORD_LEN], time[LADDER_WORD_LEN];
	char text[4 * LADDER_WORD_LEN];
	char lines[2] = { sheet->lines[0], sheet->lines[1] };

	ladder_change(cause, happening);
	ladder_time(time, sheet->display, happening->ts);
	if (at == LEFT)
		snprintf(text, sizeof(text), " %s%s%s  %s", state, gap, cause,
			 time);
	else
		snprintf(text, sizeof(text), "%s  %s%s%s ", time, cause, gap,
			 state);
	if (change)
		lines[at] = '*';
	put_row(sheet, lines, text, at);
	if (change)
		sheet->lines[at] =
			happening->new_state == TCPSTATE_CLOSED ? ' ' : '|';
}

static void put_happening(struct sheet *sheet, size_t i)
{
	const struct happening *happening = &sheet->exchange->happenings[i];
	struct arrow arrow;

	if (happening->what == CHANGED || happening->what == NOTED) {
		put_pause(sheet, happening->ts);
		put_change(sheet, happening);
	} else if (ladder_departure(&arrow, sheet->exchange, i)) {
		put_pause(sheet, happening->ts);
		put_words(sheet, &arrow);
	} else if (ladder_arrow(&arrow, sheet->exchange, i)) {
		put_pause(sheet, happening->ts);
		if (!arrow.apart)
			put_words(sheet, &arrow);
		put_shaft(sheet, &arrow);
	}
}

/* How it stands where the trace ends, or what was kept of it */
static void put_end(const struct sheet *sheet)
{
	const struct exchange *exchange = sheet->exchange;
	unsigned int left = exchange->client;
	__u8 states[2] = { exchange->ends[left].state,
			   exchange->ends[!left].state };
	char text[LADDER_WORD_LEN];

	if (ladder_omitted(text, exchange))
		put_row(sheet, "::", text, CENTRE);
	if (!exchange->finished)
		put_states(sheet, states);
}

static int choose_columns(const struct display *display)
{
	int columns = display->columns ? display->columns : COLUMNS_MAX;

	if (columns > COLUMNS_MAX)
		return COLUMNS_MAX;
	return columns < COLUMNS_MIN ? COLUMNS_MIN : columns;
}

static void draw(struct display *display, const struct exchange *exchange)
{
	struct sheet sheet = {
		.display = display,
		.exchange = exchange,
		.inner = choose_columns(display) - 2,
		.lines = { '|', '|' },
	};
	const __u8 states[2] = {
		exchange->ends[exchange->client].first_state,
		exchange->ends[!exchange->client].first_state,
	};
	size_t i;

	put_header(&sheet);
	put_states(&sheet, states);
	for (i = 0; i < exchange->count; i++)
		put_happening(&sheet, i);
	put_end(&sheet);
	out_char(display->out, '\n');
}

const struct ladder_form ladder_text = {
	.draw = draw,
};

// SPDX-License-Identifier: GPL-2.0
/*
 * The sequence diagram as a picture: time goes down, arrows from where their
 * segment left to where it came, states are bars on the lifelines.
 *
 * One picture has all exchanges, one below the other.  Its height comes first,
 * and is known last: so the body goes to a temporary file until then.
 */
#include <stdio.h>
#include <stdlib.h>

#include "array.h"
#include "ladder.h"
#include "names.h"
#include "spool.h"

/* In units of the picture */
#define WIDTH		1000
#define LINE_LEFT	190
#define LINE_RIGHT	(WIDTH - LINE_LEFT)
#define HEADER		70
#define ROW		22
#define PAUSE_ROW	26
#define FOOTER		50
#define LABEL_INDENT	14

/* What took longer is worth a row of its own; in ns. */
#define PAUSE		1000000000LL

static struct spool spool;
static struct out *const body = &spool.out;
static unsigned long height;		/* of the exchanges in it */

/* An exchange in the making */
struct picture {
	struct display		*display;
	const struct exchange	*exchange;
	int			*y;	/* of each happening */
	int			bottom;
};

static void begin(struct display *display)
{
	(void)display;
	spool_begin(&spool);
}

static void put_escaped(const char *text)
{
	for (; *text; text++) {
		switch (*text) {
		case '<':
			out_str(body, "&lt;");
			break;
		case '&':
			out_str(body, "&amp;");
			break;
		default:
			out_char(body, *text);
		}
	}
}

static void put_text(int x, int y, const char *class, const char *text)
{
	out_printf(body, "<text x=\"%d\" y=\"%d\" class=\"%s\">", x, y, class);
	put_escaped(text);
	out_str(body, "</text>\n");
}

static __s64 pause_before(const struct exchange *exchange, size_t i)
{
	return i ? exchange->happenings[i].ts - exchange->happenings[i - 1].ts :
		   0;
}

static void lay_out(struct picture *picture)
{
	const struct exchange *exchange = picture->exchange;
	int y = HEADER;
	size_t i;

	for (i = 0; i < exchange->count; i++) {
		y += ROW;
		if (pause_before(exchange, i) >= PAUSE)
			y += PAUSE_ROW;
		picture->y[i] = y;
	}
	picture->bottom = y + ROW;
}

static bool is_left(const struct picture *picture, unsigned int end)
{
	return end == picture->exchange->client;
}

static int line_of(const struct picture *picture, unsigned int end)
{
	return is_left(picture, end) ? LINE_LEFT : LINE_RIGHT;
}

static void put_header(const struct picture *picture, unsigned int end)
{
	const struct exchange_end *at = &picture->exchange->ends[end];
	int x = line_of(picture, end);
	char text[LADDER_WORD_LEN];

	ladder_owner(text, at);
	put_text(x, 24, "m", text);
	ladder_address(text, picture->exchange, end);
	put_text(x, 42, "m", text);
	if (at->conn) {
		snprintf(text, sizeof(text), "conn %llx", at->conn);
		put_text(x, 60, "m", text);
	}
}

/* The bar of a state, none of one that is not known or CLOSED */
static void put_bar(int x, int from, int to, __u8 state)
{
	if (!state)
		out_printf(body, "<path d=\"M%d %dV%d\" class=\"line\"/>\n", x,
			   from, to);
	else if (state != TCPSTATE_CLOSED)
		out_printf(body,
			   "<rect x=\"%d\" y=\"%d\" width=\"8\" height=\"%d\" class=\"%s\"/>\n",
			   x - 4, from, to - from, state_name(state));
}

static void put_bars(const struct picture *picture, unsigned int end)
{
	const struct exchange *exchange = picture->exchange;
	const struct happening *happening;
	__u8 state = exchange->ends[end].first_state;
	int x = line_of(picture, end);
	int from = HEADER;
	size_t i;

	for (i = 0; i < exchange->count; i++) {
		happening = &exchange->happenings[i];
		if (happening->what != CHANGED || happening->end != end)
			continue;
		put_bar(x, from, picture->y[i], state);
		from = picture->y[i];
		state = happening->new_state;
	}
	put_bar(x, from, picture->bottom, state);
}

/* Beside the lifeline, at the outside */
static void put_beside(const struct picture *picture, unsigned int end, int y,
		       bool small, const char *text)
{
	static const char *const classes[2][2] = {
		{ "s", "e" }, { "s small", "e small" },
	};
	bool left = is_left(picture, end);

	put_text(line_of(picture, end) + (left ? -12 : 12), y,
		 classes[small][left], text);
}

static void put_first_state(const struct picture *picture, unsigned int end)
{
	__u8 state = picture->exchange->ends[end].first_state;

	if (state)
		put_beside(picture, end, HEADER + 8, false, state_name(state));
}

static void put_change(const struct picture *picture, size_t i)
{
	const struct happening *happening = &picture->exchange->happenings[i];
	char change[LADDER_WORD_LEN], text[2 * LADDER_WORD_LEN];
	int y = picture->y[i];

	ladder_change(change, happening);
	if (happening->what == CHANGED)
		snprintf(text, sizeof(text), "%s (%s)",
			 state_name(happening->new_state), change);
	else
		snprintf(text, sizeof(text), "%s", change);
	put_beside(picture, happening->end, y + 4, false, text);
	ladder_time(text, picture->display, happening->ts);
	put_beside(picture, happening->end, y + 14, true, text);
}

static void put_label(const struct picture *picture, const struct arrow *arrow)
{
	char words[LADDER_WORDS][LADDER_WORD_LEN];
	size_t count = ladder_words(words, picture->exchange, arrow);
	char time[LADDER_WORD_LEN];
	size_t i;

	ladder_time(time, picture->display, arrow->segment->ts);
	out_str(body, time);
	for (i = 0; i < count; i++) {
		out_str(body, "  ");
		put_escaped(words[i]);
	}
}

static int y_of(const struct picture *picture,
		const struct happening *happening)
{
	return picture->y[happening - picture->exchange->happenings];
}

/*
 * The label is sheared, so as to run along the arrow, and begins at the sender, so
 * that those of arrows that cross are apart; above the cross of what is lost.
 */
static void put_arrow(const struct picture *picture, const struct arrow *arrow)
{
	bool left = is_left(picture, arrow->from);
	int sign = left ? 1 : -1;
	int x1 = line_of(picture, arrow->from) + 6 * sign;
	int x2 = line_of(picture, !arrow->from) - 6 * sign;
	int y1 = y_of(picture, arrow->segment);
	int y2 = arrow->arrival ? y_of(picture, arrow->arrival) : y1;
	bool arrived = arrow->fate == FATE_ARRIVED;

	if (!arrived)
		x2 = (x1 + x2) / 2;
	out_printf(body,
		   "<path d=\"M%d %dL%d %d\" class=\"%s\" marker-end=\"url(#%s)\"/>\n",
		   x1, y1, x2, y2, arrow->segment->again ? "again" : "arrow",
		   arrived ? "head" : "cross");
	out_printf(body,
		   "<text class=\"%s\" transform=\"matrix(1 %.4f 0 1 %d %d)\">",
		   left ? "s" : "e", (double)(y2 - y1) / (x2 - x1),
		   x1 + LABEL_INDENT * sign, y1 - (arrived ? 4 : 8) +
		   LABEL_INDENT * (y2 - y1) / abs(x2 - x1));
	put_label(picture, arrow);
	out_str(body, "</text>\n");
}

static void put_pause(const struct picture *picture, size_t i)
{
	__s64 pause = pause_before(picture->exchange, i);
	char text[DURATION_LEN];

	if (pause < PAUSE)
		return;
	duration_format(text, pause);
	put_text(WIDTH / 2, picture->y[i] - ROW, "m pause", text);
}

static void put_happening(const struct picture *picture, size_t i)
{
	const struct happening *happening = &picture->exchange->happenings[i];
	struct arrow arrow;

	put_pause(picture, i);
	if (happening->what == CHANGED || happening->what == NOTED)
		put_change(picture, i);
	else if (ladder_arrow(&arrow, picture->exchange, i))
		put_arrow(picture, &arrow);
}

static void draw(struct display *display, const struct exchange *exchange)
{
	struct picture picture = {
		.display = display,
		.exchange = exchange,
		.y = array_zeroed(exchange->count, sizeof(int)),
	};
	char text[LADDER_WORD_LEN];
	unsigned int end;
	size_t i;

	lay_out(&picture);
	out_printf(body, "<g transform=\"translate(0 %lu)\">\n", height);
	for (end = 0; end < 2; end++) {
		put_header(&picture, end);
		put_bars(&picture, end);
		put_first_state(&picture, end);
	}
	for (i = 0; i < exchange->count; i++)
		put_happening(&picture, i);
	if (ladder_omitted(text, exchange))
		put_text(WIDTH / 2, picture.bottom + ROW, "m pause", text);
	out_str(body, "</g>\n");
	height += picture.bottom + FOOTER;
	free(picture.y);
	/* What else comes would come for nothing: that ends the trace. */
	spool_check(&spool, display->out);
}

static void put_beginning(struct out *out)
{
	out_printf(out,
		   "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%lu\" viewBox=\"0 0 %d %lu\">\n",
		   WIDTH, height, WIDTH, height);
	out_str(out,
		"<style>\n"
		"text { font: 12px sans-serif; white-space: pre }\n"
		".m { text-anchor: middle } .e { text-anchor: end }\n"
		".pause, .small { fill: #666 } .small { font-size: 10px }\n"
		".line { stroke: #999; fill: none }\n"
		".arrow { stroke: #222; fill: none }\n"
		".again { stroke: #c40; fill: none; stroke-dasharray: 6 3 }\n"
		"rect { fill: #e6a100 } .LISTEN { fill: #58c }\n"
		".SYN_SENT, .SYN_RCVD { fill: #2aa198 }\n"
		".ESTABLISHED { fill: #4a4 } .TIME_WAIT { fill: #a4a }\n"
		"</style>\n"
		"<defs>\n"
		"<marker id=\"head\" viewBox=\"0 0 10 10\" refX=\"10\" refY=\"5\" markerWidth=\"8\" markerHeight=\"8\" orient=\"auto\"><path d=\"M0 0L10 5L0 10z\"/></marker>\n"
		"<marker id=\"cross\" viewBox=\"0 0 10 10\" refX=\"5\" refY=\"5\" markerWidth=\"12\" markerHeight=\"12\" orient=\"auto\"><path d=\"M1 1L9 9M1 9L9 1\" stroke=\"#c00\" stroke-width=\"2\"/></marker>\n"
		"</defs>\n"
		"<rect width=\"100%\" height=\"100%\" style=\"fill: #fff\"/>\n");
}

static void end(struct display *display)
{
	put_beginning(display->out);
	spool_end(&spool, display->out);
	out_str(display->out, "</svg>\n");
}

const struct ladder_form ladder_svg = {
	.begin = begin,
	.draw = draw,
	.end = end,
};

// SPDX-License-Identifier: GPL-2.0
/*
 * The sequence diagram in Mermaid's language: one for all exchanges, each of
 * which has two participants of its own.
 */
#include <stdio.h>
#include <string.h>

#include "ladder.h"
#include "names.h"

static unsigned int number;		/* of the exchange */

static void put_participant(struct display *display,
			    const struct exchange *exchange, unsigned int end)
{
	char owner[LADDER_WORD_LEN], address[LADDER_WORD_LEN];
	char *p;

	ladder_owner(owner, &exchange->ends[end]);
	ladder_address(address, exchange, end);
	/* What ends a statement, or begins a comment, an entity or markup */
	for (p = owner; (p = strpbrk(p, ";#%&<>`")); )
		*p = '?';
	out_printf(display->out, "    participant %c%u as %s %s\n",
		   end == exchange->client ? 'c' : 's', number, owner, address);
}

static void put_name(struct out *out, const struct exchange *exchange,
		     unsigned int end)
{
	out_printf(out, "%c%u", end == exchange->client ? 'c' : 's', number);
}

static void begin_note(struct display *display, const struct exchange *exchange,
		       unsigned int end)
{
	out_str(display->out, "    Note over ");
	put_name(display->out, exchange, end);
	out_str(display->out, ": ");
}

static void put_words(struct display *display, const struct exchange *exchange,
		      const struct arrow *arrow)
{
	char words[LADDER_WORDS][LADDER_WORD_LEN];
	size_t count = ladder_words(words, exchange, arrow);
	char time[LADDER_WORD_LEN];
	size_t i;

	ladder_time(time, display, arrow->segment->ts);
	out_str(display->out, time);
	for (i = 0; i < count; i++)
		out_printf(display->out, " %s", words[i]);
	out_char(display->out, '\n');
}

/* As a message has one place only, what left earlier has a note there. */
static void put_departure(struct display *display,
			  const struct exchange *exchange,
			  const struct arrow *arrow)
{
	begin_note(display, exchange, arrow->from);
	out_str(display->out, "sent ");
	put_words(display, exchange, arrow);
}

static void put_arrow(struct display *display, const struct exchange *exchange,
		      const struct arrow *arrow)
{
	struct out *out = display->out;
	char label[LADDER_WORD_LEN], delay[DURATION_LEN];

	out_str(out, "    ");
	put_name(out, exchange, arrow->from);
	out_str(out, arrow->fate == FATE_ARRIVED ? "->>" : "-x");
	put_name(out, exchange, !arrow->from);
	out_str(out, ": ");
	if (!arrow->apart) {
		put_words(display, exchange, arrow);
		return;
	}
	ladder_label(label, exchange, arrow);
	duration_format(delay, arrow->arrival->ts - arrow->segment->ts);
	out_printf(out, "%s, %s\n", label, delay);
}

static void put_change(struct display *display, const struct exchange *exchange,
		       const struct happening *happening)
{
	char text[LADDER_WORD_LEN], time[LADDER_WORD_LEN];

	begin_note(display, exchange, happening->end);
	ladder_time(time, display, happening->ts);
	ladder_change(text, happening);
	if (happening->what == CHANGED)
		out_printf(display->out, "%s %s (%s)\n", time,
			   state_name(happening->new_state), text);
	else
		out_printf(display->out, "%s %s\n", time, text);
}

static void put_first_state(struct display *display,
			    const struct exchange *exchange, unsigned int end)
{
	__u8 state = exchange->ends[end].first_state;

	if (!state)
		return;
	begin_note(display, exchange, end);
	out_printf(display->out, "%s\n", state_name(state));
}

static void put_omitted(struct display *display,
			const struct exchange *exchange)
{
	char text[LADDER_WORD_LEN];

	if (!ladder_omitted(text, exchange))
		return;
	out_str(display->out, "    Note over ");
	put_name(display->out, exchange, 0);
	out_char(display->out, ',');
	put_name(display->out, exchange, 1);
	out_printf(display->out, ": %s\n", text);
}

static void draw(struct display *display, const struct exchange *exchange)
{
	const struct happening *happening;
	struct arrow arrow;
	size_t i;

	number++;
	put_participant(display, exchange, exchange->client);
	put_participant(display, exchange, !exchange->client);
	put_first_state(display, exchange, exchange->client);
	put_first_state(display, exchange, !exchange->client);
	for (i = 0; i < exchange->count; i++) {
		happening = &exchange->happenings[i];
		if (happening->what == CHANGED || happening->what == NOTED)
			put_change(display, exchange, happening);
		else if (ladder_departure(&arrow, exchange, i))
			put_departure(display, exchange, &arrow);
		else if (ladder_arrow(&arrow, exchange, i))
			put_arrow(display, exchange, &arrow);
	}
	put_omitted(display, exchange);
}

static void begin(struct display *display)
{
	out_str(display->out, "sequenceDiagram\n");
}

const struct ladder_form ladder_mermaid = {
	.begin = begin,
	.draw = draw,
};

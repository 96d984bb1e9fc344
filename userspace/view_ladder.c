// SPDX-License-Identifier: GPL-2.0
/* A sequence diagram of each exchange. */
#include <err.h>
#include <stdlib.h>

#include "exchange.h"
#include "ladder.h"
#include "remark.h"
#include "view.h"

static const char *mermaid, *svg;
static const struct ladder_form *form = &ladder_text;
static bool begun;

static void tell(void *arg, const struct exchange *exchange)
{
	if (exchange->count || exchange->omitted)
		form->draw(arg, exchange);
}

static struct exchanges exchanges = { .tell = tell };
static struct clock exchanges_clock;	/* theirs, which is the last trace's */

static void ladder_open(const char *operand)
{
	(void)operand;
	if (mermaid && svg)
		errx(EXIT_USAGE, "ladder: --mermaid or --svg: choose one");
	if (mermaid)
		form = &ladder_mermaid;
	if (svg)
		form = &ladder_svg;
}

static void ladder_start(struct display *display,
			 const struct tcpstate_start *start)
{
	const struct clock clock = display->clock;

	if (begun) {
		display->clock = exchanges_clock;
		exchanges_end(&exchanges);
		display->clock = clock;
	} else if (form->begin) {
		form->begin(display);
	}
	begun = true;
	exchanges_clock = clock;
	exchanges.arg = display;
	exchanges.complete = start->segments == TCPSTATE_SEGMENTS_ALL;
	if (form == &ladder_text)
		remark_start(display, start);
}

static void ladder_lost(struct display *display,
			const struct tcpstate_lost *lost)
{
	exchanges_lost(&exchanges);
	if (form == &ladder_text)
		remark_lost(display, lost);
	else
		warnx("%llu records are lost, at which the diagrams are cut",
		      lost->count);
}

static void ladder_transition(struct display *display,
			      const struct tcpstate_transition *transition,
			      const struct seen *seen)
{
	(void)display;
	exchanges_transition(&exchanges, transition, seen);
}

static void ladder_unwanted(struct display *display,
			    const struct tcpstate_transition *transition,
			    const struct seen *seen)
{
	(void)display;
	exchanges_unwanted(&exchanges, transition, seen);
}

static void ladder_segment(struct display *display,
			   const struct tcpstate_segment *segment,
			   const struct seen *seen)
{
	(void)display;
	exchanges_segment(&exchanges, segment, seen);
}

static void ladder_note(struct display *display,
			const struct tcpstate_note *note,
			const struct seen *seen)
{
	(void)display;
	exchanges_note(&exchanges, note, seen);
}

static void ladder_socket(struct display *display,
			  const struct tcpstate_socket *socket,
			  const struct seen *seen)
{
	(void)display;
	exchanges_socket(&exchanges, socket, seen);
}

static bool ladder_tick(struct display *display)
{
	exchanges_wait(&exchanges, display->now);
	return true;
}

static bool ladder_end(struct display *display)
{
	exchanges_end(&exchanges);
	if (form->end)
		form->end(display);
	return true;
}

const struct view view_ladder = {
	.name		= "ladder",
	.help		= "a sequence diagram of each connection, of both its ends",
	.options	= {
		{ "mermaid", NULL, "in Mermaid's language", &mermaid },
		{ "svg", NULL, "as a picture", &svg },
	},
	.open		= ladder_open,
	.start		= ladder_start,
	.lost		= ladder_lost,
	.transition	= ladder_transition,
	.unwanted	= ladder_unwanted,
	.segment	= ladder_segment,
	.note		= ladder_note,
	.socket		= ladder_socket,
	.interval	= &exchanges_patience,
	.tick		= ladder_tick,
	.end		= ladder_end,
};

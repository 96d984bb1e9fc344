/* SPDX-License-Identifier: GPL-2.0 */
/* What all forms of the sequence diagram of an exchange have in common. */
#ifndef TCPSTATE_LADDER_H
#define TCPSTATE_LADDER_H

#include <stdbool.h>
#include <stddef.h>

#include "exchange.h"
#include "view.h"

/* What ladder_words() needs for each, and how many there are */
#define LADDER_WORD_LEN 72
#define LADDER_WORDS 6

/**
 * struct ladder_form - a form of the diagram
 * @begin: before the first one; NULL if there is nothing to do
 * @draw: one exchange
 * @end: after the last one; NULL likewise
 */
struct ladder_form {
	void (*begin)(struct display *display);
	void (*draw)(struct display *display, const struct exchange *exchange);
	void (*end)(struct display *display);
};

extern const struct ladder_form ladder_text;
extern const struct ladder_form ladder_mermaid;
extern const struct ladder_form ladder_svg;

/**
 * enum fate - what became of a segment
 * @FATE_ARRIVED: it arrived, as far as is known
 * @FATE_LOST: it did not arrive at an end that was recorded
 * @FATE_UNDER_WAY: the same, but the trace ends too early to call it lost
 */
enum fate {
	FATE_ARRIVED,
	FATE_LOST,
	FATE_UNDER_WAY,
};

/**
 * struct arrow - a segment as it is drawn
 * @segment: as it left, or if that was not recorded, as it came
 * @arrival: as it came; NULL if that was not recorded
 * @from: which end sent it
 * @fate: what became of it
 * @apart: other things happened while it was on its way
 */
struct arrow {
	const struct happening	*segment;
	const struct happening	*arrival;
	unsigned int		from;
	enum fate		fate;
	bool			apart;
};

/**
 * ladder_arrow - is there an arrow to be drawn at this place?
 * @arrow: what to fill in
 * @exchange: the exchange
 * @i: index of a happening
 *
 * An arrow is drawn where its segment arrived, so that what that caused is below
 * it; else where it left.
 *
 * Return: true if there is.
 */
bool ladder_arrow(struct arrow *arrow, const struct exchange *exchange,
		  size_t i);

/**
 * ladder_departure - is a segment to be told of here, and drawn later?
 * @arrow: what to fill in
 * @exchange: the exchange
 * @i: index of a happening
 *
 * Only of those that are apart, where they left: so what is told is in the order
 * of the times that it is told with.
 *
 * Return: true if it is.
 */
bool ladder_departure(struct arrow *arrow, const struct exchange *exchange,
		      size_t i);

/**
 * ladder_label - call a segment by a short name
 * @text: where to: its flags and relative numbers
 * @exchange: its exchange
 * @arrow: the segment
 */
void ladder_label(char text[LADDER_WORD_LEN], const struct exchange *exchange,
		  const struct arrow *arrow);

/**
 * ladder_words - tell of a segment
 * @words: where to: flags, numbers, length and what is special
 * @exchange: its exchange
 * @arrow: the segment
 *
 * Return: how many there are.
 */
size_t ladder_words(char words[LADDER_WORDS][LADDER_WORD_LEN],
		    const struct exchange *exchange, const struct arrow *arrow);

/**
 * ladder_change - tell of anything else that happened
 * @text: where to: the cause of a change, or what a note tells
 * @happening: CHANGED or NOTED
 */
void ladder_change(char text[LADDER_WORD_LEN],
		   const struct happening *happening);

/**
 * ladder_time - tell when something was
 * @text: where to: local time to the microsecond
 * @display: whose clock it is
 * @ts: as in struct tcpstate_head
 */
void ladder_time(char text[LADDER_WORD_LEN], struct display *display, __u64 ts);

/**
 * ladder_owner - tell whose end it is
 * @text: where to
 * @end: the end
 */
void ladder_owner(char text[LADDER_WORD_LEN], const struct exchange_end *end);

/**
 * ladder_address - tell where an end is
 * @text: where to
 * @exchange: the exchange
 * @end: which of its ends
 */
void ladder_address(char text[LADDER_WORD_LEN], const struct exchange *exchange,
		    unsigned int end);

/**
 * ladder_omitted - tell what is not there behind the last happening
 * @text: where to
 * @exchange: the exchange
 *
 * Return: false if it is nothing.
 */
bool ladder_omitted(char text[LADDER_WORD_LEN],
		    const struct exchange *exchange);

#endif /* TCPSTATE_LADDER_H */

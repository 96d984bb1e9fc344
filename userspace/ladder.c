// SPDX-License-Identifier: GPL-2.0
#include "ladder.h"

#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>

#include "address.h"
#include "names.h"
#include "task.h"

/* Did anything that the same end sent later arrive? */
static bool later_arrived(const struct exchange *exchange, size_t i)
{
	const struct happening *later;

	while (++i < exchange->count) {
		later = &exchange->happenings[i];
		if (later->what == DEPARTED &&
		    later->end == exchange->happenings[i].end &&
		    later->other != NO_HAPPENING)
			return true;
	}
	return false;
}

/* Of a segment that is not known to have arrived */
static enum fate find_fate(const struct exchange *exchange, size_t i)
{
	const struct happening *segment = &exchange->happenings[i];
	bool control = segment->flags & (TH_SYN | TH_FIN | TH_RST);

	if (!exchange->ends[!segment->end].recorded ||
	    !(exchange->complete || control))
		return FATE_ARRIVED;
	if ((exchange->finished && !exchange->omitted) ||
	    later_arrived(exchange, i))
		return FATE_LOST;
	return FATE_UNDER_WAY;
}

bool ladder_arrow(struct arrow *arrow, const struct exchange *exchange,
		  size_t i)
{
	const struct happening *happening = &exchange->happenings[i];
	const struct happening *departure;

	*arrow = (struct arrow){
		.segment = happening,
		.from = happening->end,
	};
	if (happening->what == ARRIVED) {
		arrow->arrival = happening;
		if (happening->other == NO_HAPPENING)
			return true;
		departure = &exchange->happenings[happening->other];
		/* What was cut or put together on the way is shown as it came. */
		if (departure->len != happening->len)
			return true;
		arrow->segment = departure;
		arrow->apart = departure->other == i &&
			       happening->other + 1 != i;
		return true;
	}
	if (happening->what != DEPARTED || happening->other != NO_HAPPENING)
		return false;
	arrow->fate = find_fate(exchange, i);
	return true;
}

bool ladder_departure(struct arrow *arrow, const struct exchange *exchange,
		      size_t i)
{
	const struct happening *happening = &exchange->happenings[i];

	return happening->what == DEPARTED &&
	       happening->other != NO_HAPPENING &&
	       ladder_arrow(arrow, exchange, happening->other) &&
	       arrow->apart && arrow->segment == happening;
}

static void put_flags(char *text, __u8 flags)
{
	const char *between = "";
	unsigned int bit;

	*text = '\0';
	for (bit = 0; bit < TCP_FLAG_COUNT; bit++) {
		if (!(flags & 1 << bit))
			continue;
		text = stpcpy(stpcpy(text, between), tcp_flag_name(bit));
		between = ",";
	}
}

/* Numbers are told relative to the initial ones, and absolute. */
static char *put_relative(char *text, const struct exchange *exchange,
			  const struct happening *segment)
{
	__u32 seq = segment->seqno - exchange->ends[segment->end].isn;

	text += sprintf(text, "seq %u", seq);
	if (segment->len)
		text += sprintf(text, ":%u", seq + segment->len);
	return text;
}

static void put_seq(char text[LADDER_WORD_LEN],
		    const struct exchange *exchange,
		    const struct happening *segment)
{
	text = put_relative(text, exchange, segment);
	sprintf(text, " (%u)", segment->seqno);
}

static void put_ack(char text[LADDER_WORD_LEN], const struct exchange *exchange,
		    const struct happening *segment)
{
	snprintf(text, LADDER_WORD_LEN, "ack %u (%u)",
		 segment->ackno - exchange->ends[!segment->end].isn,
		 segment->ackno);
}

static const char *special(const struct arrow *arrow)
{
	if (arrow->fate == FATE_LOST)
		return arrow->segment->again ? "retransmitted, lost" : "lost";
	if (arrow->fate == FATE_UNDER_WAY)
		return arrow->segment->again ?
		       "retransmitted, has not arrived yet" :
		       "has not arrived yet";
	if (arrow->segment->probe)
		return "probe";
	return arrow->segment->again ? "retransmitted" : NULL;
}

void ladder_label(char text[LADDER_WORD_LEN], const struct exchange *exchange,
		  const struct arrow *arrow)
{
	put_flags(text, arrow->segment->flags);
	text = stpcpy(text + strlen(text), " ");
	put_relative(text, exchange, arrow->segment);
}

size_t ladder_words(char words[LADDER_WORDS][LADDER_WORD_LEN],
		    const struct exchange *exchange, const struct arrow *arrow)
{
	const struct happening *segment = arrow->segment;
	size_t n = 0;

	put_flags(words[n++], segment->flags);
	put_seq(words[n++], exchange, segment);
	if (segment->flags & TH_ACK)
		put_ack(words[n++], exchange, segment);
	snprintf(words[n++], LADDER_WORD_LEN, "len %u", segment->len);
	if (special(arrow))
		strcpy(words[n++], special(arrow));
	return n;
}

void ladder_change(char text[LADDER_WORD_LEN],
		   const struct happening *happening)
{
	if (happening->what == CHANGED)
		snprintf(text, LADDER_WORD_LEN, "%s%s",
			 edge_cause(happening->cause, happening->detail),
			 happening->gap ? ", behind a gap" : "");
	else if (happening->note == TCPSTATE_RESTARTED)
		snprintf(text, LADDER_WORD_LEN, "2MSL %s",
			 what_name(happening->note));
	else
		strcpy(text, what_name(happening->note));
}

void ladder_time(char text[LADDER_WORD_LEN], struct display *display, __u64 ts)
{
	__u32 ns = clock_second(&display->clock, ts, "%H:%M:%S.", localtime_r);

	snprintf(text, LADDER_WORD_LEN, "%.*s%06u", (int)display->clock.len,
		 display->clock.text, ns / 1000);
}

void ladder_owner(char text[LADDER_WORD_LEN], const struct exchange_end *end)
{
	if (end->recorded)
		owner_format(text, end->owned, &end->owner);
	else
		strcpy(text, "(not recorded)");
}

void ladder_address(char text[LADDER_WORD_LEN], const struct exchange *exchange,
		    unsigned int end)
{
	end_format(text, exchange->ends[end].addr, exchange->ends[end].port,
		   exchange->ipv6);
}

bool ladder_omitted(char text[LADDER_WORD_LEN], const struct exchange *exchange)
{
	if (exchange->omitted)
		snprintf(text, LADDER_WORD_LEN,
			 "what happened then, %zu records, is too much to draw",
			 exchange->omitted);
	else if (exchange->cut)
		strcpy(text, "what happened then is not known: records were lost");
	return exchange->omitted || exchange->cut;
}

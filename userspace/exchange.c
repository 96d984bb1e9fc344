// SPDX-License-Identifier: GPL-2.0
#include "exchange.h"

#include <err.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>

#define uthash_fatal(message) errx(EXIT_FAILURE, "%s", message)
#include <uthash.h>
#include <utlist.h>

#include "address.h"
#include "array.h"
#include "options.h"

const __u64 exchanges_patience = 1000000000;

/* Of the two ends in any order; keys are compared as bytes. */
struct ends_key {
	__u8	addr[2][16];
	__u16	port[2];
};

/* An exchange with what it takes to find it */
struct told {
	struct exchange	exchange;
	struct ends_key	key;
	bool		hashed;		/* in exchanges.by_ends */
	bool		idle;		/* in exchanges.idle */
	unsigned int	lines;		/* that live */
	__u64		last;		/* when anything happened */
	struct told	*prev, *next;
	struct told	*idle_prev, *idle_next;
	UT_hash_handle	hh;
};

struct line_id {
	__u64	cookie;
	__u64	netns;
};

/* A connection that lives */
struct line {
	struct line_id	id;
	struct told	*told;
	unsigned int	end;
	UT_hash_handle	hh;
};

/* Serial numbers, by RFC 1982 */
static bool is_before(__u32 one, __u32 other)
{
	return (__s32)(one - other) < 0;
}

static __u32 span(const struct happening *segment)
{
	return segment->len + !!(segment->flags & TH_SYN) +
	       !!(segment->flags & TH_FIN);
}

static struct ends_key make_key(const struct tcpstate_flow *flow)
{
	int order = memcmp(flow->laddr, flow->raddr, sizeof(flow->laddr));
	bool swapped = order > 0 || (!order && flow->lport > flow->rport);
	struct ends_key key;

	memcpy(key.addr[swapped], flow->laddr, sizeof(flow->laddr));
	memcpy(key.addr[!swapped], flow->raddr, sizeof(flow->raddr));
	key.port[swapped] = flow->lport;
	key.port[!swapped] = flow->rport;
	return key;
}

static bool is_end(const struct exchange_end *end, const __u8 addr[16],
		   __u16 port)
{
	return end->port == port && !memcmp(end->addr, addr, sizeof(end->addr));
}

/* Which end of the exchange is the local one of the flow? */
static unsigned int local_end(const struct exchange *exchange,
			      const struct tcpstate_flow *flow)
{
	return !is_end(&exchange->ends[0], flow->laddr, flow->lport);
}

static struct told *find_ends(const struct exchanges *exchanges,
			      const struct tcpstate_flow *flow)
{
	struct ends_key key = make_key(flow);
	struct told *told;

	HASH_FIND(hh, exchanges->by_ends, &key, sizeof(key), told);
	return told;
}

static struct line *find_line(const struct exchanges *exchanges,
			      const struct tcpstate_head *head)
{
	struct line_id id = { .cookie = head->cookie, .netns = head->netns };
	struct line *line;

	HASH_FIND(hh, exchanges->lines, &id, sizeof(id), line);
	return line;
}

static void leave_idle(struct exchanges *exchanges, struct told *told)
{
	if (!told->idle)
		return;
	DL_DELETE2(exchanges->idle, told, idle_prev, idle_next);
	exchanges->idle_count--;
	told->idle = false;
}

static void leave_hash(struct exchanges *exchanges, struct told *told)
{
	if (told->hashed)
		HASH_DELETE(hh, exchanges->by_ends, told);
	told->hashed = false;
}

/* The newest is the one that segments are for. */
static void enter_hash(struct exchanges *exchanges, struct told *told,
		       const struct tcpstate_flow *flow)
{
	struct told *older = find_ends(exchanges, flow);

	if (older)
		leave_hash(exchanges, older);
	told->key = make_key(flow);
	HASH_ADD(hh, exchanges->by_ends, key, sizeof(told->key), told);
	told->hashed = true;
}

static void finish(struct exchanges *exchanges, struct told *told)
{
	exchanges->tell(exchanges->arg, &told->exchange);
	leave_idle(exchanges, told);
	leave_hash(exchanges, told);
	DL_DELETE(exchanges->all, told);
	exchanges->kept -= told->exchange.count;
	free(told->exchange.happenings);
	free(told);
}

void exchanges_wait(struct exchanges *exchanges, __u64 now)
{
	struct told *told;

	while ((told = exchanges->idle) &&
	       (told->last + exchanges_patience < now ||
		exchanges->idle_count > EXCHANGES_IDLE_MAX)) {
		told->exchange.finished = true;
		finish(exchanges, told);
	}
}

/* Something happened: without a connection that lives, it may be the last. */
static void touch(struct exchanges *exchanges, struct told *told, __u64 now)
{
	leave_idle(exchanges, told);
	told->last = now;
	if (!told->lines) {
		DL_APPEND2(exchanges->idle, told, idle_prev, idle_next);
		exchanges->idle_count++;
		told->idle = true;
	}
	exchanges_wait(exchanges, now);
}

/* Till a SYN tells better: clients mostly have the higher port. */
static void set_ends(struct exchange *exchange,
		     const struct tcpstate_flow *flow)
{
	struct exchange_end *ends = exchange->ends;

	memcpy(ends[0].addr, flow->laddr, sizeof(ends[0].addr));
	memcpy(ends[1].addr, flow->raddr, sizeof(ends[1].addr));
	ends[0].port = flow->lport;
	ends[1].port = flow->rport;
	exchange->ipv6 = !address_mapped(flow->laddr);
	exchange->client = flow->lport && flow->lport < flow->rport;
}

static struct told *begin(struct exchanges *exchanges,
			  const struct tcpstate_flow *flow)
{
	struct told *told = array_zeroed(1, sizeof(*told));

	set_ends(&told->exchange, flow);
	told->exchange.complete = exchanges->complete;
	DL_APPEND(exchanges->all, told);
	if (flow->lport && flow->rport)
		enter_hash(exchanges, told, flow);
	return told;
}

/* A connection, of which the local end is @end */
static struct line *begin_line(struct exchanges *exchanges, struct told *told,
			       unsigned int end,
			       const struct tcpstate_head *head)
{
	struct line *line = array_zeroed(1, sizeof(*line));

	line->id.cookie = head->cookie;
	line->id.netns = head->netns;
	line->told = told;
	line->end = end;
	HASH_ADD(hh, exchanges->lines, id, sizeof(line->id), line);
	told->lines++;
	told->exchange.ends[end].conn = head->cookie;
	return line;
}

static void end_line(struct exchanges *exchanges, struct line *line)
{
	line->told->lines--;
	HASH_DELETE(hh, exchanges->lines, line);
	free(line);
}

/* A socket's line, begun if need be: not for listeners */
static struct line *get_line(struct exchanges *exchanges,
			     const struct tcpstate_head *head,
			     const struct seen *seen)
{
	struct line *line = find_line(exchanges, head);
	struct told *told;
	unsigned int end;

	if (line || !head->cookie || !seen->ends.rport)
		return line;
	told = find_ends(exchanges, &seen->ends);
	if (!told || told->exchange.ends[local_end(&told->exchange,
						   &seen->ends)].conn)
		told = begin(exchanges, &seen->ends);
	end = local_end(&told->exchange, &seen->ends);
	return begin_line(exchanges, told, end, head);
}

/* What the record tells of the end at which it was made */
static void learn(struct exchanges *exchanges, struct told *told,
		  unsigned int end, const struct tcpstate_head *head,
		  const struct seen *seen)
{
	struct exchange_end *local = &told->exchange.ends[end];

	if (!local->port && seen->ends.lport) {
		memcpy(local->addr, seen->ends.laddr, sizeof(local->addr));
		local->port = seen->ends.lport;
		enter_hash(exchanges, told, &seen->ends);
	}
	local->recorded = true;
	local->netns = head->netns;
	if (seen->owned != OWNED_UNKNOWN) {
		local->owned = seen->owned;
		local->owner = seen->owner;
	}
}

/* Return: NULL if there is no room, which is counted. */
static struct happening *append(struct exchanges *exchanges,
				struct told *told, __u64 ts, __u8 what,
				__u8 end)
{
	struct exchange *exchange = &told->exchange;
	struct happening *happening;

	if (exchange->count == EXCHANGE_MAX ||
	    exchanges->kept == HAPPENINGS_MAX) {
		exchange->omitted++;
		return NULL;
	}
	exchange->happenings = array_room(exchange->happenings, exchange->count,
					  sizeof(*exchange->happenings));
	happening = &exchange->happenings[exchange->count++];
	exchanges->kept++;
	memset(happening, 0, sizeof(*happening));
	happening->ts = ts;
	happening->what = what;
	happening->end = end;
	return happening;
}

/* Of two SYNs that cross, the first is the client's. */
static void set_client(struct exchange *exchange, unsigned int end)
{
	if (!exchange->opened)
		exchange->client = end;
	exchange->opened = true;
}

static void append_edge(struct exchanges *exchanges, const struct line *line,
			const struct tcpstate_transition *transition, bool gap)
{
	struct happening *edge = append(exchanges, line->told,
					transition->head.ts, CHANGED,
					line->end);

	if (!edge)
		return;
	edge->old_state = transition->old_state;
	edge->new_state = transition->new_state;
	edge->cause = transition->cause;
	edge->detail = transition->detail;
	edge->gap = gap;
}

void exchanges_transition(struct exchanges *exchanges,
			  const struct tcpstate_transition *transition,
			  const struct seen *seen)
{
	const struct tcpstate_head *head = &transition->head;
	struct line *line = get_line(exchanges, head, seen);
	struct exchange_end *end;
	struct told *told;

	if (!line)
		return;
	told = line->told;
	end = &told->exchange.ends[line->end];
	learn(exchanges, told, line->end, head, seen);
	if (!end->first_state)
		end->first_state = transition->old_state;
	end->state = transition->new_state;
	if (transition->new_state == TCPSTATE_SYN_SENT)
		set_client(&told->exchange, line->end);
	append_edge(exchanges, line, transition, seen->gap);
	if (transition->new_state == TCPSTATE_CLOSED)
		end_line(exchanges, line);
	touch(exchanges, told, head->ts);
}

void exchanges_unwanted(struct exchanges *exchanges,
			const struct tcpstate_transition *transition,
			const struct seen *seen)
{
	struct line *line = find_line(exchanges, &transition->head);
	struct told *told;

	if (!line)
		return;
	told = line->told;
	told->exchange.ends[line->end].state = transition->new_state;
	if (transition->new_state == TCPSTATE_CLOSED || seen->left_out)
		end_line(exchanges, line);
	touch(exchanges, told, transition->head.ts);
}

void exchanges_note(struct exchanges *exchanges,
		    const struct tcpstate_note *note, const struct seen *seen)
{
	const struct line *line = find_line(exchanges, &note->head);
	struct happening *happening;

	if (!line)
		return;
	learn(exchanges, line->told, line->end, &note->head, seen);
	happening = append(exchanges, line->told, note->head.ts, NOTED,
			   line->end);
	if (happening) {
		happening->note = note->what;
		happening->detail = note->detail;
	}
	touch(exchanges, line->told, note->head.ts);
}

void exchanges_socket(struct exchanges *exchanges,
		      const struct tcpstate_socket *socket,
		      const struct seen *seen)
{
	const struct line *line = get_line(exchanges, &socket->head, seen);
	struct exchange_end *end;

	if (!line)
		return;
	learn(exchanges, line->told, line->end, &socket->head, seen);
	end = &line->told->exchange.ends[line->end];
	end->state = socket->state;
	if (!end->first_state)
		end->first_state = socket->state;
	touch(exchanges, line->told, socket->head.ts);
}

static __u32 find_tsval(const struct tcpstate_segment *segment)
{
	struct option_walk walk;
	struct tcp_option option;

	options_begin(&walk, segment);
	while (options_next(&walk, &option))
		if (option.kind == OPTION_TIMESTAMPS && option.length == 8)
			return option_be32(option.data);
	return 0;
}

static void set_isn(struct exchange_end *end, __u32 isn)
{
	if (end->numbered)
		return;
	end->numbered = true;
	end->isn = isn;
	end->next = isn;
}

/* What the segment tells of the numbers of both ends, and they of it */
static void count_on(struct exchange *exchange, struct happening *segment)
{
	struct exchange_end *sender = &exchange->ends[segment->end];
	bool syn = segment->flags & TH_SYN;
	bool ack = segment->flags & TH_ACK;
	__u32 end = segment->seqno + span(segment);

	if (!(segment->flags & TH_RST))
		set_isn(sender, segment->seqno - !syn);
	if (ack)
		set_isn(&exchange->ends[!segment->end],
			segment->ackno - 1);
	/* Where SYNs cross, each is answered with the same number again. */
	segment->again = span(segment) &&
			 is_before(segment->seqno, sender->next) &&
			 !(syn && ack && !sender->answered);
	segment->probe = !span(segment) && !(segment->flags & TH_RST) &&
			 segment->seqno + 1 == sender->next;
	if (is_before(sender->next, end))
		sender->next = end;
	if (syn && !ack)
		set_client(exchange, segment->end);
	sender->answered |= syn && ack;
}

static bool same_segment(const struct happening *one,
			 const struct happening *other)
{
	return one->seqno == other->seqno && one->len == other->len &&
	       one->flags == other->flags && one->ackno == other->ackno &&
	       one->tsval == other->tsval;
}

/* Does either have some of the other's data, as cut or put together? */
static bool same_data(const struct happening *one,
		      const struct happening *other)
{
	return one->len && other->len && one->tsval == other->tsval &&
	       is_before(one->seqno, other->seqno + other->len) &&
	       is_before(other->seqno, one->seqno + one->len);
}

static bool departed_from(const struct happening *happening, unsigned int end)
{
	return happening->what == DEPARTED && happening->end == end;
}

/*
 * Of several alike the last one: what is sent again is sent when the earlier
 * ones would have arrived.
 */
static bool find_same(struct exchange *exchange, struct happening *arrival)
{
	struct happening *departure = arrival;

	while (departure-- > exchange->happenings) {
		if (!departed_from(departure, arrival->end) ||
		    departure->other != NO_HAPPENING ||
		    !same_segment(departure, arrival))
			continue;
		arrival->other = departure - exchange->happenings;
		departure->other = arrival - exchange->happenings;
		return true;
	}
	return false;
}

/* All of those that are in it, and have not arrived yet, arrived with it. */
static bool find_parts(struct exchange *exchange, struct happening *arrival)
{
	struct happening *departure = arrival;

	while (departure-- > exchange->happenings) {
		if (!departed_from(departure, arrival->end) ||
		    !same_data(departure, arrival))
			continue;
		arrival->other = departure - exchange->happenings;
		if (departure->other == NO_HAPPENING)
			departure->other = arrival - exchange->happenings;
	}
	return arrival->other != NO_HAPPENING;
}

static struct happening *append_segment(struct exchanges *exchanges,
					struct told *told,
					const struct happening *segment)
{
	struct happening *happening = append(exchanges, told, segment->ts,
					     segment->what, segment->end);

	if (happening)
		*happening = *segment;
	return happening;
}

static void depart(struct exchanges *exchanges, struct told *told,
		   struct happening *segment)
{
	count_on(&told->exchange, segment);
	append_segment(exchanges, told, segment);
}

static void arrive(struct exchanges *exchanges, struct told *told,
		   const struct happening *segment)
{
	struct exchange *exchange = &told->exchange;
	struct happening *arrival = append_segment(exchanges, told, segment);

	if (arrival && !find_same(exchange, arrival) &&
	    !find_parts(exchange, arrival))
		count_on(exchange, arrival);
}

static bool begins_anew(const struct told *told, unsigned int sender,
			const struct tcpstate_segment *segment)
{
	const struct exchange_end *end = &told->exchange.ends[sender];

	return (segment->tcp_flags & (TH_SYN | TH_ACK)) == TH_SYN &&
	       end->numbered && end->isn != segment->seqno;
}

/*
 * A segment belongs to its connection, and without one, as it came in or to
 * nobody, to the newest exchange between the same ends.  A SYN, too: where it
 * comes to TIME_WAIT, it is not of that connection.
 */
static struct told *find_told(struct exchanges *exchanges,
			      const struct tcpstate_segment *segment,
			      bool out)
{
	const struct line *line = NULL;
	struct told *told;

	if ((segment->tcp_flags & (TH_SYN | TH_ACK)) != TH_SYN || out)
		line = find_line(exchanges, &segment->head);
	if (line)
		return line->told;
	told = find_ends(exchanges, &segment->flow);
	if (told && begins_anew(told, local_end(&told->exchange,
						&segment->flow) ^ !out,
				segment))
		told = NULL;
	return told ? told : begin(exchanges, &segment->flow);
}

void exchanges_segment(struct exchanges *exchanges,
		       const struct tcpstate_segment *segment,
		       const struct seen *seen)
{
	bool out = segment->head.flags & TCPSTATE_F_OUT;
	struct told *told = find_told(exchanges, segment, out);
	struct happening happening = {
		.ts	= segment->head.ts,
		.what	= out ? DEPARTED : ARRIVED,
		.other	= NO_HAPPENING,
		.seqno	= segment->seqno,
		.ackno	= segment->ackno,
		.len	= segment->len,
		.flags	= segment->tcp_flags,
		.tsval	= find_tsval(segment),
	};
	const struct line *line = find_line(exchanges, &segment->head);
	unsigned int end;

	end = line && line->told == told ? line->end :
	      local_end(&told->exchange, &segment->flow);
	learn(exchanges, told, end, &segment->head, seen);
	happening.end = out ? end : !end;
	if (out)
		depart(exchanges, told, &happening);
	else
		arrive(exchanges, told, &happening);
	touch(exchanges, told, segment->head.ts);
}

void exchanges_end(struct exchanges *exchanges)
{
	struct line *line, *next_line;
	struct told *told, *next;

	HASH_ITER(hh, exchanges->lines, line, next_line) {
		HASH_DELETE(hh, exchanges->lines, line);
		free(line);
	}
	DL_FOREACH_SAFE(exchanges->all, told, next) {
		told->exchange.finished = told->idle;
		finish(exchanges, told);
	}
}

void exchanges_lost(struct exchanges *exchanges)
{
	struct told *told;

	DL_FOREACH(exchanges->all, told)
		told->exchange.cut = !told->idle;
	exchanges_end(exchanges);
}

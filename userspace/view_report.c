// SPDX-License-Identifier: GPL-2.0
/*
 * A page to look at in a browser: the state diagram, the sockets along time, and
 * the sequence diagram of the one that is clicked.
 *
 * report.html, .css and .js are the page; what is written here is the data behind
 * it, in JSON.  Sockets and ladders go to temporary files as they end, so that no
 * more is kept than what lives.  There are limits for the browser's sake; the
 * page tells of what is beyond them.
 */
#include <err.h>
#include <stdlib.h>
#include <unistd.h>

#include "address.h"
#include "edges.h"
#include "exchange.h"
#include "json.h"
#include "ladder.h"
#include "life.h"
#include "names.h"
#include "replace.h"
#include "report_page.h"
#include "spool.h"
#include "task.h"
#include "verdict.h"
#include "view.h"

#define SOCKETS_MAX	50000
#define LADDER_ROWS_MAX	500000

/*
 * What the page has many of, in JSON
 *
 * @count: how many are in it
 * @omitted: how many more there were
 */
struct part {
	struct spool	spool;
	__u64		count;
	__u64		omitted;
};

static struct part sockets, ladders;
static size_t rows;			/* of the ladders */
static struct edges edges;
static struct lives lives;
static __u64 lost;

static const char *option_output;

static void tell(void *arg, const struct exchange *exchange);
static struct exchanges exchanges = { .tell = tell };

static __s64 realtime;			/* of the trace that these are of */
static __s64 origin;			/* when the first trace began */

/*
 * All times are in ns after the origin, as a number has no room for all of it. A
 * damaged record may hold anything: let it wrap around, as @ts does.
 */
static void put_time(struct out *out, __u64 ts)
{
	json_number(out, ts + realtime - origin);
}

/* Return: where to write one more; NULL if it is beyond the limit. */
static struct out *begin_item(struct part *part, bool room)
{
	if (!room) {
		part->omitted++;
		return NULL;
	}
	if (part->count++)
		out_str(&part->spool.out, ",\n");
	return &part->spool.out;
}

static void put_comma(struct out *out)
{
	out_char(out, ',');
}

static void put_next_string(struct out *out, const char *str)
{
	put_comma(out);
	json_string(out, str);
}

static void put_next_number(struct out *out, __s64 value)
{
	put_comma(out);
	json_number(out, value);
}

/* Sockets */

static void put_id(struct out *out, __u64 conn, __u32 netns)
{
	out_char(out, '"');
	out_hex(out, conn);
	out_char(out, '"');
	put_next_number(out, netns);
}

static void put_ends(struct out *out, const struct life *life)
{
	const struct tcpstate_flow *ends = &life->ends;
	bool ipv6 = life->flags & TCPSTATE_F_IPV6;
	char text[END_LEN];

	end_format(text, ends->laddr, ends->lport, ipv6);
	put_next_string(out, text);
	end_format(text, ends->raddr, ends->rport, ipv6);
	put_next_string(out, text);
	put_next_number(out, ends->lport);
	put_next_number(out, ends->rport);
}

/* As from a moment that may not be known */
static void put_next_time(struct out *out, __u64 ts)
{
	put_comma(out);
	if (ts)
		put_time(out, ts);
	else
		out_str(out, "null");
}

static void put_socket(const struct life *life, enum verdict verdict,
		       const char *words, __u64 until)
{
	struct out *out = begin_item(&sockets, sockets.count < SOCKETS_MAX);
	char owner[TASK_LEN];

	if (!out)
		return;
	out_char(out, '[');
	put_id(out, life->conn, life->netns);
	owner_format(owner, life->owned, &life->owner);
	put_next_string(out, owner);
	put_ends(out, life);
	put_next_number(out, life->side);
	put_next_number(out, verdict);
	put_next_string(out, words);
	put_next_time(out, life->born);
	put_next_time(out, until);
	put_next_number(out, life->received);
	put_next_number(out, life->acked);
	put_next_number(out, life->retrans);
	out_char(out, ']');
}

static void put_life(const struct life *life, __u64 now)
{
	char words[VERDICT_LEN];
	enum verdict verdict = verdict_format(words, life, now);

	put_socket(life, verdict, words, now);
}

static void put_standing(void *arg, const struct life *life)
{
	const struct display *display = arg;

	put_life(life, display->now);
}

static void put_lost(void *arg, const struct life *life)
{
	const __u64 *ts = arg;

	put_socket(life, VERDICT_UNKNOWN, "not known: records were lost", *ts);
}

/* Ladders */

static void put_exchange_end(struct out *out, const struct exchange *exchange,
			     unsigned int end)
{
	const struct exchange_end *at = &exchange->ends[end];
	char text[LADDER_WORD_LEN];

	out_char(out, '[');
	put_id(out, at->conn, at->netns);
	ladder_owner(text, at);
	put_next_string(out, text);
	ladder_address(text, exchange, end);
	put_next_string(out, text);
	put_next_number(out, at->first_state);
	out_char(out, ']');
}

/* The words of it, the segment that left, if that is another row, and its fate */
static void put_arrow(struct out *out, const struct exchange *exchange,
		      const struct arrow *arrow)
{
	char words[LADDER_WORDS][LADDER_WORD_LEN];
	size_t count = ladder_words(words, exchange, arrow);
	size_t i;

	put_next_number(out, arrow->segment - exchange->happenings);
	put_next_number(out, arrow->fate);
	put_next_number(out, arrow->segment->again);
	put_comma(out);
	out_char(out, '"');
	for (i = 0; i < count; i++) {
		out_str(out, i ? "  " : "");
		out_str(out, words[i]);
	}
	out_char(out, '"');
}

static void put_change(struct out *out, const struct happening *happening)
{
	char text[LADDER_WORD_LEN];

	ladder_change(text, happening);
	put_next_number(out, happening->what == CHANGED ?
			     happening->new_state : 0);
	put_next_string(out, text);
}

/* A row: when, which end, and unless an arrow of a later row begins here, what */
static void put_happening(struct out *out, const struct exchange *exchange,
			  size_t i)
{
	const struct happening *happening = &exchange->happenings[i];
	struct arrow arrow;

	out_str(out, i ? ",[" : "[");
	json_number(out, i ? (__s64)(happening->ts - happening[-1].ts) : 0);
	put_next_number(out, happening->end);
	if (happening->what == CHANGED || happening->what == NOTED)
		put_change(out, happening);
	else if (ladder_arrow(&arrow, exchange, i))
		put_arrow(out, exchange, &arrow);
	out_char(out, ']');
}

/* What no socket here took part in is on no row that one could click. */
static void tell(void *arg, const struct exchange *exchange)
{
	bool room = exchange->count &&
		    rows + exchange->count <= LADDER_ROWS_MAX;
	char text[LADDER_WORD_LEN];
	struct out *out;
	size_t i;

	(void)arg;
	if (!(exchange->count || exchange->omitted) ||
	    !(exchange->ends[0].conn || exchange->ends[1].conn))
		return;
	out = begin_item(&ladders, room);
	if (!out)
		return;
	rows += exchange->count;
	out_str(out, "{\"ends\":[");
	put_exchange_end(out, exchange, 0);
	put_comma(out);
	put_exchange_end(out, exchange, 1);
	out_printf(out, "],\"client\":%u,\"omitted\":", exchange->client);
	json_string(out, ladder_omitted(text, exchange) ? text : "");
	out_str(out, ",\"from\":");
	put_time(out, exchange->happenings[0].ts);
	out_str(out, ",\"rows\":[");
	for (i = 0; i < exchange->count; i++)
		put_happening(out, exchange, i);
	out_str(out, "]}");
}

/* The diagram */

static void put_edge_cause(struct out *out, const struct edge_cause *cause)
{
	out_char(out, '[');
	json_plain(out, edge_cause(cause->cause, cause->detail));
	put_next_number(out, cause->count);
	put_next_number(out, cause->foreign);
	out_char(out, ']');
}

static void put_quantile(struct out *out, const struct edge *edge, int percent)
{
	put_comma(out);
	if (edge->dwell.count)
		json_number(out, histogram_quantile(&edge->dwell, percent));
	else
		out_str(out, "null");
}

static void put_edge(void *arg, const struct edge *edge)
{
	struct edge_cause causes[EDGE_CAUSES];
	unsigned int count = edge_causes(edge, causes);
	struct out *out = arg;
	unsigned int i;

	out_str(out, ",\n[");
	json_number(out, edge->old_state);
	put_next_number(out, edge->new_state);
	put_next_number(out, edge->count);
	put_next_number(out, edge_foreign(edge));
	put_quantile(out, edge, 50);
	put_quantile(out, edge, 99);
	for (i = 0; i < count; i++) {
		put_comma(out);
		put_edge_cause(out, &causes[i]);
	}
	out_char(out, ']');
}

/* The page */

static void put_names(struct out *out)
{
	int i;

	out_str(out, "{\"states\":[\"\"");
	for (i = 1; i <= STATE_COUNT; i++)
		put_next_string(out, state_name(i));
	out_str(out, "],\n\"verdicts\":[");
	for (i = 0; i < VERDICT_COUNT; i++) {
		out_str(out, i ? "," : "");
		json_plain(out, verdict_name(i));
	}
	out_char(out, ']');
}

/* The wall's time, and how that was told where the page was made */
static void put_origin(struct out *out)
{
	time_t seconds = origin / NS_PER_SECOND;
	struct tm tm = { 0 };

	localtime_r(&seconds, &tm);
	out_printf(out, ",\n\"origin\":[%lld,%lld,%ld],\n\"lost\":%llu",
		   (long long)seconds, origin % NS_PER_SECOND, tm.tm_gmtoff,
		   lost);
}

static void put_part(struct out *out, const char *name, struct part *part)
{
	out_printf(out, ",\n\"%s_omitted\":%llu,\n\"%s\":[\n", name,
		   part->omitted, name);
	spool_end(&part->spool, out);
	out_char(out, ']');
}

static void put_page(struct out *out)
{
	out_through(out, _binary_report_html_start,
		    _binary_report_html_end - _binary_report_html_start);
	put_names(out);
	put_origin(out);
	out_str(out, ",\n\"edges\":[[]");
	edges_each(&edges, put_edge, out);
	out_char(out, ']');
	put_part(out, "sockets", &sockets);
	put_part(out, "ladders", &ladders);
	out_str(out, "}</script>\n");
}

static void report_open(const char *operand)
{
	(void)operand;
	if (!option_output && isatty(STDOUT_FILENO))
		errx(EXIT_USAGE,
		     "report: a page is not for a terminal: add -o FILE");
	spool_begin(&sockets.spool);
	spool_begin(&ladders.spool);
}

static void end_trace(struct display *display)
{
	lives_each(&lives, put_standing, display);
	lives_reset(&lives);
	exchanges_end(&exchanges);
}

static void report_start(struct display *display,
			 const struct tcpstate_start *start)
{
	if (display->traces > 1)
		end_trace(display);
	else
		origin = start->ts + start->realtime;
	realtime = start->realtime;
	exchanges.complete = start->segments == TCPSTATE_SEGMENTS_ALL;
}

static void report_lost(struct display *display,
			const struct tcpstate_lost *record)
{
	__u64 ts = record->head.ts;

	(void)display;
	lost += record->count;
	lives_lost(&lives, ts, put_lost, &ts);
	exchanges_lost(&exchanges);
}

static void report_transition(struct display *display,
			      const struct tcpstate_transition *transition,
			      const struct seen *seen)
{
	const struct life *life = lives_transition(&lives, transition, seen);

	(void)display;
	edges_add(&edges, transition, seen->dwell);
	exchanges_transition(&exchanges, transition, seen);
	if (life->state == TCPSTATE_CLOSED)
		put_life(life, life->since);
}

static void report_unwanted(struct display *display,
			    const struct tcpstate_transition *transition,
			    const struct seen *seen)
{
	const struct life *life = lives_unwanted(&lives, transition, seen);

	(void)display;
	exchanges_unwanted(&exchanges, transition, seen);
	if (life && life->state == TCPSTATE_CLOSED)
		put_life(life, life->since);
}

static void report_segment(struct display *display,
			   const struct tcpstate_segment *segment,
			   const struct seen *seen)
{
	(void)display;
	exchanges_segment(&exchanges, segment, seen);
}

static void report_note(struct display *display,
			const struct tcpstate_note *note,
			const struct seen *seen)
{
	(void)display;
	lives_note(&lives, note, seen);
	exchanges_note(&exchanges, note, seen);
}

static void report_socket(struct display *display,
			  const struct tcpstate_socket *socket,
			  const struct seen *seen)
{
	(void)display;
	lives_socket(&lives, socket, seen);
	exchanges_socket(&exchanges, socket, seen);
}

static bool report_tick(struct display *display)
{
	exchanges_wait(&exchanges, display->now);
	/* There is a line about it as the page is written. */
	return !sockets.spool.out.error && !ladders.spool.out.error;
}

static bool report_end(struct display *display)
{
	bool good = true;

	end_trace(display);
	if (option_output)
		good = replace_file(option_output, put_page);
	else
		put_page(display->out);
	edges_reset(&edges);
	return good;
}

const struct view view_report = {
	.name		= "report",
	.help		= "a page for a browser: diagram, connections, ladders",
	.options	= {
		{ "o", "FILE", "write it to FILE, when the trace has ended",
		  &option_output },
	},
	.output		= &option_output,
	.open		= report_open,
	.start		= report_start,
	.lost		= report_lost,
	.transition	= report_transition,
	.unwanted	= report_unwanted,
	.segment	= report_segment,
	.note		= report_note,
	.socket		= report_socket,
	.interval	= &exchanges_patience,
	.tick		= report_tick,
	.end		= report_end,
};

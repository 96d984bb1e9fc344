// SPDX-License-Identifier: GPL-2.0
#include "trace.h"

#include <err.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>

#include "decode.h"
#include "direction.h"

/* Sockets are listed again once in so many ns at the most. */
#define LIST_INTERVAL (30 * 1000000000ULL)

enum { WAIT_SOURCE, WAIT_SIGNALS, WAIT_COMMAND, WAIT_OUT, WAIT_COUNT };

static void fault(struct trace *trace, enum decoded why,
		  const union tcpstate_record *record)
{
	const char *name = trace->source->name;

	trace->done = true;
	trace->failed = true;
	switch (why) {
	case DECODED_BYTE_ORDER:
		warnx("%s: of a machine with the other byte order: read it on such a one",
		      name);
		break;
	case DECODED_VERSION:
		warnx("%s: ABI version %u: this tcpstate reads %u only: use the module's own",
		      name, record->start.version, TCPSTATE_ABI_VERSION);
		break;
	case DECODED_RECORD_SIZE:
		warnx("%s: records of %u bytes: this tcpstate reads %u only: use the module's own",
		      name, record->start.record_size, TCPSTATE_RECORD_SIZE);
		break;
	case DECODED_TRUNCATED:
		warnx("%s: truncated: %zu bytes after the last whole record",
		      name, trace->source->len);
		break;
	default:
		warnx("%s: not a trace of tcpstate", name);
	}
}

static void take_start(struct trace *trace, const struct tcpstate_start *start)
{
	struct display *display = trace->display;

	model_reset(&trace->model);
	trace->started = true;
	clock_start(&display->clock, start->realtime);
	display->traces++;
	if (trace->view)
		trace->view->start(display, start);
	display->now = start->ts;
}

static void take_lost(struct trace *trace, const struct tcpstate_lost *lost)
{
	model_lost(&trace->model, lost->head.ts);
	trace->lost += lost->count;
	/* With older ones, there was no list yet, see listing.h. */
	trace->forgotten |= lost->head.ts > trace->begun;
	if (trace->view)
		trace->view->lost(trace->display, lost);
}

/* It may be the end of a connection that the view keeps. */
static void take_unwanted(struct trace *trace,
			  const struct tcpstate_transition *transition,
			  struct seen *seen)
{
	model_leave_out(&trace->model, &transition->head,
			transition->new_state, seen);
	if (trace->view->unwanted)
		trace->view->unwanted(trace->display, transition, seen);
}

/*
 * What is not wanted is no less true: the model takes it in, as far as the view
 * needs that.
 */
static void take_transition(struct trace *trace,
			    const struct tcpstate_transition *transition,
			    bool wanted)
{
	struct seen seen;

	trace->transitions += wanted;
	if (!trace->view) {
		trace->shown += wanted;
		return;
	}
	model_transition(&trace->model, transition, &seen);
	if (!wanted)
		take_unwanted(trace, transition, &seen);
	if (!trace->view->transition || !wanted)
		return;
	trace->shown++;
	trace->view->transition(trace->display, transition, &seen);
}

static void take_segment(struct trace *trace,
			 const struct tcpstate_segment *segment, bool wanted)
{
	struct seen seen;

	trace->segments += wanted;
	if (!trace->view) {
		trace->shown += wanted;
		return;
	}
	/* What a segment tells of its connection, edges tell as well. */
	if (!trace->view->segment)
		return;
	model_segment(&trace->model, segment, &seen);
	if (!wanted || !direction_wanted(segment))
		return;
	trace->shown++;
	trace->view->segment(trace->display, segment, &seen);
}

static void take_note(struct trace *trace, const struct tcpstate_note *note,
		      bool wanted)
{
	struct seen seen;

	if (!trace->view) {
		trace->shown += wanted;
		return;
	}
	model_note(&trace->model, note, &seen);
	if (!trace->view->note || !wanted)
		return;
	trace->shown++;
	trace->view->note(trace->display, note, &seen);
}

/* Nothing that happened: it does not count. */
static void take_socket(struct trace *trace,
			const struct tcpstate_socket *socket, bool wanted)
{
	struct seen seen;

	if (!trace->view)
		return;
	model_socket(&trace->model, socket, &seen);
	if (!wanted)
		model_leave_out(&trace->model, &socket->head, socket->state,
				&seen);
	if (trace->view->socket && wanted)
		trace->view->socket(trace->display, socket, &seen);
}

/* A start record has the time at which it was read. */
static void see_time(struct display *display, const struct tcpstate_head *head)
{
	if (head->ts > display->now && head->kind != TCPSTATE_START)
		display->now = head->ts;
}

static void take_record(struct trace *trace,
			const union tcpstate_record *record, bool wanted)
{
	if (trace->view)
		see_time(trace->display, &record->head);
	switch (record->head.kind) {
	case TCPSTATE_START:
		take_start(trace, &record->start);
		break;
	case TCPSTATE_LOST:
		take_lost(trace, &record->lost);
		break;
	case TCPSTATE_TRANSITION:
		take_transition(trace, &record->transition, wanted);
		break;
	case TCPSTATE_SEGMENT:
		take_segment(trace, &record->segment, wanted);
		break;
	case TCPSTATE_NOTE:
		take_note(trace, &record->note, wanted);
		break;
	case TCPSTATE_SOCKET:
		take_socket(trace, &record->socket, wanted);
		break;
	}
	if (trace->limit && trace->shown == trace->limit)
		trace->done = true;
}

/* By bits, as the module is asked for them; 0: all */
static __u32 kinds_shown(const struct view *view)
{
	return view && !view->segment ? ~(1U << TCPSTATE_SEGMENT) : 0;
}

/* The module may have left it out, or not: that makes no difference. */
static bool is_wanted(const struct trace *trace,
		      const union tcpstate_record *record)
{
	if (trace->kinds && !(trace->kinds >> record->head.kind & 1))
		return false;
	return !trace->filter || filter_wants(trace->filter, record);
}

/*
 * What came after the moment that ended the trace is not part of it.  But a
 * start record, made as late as when it is read, is; and so is a loss, which
 * has the time of the first record after it, and may be of any before.
 */
static bool too_late(const struct trace *trace,
		     const union tcpstate_record *record)
{
	return trace->ending && record->head.ts > trace->deadline &&
	       record->head.kind != TCPSTATE_START &&
	       record->head.kind != TCPSTATE_LOST;
}

static enum decoded decode_next(const struct trace *trace,
				const union tcpstate_record *record)
{
	union tcpstate_record start;

	if (trace->started)
		return decode(record);
	return decode_start(record, sizeof(*record), &start);
}

/* Return: true if it was part of the trace. */
static bool feed(struct trace *trace, const union tcpstate_record *record,
		 bool *wanted)
{
	enum decoded result = decode_next(trace, record);

	if (result > DECODED_MALFORMED) {
		fault(trace, result, record);
		return false;
	}
	if (too_late(trace, record)) {
		trace->done = true;
		return false;
	}

	*wanted = result != DECODED || is_wanted(trace, record);
	trace->filtered += !*wanted;
	if (result == DECODED)
		take_record(trace, record, *wanted);
	else if (result == DECODED_UNKNOWN)
		trace->unknown++;
	else
		trace->malformed++;
	return true;
}

static void feed_all(struct trace *trace)
{
	struct source *source = trace->source;
	union tcpstate_record *const records = source->records;
	union tcpstate_record *const end = records + source->len /
						     TCPSTATE_RECORD_SIZE;
	union tcpstate_record *record, *kept = records;
	struct out *out = trace->display->out;
	bool wanted;

	for (record = records; record < end && !trace->done; record++) {
		if (!feed(trace, record, &wanted))
			break;
		/* What is to be written moves together, if there are gaps. */
		if (wanted && kept++ != record && !trace->view)
			kept[-1] = *record;
	}
	if (!trace->view)
		out_through(out, records, (char *)kept - (char *)records);
	source_consume(source, (char *)record - (char *)records);
	out_flush(out);
	if (out->error)
		trace->done = true;
}

/* From now on, show only what was recorded up to now; of a file, no more. */
static void end(struct trace *trace)
{
	struct timespec now;

	if (!trace->source->live) {
		warnx("%s: interrupted", trace->source->name);
		trace->done = true;
		trace->failed = true;
		return;
	}
	clock_gettime(CLOCK_MONOTONIC, &now);
	trace->deadline = now.tv_sec * 1000000000ULL + now.tv_nsec;
	trace->ending = true;
}

/* Whether, and how soon, the view is to know that time has passed */
static bool has_ticks(const struct trace *trace)
{
	return trace->view && trace->view->tick && trace->source->live &&
	       trace->started && !trace->ending;
}

/* Not whenever records are lost: that is when there is no time for it. */
static bool must_list(const struct trace *trace, __u64 now)
{
	return trace->view->standing && trace->forgotten &&
	       now >= trace->next_list;
}

static void list_again(struct trace *trace, __u64 now)
{
	union tcpstate_record *records;
	size_t count, i;

	records = source_list(&count);
	for (i = 0; i < count; i++)
		take_record(trace, &records[i], is_wanted(trace, &records[i]));
	free(records);
	trace->forgotten = false;
	trace->next_list = now + LIST_INTERVAL;
}

static void tick(struct trace *trace)
{
	__u64 now;

	if (!has_ticks(trace))
		return;
	now = clock_monotonic();
	if (now < trace->next_tick)
		return;
	if (trace->next_tick) {
		if (must_list(trace, now))
			list_again(trace, now);
		trace->display->now = now;
		trace->done |= !trace->view->tick(trace->display);
		out_flush(trace->display->out);
		trace->done |= trace->display->out->error != 0;
	}
	trace->next_tick = now + *trace->view->interval;
}

/* For poll(2), rounded up */
static int patience(const struct trace *trace)
{
	__u64 now;

	if (source_ready(trace->source))
		return 0;
	if (!has_ticks(trace))
		return -1;
	now = clock_monotonic();
	return now < trace->next_tick ?
	       (trace->next_tick - now) / 1000000 + 1 : 0;
}

/* Does the view write a file instead? */
static bool leaves_output(const struct trace *trace)
{
	return trace->view && trace->view->output && *trace->view->output;
}

/* Return: true if the source has something for us. */
static bool wait_for_source(struct trace *trace)
{
	struct out *out = trace->display->out;
	struct pollfd fds[WAIT_COUNT] = {
		[WAIT_SOURCE]	= { trace->source->fd, POLLIN, 0 },
		[WAIT_SIGNALS]	= { trace->signals, POLLIN, 0 },
		[WAIT_COMMAND]	= { trace->command.pidfd, POLLIN, 0 },
		/* Of what nobody reads any more: POLLERR, of a socket POLLHUP. */
		[WAIT_OUT]	= { leaves_output(trace) ? -1 : out->fd, 0, 0 },
	};

	if (poll(fds, WAIT_COUNT, patience(trace)) < 0)
		return false;
	if (fds[WAIT_OUT].revents) {
		out->error = EPIPE;
		trace->done = true;
	}
	if (fds[WAIT_SIGNALS].revents || fds[WAIT_COMMAND].revents)
		end(trace);
	return (fds[WAIT_SOURCE].revents || source_ready(trace->source)) &&
	       !trace->done;
}

/* A terminal may be resized at any time. */
static void look_at_terminal(struct display *display)
{
	struct winsize size;

	if (display->columns && !ioctl(display->out->fd, TIOCGWINSZ, &size) &&
	    size.ws_col)
		display->columns = size.ws_col;
}

static void at_end_of_source(struct trace *trace)
{
	struct source *source = trace->source;
	union tcpstate_record record;

	trace->done = true;
	if (!trace->started && !source->len) {
		warnx("%s: empty: not even a start record", source->name);
		trace->failed = true;
	} else if (!trace->started) {
		fault(trace, decode_start(source->buf, source->len, &record),
		      &record);
	} else if (source->len) {
		fault(trace, DECODED_TRUNCATED, NULL);
	}
}

static void read_source(struct trace *trace)
{
	ssize_t n = source_read(trace->source);

	if (n > 0) {
		look_at_terminal(trace->display);
		feed_all(trace);
	} else if (!n) {
		at_end_of_source(trace);
	} else if (errno == EAGAIN) {
		trace->done = trace->ending;
	} else {
		warn("%s", trace->source->name);
		trace->done = true;
		trace->failed = true;
	}
}

static void report_skipped(const struct trace *trace)
{
	const char *name = trace->source->name;

	if (trace->unknown)
		warnx("%s: skipped records of unknown kind: %llu; a newer tcpstate may know them",
		      name, trace->unknown);
	if (trace->malformed)
		warnx("%s: skipped malformed records: %llu; the trace is damaged",
		      name, trace->malformed);
}

/* Return: what the view makes of it. */
static bool end_view(struct trace *trace)
{
	const struct view *view = trace->view;

	if (!trace->started || !view || !view->end)
		return true;
	if (trace->source->live)
		trace->display->now = clock_monotonic();
	return view->end(trace->display);
}

void trace_begin(struct trace *trace)
{
	const struct filter *filter = trace->filter;
	const struct bpf_program *program = NULL;

	if (filter)
		program = trace->view ? &filter->model : &filter->exact;
	trace->begun = clock_monotonic();
	trace->kinds = kinds_shown(trace->view);
	trace->model.flow = filter && filter->flow;
	trace->model.no_segments = trace->view && !trace->view->segment;
	source_filter(trace->source, trace->kinds, program);
}

bool trace_run(struct trace *trace)
{
	bool good;

	while (!trace->done) {
		if (trace->ending || wait_for_source(trace))
			read_source(trace);
		tick(trace);
	}
	good = end_view(trace);
	model_reset(&trace->model);
	report_skipped(trace);
	return good && !trace->failed && !trace->malformed;
}

/* SPDX-License-Identifier: GPL-2.0 */
/* The pipeline: source -> decode -> model -> view, or raw to a file. */
#ifndef TCPSTATE_TRACE_H
#define TCPSTATE_TRACE_H

#include <linux/types.h>
#include <stdbool.h>

#include "command.h"
#include "filter.h"
#include "model.h"
#include "source.h"
#include "view.h"

/**
 * struct trace - a run of the pipeline
 * @source: where records come from
 * @view: how to show them; NULL: write them as they came
 * @display: what to show them on
 * @filter: which of them to show, or to write; NULL: all
 * @limit: end after so many edges, segments and notes; 0: no limit
 * @command: end when this does
 * @signals: from signals_catch(): end when this is readable
 * @kinds: those that @view shows, by bits; 0: all
 * @model: empty at first
 * @started: a start record has come
 * @ending: what was recorded up to @deadline is still to be shown
 * @done: no more
 * @failed: a line on stderr has said why
 * @deadline: CLOCK_MONOTONIC in ns
 * @begun: when the list of sockets was complete, likewise
 * @next_list: when they may be listed again, likewise
 * @forgotten: records of after @begun were lost, and with them sockets
 * @next_tick: when to call the view's next, likewise; 0 before the first one
 * @shown: what counts towards @limit
 * @transitions: how many came that are wanted, like the next
 * @segments: segments
 * @filtered: records that are not, and yet were delivered
 * @lost: records that the module says were lost
 * @unknown: records of a kind that we do not know
 * @malformed: records that break the ABI's promises
 */
struct trace {
	struct source	*source;
	const struct view *view;
	struct display	*display;
	const struct filter *filter;
	__u64		limit;
	struct command	command;
	int		signals;

	__u32		kinds;
	struct model	model;
	bool		started;
	bool		ending;
	bool		done;
	bool		failed;
	__u64		deadline;
	__u64		begun;
	__u64		next_list;
	bool		forgotten;
	__u64		next_tick;
	__u64		shown;
	__u64		transitions;
	__u64		segments;
	__u64		filtered;
	__u64		lost;
	__u64		unknown;
	__u64		malformed;
};

/**
 * trace_begin - let the source know what is wanted
 * @trace: everything up to @signals filled in, the rest zero
 *
 * Of a device, what is not shown, and not needed to understand what is, need
 * not be delivered.
 */
void trace_begin(struct trace *trace);

/**
 * trace_run - run the pipeline to its end
 * @trace: begun
 *
 * The end is that of the source, the limit, the COMMAND's, a signal, or a
 * fault of the source, of which a line on stderr tells.  A fault of the output
 * ends it too and is left to out_close().
 *
 * Return: true if there was no fault of the source, and if it is a file, no
 * signal, and if the view says nothing else at the end.
 */
bool trace_run(struct trace *trace);

#endif /* TCPSTATE_TRACE_H */

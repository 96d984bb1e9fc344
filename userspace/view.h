/* SPDX-License-Identifier: GPL-2.0 */
/* What a view is: a way of showing records. */
#ifndef TCPSTATE_VIEW_H
#define TCPSTATE_VIEW_H

#include <stdbool.h>
#include <tcpstate.h>

#include "clock.h"
#include "model.h"
#include "out.h"

/**
 * struct display - what views show on
 * @out: the output
 * @columns: width of the terminal, 0 if it is not one
 * @colour: colours are wanted
 * @live: what is shown happens now
 * @traces: start records shown so far
 * @clock: by the last start record
 * @now: time of the last record, at the end of a live trace the real one
 */
struct display {
	struct out	*out;
	int		columns;
	bool		colour;
	bool		live;
	unsigned int	traces;
	struct clock	clock;
	__u64		now;
};

/* Exit status for a wrong command line, and what belongs to it. */
#define EXIT_USAGE 2

/* How many options of its own a view may have. */
#define VIEW_OPTIONS_MAX 8

/**
 * struct view_option - an option of a view, to be given behind its name
 * @name: as "svg" of --svg; a letter alone, as "o", is a short one
 * @argument: what its argument is called; NULL: it has none
 * @help: what it does, as struct view's
 * @value: set to its argument, or if it has none, to @name
 */
struct view_option {
	const char *name;
	const char *argument;
	const char *help;
	const char **value;
};

/**
 * struct view - how to show each kind of record
 * @name: what it is chosen by
 * @operand: what follows its name on the command line; NULL: nothing does
 * @help: what it shows, for --help, in lines of up to 64 columns
 * @options: up to VIEW_OPTIONS_MAX, the rest without a name
 * @output: the file that it writes itself, if @options have one; NULL likewise
 * @open: take the operand, and see what @options were given, before anything
 *	else; if that is wrong, end the program with EXIT_USAGE after a line on
 *	stderr
 * @show: show what is in no record, and that is all: there is no trace then,
 *	nor what one has on the command line; @json: by --json.  NULL if the
 *	view is of records.  Return: false to make the exit status 1
 * @start: show a start record, by which @clock has been set
 * @lost: show a loss
 * @transition: show an edge; NULL in a view that shows none
 * @unwanted: take in an edge that is not to be shown, for what is kept of its
 *	connection; NULL in a view that keeps nothing
 * @segment: show a segment; NULL likewise
 * @note: show what happened besides; NULL likewise
 * @socket: show a socket that was there before; NULL likewise
 * @standing: it is about what stands: sockets are listed again when records were
 *	lost.  What tells a story would go on as if nothing were missing
 * @interval: how often to call @tick, in ns, as @open has found out
 * @tick: time has passed, by which @now has been set; only of the device.
 *	NULL, as @interval, if there is nothing to do.  Return: false to end
 * @end: the trace ends, and it did begin; NULL if there is nothing to do.
 *	Return: false to make the exit status 1
 */
struct view {
	const char *name;
	const char *operand;
	const char *help;
	struct view_option options[VIEW_OPTIONS_MAX];
	const char **output;
	void (*open)(const char *operand);
	bool (*show)(struct out *out, bool json);
	void (*start)(struct display *display,
		      const struct tcpstate_start *start);
	void (*lost)(struct display *display,
		     const struct tcpstate_lost *lost);
	void (*transition)(struct display *display,
			   const struct tcpstate_transition *transition,
			   const struct seen *seen);
	void (*unwanted)(struct display *display,
			 const struct tcpstate_transition *transition,
			 const struct seen *seen);
	void (*segment)(struct display *display,
			const struct tcpstate_segment *segment,
			const struct seen *seen);
	void (*note)(struct display *display, const struct tcpstate_note *note,
		     const struct seen *seen);
	void (*socket)(struct display *display,
		       const struct tcpstate_socket *socket,
		       const struct seen *seen);
	bool standing;
	const __u64 *interval;
	bool (*tick)(struct display *display);
	bool (*end)(struct display *display);
};

extern const struct view view_text;
extern const struct view view_json;
extern const struct view view_csv;
extern const struct view view_expect;
extern const struct view view_dump;
extern const struct view view_ladder;
extern const struct view view_pcap;
extern const struct view view_summary;
extern const struct view view_status;
extern const struct view view_graph;
extern const struct view view_metrics;
extern const struct view view_watch;
extern const struct view view_report;

#endif /* TCPSTATE_VIEW_H */

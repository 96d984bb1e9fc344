/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Filters on the command line: tcpdump's language, and words for what records
 * have besides.
 *
 *	kind transition|segment|note|socket
 *	state STATE		the old or the new one of an edge, or that of a
 *				socket that was there before
 *	old STATE, new STATE	the one of an edge
 *	cause CAUSE		of an edge, as it is shown in text
 *	netns NAME|INODE	the network namespace
 *	conn COOKIE		in hexadecimal, as in the column CONN
 *
 * libpcap compiles them, for link type DLT_RAW.  What it sees is the image of a
 * record: see module/image.h.  Our words are rewritten before, one after the
 * other, into comparisons of bytes there; a grammar of our own would have to
 * repeat all of libpcap's.
 *
 * The program runs twice: in the module, which spares the reader what it does
 * not want, and here in any case, as what is read from a file or listed has
 * passed no module.  The module may deliver more than what is wanted: the model
 * learns from that.  From a filter that is about nothing but connections
 * follows that the model needs those edges only which pass, and some for
 * owners: those of listeners, which own requests, and the first two of clients.
 * Of any other filter, such as "new ESTABLISHED", it needs edges that do not
 * pass, and so the module gets no program then.
 *
 * What an edge has not yet is not found: the first one of a client, to SYN_SENT,
 * has no local port, and alone names the process.  The second one has all that
 * such a filter can ask for: where it does not pass, nothing else will.
 */
#ifndef TCPSTATE_FILTER_H
#define TCPSTATE_FILTER_H

#include <pcap/pcap.h>
#include <stdbool.h>
#include <stddef.h>
#include <tcpstate.h>

/**
 * struct filter - a filter, compiled
 * @exact: lets through what is wanted
 * @model: lets through what a model needs for that; without instructions if it
 *	needs everything
 * @flow: it is about nothing but connections
 */
struct filter {
	struct bpf_program	exact;
	struct bpf_program	model;
	bool			flow;
};

/**
 * struct filter_error - what is wrong with a filter
 * @text: what
 * @at: where in the expression, in bytes
 * @len: how long the wrong place is; 0: something is missing there
 */
struct filter_error {
	char	text[PCAP_ERRBUF_SIZE];
	size_t	at;
	size_t	len;
};

/**
 * filter_compile - compile a filter
 * @filter: what to fill in
 * @expression: the filter
 * @error: what is wrong
 *
 * Return: true if nothing is.
 */
bool filter_compile(struct filter *filter, const char *expression,
		    struct filter_error *error);

/**
 * filter_wants - does a record pass?
 * @filter: compiled
 * @record: as decode() made it
 *
 * Return: true if it does; start records and losses always do.
 */
bool filter_wants(const struct filter *filter,
		  const union tcpstate_record *record);

/**
 * filter_free - free what filter_compile() made
 * @filter: compiled
 */
void filter_free(struct filter *filter);

#endif /* TCPSTATE_FILTER_H */

/* SPDX-License-Identifier: GPL-2.0 */
/* From bytes of unknown origin to records that keep the ABI's promises. */
#ifndef TCPSTATE_DECODE_H
#define TCPSTATE_DECODE_H

#include <stdbool.h>
#include <stddef.h>
#include <tcpstate.h>

enum decoded {
	DECODED,		/* a record of a known kind, all as promised */
	DECODED_UNKNOWN,	/* a kind that a newer module may have: skip */
	DECODED_MALFORMED,	/* a known kind, but it breaks the contract */
	/* The remaining ones mean that nothing after them can be read. */
	DECODED_NOT_TRACE,	/* no magic */
	DECODED_BYTE_ORDER,	/* the magic backwards */
	DECODED_VERSION,	/* @version is not ours */
	DECODED_RECORD_SIZE,	/* @record_size is not ours */
	DECODED_TRUNCATED,	/* begins as a trace, but ends too early */
};

/**
 * decode - check a record that is not the first of its stream
 * @record: the record
 *
 * With DECODED the following holds: the kind is one of enum tcpstate_kind;
 * the states are valid, and so are cause and detail, of which the latter is one
 * of the former's, and what a note tells; opt_len is at most 40 (more than
 * TCPSTATE_OPT_LEN means that the record has but the first of them); comm ends
 * in NUL if TCPSTATE_F_TASK is set.  Flags that we do not know may be set.
 *
 * Return: any of enum decoded but DECODED_NOT_TRACE and DECODED_TRUNCATED.
 */
enum decoded decode(const union tcpstate_record *record);

/**
 * decode_start - take the first record of a stream
 * @bytes: what the stream begins with, of any alignment
 * @len: how many there are, all of the stream if < TCPSTATE_RECORD_SIZE
 * @record: where it goes; filled in as far as @len reaches, the rest zero
 *
 * Return: DECODED, or which of the last five it is.
 */
enum decoded decode_start(const void *bytes, size_t len,
			  union tcpstate_record *record);

/**
 * is_birth - does a socket's story begin with this edge?
 * @edge: the edge
 *
 * Return: true if there is none before it.
 */
static inline bool is_birth(const struct tcpstate_transition *edge)
{
	return edge->old_state == TCPSTATE_CLOSED ||
	       (edge->old_state == TCPSTATE_LISTEN &&
		edge->new_state == TCPSTATE_SYN_RCVD);
}

#endif /* TCPSTATE_DECODE_H */

/* SPDX-License-Identifier: GPL-2.0 */
/* How states, causes, flags and settings are written. */
#ifndef TCPSTATE_NAMES_H
#define TCPSTATE_NAMES_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <tcpstate.h>

#include "out.h"

#define STATE_COUNT 11

/* All states, from the first to the last that a connection has */
extern const __u8 states_in_order[STATE_COUNT];

/* The bits of tcpstate_segment.tcp_flags, lowest first. */
#define TCP_FLAG_COUNT 8

/**
 * state_valid - is this one of the eleven states?
 * @state: a number out of a record
 *
 * Return: true if state_name() may be asked for it.
 */
static inline bool state_valid(__u8 state)
{
	return state >= TCPSTATE_ESTABLISHED && state <= TCPSTATE_CLOSING;
}

extern const struct word state_words[];

/**
 * state_word - name of a state by RFC 9293, with underscores
 * @state: enum tcpstate_state; state_valid() holds
 *
 * Return: the name.
 */
static inline const struct word *state_word(__u8 state)
{
	return &state_words[state];
}

static inline const char *state_name(__u8 state)
{
	return state_word(state)->text;
}

/**
 * state_find - the state of a name
 * @name: as state_name() has it
 * @len: its length
 *
 * Return: enum tcpstate_state, 0 if it is none.
 */
__u8 state_find(const char *name, size_t len);

/**
 * cause_valid - is this a cause, and is the detail one of it?
 * @cause: a number out of a record
 * @detail: likewise; every cause may come without one
 *
 * Return: true if cause_name() and edge_cause() may be asked for them.
 */
bool cause_valid(__u8 cause, __u8 detail);

/**
 * cause_name - name of a cause of an edge
 * @cause: enum tcpstate_cause; cause_valid() holds
 *
 * Return: the name, "segment" for TCPSTATE_SEGMENT_IN.
 */
const char *cause_name(__u8 cause);

/**
 * detail_valid - is this a detail of any cause, or none?
 * @detail: a number out of a record
 *
 * Return: true if detail_name() may be asked for it.
 */
bool detail_valid(__u8 detail);

/**
 * detail_cause - the cause that a detail is of
 * @detail: enum tcpstate_detail; detail_valid() holds
 *
 * Return: enum tcpstate_cause.
 */
__u8 detail_cause(__u8 detail);

/**
 * detail_name - name of a detail without that of its cause
 * @detail: enum tcpstate_detail; detail_valid() holds
 *
 * Return: the name, NULL for TCPSTATE_DETAIL_NONE.
 */
const char *detail_name(__u8 detail);

/**
 * edge_cause_word - cause and detail in a word
 * @cause: enum tcpstate_cause
 * @detail: enum tcpstate_detail; cause_valid() holds for both
 *
 * Return: the detail alone if it is a segment or a system call ("SYN,ACK",
 * "connect"), the cause alone if it has no detail ("netns"), else both
 * ("timer/2MSL").
 */
const struct word *edge_cause_word(__u8 cause, __u8 detail);

static inline const char *edge_cause(__u8 cause, __u8 detail)
{
	return edge_cause_word(cause, detail)->text;
}

/**
 * cause_find - the cause of a name
 * @name: as edge_cause() has it, or cause_name()
 * @len: its length
 * @cause: is set to the cause
 * @detail: is set to the detail, TCPSTATE_DETAIL_NONE if it is a cause's name
 *
 * Return: true if it is one.
 */
bool cause_find(const char *name, size_t len, __u8 *cause, __u8 *detail);

/**
 * what_valid - is this something that a note tells?
 * @what: a number out of a record
 *
 * Return: true if what_name() may be asked for it.
 */
bool what_valid(__u8 what);

/**
 * what_name - what a note tells
 * @what: enum tcpstate_what; what_valid() holds
 *
 * Return: "accepted" or "restarted".
 */
const char *what_name(__u8 what);

/**
 * hook_name - name of a hook that the module may find missing
 * @hook: enum tcpstate_hook, below TCPSTATE_HOOKS
 *
 * Return: the name, "syn_rcvd" for TCPSTATE_HOOK_SYN_RCVD.
 */
const char *hook_name(unsigned int hook);

/**
 * tcp_flag_name - name of a flag of the TCP header
 * @bit: its place in byte 13 of the header, below TCP_FLAG_COUNT
 *
 * Return: the name, "FIN" for 0.
 */
const char *tcp_flag_name(unsigned int bit);

/**
 * segments_name - name of the module's setting of what segments it records
 * @setting: enum tcpstate_segments, or anything
 *
 * Return: the name as the module's parameter spells it, "unknown" if it is
 * a setting that we do not know.
 */
const char *segments_name(__u8 setting);

#endif /* TCPSTATE_NAMES_H */

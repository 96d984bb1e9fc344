/* SPDX-License-Identifier: GPL-2.0 */
/* How states, flags and settings are written. */
#ifndef TCPSTATE_NAMES_H
#define TCPSTATE_NAMES_H

#include <linux/types.h>
#include <stdbool.h>

/* The bits of tcpstate_segment.tcp_flags, lowest first. */
#define TCP_FLAG_COUNT 8

/**
 * state_valid - is this one of the eleven states?
 * @state: a number out of a record
 *
 * Return: true if state_name() may be asked for it.
 */
bool state_valid(__u8 state);

/**
 * state_name - name of a state by RFC 9293, with underscores
 * @state: enum tcpstate_state; state_valid() holds
 *
 * Return: the name.
 */
const char *state_name(__u8 state);

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

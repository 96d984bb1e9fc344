/* SPDX-License-Identifier: GPL-2.0 */
/* The options of a TCP header, one by one, as far as a record kept them. */
#ifndef TCPSTATE_OPTIONS_H
#define TCPSTATE_OPTIONS_H

#include <stdbool.h>
#include <tcpstate.h>

/* By IANA's registry of TCP option kinds. */
enum {
	OPTION_END		= 0,
	OPTION_NOP		= 1,
	OPTION_MSS		= 2,
	OPTION_WSCALE		= 3,
	OPTION_SACK_OK		= 4,
	OPTION_SACK		= 5,
	OPTION_TIMESTAMPS	= 8,
	OPTION_MD5		= 19,
	OPTION_MPTCP		= 30,
	OPTION_FAST_OPEN	= 34,
};

/**
 * struct option_walk - where options_next() stands
 * @bytes: the options
 * @length: how many bytes the header had
 * @kept: how many of these are in @bytes
 * @at: the next one to look at
 * @truncated: met the end of @bytes before the end of the options
 * @malformed: met an option whose length cannot be
 */
struct option_walk {
	const __u8	*bytes;
	unsigned int	length;
	unsigned int	kept;
	unsigned int	at;
	bool		truncated;
	bool		malformed;
};

/**
 * struct tcp_option - an option other than END and NOP
 * @kind: OPTION_* or another
 * @length: length of @data
 * @data: what follows kind and length
 */
struct tcp_option {
	__u8		kind;
	__u8		length;
	const __u8	*data;
};

/**
 * options_begin - start walking the options of a segment
 * @walk: to be given to options_next()
 * @segment: as decode() made it; must stay as long as @walk is used
 */
void options_begin(struct option_walk *walk,
		   const struct tcpstate_segment *segment);

/**
 * options_next - the next whole option
 * @walk: as options_begin() or the last call left it
 * @option: the option, if there is one
 *
 * Return: false at the end, and then @walk tells why it was the end.
 */
bool options_next(struct option_walk *walk, struct tcp_option *option);

/**
 * option_be16 - two bytes of an option's data
 * @data: in network byte order, of any alignment
 *
 * Return: their value.
 */
__u16 option_be16(const __u8 *data);

/**
 * option_be32 - four bytes of an option's data
 * @data: in network byte order, of any alignment
 *
 * Return: their value.
 */
__u32 option_be32(const __u8 *data);

#endif /* TCPSTATE_OPTIONS_H */

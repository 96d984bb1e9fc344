// SPDX-License-Identifier: GPL-2.0
#include "options.h"

#include <string.h>

void options_begin(struct option_walk *walk,
		   const struct tcpstate_segment *segment)
{
	memset(walk, 0, sizeof(*walk));
	walk->bytes = segment->opt;
	walk->length = segment->opt_len;
	walk->kept = segment->opt_len;
	if (walk->kept > sizeof(segment->opt))
		walk->kept = sizeof(segment->opt);
}

/* Nothing follows, whoever asks again. */
static bool stop(struct option_walk *walk)
{
	walk->length = walk->at;
	walk->kept = walk->at;
	return false;
}

/* The bytes at hand end too early; if those of the header did not, say so. */
static bool stop_short(struct option_walk *walk)
{
	if (walk->kept < walk->length)
		walk->truncated = true;
	else
		walk->malformed = true;
	return stop(walk);
}

static bool take_option(struct option_walk *walk, struct tcp_option *option)
{
	unsigned int left = walk->kept - walk->at;
	const __u8 *here = walk->bytes + walk->at;

	if (left < 2)
		return stop_short(walk);
	if (here[1] < 2 || walk->at + here[1] > walk->length) {
		walk->malformed = true;
		return stop(walk);
	}
	if (here[1] > left)
		return stop_short(walk);

	option->kind = here[0];
	option->length = here[1] - 2;
	option->data = here + 2;
	walk->at += here[1];
	return true;
}

bool options_next(struct option_walk *walk, struct tcp_option *option)
{
	while (walk->at < walk->kept && walk->bytes[walk->at] == OPTION_NOP)
		walk->at++;
	if (walk->at == walk->length)
		return false;
	if (walk->at == walk->kept)
		return stop_short(walk);
	/* What follows is padding, and no loss if it was cut off. */
	if (walk->bytes[walk->at] == OPTION_END)
		return stop(walk);
	return take_option(walk, option);
}

__u16 option_be16(const __u8 *data)
{
	return data[0] << 8 | data[1];
}

__u32 option_be32(const __u8 *data)
{
	return (__u32)option_be16(data) << 16 | option_be16(data + 2);
}

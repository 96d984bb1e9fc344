/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which way the segments go that are shown: tcpdump's option -Q.
 *
 * Where both ends of a connection are on this machine, each segment is recorded
 * twice: as it leaves, and as it arrives.
 */
#ifndef TCPSTATE_DIRECTION_H
#define TCPSTATE_DIRECTION_H

#include <stdbool.h>

#include "view.h"

extern const char *direction_given;

/* Of a view that has the option */
#define DIRECTION_OPTION \
	{ "Q", "DIRECTION", "segments that go \"in\", \"out\", or else \"inout\"", \
	  &direction_given }

/**
 * direction_open - see what was given
 *
 * If that is wrong, ends the program after a line on stderr.
 */
void direction_open(void);

/**
 * direction_wanted - is a segment to be shown?
 * @segment: the segment
 *
 * Return: true if so; always, in a view that has not the option.
 */
bool direction_wanted(const struct tcpstate_segment *segment);

#endif /* TCPSTATE_DIRECTION_H */

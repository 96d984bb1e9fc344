// SPDX-License-Identifier: GPL-2.0
#include "direction.h"

#include <err.h>
#include <string.h>

const char *direction_given;

static bool wanted[2] = { true, true };		/* in, out */

void direction_open(void)
{
	if (!direction_given || !strcmp(direction_given, "inout"))
		return;
	wanted[0] = !strcmp(direction_given, "in");
	wanted[1] = !strcmp(direction_given, "out");
	if (!wanted[0] && !wanted[1])
		errx(EXIT_USAGE, "-Q: '%s' is not in, out or inout",
		     direction_given);
}

bool direction_wanted(const struct tcpstate_segment *segment)
{
	return wanted[!!(segment->head.flags & TCPSTATE_F_OUT)];
}

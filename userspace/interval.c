// SPDX-License-Identifier: GPL-2.0
#include "interval.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "view.h"

/* A hundredth of a second to a day */
#define SECONDS_MIN 0.01
#define SECONDS_MAX 86400

__u64 interval_parse(const char *text)
{
	char *end;
	double seconds = strtod(text, &end);

	if (*end || end == text || text[strspn(text, "0123456789.")] ||
	    seconds < SECONDS_MIN || seconds > SECONDS_MAX)
		errx(EXIT_USAGE,
		     "--interval: '%s' is not a number of seconds from 0.01 to 86400",
		     text);
	return seconds * 1e9;
}

// SPDX-License-Identifier: GPL-2.0
#include "threshold.h"

#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "view.h"

static unsigned int find_figure(const char *name, size_t len,
				const char *const names[], unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		if (strlen(names[i]) == len && !strncmp(names[i], name, len))
			return i;
	errx(EXIT_USAGE,
	     "--fail-on: no figure is called '%.*s': see tcpstate(8)", (int)len,
	     name);
}

/* Return: where it ended. */
static char *parse_one(struct thresholds *thresholds, const char *text,
		       const char *const names[], unsigned int count)
{
	size_t len = strcspn(text, "<>,");
	const char *number = text + len + 1;
	char *end;

	if (thresholds->count == THRESHOLDS_MAX)
		errx(EXIT_USAGE, "--fail-on: more than %u limits",
		     THRESHOLDS_MAX);
	errno = 0;
	if ((text[len] != '<' && text[len] != '>') ||
	    !strspn(number, "0123456789"))
		errx(EXIT_USAGE, "--fail-on: '%s' is not NAME>NUMBER or NAME<NUMBER",
		     text);
	thresholds->limits[thresholds->count].figure =
		find_figure(text, len, names, count);
	thresholds->limits[thresholds->count].below = text[len] == '<';
	thresholds->limits[thresholds->count++].value =
		strtoull(number, &end, 10);
	if ((*end && *end != ',') || errno)
		errx(EXIT_USAGE, "--fail-on: '%s' is not a number", number);
	return end;
}

void thresholds_parse(struct thresholds *thresholds, const char *text,
		      const char *const names[], unsigned int count)
{
	text = parse_one(thresholds, text, names, count);
	while (*text)
		text = parse_one(thresholds, text + 1, names, count);
}

bool thresholds_hold(const struct thresholds *thresholds,
		     const char *const names[], const __u64 figures[])
{
	bool hold = true;
	unsigned int i;
	__u64 figure, value;

	for (i = 0; i < thresholds->count; i++) {
		figure = figures[thresholds->limits[i].figure];
		value = thresholds->limits[i].value;
		if (thresholds->limits[i].below ? figure >= value :
						  figure <= value)
			continue;
		warnx("%s: %llu, %s than %llu",
		      names[thresholds->limits[i].figure], figure,
		      thresholds->limits[i].below ? "less" : "more", value);
		hold = false;
	}
	return hold;
}

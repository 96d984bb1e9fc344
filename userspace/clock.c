// SPDX-License-Identifier: GPL-2.0
#include "clock.h"

#include <stdbool.h>
#include <stdio.h>

#define NS_PER_SECOND 1000000000LL

__u64 clock_monotonic(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * (__u64)NS_PER_SECOND + now.tv_nsec;
}

__u32 clock_second(struct clock *clock, __u64 ts, const char *format,
		   struct tm *(*calendar)(const time_t *, struct tm *))
{
	/* A damaged record may hold anything: let it wrap around. */
	__s64 now = ts + (__u64)clock->realtime;
	time_t second = now / NS_PER_SECOND;
	__s64 rest = now % NS_PER_SECOND;
	struct tm tm;

	if (rest < 0) {
		rest += NS_PER_SECOND;
		second--;
	}
	if (second != clock->second || !clock->len) {
		calendar(&second, &tm);
		clock->len = strftime(clock->text, sizeof(clock->text), format,
				      &tm);
		clock->second = second;
	}
	return rest;
}

/* Three digits of @ns, which is at least a hundredth of @unit. */
static int three_digits(char *text, __u64 ns, __u64 unit)
{
	__u64 whole = ns / unit;
	__u64 hundredths = ns % unit * 100 / unit;

	if (whole < 10)
		return sprintf(text, "%llu.%02llu", whole, hundredths);
	if (whole < 100)
		return sprintf(text, "%llu.%llu", whole, hundredths / 10);
	return sprintf(text, "%llu", whole);
}

int duration_format(char text[DURATION_LEN], __s64 ns)
{
	static const struct {
		__s64		below;
		__s64		unit;
		const char	*name;
		int		width;
	} scale[] = {
		{ 1000 * 1000LL, 1000, "µs", 2 },
		{ NS_PER_SECOND, 1000 * 1000, "ms", 2 },
		{ NS_PER_SECOND * 100000, NS_PER_SECOND, "s", 1 },
		{ 0, NS_PER_SECOND * 3600, "h", 1 },
	};
	int i = 0;
	int n;

	while (scale[i].below && ns >= scale[i].below)
		i++;
	n = three_digits(text, ns, scale[i].unit);
	sprintf(text + n, "%s", scale[i].name);
	return n + scale[i].width;
}

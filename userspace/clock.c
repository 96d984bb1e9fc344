// SPDX-License-Identifier: GPL-2.0
#include "clock.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "digits.h"

__u64 clock_monotonic(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * (__u64)NS_PER_SECOND + now.tv_nsec;
}

__u32 clock_new_second(struct clock *clock, __u64 ts, const char *format,
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
	calendar(&second, &tm);
	clock->len = strftime(clock->text, sizeof(clock->text), format, &tm);
	clock->second = ts - rest;
	return rest;
}

/* Three digits of @ns, which is at least a hundredth of @unit. */
static char *three_digits(char *p, __u64 ns, __u64 unit)
{
	__u64 whole = ns / unit;
	__u32 hundredths = ns % unit / (unit / 100);

	if (whole >= 100)
		return digits_dec(p, whole);
	if (whole >= 10)
		*p++ = '0' + whole / 10;
	*p++ = '0' + whole % 10;
	*p++ = '.';
	*p++ = '0' + hundredths / 10;
	if (whole < 10)
		*p++ = '0' + hundredths % 10;
	return p;
}

char *duration_write(char text[DURATION_LEN], __s64 ns, int *width)
{
	static const struct {
		__s64	below;
		__s64	unit;
		char	name[4];	/* with a NUL at the least */
		int	len;
		int	width;
	} scale[] = {
		{ 1000 * 1000LL, 1000, "µs", 3, 2 },
		{ NS_PER_SECOND, 1000 * 1000, "ms", 2, 2 },
		{ NS_PER_SECOND * 100000, NS_PER_SECOND, "s", 1, 1 },
		{ 0, NS_PER_SECOND * 3600, "h", 1, 1 },
	};
	char *end;
	int i = 0;

	while (scale[i].below && ns >= scale[i].below)
		i++;
	end = three_digits(text, ns, scale[i].unit);
	memcpy(end, scale[i].name, sizeof(scale[i].name));
	*width = end - text + scale[i].width;
	return end + scale[i].len;
}

void duration_column(char text[DURATION_LEN], __s64 ns, int width)
{
	char unpadded[DURATION_LEN] = "-";
	int used = ns < 0 ? 1 : duration_format(unpadded, ns);

	while (used++ < width)
		*text++ = ' ';
	strcpy(text, unpadded);
}

void duration_in_words(char text[DURATION_LEN], __s64 ns)
{
	static const struct {
		__s64		below;
		__s64		unit;
		const char	*name;
	} scale[] = {
		{ 1000 * 1000LL, 1000, "µs" },
		{ NS_PER_SECOND, 1000 * 1000, "ms" },
		{ NS_PER_SECOND * 180, NS_PER_SECOND, "s" },
		{ NS_PER_SECOND * 60 * 180, NS_PER_SECOND * 60, "min" },
		{ NS_PER_SECOND * 3600 * 72, NS_PER_SECOND * 3600, "h" },
		{ 0, NS_PER_SECOND * 86400, "days" },
	};
	int i = 0;

	while (scale[i].below && ns >= scale[i].below)
		i++;
	if (ns >= NS_PER_SECOND && ns < 10 * NS_PER_SECOND)
		sprintf(text, "%lld.%lld s", ns / NS_PER_SECOND,
			ns % NS_PER_SECOND / (NS_PER_SECOND / 10));
	else
		sprintf(text, "%lld %s", ns / scale[i].unit, scale[i].name);
}

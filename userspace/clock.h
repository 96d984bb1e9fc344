/* SPDX-License-Identifier: GPL-2.0 */
/* How times and durations are written. */
#ifndef TCPSTATE_CLOCK_H
#define TCPSTATE_CLOCK_H

#include <linux/types.h>
#include <stddef.h>
#include <time.h>

/* What duration_format() needs, with a NUL. */
#define DURATION_LEN 24

/**
 * struct clock - from a stream's time to that on the wall; all zero at first
 * @realtime: what to add to the stream's
 * @second: the last one that was asked for
 * @text: @second as text, calendar arithmetic being slow
 * @len: length of @text, 0 if there is none yet
 */
struct clock {
	__s64	realtime;
	time_t	second;
	char	text[32];
	size_t	len;
};

/**
 * clock_monotonic - what time is it?
 *
 * Return: CLOCK_MONOTONIC in ns, as in struct tcpstate_head.
 */
__u64 clock_monotonic(void);

/**
 * clock_second - the second of a moment as text
 * @clock: the clock, for one format and one function only
 * @ts: the moment, as in struct tcpstate_head
 * @format: for strftime()
 * @calendar: localtime_r() or gmtime_r()
 *
 * Leaves the text in @clock->text and @clock->len.
 *
 * Return: ns since that second began.
 */
__u32 clock_second(struct clock *clock, __u64 ts, const char *format,
		   struct tm *(*calendar)(const time_t *, struct tm *));

/**
 * duration_format - write a duration with three digits and its unit
 * @text: where to, with a NUL
 * @ns: the duration, not negative
 *
 * Cut off, not rounded.  At most six columns wide up to 99 years.
 *
 * Return: width in columns, less than the length as µ takes two bytes.
 */
int duration_format(char text[DURATION_LEN], __s64 ns);

#endif /* TCPSTATE_CLOCK_H */

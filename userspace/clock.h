/* SPDX-License-Identifier: GPL-2.0 */
/* How times and durations are written. */
#ifndef TCPSTATE_CLOCK_H
#define TCPSTATE_CLOCK_H

#include <linux/types.h>
#include <stddef.h>
#include <time.h>

#define NS_PER_SECOND 1000000000LL

/* What duration_format() needs, with a NUL. */
#define DURATION_LEN 24

/**
 * struct clock - from a stream's time to that on the wall; all zero at first
 * @realtime: what to add to the stream's
 * @second: when the last second that was asked for began, in the stream's time
 * @text: that second as text, calendar arithmetic being slow
 * @len: length of @text, 0 if there is none yet
 */
struct clock {
	__s64	realtime;
	__u64	second;
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
 * clock_start - another stream begins
 * @clock: the clock
 * @realtime: what to add to its time for that on the wall
 */
static inline void clock_start(struct clock *clock, __s64 realtime)
{
	clock->realtime = realtime;
	clock->len = 0;
}

__u32 clock_new_second(struct clock *clock, __u64 ts, const char *format,
		       struct tm *(*calendar)(const time_t *, struct tm *));

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
static inline __u32
clock_second(struct clock *clock, __u64 ts, const char *format,
	     struct tm *(*calendar)(const time_t *, struct tm *))
{
	__u64 rest = ts - clock->second;

	if (rest < NS_PER_SECOND && clock->len)
		return rest;
	return clock_new_second(clock, ts, format, calendar);
}

/**
 * duration_write - write a duration with three digits and its unit
 * @text: where to, with a NUL
 * @ns: the duration, not negative
 * @width: is set to its width in columns, less than its length as µ takes two
 *	bytes
 *
 * Cut off, not rounded.  At most six columns wide up to 99 years.
 *
 * Return: the end.
 */
char *duration_write(char text[DURATION_LEN], __s64 ns, int *width);

/**
 * duration_format - the same, if the end is of no use
 * @text: where to, with a NUL
 * @ns: the duration, not negative
 *
 * Return: width in columns.
 */
static inline int duration_format(char text[DURATION_LEN], __s64 ns)
{
	int width;

	duration_write(text, ns, &width);
	return width;
}

/**
 * duration_column - write a duration to stand at the right of a column
 * @text: where to, with a NUL
 * @ns: the duration, - if it is negative
 * @width: of the column, DURATION_LEN / 2 at the most
 */
void duration_column(char text[DURATION_LEN], __s64 ns, int width);

/**
 * duration_in_words - write a duration as one would say it
 * @text: where to, with a NUL
 * @ns: the duration, not negative
 *
 * In whole units, cut off: "127 s", "40 min", "3 days"; to a tenth below 10 s.
 */
void duration_in_words(char text[DURATION_LEN], __s64 ns);

#endif /* TCPSTATE_CLOCK_H */

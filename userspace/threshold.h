/* SPDX-License-Identifier: GPL-2.0 */
/* What must not be: NAME>NUMBER, and others, with commas between them. */
#ifndef TCPSTATE_THRESHOLD_H
#define TCPSTATE_THRESHOLD_H

#include <linux/types.h>
#include <stdbool.h>

/* More than these at once nobody needs. */
#define THRESHOLDS_MAX 16

/**
 * struct thresholds - limits, none if all zero
 * @limits: of which figure, what it must not exceed or, with @below, fall below
 * @count: how many there are
 */
struct thresholds {
	struct {
		unsigned int	figure;
		__u64		value;
		bool		below;
	} limits[THRESHOLDS_MAX];
	unsigned int count;
};

/**
 * thresholds_parse - take an option's argument
 * @thresholds: what to fill in
 * @text: such as "CLOSE_WAIT>100,lost>0"; if wrong, the program ends with
 *	EXIT_USAGE after a line on stderr
 * @names: of the figures
 * @count: how many these are
 */
void thresholds_parse(struct thresholds *thresholds, const char *text,
		      const char *const names[], unsigned int count);

/**
 * thresholds_hold - are the figures within the limits?
 * @thresholds: the limits
 * @names: of the figures
 * @figures: the figures
 *
 * Return: false after a line on stderr for each that is not.
 */
bool thresholds_hold(const struct thresholds *thresholds,
		     const char *const names[], const __u64 figures[]);

#endif /* TCPSTATE_THRESHOLD_H */

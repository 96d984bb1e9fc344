/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How durations are distributed, in memory that does not grow with their number.
 *
 * The buckets are those of HdrHistogram: each power of two is cut into as many
 * of equal width, so that a value is known to 1/128 of itself, whatever it is.
 * What is told is the middle of a bucket, which is at most 1/256 (0.4 %) off; up
 * to 255 ns it is exact.
 */
#ifndef TCPSTATE_HISTOGRAM_H
#define TCPSTATE_HISTOGRAM_H

#include <linux/types.h>

#define HISTOGRAM_SUB_BITS 7
#define HISTOGRAM_BUCKETS ((65 - HISTOGRAM_SUB_BITS) << HISTOGRAM_SUB_BITS)

/**
 * struct total - a sum of durations
 * @seconds: those that are whole
 * @ns: the rest
 *
 * A thousand connections a second that take 60 s each are more ns after 3.6 days
 * than 64 bits hold.
 */
struct total {
	__u64	seconds;
	__u32	ns;
};

/**
 * total_add - add to a sum
 * @total: the sum
 * @more: what to add
 */
void total_add(struct total *total, struct total more);

/**
 * struct histogram - a distribution; all zero is an empty one
 * @count: how many values
 * @sum: of the values
 * @max: the largest one, exactly
 * @buckets: how many values are in each
 */
struct histogram {
	__u64		count;
	struct total	sum;
	__u64		max;
	__u64		buckets[HISTOGRAM_BUCKETS];
};

/**
 * histogram_add - add a value
 * @histogram: the distribution
 * @value: the value
 */
void histogram_add(struct histogram *histogram, __u64 value);

/**
 * histogram_quantile - tell the value that so many do not exceed
 * @histogram: the distribution
 * @percent: how many, 1 to 100
 *
 * Return: the value, 0 if there is none.
 */
__u64 histogram_quantile(const struct histogram *histogram,
			 unsigned int percent);

/**
 * histogram_below - count the values below a power of two
 * @histogram: the distribution
 * @power: which one, HISTOGRAM_SUB_BITS to 63
 *
 * Return: how many values are less than 1 << @power, exactly.
 */
__u64 histogram_below(const struct histogram *histogram, unsigned int power);

#endif /* TCPSTATE_HISTOGRAM_H */

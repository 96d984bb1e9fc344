// SPDX-License-Identifier: GPL-2.0
#include "histogram.h"

#include "clock.h"

enum { SUB_COUNT = 1 << HISTOGRAM_SUB_BITS };

/*
 * The highest SUB_BITS + 1 bits, of which the first one is 1, and how many there
 * are below: 0 to 255 are their own buckets, 256 and 257 share the next one.
 */
static unsigned int bucket_of(__u64 value)
{
	unsigned int shift;

	if (value < SUB_COUNT)
		return value;
	shift = 63 - __builtin_clzll(value) - HISTOGRAM_SUB_BITS;
	return (shift << HISTOGRAM_SUB_BITS) + (value >> shift);
}

static __u64 middle_of(unsigned int bucket)
{
	unsigned int shift;

	if (bucket < 2 * SUB_COUNT)
		return bucket;
	shift = (bucket >> HISTOGRAM_SUB_BITS) - 1;
	return ((__u64)(bucket % SUB_COUNT + SUB_COUNT) << shift) +
	       (1ULL << shift >> 1);
}

void total_add(struct total *total, struct total more)
{
	total->seconds += more.seconds;
	total->ns += more.ns;
	if (total->ns >= NS_PER_SECOND) {
		total->seconds++;
		total->ns -= NS_PER_SECOND;
	}
}

static struct total to_total(__u64 ns)
{
	return (struct total){ ns / NS_PER_SECOND, ns % NS_PER_SECOND };
}

void histogram_add(struct histogram *histogram, __u64 value)
{
	histogram->count++;
	total_add(&histogram->sum, to_total(value));
	if (value > histogram->max)
		histogram->max = value;
	histogram->buckets[bucket_of(value)]++;
}

__u64 histogram_quantile(const struct histogram *histogram,
			 unsigned int percent)
{
	/* The rank, rounded up and without an overflow */
	__u64 rank = histogram->count / 100 * percent +
		     (histogram->count % 100 * percent + 99) / 100;
	__u64 seen = 0;
	unsigned int i;

	if (rank == histogram->count)
		return histogram->max;
	for (i = 0; i < HISTOGRAM_BUCKETS - 1; i++) {
		seen += histogram->buckets[i];
		if (seen >= rank)
			break;
	}
	return middle_of(i) < histogram->max ? middle_of(i) : histogram->max;
}

__u64 histogram_below(const struct histogram *histogram, unsigned int power)
{
	unsigned int end = bucket_of(1ULL << power);
	__u64 count = 0;
	unsigned int i;

	for (i = 0; i < end; i++)
		count += histogram->buckets[i];
	return count;
}

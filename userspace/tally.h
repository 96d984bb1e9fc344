/* SPDX-License-Identifier: GPL-2.0 */
/* How many there are of each, by name, and since when. */
#ifndef TCPSTATE_TALLY_H
#define TCPSTATE_TALLY_H

#include <linux/types.h>

/* Of a name, with a NUL */
#define TALLY_NAME_LEN 96

struct tallied;

/**
 * struct tally - counts by name; all zero is none
 * @by_name: hashed by name
 * @count: of all names
 */
struct tally {
	struct tallied	*by_name;
	__u64		count;
};

/**
 * struct tally_row - one of its names
 * @name: the name
 * @count: how many have it
 * @oldest: the earliest time of these, 0 if none is known
 */
struct tally_row {
	char	name[TALLY_NAME_LEN];
	__u64	count;
	__u64	oldest;
};

/**
 * tally_add - count one more
 * @tally: the counts
 * @name: of which name; of a longer one, its beginning
 * @since: since when there is this one, 0 if that is not known
 */
void tally_add(struct tally *tally, const char *name, __u64 since);

/**
 * tally_top - visit the most frequent names
 * @tally: the counts
 * @max: how many names at the most
 * @visit: called with each, the most frequent first, then the older
 * @arg: for @visit
 */
void tally_top(struct tally *tally, unsigned int max,
	       void (*visit)(void *arg, const struct tally_row *row),
	       void *arg);

/**
 * tally_reset - forget all
 * @tally: the counts; none afterwards
 */
void tally_reset(struct tally *tally);

#endif /* TCPSTATE_TALLY_H */

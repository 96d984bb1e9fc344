/* SPDX-License-Identifier: GPL-2.0 */
/* Chance that can be repeated: of one seed all choices are the same. */
#ifndef _CHANCE_H
#define _CHANCE_H

#include <linux/types.h>

struct chance {
	__u64 state;
};

/* splitmix64: a counter, well mixed; any seed is as good as another */
static inline __u64 chance_word(struct chance *chance)
{
	__u64 word = chance->state += 0x9e3779b97f4a7c15ULL;

	word = (word ^ word >> 30) * 0xbf58476d1ce4e5b9ULL;
	word = (word ^ word >> 27) * 0x94d049bb133111ebULL;
	return word ^ word >> 31;
}

static inline __u64 chance_below(struct chance *chance, __u64 limit)
{
	return chance_word(chance) % limit;
}

#define CHANCE_OF(chance, array) \
	((array)[chance_below(chance, sizeof(array) / sizeof((array)[0]))])

#endif /* _CHANCE_H */

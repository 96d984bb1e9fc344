/* SPDX-License-Identifier: GPL-2.0 */
/* A hash that costs two instructions a word: uthash's own are for strings. */
#ifndef TCPSTATE_HASH_H
#define TCPSTATE_HASH_H

#include <linux/types.h>
#include <stddef.h>
#include <string.h>

/**
 * hash_words - hash a key
 * @key: of any alignment
 * @len: a multiple of 8
 *
 * Return: a hash, of which all bits are as good.
 */
static inline __u32 hash_words(const void *key, size_t len)
{
	const char *bytes = key;
	__u64 hash = 0;
	__u64 word;
	size_t i;

	for (i = 0; i < len; i += sizeof(word)) {
		memcpy(&word, bytes + i, sizeof(word));
		/* 2^64 by the golden ratio */
		hash = (hash ^ word) * 0x9e3779b97f4a7c15ULL;
		hash ^= hash >> 32;
	}
	return hash;
}

#endif /* TCPSTATE_HASH_H */

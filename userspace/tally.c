// SPDX-License-Identifier: GPL-2.0
#include "tally.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define uthash_fatal(message) errx(EXIT_FAILURE, "%s", message)
#include <uthash.h>

#include "array.h"

struct tallied {
	struct tally_row	row;
	UT_hash_handle		hh;
};

void tally_add(struct tally *tally, const char *name, __u64 since)
{
	char cut[TALLY_NAME_LEN];
	struct tallied *tallied;

	snprintf(cut, sizeof(cut), "%s", name);
	HASH_FIND_STR(tally->by_name, cut, tallied);
	if (!tallied) {
		tallied = array_zeroed(1, sizeof(*tallied));
		strcpy(tallied->row.name, cut);
		HASH_ADD_STR(tally->by_name, row.name, tallied);
	}
	tally->count++;
	tallied->row.count++;
	if (since && (!tallied->row.oldest || since < tallied->row.oldest))
		tallied->row.oldest = since;
}

static int compare(const struct tallied *a, const struct tallied *b)
{
	if (a->row.count != b->row.count)
		return a->row.count < b->row.count ? 1 : -1;
	if (a->row.oldest != b->row.oldest)
		return a->row.oldest > b->row.oldest ? 1 : -1;
	return strcmp(a->row.name, b->row.name);
}

void tally_top(struct tally *tally, unsigned int max,
	       void (*visit)(void *arg, const struct tally_row *row),
	       void *arg)
{
	const struct tallied *tallied;

	HASH_SORT(tally->by_name, compare);
	for (tallied = tally->by_name; tallied && max--;
	     tallied = tallied->hh.next)
		visit(arg, &tallied->row);
}

void tally_reset(struct tally *tally)
{
	struct tallied *tallied, *next;

	HASH_ITER(hh, tally->by_name, tallied, next) {
		HASH_DELETE(hh, tally->by_name, tallied);
		free(tallied);
	}
	tally->count = 0;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * A filter that somebody asks for. An input is the expression and, behind a NUL,
 * records that it is to choose from.
 */
#include "filter.h"

#include <netdb.h>
#include <stdlib.h>
#include <string.h>

#include "decode.h"
#include "libfuzzer.h"

/* libpcap compiles them, and takes time for what is long. */
#define EXPRESSION_MAX 256

/* Who is called what is asked of nobody. */
int getaddrinfo(const char *node, const char *service,
		const struct addrinfo *hints, struct addrinfo **result)
{
	return EAI_NONAME;
}

static void check_error(const char *expression,
			const struct filter_error *error)
{
	const size_t len = strlen(expression);

	/* What point_at() in main.c relies on */
	if (!*error->text || error->at > len || error->len > len - error->at)
		abort();
}

static void choose(const struct filter *filter, const __u8 *bytes, size_t len)
{
	union tcpstate_record record;

	for (; len >= sizeof(record); len -= sizeof(record)) {
		memcpy(&record, bytes, sizeof(record));
		bytes += sizeof(record);
		if (decode(&record) == DECODED)
			filter_wants(filter, &record);
	}
}

int LLVMFuzzerTestOneInput(const __u8 *data, size_t len)
{
	const size_t words = strnlen((const char *)data, len);
	struct filter_error error;
	struct filter filter;
	char *expression;

	if (words > EXPRESSION_MAX)
		return 0;
	expression = strndup((const char *)data, words);
	if (!filter_compile(&filter, expression, &error))
		check_error(expression, &error);
	else if (words < len)
		choose(&filter, data + words + 1, len - words - 1);
	filter_free(&filter);
	free(expression);
	return 0;
}

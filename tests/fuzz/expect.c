// SPDX-License-Identifier: GPL-2.0
/*
 * What somebody expects, and stories to compare it with. An input is the text
 * and, behind a NUL, four bytes for each edge: connection, state, cause and
 * detail.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../records.h"
#include "expect_parse.h"
#include "libfuzzer.h"
#include "names.h"
#include "netns.h"
#include "statics.h"
#include "view.h"

#define CONNECTIONS 8

static struct out out;
static struct display display = { .out = &out };

/* The view reads it once more. */
static void open_view(const char *text, size_t len)
{
	int fd = memfd_create("expect", 0);
	char path[32];

	if (write(fd, text, len) != (ssize_t)len)
		abort();
	sprintf(path, "/proc/self/fd/%d", fd);
	view_expect.open(path);
	close(fd);
}

static void edge(struct model *model, __u8 *state, const __u8 bytes[4])
{
	const __u8 conn = bytes[0] % CONNECTIONS;
	union tcpstate_record record;
	struct seen seen;

	record = make_caused(conn, 0, state[conn],
			     states_in_order[bytes[1] % STATE_COUNT], bytes[2],
			     bytes[3]);
	if (!cause_valid(bytes[2], bytes[3]))
		record.transition.detail = 0;
	if (!cause_valid(bytes[2], 0))
		record.transition.cause = 0;
	record.transition.flow.lport = conn % 3;
	record.head.flags = bytes[1] & TCPSTATE_F_IPV6;
	if (bytes[0] & 0x80)
		fill_task(&record, "client", conn, 0);
	state[conn] = record.transition.new_state;
	model_transition(model, &record.transition, &seen);
	view_expect.transition(&display, &record.transition, &seen);
}

static void compare(const __u8 *edges, size_t len)
{
	__u8 state[CONNECTIONS];
	struct model model = { 0 };

	memset(state, TCPSTATE_CLOSED, sizeof(state));
	for (; len >= 4; edges += 4, len -= 4)
		edge(&model, state, edges);
	view_expect.end(&display);
	model_reset(&model);
	out_flush(&out);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	out_init(&out, open("/dev/null", O_WRONLY), "null");
	return 0;
}

int LLVMFuzzerTestOneInput(const __u8 *data, size_t len)
{
	const size_t words = strnlen((const char *)data, len);
	struct expect_rules rules;
	struct expect_error error;

	statics_reset();
	if (!expect_parse(&rules, (const char *)data, words, netns_find,
			  &error))
		return 0;
	expect_free(&rules);
	open_view((const char *)data, words);
	if (words < len)
		compare(data + words + 1, len - words - 1);
	else
		compare(NULL, 0);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * What somebody expects, and stories to compare it with. An input is the text
 * and, behind a NUL, four bytes for each record: connection and kind, state,
 * cause and detail.
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

static union tcpstate_record make_record(__u8 *state, const __u8 bytes[4])
{
	const __u8 new_state = states_in_order[bytes[1] % STATE_COUNT];
	const __u8 old_state = *state;
	const __u8 conn = bytes[0] % CONNECTIONS;

	switch (bytes[0] / CONNECTIONS % 8) {
	case 0:
		return make_note(conn, 0, TCPSTATE_ACCEPTED + bytes[1] % 2);
	case 1:
		*state = new_state;
		return make_socket(conn, 0, new_state);
	case 2:
		/* An edge that leaves a gap */
		*state = new_state;
		return make_edge(conn, 0, new_state, old_state);
	}
	*state = new_state;
	if (cause_valid(bytes[2], bytes[3]))
		return make_caused(conn, 0, old_state, new_state, bytes[2],
				   bytes[3]);
	return make_edge(conn, 0, old_state, new_state);
}

static void show(struct model *model, const union tcpstate_record *record)
{
	struct seen seen;

	switch (record->head.kind) {
	case TCPSTATE_TRANSITION:
		model_transition(model, &record->transition, &seen);
		view_expect.transition(&display, &record->transition, &seen);
		break;
	case TCPSTATE_NOTE:
		model_note(model, &record->note, &seen);
		view_expect.note(&display, &record->note, &seen);
		break;
	case TCPSTATE_SOCKET:
		model_socket(model, &record->socket, &seen);
		view_expect.socket(&display, &record->socket, &seen);
		break;
	}
}

static void compare(const __u8 *bytes, size_t len)
{
	__u8 states[CONNECTIONS];
	union tcpstate_record record;
	struct model model = { 0 };

	memset(states, TCPSTATE_CLOSED, sizeof(states));
	for (; len >= 4; bytes += 4, len -= 4) {
		record = make_record(&states[bytes[0] % CONNECTIONS], bytes);
		record.transition.flow.lport = bytes[0] % 3;
		record.head.flags = bytes[1] & TCPSTATE_F_IPV6;
		if (bytes[0] & 0x80)
			fill_task(&record, "client", 1234, bytes[2]);
		show(&model, &record);
	}
	/* Bytes that are left over */
	display.colour = len;
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

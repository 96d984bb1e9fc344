// SPDX-License-Identifier: GPL-2.0
#include "decode.h"

#include <stdbool.h>
#include <string.h>

#include "names.h"

/* The data offset of the TCP header leaves no more for them. */
#define TCP_OPTIONS_MAX 40

static bool task_sound(const struct tcpstate_head *head,
		       const struct tcpstate_task *task)
{
	/* The module's own always end there. */
	return !(head->flags & TCPSTATE_F_TASK) ||
	       !task->comm[sizeof(task->comm) - 1] ||
	       memchr(task->comm, '\0', sizeof(task->comm));
}

static bool transition_sound(const struct tcpstate_transition *transition)
{
	return state_valid(transition->old_state) &&
	       state_valid(transition->new_state) &&
	       cause_valid(transition->cause, transition->detail) &&
	       task_sound(&transition->head, &transition->task);
}

static bool segment_sound(const struct tcpstate_segment *segment)
{
	return segment->opt_len <= TCP_OPTIONS_MAX &&
	       task_sound(&segment->head, &segment->task);
}

static bool note_sound(const struct tcpstate_note *note)
{
	return what_valid(note->what) && detail_valid(note->detail) &&
	       task_sound(&note->head, &note->task);
}

static bool socket_sound(const struct tcpstate_socket *socket)
{
	return state_valid(socket->state) &&
	       task_sound(&socket->head, &socket->task);
}

static enum decoded sound(bool is_sound)
{
	return is_sound ? DECODED : DECODED_MALFORMED;
}

enum decoded decode_start(const void *bytes, size_t len,
			  union tcpstate_record *record)
{
	const struct tcpstate_start *start = &record->start;

	memset(record, 0, sizeof(*record));
	memcpy(record, bytes, len < sizeof(*record) ? len : sizeof(*record));

	if (start->magic == __builtin_bswap64(TCPSTATE_MAGIC))
		return DECODED_BYTE_ORDER;
	if (start->magic != TCPSTATE_MAGIC)
		return DECODED_NOT_TRACE;
	if (len < sizeof(*record))
		return DECODED_TRUNCATED;
	/* Before anything else whose meaning the version may have changed. */
	if (start->version != TCPSTATE_ABI_VERSION)
		return DECODED_VERSION;
	if (start->record_size != TCPSTATE_RECORD_SIZE)
		return DECODED_RECORD_SIZE;
	return start->kind == TCPSTATE_START ? DECODED : DECODED_NOT_TRACE;
}

/* In mid-stream a wrong magic is a damaged record, not a foreign file. */
static enum decoded decode_restart(const union tcpstate_record *record)
{
	union tcpstate_record start;
	enum decoded result = decode_start(record, sizeof(*record), &start);

	return result == DECODED_NOT_TRACE ? DECODED_MALFORMED : result;
}

enum decoded decode(const union tcpstate_record *record)
{
	switch (record->head.kind) {
	case TCPSTATE_START:
		return decode_restart(record);
	case TCPSTATE_LOST:
		return DECODED;
	case TCPSTATE_TRANSITION:
		return sound(transition_sound(&record->transition));
	case TCPSTATE_SEGMENT:
		return sound(segment_sound(&record->segment));
	case TCPSTATE_NOTE:
		return sound(note_sound(&record->note));
	case TCPSTATE_SOCKET:
		return sound(socket_sound(&record->socket));
	default:
		return DECODED_UNKNOWN;
	}
}

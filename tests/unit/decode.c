// SPDX-License-Identifier: GPL-2.0
/* decode: what it lets through is sound, whatever the bytes are. */
#include "cmocka_test.h"

#include "decode.h"
#include "names.h"
#include "options.h"
#include "records.h"
#include "util.h"

#define RANDOM_RECORDS 1000000

static enum decoded started(const union tcpstate_record *from)
{
	union tcpstate_record to;

	return decode_start(from, sizeof(*from), &to);
}

static void knows_its_kinds_only(void **state)
{
	union tcpstate_record record = make_edge(1, 0, 1, 2);
	int kind;

	(void)state;
	for (kind = 0; kind < 256; kind++) {
		record.head.kind = kind;
		if (kind < TCPSTATE_START || kind > TCPSTATE_SOCKET)
			assert_int_equal(decode(&record), DECODED_UNKNOWN);
	}
	record.head.kind = TCPSTATE_LOST;
	assert_int_equal(decode(&record), DECODED);
}

static void refuses_states_that_are_none(void **state)
{
	union tcpstate_record record;
	int s;

	(void)state;
	for (s = 0; s < 256; s++) {
		enum decoded expected = s >= 1 && s <= 11 ? DECODED :
							    DECODED_MALFORMED;

		record = make_edge(1, 0, s, TCPSTATE_CLOSED);
		assert_int_equal(decode(&record), expected);
		record = make_edge(1, 0, TCPSTATE_CLOSED, s);
		assert_int_equal(decode(&record), expected);
	}
}

/* What the ABI says of each detail, by its number: the cause. */
static int cause_of(int detail)
{
	switch (detail) {
	case TCPSTATE_IN_SYN ... TCPSTATE_IN_FASTOPEN:
		return TCPSTATE_SEGMENT_IN;
	case TCPSTATE_CONNECT ... TCPSTATE_DISCONNECT:
		return TCPSTATE_SYSCALL;
	case TCPSTATE_2MSL ... TCPSTATE_PROBE:
		return TCPSTATE_TIMER;
	case TCPSTATE_RESET_RECEIVED ... TCPSTATE_RESET_SENT:
		return TCPSTATE_RESET;
	case TCPSTATE_DESTROYED ... TCPSTATE_MPTCP:
		return TCPSTATE_ABORT;
	case TCPSTATE_REUSE_SYN ... TCPSTATE_REUSE_CONNECT:
		return TCPSTATE_REUSE;
	case TCPSTATE_ACCEPT_QUEUE ... TCPSTATE_SYN_QUEUE:
		return TCPSTATE_OVERFLOW;
	default:
		return -1;
	}
}

static void refuses_details_of_other_causes(void **state)
{
	union tcpstate_record record = make_edge(1, 0, 1, 2);
	enum decoded expected;
	int i;

	(void)state;
	for (i = 0; i < 256 * 256; i++) {
		int cause = i / 256;
		int detail = i % 256;

		expected = detail == 0 ? cause <= TCPSTATE_ICMP :
					 cause == cause_of(detail);
		expected = expected ? DECODED : DECODED_MALFORMED;
		record.transition.cause = cause;
		record.transition.detail = detail;
		assert_int_equal(decode(&record), expected);
	}
}

static void knows_what_a_note_tells(void **state)
{
	union tcpstate_record record = make_note(1, 0, TCPSTATE_ACCEPTED);
	int i;

	(void)state;
	for (i = 0; i < 256; i++) {
		record.note.what = i;
		assert_int_equal(decode(&record),
				 i >= 1 && i <= 3 ? DECODED :
						    DECODED_MALFORMED);
	}
	record.note.what = TCPSTATE_RESTARTED;
	for (i = 0; i < 256; i++) {
		record.note.detail = i;
		assert_int_equal(decode(&record),
				 !i || cause_of(i) > 0 ? DECODED :
							 DECODED_MALFORMED);
	}
}

static void refuses_sockets_in_no_state(void **state)
{
	union tcpstate_record record;
	int s;

	(void)state;
	for (s = 0; s < 256; s++) {
		record = make_socket(1, 0, s);
		assert_int_equal(decode(&record),
				 s >= 1 && s <= 11 ? DECODED :
						     DECODED_MALFORMED);
	}
}

static void names_causes(void **state)
{
	(void)state;
	assert_string_equal(edge_cause(TCPSTATE_SEGMENT_IN,
				       TCPSTATE_IN_SYN_ACK), "SYN,ACK");
	assert_string_equal(edge_cause(TCPSTATE_SYSCALL, TCPSTATE_CONNECT),
			    "connect");
	assert_string_equal(edge_cause(TCPSTATE_TIMER, TCPSTATE_2MSL),
			    "timer/2MSL");
	assert_string_equal(edge_cause(TCPSTATE_NETNS, 0), "netns");
	assert_string_equal(edge_cause(TCPSTATE_CAUSE_UNKNOWN, 0), "unknown");
	assert_string_equal(cause_name(TCPSTATE_ICMP), "icmp");
	assert_string_equal(detail_name(TCPSTATE_2MSL), "2MSL");
	assert_string_equal(detail_name(TCPSTATE_SHUTDOWN), "shutdown");
	assert_null(detail_name(TCPSTATE_DETAIL_NONE));
}

/* To the letter, in the order of the numbers: other programs read them. */
static const char *const spelled[] = {
	"SYN", "SYN,ACK", "ACK", "FIN", "FIN,ACK", "syncookie", "fastopen",
	"connect", "listen", "close", "shutdown", "exit", "disconnect",
	"timer/2MSL", "timer/syn-retries", "timer/synack-retries",
	"timer/retransmission", "timer/keepalive", "timer/fin-wait-2",
	"timer/user-timeout", "timer/probe", "reset/received", "reset/sent",
	"abort/destroyed", "abort/linger0", "abort/unread-data",
	"abort/late-data", "abort/linger2", "abort/listener-closed",
	"abort/duplicate", "abort/mptcp", "reuse/syn", "reuse/connect",
	"overflow/accept-queue", "overflow/tw-buckets", "overflow/syn-queue",
};

static void spells_details(void **state)
{
	size_t n = 0;
	int i;

	(void)state;
	for (i = 0; i < 256; i++)
		if (cause_of(i) > 0)
			assert_string_equal(edge_cause(cause_of(i), i),
					    spelled[n++]);
	assert_int_equal(n, ARRAY_SIZE(spelled));
}

static void spells_causes(void **state)
{
	static const char expected[] =
		"unknown segment syscall timer reset abort reuse overflow memory netns icmp ";
	char words[256] = "";
	int i;

	(void)state;
	for (i = 0; i <= TCPSTATE_ICMP; i++)
		strcat(strcat(words, cause_name(i)), " ");
	assert_string_equal(words, expected);
}

static void spells_hooks(void **state)
{
	static const char *const hooks[] = {
		"syn_rcvd", "request_end", "child", "accept", "arrival",
		"reset", "timer", "keepalive", "abort", "time_wait", "tw_begin",
		"tw_segment", "tw_restart", "tw_early", "tw_end",
		"request_segment", "queues",
	};
	size_t i;

	(void)state;
	assert_int_equal(ARRAY_SIZE(hooks), TCPSTATE_HOOKS);
	for (i = 0; i < TCPSTATE_HOOKS; i++)
		assert_string_equal(hook_name(i), hooks[i]);
}

/* Each detail's word begins with its cause's name, where it has a slash. */
static void names_agree(void **state)
{
	int i;

	(void)state;
	for (i = 1; i < 256; i++) {
		char expected[64];
		int cause = cause_of(i);

		if (cause < 0)
			continue;
		snprintf(expected, sizeof(expected), "%s/%s",
			 cause_name(cause), detail_name(i));
		if (cause == TCPSTATE_SEGMENT_IN || cause == TCPSTATE_SYSCALL)
			strcpy(expected, detail_name(i));
		assert_string_equal(edge_cause(cause, i), expected);
	}
}

static void refuses_more_options_than_a_header_has(void **state)
{
	union tcpstate_record record = make_segment(1, 0, 2);

	(void)state;
	record.segment.opt_len = 40;
	assert_int_equal(decode(&record), DECODED);
	record.segment.opt_len = 41;
	assert_int_equal(decode(&record), DECODED_MALFORMED);
	record.segment.opt_len = 255;
	assert_int_equal(decode(&record), DECODED_MALFORMED);
}

static void refuses_a_name_without_end(void **state)
{
	union tcpstate_record edge = make_edge(1, 0, 1, 2);
	union tcpstate_record segment = make_segment(1, 0, 2);
	union tcpstate_record note = make_note(1, 0, TCPSTATE_ACCEPTED);
	union tcpstate_record socket = make_socket(1, 0, TCPSTATE_LISTEN);

	(void)state;
	memset(note.note.task.comm, 'x', TCPSTATE_COMM_LEN);
	memset(socket.socket.task.comm, 'x', TCPSTATE_COMM_LEN);
	assert_int_equal(decode(&note), DECODED);
	assert_int_equal(decode(&socket), DECODED);
	note.head.flags |= TCPSTATE_F_TASK;
	socket.head.flags |= TCPSTATE_F_TASK;
	assert_int_equal(decode(&note), DECODED_MALFORMED);
	assert_int_equal(decode(&socket), DECODED_MALFORMED);
	memset(edge.transition.task.comm, 'x', TCPSTATE_COMM_LEN);
	memset(segment.segment.task.comm, 'x', TCPSTATE_COMM_LEN);
	assert_int_equal(decode(&edge), DECODED);
	assert_int_equal(decode(&segment), DECODED);
	edge.head.flags |= TCPSTATE_F_TASK;
	segment.head.flags |= TCPSTATE_F_TASK;
	assert_int_equal(decode(&edge), DECODED_MALFORMED);
	assert_int_equal(decode(&segment), DECODED_MALFORMED);
}

static void leaves_unknown_flags_alone(void **state)
{
	union tcpstate_record record = make_edge(1, 0, 1, 2);

	(void)state;
	record.head.flags = 0xff;
	assert_int_equal(decode(&record), DECODED);
}

static void tells_what_is_wrong_with_a_start(void **state)
{
	union tcpstate_record record = make_start();

	(void)state;
	assert_int_equal(started(&record), DECODED);
	record.start.kind = TCPSTATE_LOST;
	assert_int_equal(started(&record), DECODED_NOT_TRACE);
	record.start.record_size = 256;
	assert_int_equal(started(&record), DECODED_RECORD_SIZE);
	record.start.version = 3;
	assert_int_equal(started(&record), DECODED_VERSION);
	record.start.version = 1;
	assert_int_equal(started(&record), DECODED_VERSION);
	record.start.magic = __builtin_bswap64(TCPSTATE_MAGIC);
	assert_int_equal(started(&record), DECODED_BYTE_ORDER);
	record.start.magic = 0;
	assert_int_equal(started(&record), DECODED_NOT_TRACE);
}

static void tells_what_is_wrong_with_a_restart(void **state)
{
	union tcpstate_record record = make_start();

	(void)state;
	assert_int_equal(decode(&record), DECODED);
	record.start.version = 3;
	assert_int_equal(decode(&record), DECODED_VERSION);
	record.start.magic++;
	assert_int_equal(decode(&record), DECODED_MALFORMED);
}

/* Each on the heap, for the sanitizer to see what is read past the end. */
static void takes_a_start_of_any_length(void **state)
{
	union tcpstate_record record = make_start();
	union tcpstate_record to;
	enum decoded expected;
	size_t len;

	(void)state;
	for (len = 1; len <= sizeof(record); len++) {
		void *bytes = malloc(len);

		memcpy(bytes, &record, len);
		expected = len < 8 ? DECODED_NOT_TRACE : DECODED_TRUNCATED;
		if (len == sizeof(record))
			expected = DECODED;
		assert_int_equal(decode_start(bytes, len, &to), expected);
		free(bytes);
	}
}

static void check_transition(const struct tcpstate_transition *transition)
{
	assert_true(state_valid(transition->old_state));
	assert_true(state_valid(transition->new_state));
	assert_non_null(edge_cause(transition->cause, transition->detail));
	if (transition->head.flags & TCPSTATE_F_TASK)
		assert_true(strnlen(transition->task.comm, 16) < 16);
}

static void check_segment(const struct tcpstate_segment *segment)
{
	struct option_walk walk;
	struct tcp_option option;
	unsigned int sum = 0;

	assert_true(segment->opt_len <= 40);
	if (segment->head.flags & TCPSTATE_F_TASK)
		assert_true(strnlen(segment->task.comm, 16) < 16);
	options_begin(&walk, segment);
	while (options_next(&walk, &option)) {
		sum += option.length + 2;
		assert_true(option.data + option.length <=
			    segment->opt + TCPSTATE_OPT_LEN);
	}
	assert_true(sum <= TCPSTATE_OPT_LEN);
}

static void withstands_random_bytes(void **state)
{
	union tcpstate_record from;
	unsigned int kinds[TCPSTATE_SOCKET + 1] = { 0 };
	int i;
	size_t w;

	(void)state;
	srandom(1);
	for (i = 0; i < RANDOM_RECORDS; i++) {
		for (w = 0; w < TCPSTATE_RECORD_SIZE / 8; w++)
			from.words[w] = (__u64)random() << 42 ^
					(__u64)random() << 21 ^ random();
		/* Most kinds would be none of ours, most states neither. */
		from.head.kind %= 8;
		from.transition.old_state %= 16;
		from.transition.new_state %= 16;
		from.transition.cause %= 4;
		from.transition.detail %= 8;
		from.segment.opt_len %= 64;
		if (decode(&from) != DECODED)
			continue;
		kinds[from.head.kind]++;
		if (from.head.kind == TCPSTATE_TRANSITION)
			check_transition(&from.transition);
		else if (from.head.kind == TCPSTATE_SEGMENT)
			check_segment(&from.segment);
	}
	assert_true(kinds[TCPSTATE_TRANSITION] > 1000);
	assert_true(kinds[TCPSTATE_SEGMENT] > 1000);
	assert_true(kinds[TCPSTATE_NOTE] > 1000);
	assert_true(kinds[TCPSTATE_SOCKET] > 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_its_kinds_only),
		cmocka_unit_test(refuses_states_that_are_none),
		cmocka_unit_test(refuses_details_of_other_causes),
		cmocka_unit_test(knows_what_a_note_tells),
		cmocka_unit_test(refuses_sockets_in_no_state),
		cmocka_unit_test(names_causes),
		cmocka_unit_test(spells_details),
		cmocka_unit_test(spells_causes),
		cmocka_unit_test(spells_hooks),
		cmocka_unit_test(names_agree),
		cmocka_unit_test(refuses_more_options_than_a_header_has),
		cmocka_unit_test(refuses_a_name_without_end),
		cmocka_unit_test(leaves_unknown_flags_alone),
		cmocka_unit_test(tells_what_is_wrong_with_a_start),
		cmocka_unit_test(tells_what_is_wrong_with_a_restart),
		cmocka_unit_test(takes_a_start_of_any_length),
		cmocka_unit_test(withstands_random_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

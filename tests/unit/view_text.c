// SPDX-License-Identifier: GPL-2.0
/* The text view, to the letter. */
#include "cmocka_test.h"

#include "records.h"
#include "view.h"

#define HEADER "TIME            CONN  "
#define AGAIN "-- another trace begins\n"
#define NOBODY "05:00:00.000005 -     - "
#define PREFIX "05:00:00.000005 1a2b  "

static struct out out;
static struct display display;
static struct seen seen;

static int setup(void **state)
{
	(void)state;
	setenv("TZ", "XYZ-1", 1);	/* an hour ahead of UTC */
	tzset();
	out_init(&out, -1, "memory");
	memset(&display, 0, sizeof(display));
	display.out = &out;
	display.clock.realtime = TEST_REALTIME;
	display.traces = 1;
	memset(&seen, 0, sizeof(seen));
	return 0;
}

static void assert_shown(const char *expected)
{
	out_char(&out, '\0');
	assert_string_equal(out.buf, expected);
	out.len = 0;
}

static void owned_by(const char *comm, __u32 pid)
{
	seen.owned = OWNED_TASK;
	seen.owner.pid = pid;
	snprintf(seen.owner.comm, sizeof(seen.owner.comm), "%s", comm);
}

static union tcpstate_record usual_edge(void)
{
	union tcpstate_record record = make_caused(0x1a2b, 5,
						   TCPSTATE_ESTABLISHED,
						   TCPSTATE_FIN_WAIT_1,
						   TCPSTATE_SYSCALL,
						   TCPSTATE_SHUTDOWN);

	/* Who acts is not the same as who owns. */
	fill_task(&record, "other", 1, 0);
	owned_by("client", 1234);
	fill_flow(&record.transition.flow, "10.9.0.1", 45714, "10.9.0.2",
		  33333);
	seen.conn = 0x1a2b;
	seen.dwell = 1234567;
	return record;
}

static void show(const union tcpstate_record *record)
{
	seen.ends = record->transition.flow;
	view_text.transition(&display, &record->transition, &seen);
}

static union tcpstate_record ipv6_edge(void)
{
	union tcpstate_record record = usual_edge();

	record.head.flags |= TCPSTATE_F_IPV6;
	fill_flow(&record.transition.flow,
		  "2001:db8:1111:2222:3333:4444:5555:6666", 45714,
		  "2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff", 33333);
	return record;
}

static void a_header_first(void **state)
{
	union tcpstate_record record = make_start();

	(void)state;
	view_text.start(&display, &record.start);
	assert_shown(HEADER
		     "OWNER        EDGE                        DWELL CAUSE      LOCAL > REMOTE\n");
	display.columns = 80;
	view_text.start(&display, &record.start);
	assert_shown(HEADER
		     "OWNER        EDGE                        DWELL CAUSE\n                LOCAL > REMOTE\n");
	display.traces++;
	view_text.start(&display, &record.start);
	assert_shown(AGAIN);
}

static void missing_hooks(void **state)
{
	union tcpstate_record record = make_start();

	(void)state;
	display.traces++;
	record.start.missing = 1 << TCPSTATE_HOOK_ACCEPT;
	view_text.start(&display, &record.start);
	assert_shown(AGAIN
		     "-- hooks missing: accept: what they tell is unknown\n");
	/* and one of a newer module, of which there is nothing to say */
	record.start.missing = 1U << TCPSTATE_HOOK_SYN_RCVD |
			       1U << TCPSTATE_HOOK_TW_END | 1U << 31;
	view_text.start(&display, &record.start);
	assert_shown(AGAIN
		     "-- hooks missing: syn_rcvd, tw_end: what they tell is unknown\n");
}

static void assert_usual_edge_shown(void)
{
	assert_shown(PREFIX
		     "client[1234] ESTABLISHED -> FIN_WAIT_1  1.23ms shutdown   10.9.0.1:45714 > 10.9.0.2:33333\n");
}

static void an_edge(void **state)
{
	union tcpstate_record record = usual_edge();

	(void)state;
	show(&record);
	assert_usual_edge_shown();
}

static void causes(void **state)
{
	union tcpstate_record record = usual_edge();

	(void)state;
	record.transition.cause = TCPSTATE_SEGMENT_IN;
	record.transition.detail = TCPSTATE_IN_FIN_ACK;
	show(&record);
	assert_shown(PREFIX
		     "client[1234] ESTABLISHED -> FIN_WAIT_1  1.23ms FIN,ACK    10.9.0.1:45714 > 10.9.0.2:33333\n");
	record.transition.cause = TCPSTATE_TIMER;
	record.transition.detail = TCPSTATE_RETRANSMISSION;
	show(&record);
	assert_shown(PREFIX
		     "client[1234] ESTABLISHED -> FIN_WAIT_1  1.23ms timer/retransmission 10.9.0.1:45714 > 10.9.0.2:33333\n");
	record.transition.cause = TCPSTATE_MEMORY;
	record.transition.detail = TCPSTATE_DETAIL_NONE;
	show(&record);
	assert_shown(PREFIX
		     "client[1234] ESTABLISHED -> FIN_WAIT_1  1.23ms memory     10.9.0.1:45714 > 10.9.0.2:33333\n");
}

/* A connection's lines share what is under one stamp, and nothing else. */
static void kept_from_line_to_line(void **state)
{
	union tcpstate_record record = usual_edge();

	(void)state;
	seen.stamp = 3;
	show(&record);
	assert_usual_edge_shown();
	owned_by("other", 5);
	show(&record);
	assert_usual_edge_shown();
	seen.stamp += 256;
	show(&record);
	assert_shown(PREFIX
		     "other[5]     ESTABLISHED -> FIN_WAIT_1  1.23ms shutdown   10.9.0.1:45714 > 10.9.0.2:33333\n");
	owned_by("client", 1234);
	seen.stamp = 3;
	show(&record);
	assert_usual_edge_shown();
	/* a request and the socket made of it may be of different families */
	record.head.flags |= TCPSTATE_F_IPV6;
	show(&record);
	assert_shown(PREFIX
		     "client[1234] ESTABLISHED -> FIN_WAIT_1  1.23ms shutdown   [::ffff:10.9.0.1]:45714 > [::ffff:10.9.0.2]:33333\n");
	/* none stands for nothing */
	seen.stamp = 0;
	show(&record);
	owned_by("other", 5);
	out.len = 0;
	show(&record);
	assert_memory_equal(out.buf, PREFIX "other[5] ", 31);
	out.len = 0;
}

static void owned_by_the_kernel(void **state)
{
	union tcpstate_record record = usual_edge();

	(void)state;
	seen.owned = OWNED_KERNEL;
	show(&record);
	assert_shown(PREFIX
		     "kernel       ESTABLISHED -> FIN_WAIT_1  1.23ms shutdown   10.9.0.1:45714 > 10.9.0.2:33333\n");
}

static void a_subflow(void **state)
{
	union tcpstate_record record = usual_edge();

	(void)state;
	record.head.flags |= TCPSTATE_F_MPTCP;
	show(&record);
	assert_shown(PREFIX
		     "client[1234] ESTABLISHED -> FIN_WAIT_1  1.23ms shutdown mptcp 10.9.0.1:45714 > 10.9.0.2:33333\n");
}

static void show_note(const union tcpstate_record *record)
{
	seen.ends = record->note.flow;
	view_text.note(&display, &record->note, &seen);
}

static void notes(void **state)
{
	union tcpstate_record record = make_note(1, 5, TCPSTATE_ACCEPTED);

	(void)state;
	owned_by("client", 1234);
	seen.conn = 0x1a2b;
	seen.dwell = DWELL_UNKNOWN;
	show_note(&record);
	assert_shown(PREFIX
		     "client[1234] accepted                        - -          10.9.0.1:45714 > 10.9.0.2:8000\n");
	record.note.what = TCPSTATE_RESTARTED;
	record.note.detail = TCPSTATE_IN_FIN;
	show_note(&record);
	assert_shown(PREFIX
		     "client[1234] 2MSL restarted                  - FIN        10.9.0.1:45714 > 10.9.0.2:8000\n");
}

static void a_gap(void **state)
{
	union tcpstate_record record = make_edge(1, 5, TCPSTATE_LAST_ACK,
						 TCPSTATE_CLOSED);

	(void)state;
	owned_by("client", 1234);
	seen.conn = 0x1a2b;
	seen.dwell = DWELL_UNKNOWN;
	seen.gap = true;
	show(&record);
	assert_shown(PREFIX
		     "client[1234] LAST_ACK    -> CLOSED         gap unknown    10.9.0.1:45714 > 10.9.0.2:8000\n");
}

static void a_listed_socket(void **state)
{
	union tcpstate_record record = make_socket(1, 5, TCPSTATE_FIN_WAIT_2);

	(void)state;
	owned_by("client", 1234);
	seen.conn = 0x1a2b;
	seen.dwell = DWELL_UNKNOWN;
	seen.ends = record.socket.flow;
	record.head.flags |= TCPSTATE_F_MPTCP;
	display.colour = true;
	view_text.socket(&display, &record.socket, &seen);
	assert_shown(PREFIX
		     "client[1234]              = \033[33mFIN_WAIT_2\033[0m       - - mptcp    10.9.0.1:45714 > 10.9.0.2:8000\n");
}

/* Edges, owners and dwells of the usual width keep the columns. */
static void aligned(void **state)
{
	union tcpstate_record record = make_edge(0, 5, TCPSTATE_CLOSED,
						 TCPSTATE_LISTEN);

	(void)state;
	seen.conn = 0;
	seen.dwell = DWELL_UNKNOWN;
	fill_flow(&record.transition.flow, "0.0.0.0", 8000, "0.0.0.0", 0);
	show(&record);
	assert_shown(NOBODY
		     "           CLOSED      -> LISTEN           - unknown    *:8000 > *:*\n");
}

/* The longest that usual life has, but for the ends, which wander. */
static void hundred_and_twenty_columns_hold_it(void **state)
{
	union tcpstate_record record = usual_edge();

	(void)state;
	seen.conn = 0xfffff;
	record.transition.new_state = TCPSTATE_CLOSE_WAIT;
	record.transition.cause = TCPSTATE_TIMER;
	record.transition.detail = TCPSTATE_2MSL;
	fill_flow(&record.transition.flow, "192.168.0.10", 45714,
		  "192.168.0.20", 33333);
	display.columns = 120;
	show(&record);
	out_char(&out, '\0');
	assert_int_equal(strlen(out.buf), 120);		/* and a newline */
	assert_ptr_equal(strchr(out.buf, '\n'), out.buf + 119);
	out.len = 0;
	display.columns = 80;
	show(&record);
	out_char(&out, '\0');
	assert_ptr_equal(strchr(out.buf, '\n'), out.buf + 79);
}

static void too_wide_for_the_terminal(void **state)
{
	union tcpstate_record record = usual_edge();

	(void)state;
	display.columns = 111;
	show(&record);
	assert_null(memchr(out.buf, '\n', out.len - 1));
	out.len = 0;
	display.columns = 110;
	show(&record);
	assert_shown(PREFIX
		     "client[1234] ESTABLISHED -> FIN_WAIT_1  1.23ms shutdown\n                10.9.0.1:45714 > 10.9.0.2:33333\n");
}

/* A long cause leaves less room. */
static void too_wide_for_its_cause(void **state)
{
	union tcpstate_record record = usual_edge();

	(void)state;
	record.transition.cause = TCPSTATE_TIMER;
	record.transition.detail = TCPSTATE_RETRANSMISSION;
	display.columns = 121;
	show(&record);
	assert_null(memchr(out.buf, '\n', out.len - 1));
	out.len = 0;
	display.columns = 120;
	show(&record);
	assert_shown(PREFIX
		     "client[1234] ESTABLISHED -> FIN_WAIT_1  1.23ms timer/retransmission\n                10.9.0.1:45714 > 10.9.0.2:33333\n");
}

static void ipv6_in_a_file(void **state)
{
	union tcpstate_record record = ipv6_edge();

	(void)state;
	show(&record);
	assert_shown(PREFIX
		     "client[1234] ESTABLISHED -> FIN_WAIT_1  1.23ms shutdown   [2001:db8:1111:2222:3333:4444:5555:6666]:45714 > [2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff]:33333\n");
}

/* The ends take 95 columns: they are moved to the left as far as need be. */
static void ipv6_in_hundred_columns(void **state)
{
	union tcpstate_record record = ipv6_edge();

	(void)state;
	display.columns = 100;
	show(&record);
	assert_shown(PREFIX
		     "client[1234] ESTABLISHED -> FIN_WAIT_1  1.23ms shutdown\n     [2001:db8:1111:2222:3333:4444:5555:6666]:45714 > [2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff]:33333\n");
	display.columns = 40;
	show(&record);
	assert_shown(PREFIX
		     "client[1234] ESTABLISHED -> FIN_WAIT_1  1.23ms shutdown\n [2001:db8:1111:2222:3333:4444:5555:6666]:45714 > [2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff]:33333\n");
}

static void ipv4_over_ipv6(void **state)
{
	union tcpstate_record record = usual_edge();

	(void)state;
	record.head.flags |= TCPSTATE_F_IPV6;
	fill_address(record.transition.flow.laddr, "::");
	record.transition.flow.lport = 0;
	show(&record);
	assert_shown(PREFIX
		     "client[1234] ESTABLISHED -> FIN_WAIT_1  1.23ms shutdown   *:* > [::ffff:10.9.0.2]:33333\n");
}

/* The columns shift, and find back as soon as there is slack. */
static void a_wide_owner(void **state)
{
	union tcpstate_record record = usual_edge();

	(void)state;
	owned_by("very_long_name_", 4194304);
	record.transition.old_state = TCPSTATE_CLOSED;
	record.transition.new_state = TCPSTATE_LISTEN;
	show(&record);
	assert_shown(PREFIX
		     "very_long_name_[4194304] CLOSED -> LISTEN 1.23ms shutdown 10.9.0.1:45714 > 10.9.0.2:33333\n");
}

static void no_control_characters(void **state)
{
	union tcpstate_record record = usual_edge();

	(void)state;
	owned_by("\033[2J\n\t\x7f\x9b\xc2\x9bOK", 1);
	show(&record);
	assert_shown(PREFIX
		     "?[2J??????OK[1] ESTABLISHED -> FIN_WAIT_1 1.23ms shutdown 10.9.0.1:45714 > 10.9.0.2:33333\n");
}

static void coloured(void **state)
{
	union tcpstate_record record = usual_edge();

	(void)state;
	display.colour = true;
	show(&record);
	assert_shown(PREFIX
		     "client[1234] \033[32mESTABLISHED\033[0m -> \033[33mFIN_WAIT_1\033[0m  1.23ms shutdown   10.9.0.1:45714 > 10.9.0.2:33333\n");
}

static void losses(void **state)
{
	union tcpstate_record record = make_lost(1, 1234);

	(void)state;
	view_text.lost(&display, &record.lost);
	assert_shown("-- 1234 records lost on CPU 1: overwritten before they were read\n");
	record.lost.count = 1;
	view_text.lost(&display, &record.lost);
	assert_shown("-- 1 record lost on CPU 1: overwritten before it was read\n");
}

static void segments_are_for_other_views(void **state)
{
	(void)state;
	assert_null(view_text.segment);
}

static void assert_duration(__s64 ns, const char *expected, int width)
{
	char text[DURATION_LEN];

	assert_int_equal(duration_format(text, ns), width);
	assert_string_equal(text, expected);
}

static void durations(void **state)
{
	(void)state;
	assert_duration(0, "0.00µs", 6);
	assert_duration(999, "0.99µs", 6);
	assert_duration(9999, "9.99µs", 6);
	assert_duration(10000, "10.0µs", 6);
	assert_duration(999999, "999µs", 5);
	assert_duration(1000000, "1.00ms", 6);
	assert_duration(99999999, "99.9ms", 6);
	assert_duration(999999999, "999ms", 5);
	assert_duration(1000000000, "1.00s", 5);
	assert_duration(60123456789, "60.1s", 5);
	assert_duration(7200LL * 1000000000, "7200s", 5);
	assert_duration(100000LL * 1000000000 - 1, "99999s", 6);
	assert_duration(100000LL * 1000000000, "27.7h", 5);
	assert_duration(INT64_MAX, "2562047h", 8);
}

/* Wherever a damaged record puts it, and in the last second of the year 1969. */
static void times(void **state)
{
	union tcpstate_record record = usual_edge();

	(void)state;
	clock_start(&display.clock, 0);
	record.head.ts = -1ULL;
	show(&record);
	assert_memory_equal(out.buf, "00:59:59.999999 ", 16);
	out.len = 0;
	clock_start(&display.clock, INT64_MIN);
	show(&record);
	assert_memory_equal(out.buf, "00:47:16.854775 ", 16);
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_header_first),
		TEST(missing_hooks),
		TEST(an_edge),
		TEST(causes),
		TEST(kept_from_line_to_line),
		TEST(owned_by_the_kernel),
		TEST(a_subflow),
		TEST(notes),
		TEST(a_gap),
		TEST(a_listed_socket),
		TEST(aligned),
		TEST(hundred_and_twenty_columns_hold_it),
		TEST(too_wide_for_the_terminal),
		TEST(too_wide_for_its_cause),
		TEST(ipv6_in_a_file),
		TEST(ipv6_in_hundred_columns),
		TEST(ipv4_over_ipv6),
		TEST(a_wide_owner),
		TEST(no_control_characters),
		TEST(coloured),
		TEST(losses),
		TEST(segments_are_for_other_views),
		TEST(durations),
		TEST(times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

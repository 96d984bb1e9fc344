// SPDX-License-Identifier: GPL-2.0
/* The JSON view, to the letter; tests/reader/json.sh has it parsed. */
#include "cmocka_test.h"

#include <errno.h>

#include "records.h"
#include "view.h"

#define LOCAL "\"laddr\":\"10.9.0.1\",\"lport\":45714,"
#define REMOTE "\"raddr\":\"10.9.0.2\",\"rport\":8000,"
#define TIME "\"ts\":3600000005000,\"time\":\"2026-11-20T04:00:00.000005000Z\""
#define START_TIME \
	"\"ts\":3600000000000,\"time\":\"2026-11-20T04:00:00.000000000Z\""
#define OPTIONS "\"options\":"
#define KERNEL "\"owner\":null,\"kernel\":true,"
#define DWELL "\"dwell_us\":1234.567,"
#define SOCKET "\"netns\":4026531840,\"family\":4," LOCAL REMOTE

static struct out out;
static struct display display;
static struct seen seen;

static int setup(void **state)
{
	(void)state;
	setenv("TZ", "XYZ-1", 1);	/* must not matter */
	tzset();
	out_init(&out, -1, "memory");
	memset(&display, 0, sizeof(display));
	display.out = &out;
	display.clock.realtime = TEST_REALTIME;
	memset(&seen, 0, sizeof(seen));
	seen.conn = 0x1a2b;
	seen.dwell = 1234567;
	return 0;
}

static void assert_shown(const char *expected)
{
	out_char(&out, '\0');
	assert_string_equal(out.buf, expected);
	out.len = 0;
}

/* Somewhere in what was shown. */
static void assert_has(const char *expected)
{
	out_char(&out, '\0');
	if (!strstr(out.buf, expected))
		fail_msg("no %s in %s", expected, out.buf);
	out.len = 0;
}

static void show_edge(const union tcpstate_record *record)
{
	seen.ends = record->transition.flow;
	view_json.transition(&display, &record->transition, &seen);
}

static void show_segment(const union tcpstate_record *record)
{
	seen.ends = record->segment.flow;
	view_json.segment(&display, &record->segment, &seen);
}

static void owned_by(const char *comm, __u32 pid, __u32 uid)
{
	seen.owned = OWNED_TASK;
	seen.owner.pid = pid;
	seen.owner.uid = uid;
	snprintf(seen.owner.comm, sizeof(seen.owner.comm), "%s", comm);
}

static void show_options(const __u8 *bytes, __u8 len)
{
	union tcpstate_record record = make_segment(1, 5, 2);

	fill_options(&record, bytes, len);
	show_segment(&record);
}

static void show_comm(const char *comm)
{
	union tcpstate_record record = make_edge(1, 5, TCPSTATE_CLOSED,
						 TCPSTATE_LISTEN);

	owned_by(comm, 1, 0);
	show_edge(&record);
}

static void a_start(void **state)
{
	union tcpstate_record record = make_start();

	(void)state;
	view_json.start(&display, &record.start);
	assert_shown("{\"type\":\"start\"," START_TIME
		     ",\"version\":2,\"cpus\":2,\"ring_kb\":1024,\"segments\":\"control\",\"missing\":[],\"realtime\":1795143600000000000}\n");
	record.start.segments = 200;
	record.start.realtime = INT64_MIN;
	view_json.start(&display, &record.start);
	assert_has("\"segments\":\"unknown\",\"missing\":[],\"realtime\":-9223372036854775808}");
	record.start.missing = 1U << TCPSTATE_HOOK_SYN_RCVD |
			       1U << TCPSTATE_HOOK_TW_END | 1U << 31;
	view_json.start(&display, &record.start);
	assert_has(",\"missing\":[\"syn_rcvd\",\"tw_end\"],");
}

static void a_loss(void **state)
{
	union tcpstate_record record = make_lost(1, 1234);

	(void)state;
	record.head.seq = 7;
	record.head.ts += 5000;
	view_json.lost(&display, &record.lost);
	assert_shown("{\"type\":\"lost\",\"seq\":7," TIME ",\"count\":1234,\"cpu\":1}\n");
}

static void an_edge(void **state)
{
	union tcpstate_record record = make_edge(0x1a2b, 5,
						 TCPSTATE_ESTABLISHED,
						 TCPSTATE_FIN_WAIT_1);

	(void)state;
	record.head.seq = 18446744073709551615ULL;
	record.head.cpu = 3;
	record.transition.cause = TCPSTATE_SYSCALL;
	record.transition.detail = TCPSTATE_SHUTDOWN;
	/* Who acts is not the same as who owns. */
	fill_task(&record, "other", 1, 0);
	owned_by("client", 1234, 1000);
	show_edge(&record);
	assert_shown("{\"type\":\"transition\",\"seq\":18446744073709551615,"
		     TIME ",\"conn\":\"1a2b\"," SOCKET
		     "\"old\":\"ESTABLISHED\",\"new\":\"FIN_WAIT_1\",\"cause\":\"syscall\",\"detail\":\"shutdown\",\"owner\":{\"pid\":1234,\"comm\":\"client\",\"uid\":1000},\"dwell_us\":1234.567,\"cpu\":3}\n");
}

static void what_is_not_known_is_null(void **state)
{
	union tcpstate_record record = make_edge(0, 5, TCPSTATE_CLOSED,
						 TCPSTATE_LISTEN);

	(void)state;
	seen.conn = 0;
	seen.dwell = DWELL_UNKNOWN;
	show_edge(&record);
	assert_shown("{\"type\":\"transition\",\"seq\":0," TIME
		     ",\"conn\":null," SOCKET
		     "\"old\":\"CLOSED\",\"new\":\"LISTEN\",\"cause\":\"unknown\",\"detail\":null,\"owner\":null,\"dwell_us\":null,\"cpu\":0}\n");
}

static void figures_of_a_full_socket(void **state)
{
	union tcpstate_record record = make_caused(1, 5, TCPSTATE_CLOSE_WAIT,
						   TCPSTATE_CLOSED,
						   TCPSTATE_RESET,
						   TCPSTATE_RESET_RECEIVED);

	(void)state;
	fill_figures(&record);
	record.transition.sk_err = ECONNRESET;
	show_edge(&record);
	assert_has("\"detail\":\"received\",\"owner\":null," DWELL
		   "\"err\":\"ECONNRESET\",\"srtt_us\":1500,\"cwnd\":10,\"retrans\":2,\"bytes_received\":4294967296,\"bytes_acked\":7,\"cpu\":0}");
	record.transition.sk_err = 0;
	show_edge(&record);
	assert_has(",\"err\":null,");
	record.transition.sk_err = 60000;
	show_edge(&record);
	assert_has(",\"err\":\"60000\",");
}

static void figures_of_a_request(void **state)
{
	union tcpstate_record record = make_edge(1, 5, TCPSTATE_LISTEN,
						 TCPSTATE_SYN_RCVD);

	(void)state;
	record.head.flags |= TCPSTATE_F_REQ;
	record.transition.listener = 0xabc;
	show_edge(&record);
	assert_has(DWELL "\"retrans\":0,\"listener\":\"abc\",\"cpu\"");
	/* the listener's cookie, not bytes */
	record.head.flags |= TCPSTATE_F_FULL;
	show_edge(&record);
	assert_has("\"cwnd\":0,\"retrans\":0,\"listener\":\"abc\",\"cpu\"");

	record = make_edge(1, 5, TCPSTATE_SYN_RCVD, TCPSTATE_CLOSED);
	record.transition.retrans = 5;
	show_edge(&record);
	assert_has(DWELL "\"retrans\":5,\"cpu\"");
	record.transition.old_state = TCPSTATE_TIME_WAIT;
	show_edge(&record);
	assert_has(DWELL "\"cpu\"");
}

static void subflows_and_the_kernels(void **state)
{
	union tcpstate_record record = make_edge(1, 5, TCPSTATE_CLOSED,
						 TCPSTATE_LISTEN);

	(void)state;
	owned_by("rest", 1, 0);
	seen.owned = OWNED_KERNEL;
	record.head.flags |= TCPSTATE_F_MPTCP;
	show_edge(&record);
	assert_has(KERNEL DWELL "\"mptcp\":true,\"cpu\":0}");
}

static void a_note(void **state)
{
	union tcpstate_record record = make_note(1, 5, TCPSTATE_RESTARTED);

	(void)state;
	record.head.cpu = 1;
	record.note.detail = TCPSTATE_IN_FIN;
	seen.ends = record.note.flow;
	owned_by("client", 1234, 1000);
	view_json.note(&display, &record.note, &seen);
	assert_shown("{\"type\":\"note\",\"seq\":0," TIME
		     ",\"conn\":\"1a2b\"," SOCKET
		     "\"what\":\"restarted\",\"detail\":\"FIN\",\"owner\":{\"pid\":1234,\"comm\":\"client\",\"uid\":1000},\"cpu\":1}\n");
	record.note.what = TCPSTATE_ACCEPTED;
	record.note.detail = TCPSTATE_DETAIL_NONE;
	record.head.flags |= TCPSTATE_F_MPTCP;
	seen.owned = OWNED_KERNEL;
	view_json.note(&display, &record.note, &seen);
	assert_has("\"what\":\"accepted\",\"detail\":null," KERNEL
		   "\"mptcp\":true,\"cpu\":1}\n");
}

static void a_listed_socket(void **state)
{
	union tcpstate_record record = make_socket(1, 5, TCPSTATE_LISTEN);

	(void)state;
	seen.ends = record.socket.flow;
	owned_by("client", 1234, 1000);
	view_json.socket(&display, &record.socket, &seen);
	assert_shown("{\"type\":\"socket\"," TIME ",\"conn\":\"1a2b\"," SOCKET
		     "\"state\":\"LISTEN\",\"owner\":{\"pid\":1234,\"comm\":\"client\",\"uid\":1000}}\n");
	seen.owned = OWNED_UNKNOWN;
	record.head.flags |= TCPSTATE_F_MPTCP;
	view_json.socket(&display, &record.socket, &seen);
	assert_has(",\"owner\":null,\"mptcp\":true}\n");
}

static void a_segment(void **state)
{
	union tcpstate_record record = make_segment(0, 5, 0x12);

	(void)state;
	record.segment.len = 4294967295U;
	fill_task(&record, "other", 1, 0);
	show_segment(&record);
	assert_shown("{\"type\":\"segment\",\"seq\":0," TIME
		     ",\"conn\":\"1a2b\"," SOCKET
		     "\"dir\":\"in\",\"flags\":\"SYN,ACK\",\"seqno\":3335247323,\"ackno\":1068669255,\"win\":65160,\"len\":4294967295,\"options\":{},\"owner\":null,\"cpu\":0}\n");
}

static void directions_and_flags(void **state)
{
	union tcpstate_record record = make_segment(1, 5, 0);

	(void)state;
	record.head.flags |= TCPSTATE_F_OUT;
	show_segment(&record);
	assert_has("\"dir\":\"out\",\"flags\":\"\",");
	record.segment.tcp_flags = 0x11;
	show_segment(&record);
	assert_has("\"flags\":\"FIN,ACK\",");
	record.segment.tcp_flags = 0xff;
	show_segment(&record);
	assert_has("\"flags\":\"FIN,SYN,RST,PSH,ACK,URG,ECE,CWR\",");
}

static void families(void **state)
{
	union tcpstate_record record = make_edge(1, 5, TCPSTATE_CLOSED,
						 TCPSTATE_LISTEN);

	(void)state;
	record.head.flags |= TCPSTATE_F_IPV6;
	show_edge(&record);
	assert_has("\"family\":6,\"laddr\":\"::ffff:10.9.0.1\"");
	fill_flow(&record.transition.flow, "fd00::1", 1, "::", 0);
	show_edge(&record);
	assert_has("\"laddr\":\"fd00::1\",\"lport\":1,\"raddr\":\"::\",\"rport\":0,");
	record.head.flags = 0;
	fill_flow(&record.transition.flow, "255.100.10.9", 1, "::", 0);
	show_edge(&record);
	assert_has("\"laddr\":\"255.100.10.9\",\"lport\":1,\"raddr\":\"0.0.0.0\"");
}

static void options_in_their_order(void **state)
{
	static const __u8 syn[] = { 2, 4, 0x05, 0xb4, 4, 2, 8, 10, 0, 0, 0, 9,
				    0xff, 0xff, 0xff, 0xff, 1, 3, 3, 7 };
	static const __u8 other[] = { 1, 1, 3, 3, 14, 2, 4, 0, 0 };

	(void)state;
	show_options(syn, sizeof(syn));
	assert_has(OPTIONS
		   "{\"mss\":1460,\"sackOK\":true,\"tsval\":9,\"tsecr\":4294967295,\"wscale\":7},");
	show_options(other, sizeof(other));
	assert_has("\"options\":{\"wscale\":14,\"mss\":0},");
}

static void options_of_other_kinds(void **state)
{
	static const __u8 bytes[] = { 5, 10, 0, 0, 0, 1, 0, 0, 0, 2,
				      34, 2, 30, 4, 0xab, 0x0c, 2, 3, 9 };

	(void)state;
	show_options(bytes, sizeof(bytes));
	assert_has(OPTIONS
		   "{\"sack\":[[1,2]],\"kind34\":\"\",\"kind30\":\"ab0c\",\"kind2\":\"09\"},");
}

static void options_once_each(void **state)
{
	static const __u8 bytes[] = { 3, 3, 1, 3, 3, 2, 35, 2, 67, 2, 35, 2 };

	(void)state;
	show_options(bytes, sizeof(bytes));
	assert_has("\"options\":{\"wscale\":1,\"kind35\":\"\",\"kind67\":\"\"},");
}

static void options_cut_or_wrong(void **state)
{
	static const __u8 cut[40] = { 4, 2, 5, 34 };
	static const __u8 cut_at_once[40] = { 5, 34 };
	static const __u8 wrong[] = { 4, 2, 3, 0 };

	(void)state;
	show_options(cut, sizeof(cut));
	assert_has("\"options\":{\"sackOK\":true,\"truncated\":true},");
	show_options(cut_at_once, sizeof(cut_at_once));
	assert_has("\"options\":{\"truncated\":true},");
	show_options(wrong, sizeof(wrong));
	assert_has("\"options\":{\"sackOK\":true,\"malformed\":true},");
}

static void names_are_escaped(void **state)
{
	(void)state;
	show_comm("a\"b\\c/d");
	assert_has("\"comm\":\"a\\\"b\\\\c/d\",");
	show_comm("\x01\n\x1b\x7f");
	assert_has("\"comm\":\"\\u0001\\u000a\\u001b\\u007f\",");
	/* those of ISO 8859 steer terminals, too: U+009B is as good as ESC [ */
	show_comm("\xc2\x80\xc2\x9b\xc2\x9f\xc2\xa0");
	assert_has("\"comm\":\"\\u0080\\u009b\\u009f\xc2\xa0\",");
}

static void names_are_utf8(void **state)
{
	(void)state;
	show_comm("\xc3\xa9\xe4\xb8\xad\xf0\x9f\x90\xa7");
	assert_has("\"comm\":\"\xc3\xa9\xe4\xb8\xad\xf0\x9f\x90\xa7\",");
	/* a lone second byte, an overlong one, a surrogate, beyond the last */
	show_comm("\x80\xc0\xaf|\xed\xa0\x80|\xf4\x90");
	assert_has("\"comm\":\"\\ufffd\\ufffd\\ufffd|\\ufffd\\ufffd\\ufffd|\\ufffd\\ufffd\",");
	/* cut off by the length of the name */
	show_comm("0123456789abc\xe4\xb8");
	assert_has("\"comm\":\"0123456789abc\\ufffd\\ufffd\",");
}

/* More than a buffer is written out piece by piece, and none is lost. */
static void more_than_the_buffer(void **state)
{
	union tcpstate_record record = make_segment(1, 5, 0x12);
	FILE *file = tmpfile();
	size_t len, i;

	(void)state;
	assert_non_null(file);
	show_segment(&record);
	len = out.len;
	out_init(&out, fileno(file), "file");
	for (i = 0; i < 1000; i++)
		show_segment(&record);
	out_flush(&out);
	assert_int_equal(out.error, 0);
	fseek(file, 0, SEEK_END);
	assert_int_equal(ftell(file), 1000 * len);
	fclose(file);
}

static void a_gap(void **state)
{
	union tcpstate_record record = make_edge(1, 5, TCPSTATE_LAST_ACK,
						 TCPSTATE_CLOSED);

	(void)state;
	seen.dwell = DWELL_UNKNOWN;
	seen.gap = true;
	show_edge(&record);
	assert_has("\"dwell_us\":null,\"gap\":true,");
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_start),
		TEST(a_loss),
		TEST(an_edge),
		TEST(what_is_not_known_is_null),
		TEST(figures_of_a_full_socket),
		TEST(figures_of_a_request),
		TEST(subflows_and_the_kernels),
		TEST(a_note),
		TEST(a_listed_socket),
		TEST(a_segment),
		TEST(directions_and_flags),
		TEST(families),
		TEST(options_in_their_order),
		TEST(options_of_other_kinds),
		TEST(options_once_each),
		TEST(options_cut_or_wrong),
		TEST(names_are_escaped),
		TEST(names_are_utf8),
		TEST(more_than_the_buffer),
		TEST(a_gap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

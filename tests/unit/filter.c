// SPDX-License-Identifier: GPL-2.0
/* What filters let through: each word, both families, all kinds of records. */
#include "cmocka_test.h"

#include "filter.h"
#include "records.h"

static union tcpstate_record edge, segment_in, segment_out, note, listed, ipv6,
			     mapped, listener;

static int setup(void **state)
{
	(void)state;
	edge = make_caused(0x123456789abcdef0ULL, 1, TCPSTATE_SYN_SENT,
			   TCPSTATE_ESTABLISHED, TCPSTATE_SEGMENT_IN,
			   TCPSTATE_IN_SYN_ACK);
	segment_in = make_segment(0x2a, 2, 0x12);
	segment_in.segment.len = 70000;
	segment_out = make_segment(0x2a, 3, 0x02);
	segment_out.head.flags |= TCPSTATE_F_OUT;
	note = make_note(0x2a, 4, TCPSTATE_ACCEPTED);
	listed = make_socket(0x2a, 5, TCPSTATE_CLOSE_WAIT);
	ipv6 = make_caused(0x2b, 6, TCPSTATE_ESTABLISHED, TCPSTATE_FIN_WAIT_1,
			   TCPSTATE_SYSCALL, TCPSTATE_CLOSE);
	fill_flow(&ipv6.transition.flow, "fd00:9::1", 45714, "fd00:9::2", 443);
	ipv6.head.flags |= TCPSTATE_F_IPV6;
	ipv6.head.netns = 7;
	mapped = edge;
	mapped.head.flags |= TCPSTATE_F_IPV6;
	listener = make_edge(0x2c, 7, TCPSTATE_CLOSED, TCPSTATE_LISTEN);
	fill_flow(&listener.transition.flow, "::", 8000, "::", 0);
	return 0;
}

static bool wants(const char *expression, const union tcpstate_record *record)
{
	struct filter_error error;
	struct filter filter;
	bool result;

	if (!filter_compile(&filter, expression, &error))
		fail_msg("%s: %s", expression, error.text);
	result = filter_wants(&filter, record);
	filter_free(&filter);
	return result;
}

#define yes(expression, record) assert_true(wants(expression, &(record)))
#define no(expression, record) assert_false(wants(expression, &(record)))

static void hosts_and_nets(void **state)
{
	(void)state;
	yes("host 10.9.0.1", edge);
	yes("host 10.9.0.2", edge);
	no("host 10.9.0.3", edge);
	yes("net 10.9.0.0/16", edge);
	no("net 10.8.0.0/16", edge);
	yes("host fd00:9::2", ipv6);
	no("host fd00:9::3", ipv6);
	yes("net fd00:9::/32", ipv6);
	no("net fd00:8::/32", ipv6);
	no("net 10.0.0.0/8", ipv6);
	yes("ip6 and tcp", ipv6);
	no("ip", ipv6);
	yes("ip and tcp", edge);
	no("ip6", edge);
	no("udp", edge);
}

/* One address is one address, whatever the socket's family. */
static void mapped_addresses_are_ipv4(void **state)
{
	(void)state;
	yes("host 10.9.0.1", mapped);
	yes("ip", mapped);
	/* As of a client that has no local address yet */
	fill_address(mapped.transition.flow.laddr, "::");
	yes("ip and dst host 10.9.0.2", mapped);
}

static void ports(void **state)
{
	(void)state;
	yes("port 8000", edge);
	yes("port 45714", edge);
	no("port 443", edge);
	yes("port 443", ipv6);
	yes("portrange 7999-8001", edge);
	no("portrange 8001-9000", edge);
	yes("host 10.9.0.1 and (port 80 or port 8000)", edge);
	no("host 10.9.0.1 and (port 80 or port 443)", edge);
	yes("port 80 or 8000", edge);
	yes("not port 80", edge);
	no("!(port 80 || port 8000)", edge);
	yes("port 8000", listener);
}

static void directions(void **state)
{
	(void)state;
	yes("src 10.9.0.1 and dst port 8000", edge);
	no("dst 10.9.0.1", edge);
	yes("src 10.9.0.1 and dst port 8000", segment_out);
	yes("src 10.9.0.2 and src port 8000", segment_in);
	no("src 10.9.0.1", segment_in);
	yes("src fd00:9::1 and src port 45714", ipv6);
}

static void headers(void **state)
{
	(void)state;
	yes("tcp[tcpflags] & tcp-syn != 0", segment_in);
	yes("tcp[tcpflags] = tcp-syn|tcp-ack", segment_in);
	no("tcp[tcpflags] = tcp-syn|tcp-ack", segment_out);
	no("tcp[tcpflags] != 0", edge);
	yes("tcp[4:4] = 3335247323 and tcp[8:4] = 1068669255", segment_in);
	yes("tcp[14:2] = 65160 and tcp[12] = 0x50", segment_in);
	yes("ip[2:2] = 65535", segment_in);
	yes("ip[2:2] = 40 and ip[0] = 0x45", edge);
	yes("ip6[4:2] = 20", ipv6);
}

static void kinds(void **state)
{
	(void)state;
	yes("kind transition", edge);
	no("kind segment", edge);
	yes("kind segment", segment_in);
	yes("kind note", note);
	yes("kind socket", listed);
	no("kind socket or kind note", edge);
	yes("port 8000 and not kind segment", note);
}

static void states(void **state)
{
	(void)state;
	yes("state SYN_SENT", edge);
	yes("state ESTABLISHED", edge);
	no("state CLOSED", edge);
	yes("old SYN_SENT", edge);
	no("old ESTABLISHED", edge);
	yes("new ESTABLISHED", edge);
	no("new SYN_SENT", edge);
	yes("state CLOSE_WAIT", listed);
	no("new CLOSE_WAIT or old CLOSE_WAIT", listed);
	/* A note's and a segment's byte there is something else. */
	note.note.what = TCPSTATE_ESTABLISHED;
	no("state ESTABLISHED", note);
	segment_in.segment.seqno = 0x01010101;
	no("state ESTABLISHED", segment_in);
}

static void causes(void **state)
{
	(void)state;
	yes("cause SYN,ACK", edge);
	yes("cause segment", edge);
	no("cause SYN", edge);
	no("cause syscall", edge);
	yes("cause close", ipv6);
	edge.transition.cause = TCPSTATE_TIMER;
	edge.transition.detail = TCPSTATE_2MSL;
	yes("cause timer/2MSL and cause timer", edge);
	no("cause timer/keepalive", edge);
	no("cause unknown", edge);
	no("cause unknown", note);
	note.note.detail = TCPSTATE_SYN_QUEUE;
	yes("cause overflow/syn-queue", note);
	no("cause overflow/accept-queue", note);
}

static void namespaces_and_connections(void **state)
{
	(void)state;
	yes("netns 4026531840", edge);
	no("netns 4026531841", edge);
	yes("netns 7", ipv6);
	yes("conn 123456789abcdef0", edge);
	no("conn 123456789abcdef1", edge);
	no("conn 9abcdef0", edge);
	yes("conn 2a", segment_in);
	yes("(conn 2a or conn 2b) and not kind transition", note);
	no("conn 2a", ipv6);
}

static void starts_and_losses_always_pass(void **state)
{
	const union tcpstate_record start = make_start();
	const union tcpstate_record lost = make_lost(0, 1);

	(void)state;
	yes("udp", start);
	yes("port 1", lost);
}

/* What the module gets when there is a model, as a filter */
static bool delivers(const char *expression,
		     const union tcpstate_record *record)
{
	struct filter_error error;
	struct filter filter;
	bool result;

	assert_true(filter_compile(&filter, expression, &error));
	if (filter.model.bf_len) {
		const struct filter model = { .exact = filter.model };

		result = filter_wants(&model, record);
	} else {
		result = true;
	}
	filter_free(&filter);
	return result;
}

static void a_model_gets_the_edges_of_listeners(void **state)
{
	union tcpstate_record request;

	(void)state;
	assert_true(delivers("host 10.9.0.1", &edge));
	assert_true(delivers("host 10.9.0.1", &note));
	assert_true(delivers("host 10.9.0.3", &listener));
	listener.transition.old_state = TCPSTATE_LISTEN;
	listener.transition.new_state = TCPSTATE_CLOSED;
	assert_true(delivers("host 10.9.0.3", &listener));
	/* Requests are many, and each has ends of its own. */
	request = edge;
	request.transition.old_state = TCPSTATE_LISTEN;
	request.transition.new_state = TCPSTATE_SYN_RCVD;
	assert_false(delivers("host 10.9.0.3", &request));
}

/* Who connects is named before there is a local port. */
static void a_model_gets_how_clients_begin(void **state)
{
	union tcpstate_record first = edge;

	(void)state;
	first.transition.old_state = TCPSTATE_CLOSED;
	first.transition.new_state = TCPSTATE_SYN_SENT;
	first.transition.flow.lport = 0;
	assert_true(delivers("src port 45714", &first));
	no("src port 45714", first);
	/* What tells that it was another port's */
	assert_true(delivers("src port 80", &edge));
	assert_false(delivers("src port 80", &note));
	assert_false(delivers("src port 80", &ipv6));
	assert_false(delivers("src port 80", &segment_out));
	assert_false(delivers("not host fd00:9::1 and port 80", &ipv6));
}

static void a_model_gets_all_edges_of_a_connection(void **state)
{
	(void)state;
	assert_true(delivers("new CLOSED", &edge));
	assert_true(delivers("port 8000 and cause timer", &edge));
	assert_true(delivers("tcp[tcpflags] & tcp-rst != 0", &edge));
	assert_false(delivers("conn 2a", &ipv6));
	assert_false(delivers("netns 8", &ipv6));
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(hosts_and_nets),
		TEST(mapped_addresses_are_ipv4),
		TEST(ports),
		TEST(directions),
		TEST(headers),
		TEST(kinds),
		TEST(states),
		TEST(causes),
		TEST(namespaces_and_connections),
		TEST(starts_and_losses_always_pass),
		TEST(a_model_gets_the_edges_of_listeners),
		TEST(a_model_gets_how_clients_begin),
		TEST(a_model_gets_all_edges_of_a_connection),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0
/* model: dwell, ends, joins, and that what has ended is forgotten. */
#include "cmocka_test.h"

#include "model.h"
#include "records.h"

#define SYN 0x02
#define SYN_ACK 0x12
#define RST 0x04

static struct model model;

static int setup(void **state)
{
	(void)state;
	model_reset(&model);
	return 0;
}

/* The leak checker sees to it that this frees all. */
static int teardown(void **state)
{
	return setup(state);
}

static struct seen edge(__u64 cookie, __u64 us, __u8 old_state, __u8 new_state)
{
	union tcpstate_record record = make_edge(cookie, us, old_state,
						 new_state);
	struct seen seen;

	model_transition(&model, &record.transition, &seen);
	return seen;
}

/* As edge(), the local port not known yet. */
static struct seen edge_without_port(__u64 cookie, __u64 us)
{
	union tcpstate_record record = make_edge(cookie, us, TCPSTATE_CLOSED,
						 TCPSTATE_SYN_SENT);
	struct seen seen;

	record.transition.flow.lport = 0;
	model_transition(&model, &record.transition, &seen);
	return seen;
}

static struct seen segment(__u64 cookie, __u8 tcp_flags)
{
	union tcpstate_record record = make_segment(cookie, 0, tcp_flags);
	struct seen seen;

	model_segment(&model, &record.segment, &seen);
	return seen;
}

static void dwell_is_the_time_since_the_last_edge(void **state)
{
	(void)state;
	assert_true(edge(1, 10, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT).dwell ==
		    DWELL_UNKNOWN);
	assert_true(edge(1, 25, TCPSTATE_SYN_SENT,
			 TCPSTATE_ESTABLISHED).dwell == 15000);
	assert_true(edge(1, 25, TCPSTATE_ESTABLISHED,
			 TCPSTATE_FIN_WAIT_1).dwell == 0);
}

static void dwell_is_of_one_connection(void **state)
{
	(void)state;
	edge(1, 10, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT);
	edge(2, 20, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT);
	assert_true(edge(1, 30, TCPSTATE_SYN_SENT, TCPSTATE_CLOSED).dwell ==
		    20000);
	assert_true(edge(2, 30, TCPSTATE_SYN_SENT, TCPSTATE_CLOSED).dwell ==
		    10000);
}

static void a_cookie_is_of_one_namespace(void **state)
{
	union tcpstate_record record = make_edge(1, 30, TCPSTATE_SYN_SENT,
						 TCPSTATE_CLOSED);
	struct seen seen;

	(void)state;
	edge(1, 10, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT);
	record.head.netns++;
	model_transition(&model, &record.transition, &seen);
	assert_true(seen.dwell == DWELL_UNKNOWN);
	assert_int_equal(model_size(&model), 1);
}

static void no_dwell_over_a_missing_edge(void **state)
{
	(void)state;
	edge(1, 10, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT);
	assert_true(edge(1, 20, TCPSTATE_ESTABLISHED,
			 TCPSTATE_FIN_WAIT_1).dwell == DWELL_UNKNOWN);
	/* and with the next one it is known again */
	assert_true(edge(1, 30, TCPSTATE_FIN_WAIT_1,
			 TCPSTATE_FIN_WAIT_2).dwell == 10000);
}

static void no_dwell_when_time_goes_back(void **state)
{
	(void)state;
	edge(1, 10, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT);
	assert_true(edge(1, 9, TCPSTATE_SYN_SENT,
			 TCPSTATE_ESTABLISHED).dwell == DWELL_UNKNOWN);
}

static void no_dwell_over_a_loss(void **state)
{
	(void)state;
	edge(1, 10, TCPSTATE_CLOSED, TCPSTATE_LISTEN);
	model_reset(&model);
	assert_true(edge(1, 20, TCPSTATE_LISTEN, TCPSTATE_CLOSED).dwell ==
		    DWELL_UNKNOWN);
}

static void closed_is_forgotten(void **state)
{
	int i;

	(void)state;
	for (i = 1; i <= 1000; i++) {
		edge(i, i, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT);
		assert_int_equal(model_size(&model), 1);
		edge(i, i, TCPSTATE_SYN_SENT, TCPSTATE_CLOSED);
		assert_int_equal(model_size(&model), 0);
	}
	/* the end of one that was never seen, and what arrives after it */
	edge(1, 1, TCPSTATE_LAST_ACK, TCPSTATE_CLOSED);
	segment(1, RST);
	assert_int_equal(model_size(&model), 0);
}

static void a_loss_forgets_everything(void **state)
{
	int i;

	(void)state;
	for (i = 1; i <= 1000; i++)
		edge(i, i, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT);
	assert_int_equal(model_size(&model), 1000);
	model_reset(&model);
	assert_int_equal(model_size(&model), 0);
	assert_true(segment(0, SYN_ACK).conn == 0);
}

static void a_port_is_learned_late(void **state)
{
	(void)state;
	assert_int_equal(edge_without_port(1, 10).ends.lport, 0);
	assert_int_equal(edge(1, 20, TCPSTATE_SYN_SENT,
			      TCPSTATE_ESTABLISHED).ends.lport, 45714);
	assert_true(segment(0, SYN_ACK).conn == 1);
}

static void a_port_is_learned_from_a_segment(void **state)
{
	union tcpstate_record record = make_edge(1, 20, TCPSTATE_SYN_SENT,
						 TCPSTATE_CLOSED);
	struct seen seen;

	(void)state;
	edge_without_port(1, 10);
	assert_true(segment(0, SYN_ACK).conn == 0);
	assert_true(segment(1, SYN).conn == 1);
	assert_true(segment(0, SYN_ACK).conn == 1);
	/* and is not unlearned when the socket loses it */
	record.transition.flow.lport = 0;
	model_transition(&model, &record.transition, &seen);
	assert_int_equal(seen.ends.lport, 45714);
}

static void an_address_is_learned_late(void **state)
{
	union tcpstate_record record = make_edge(1, 10, TCPSTATE_CLOSED,
						 TCPSTATE_SYN_SENT);
	union tcpstate_record later = record;
	struct seen seen;

	(void)state;
	model_transition(&model, &record.transition, &seen);
	fill_address(later.transition.flow.laddr, "0.0.0.0");
	fill_address(later.transition.flow.raddr, "::");
	model_transition(&model, &later.transition, &seen);
	assert_memory_equal(&seen.ends, &record.transition.flow,
			    sizeof(seen.ends));
}

static void joins_by_ends_and_namespace(void **state)
{
	union tcpstate_record record = make_segment(0, 0, SYN_ACK);
	union tcpstate_record other;
	struct seen seen;

	(void)state;
	edge(1, 10, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT);
	other = record;
	model_segment(&model, &other.segment, &seen);
	assert_true(seen.conn == 1);

	other.segment.head.flags |= TCPSTATE_F_IPV6;	/* the other spelling */
	model_segment(&model, &other.segment, &seen);
	assert_true(seen.conn == 1);

	other.segment.head.netns++;
	model_segment(&model, &other.segment, &seen);
	assert_true(seen.conn == 0);

	other = record;
	other.segment.flow.lport++;
	model_segment(&model, &other.segment, &seen);
	assert_true(seen.conn == 0);

	other = record;
	other.segment.flow.raddr[15]++;
	model_segment(&model, &other.segment, &seen);
	assert_true(seen.conn == 0);
}

static void joins_the_living_only(void **state)
{
	(void)state;
	edge(1, 10, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT);
	edge(1, 20, TCPSTATE_SYN_SENT, TCPSTATE_CLOSED);
	assert_true(segment(0, RST).conn == 0);
}

static void joins_the_newest(void **state)
{
	(void)state;
	edge(1, 10, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT);
	edge(2, 20, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT);
	assert_true(segment(0, SYN_ACK).conn == 2);
	/* the end of the older one does not take the newer one's place away */
	edge(1, 30, TCPSTATE_SYN_SENT, TCPSTATE_CLOSED);
	assert_true(segment(0, SYN_ACK).conn == 2);
	edge(2, 40, TCPSTATE_SYN_SENT, TCPSTATE_CLOSED);
	assert_true(segment(0, SYN_ACK).conn == 0);
}

/* However many others there are: a hash table may reorder when it grows. */
static void joins_the_newest_of_many(void **state)
{
	union tcpstate_record record;
	struct seen seen;
	int i;

	(void)state;
	edge(1, 10, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT);
	edge(2, 20, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT);
	for (i = 3; i < 3000; i++) {
		record = make_edge(i, 30, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT);
		record.transition.flow.lport = i;
		model_transition(&model, &record.transition, &seen);
		assert_true(segment(0, SYN_ACK).conn == 2);
	}
}

static void joins_edges_too(void **state)
{
	struct seen seen;

	(void)state;
	edge(1, 10, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT);
	seen = edge(0, 30, TCPSTATE_SYN_SENT, TCPSTATE_CLOSED);
	assert_true(seen.conn == 1 && seen.dwell == 20000);
	assert_int_equal(model_size(&model), 0);
	assert_true(edge(0, 30, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT).conn == 0);
	assert_int_equal(model_size(&model), 0);
}

static void a_listener_keeps_its_ends(void **state)
{
	union tcpstate_record record = make_edge(1, 10, TCPSTATE_CLOSED,
						 TCPSTATE_LISTEN);
	struct seen seen;

	(void)state;
	fill_flow(&record.transition.flow, "0.0.0.0", 45714, "0.0.0.0", 0);
	model_transition(&model, &record.transition, &seen);
	assert_true(segment(1, SYN).conn == 1);
	assert_true(segment(0, SYN).conn == 0);
	record.transition.old_state = TCPSTATE_LISTEN;
	record.transition.new_state = TCPSTATE_CLOSED;
	model_transition(&model, &record.transition, &seen);
	assert_int_equal(seen.ends.rport, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(dwell_is_the_time_since_the_last_edge),
		TEST(dwell_is_of_one_connection),
		TEST(a_cookie_is_of_one_namespace),
		TEST(no_dwell_over_a_missing_edge),
		TEST(no_dwell_when_time_goes_back),
		TEST(no_dwell_over_a_loss),
		TEST(closed_is_forgotten),
		TEST(a_loss_forgets_everything),
		TEST(a_port_is_learned_late),
		TEST(a_port_is_learned_from_a_segment),
		TEST(an_address_is_learned_late),
		TEST(joins_by_ends_and_namespace),
		TEST(joins_the_living_only),
		TEST(joins_the_newest),
		TEST(joins_the_newest_of_many),
		TEST(joins_edges_too),
		TEST(a_listener_keeps_its_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

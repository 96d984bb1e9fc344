// SPDX-License-Identifier: GPL-2.0
/* What comes together in an exchange, and when it is over. */
#include "cmocka_test.h"

#include <stdlib.h>

#include "exchange.h"
#include "records.h"
#include "util.h"

#define SYN 0x02
#define RST 0x04
#define ACK 0x10

/* Cookies of the two ends */
#define CLIENT 0xa
#define SERVER 0xb

/* What was told, the arrays as well, of the first ones */
static struct exchange told[8];
static size_t told_count;

static struct exchanges exchanges;
static struct model model;

static void tell(void *arg, const struct exchange *exchange)
{
	struct exchange *copy = &told[told_count];

	(void)arg;
	if (told_count == ARRAY_SIZE(told))
		return;
	told_count++;
	*copy = *exchange;
	copy->happenings = calloc(exchange->count,
				  sizeof(*exchange->happenings));
	if (exchange->count)
		memcpy(copy->happenings, exchange->happenings,
		       exchange->count * sizeof(*exchange->happenings));
}

static int setup(void **state)
{
	(void)state;
	memset(&exchanges, 0, sizeof(exchanges));
	exchanges.tell = tell;
	exchanges.complete = true;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	exchanges_end(&exchanges);
	model_reset(&model);
	while (told_count)
		free(told[--told_count].happenings);
	return 0;
}

/* The server's records have the ends the other way round. */
static void turn(union tcpstate_record *record, __u64 cookie)
{
	if (cookie == SERVER)
		fill_flow(&record->transition.flow, "10.9.0.2", 8000,
			  "10.9.0.1", 45714);
}

static void edge(__u64 us, __u64 cookie, __u8 old_state, __u8 new_state)
{
	union tcpstate_record record = make_edge(cookie, us, old_state,
						 new_state);
	struct seen seen;

	turn(&record, cookie);
	model_transition(&model, &record.transition, &seen);
	exchanges_transition(&exchanges, &record.transition, &seen);
}

static union tcpstate_record segment(__u64 us, __u8 flags, __u32 seqno,
				     __u32 len)
{
	union tcpstate_record record = make_segment(0, us, flags);

	record.segment.seqno = seqno;
	record.segment.ackno = 0;
	record.segment.len = len;
	return record;
}

static void pass(union tcpstate_record *record)
{
	struct seen seen;

	model_segment(&model, &record->segment, &seen);
	exchanges_segment(&exchanges, &record->segment, &seen);
}

static void leaves(union tcpstate_record record, __u64 cookie)
{
	turn(&record, cookie);
	record.head.flags |= TCPSTATE_F_OUT;
	record.head.cookie = cookie;
	pass(&record);
}

/* At the end of @cookie, which is perhaps not known to it yet */
static void comes(union tcpstate_record record, __u64 cookie)
{
	turn(&record, cookie);
	pass(&record);
}

static void set_tsval(union tcpstate_record *record, __u8 tsval)
{
	const __u8 options[] = { 1, 1, 8, 10, 0, 0, 0, tsval, 0, 0, 0, 0 };

	fill_options(record, options, sizeof(options));
}

static const struct exchange *the_only_one(void)
{
	exchanges_end(&exchanges);
	assert_int_equal(told_count, 1);
	return told;
}

static void test_both_ends(void **state)
{
	const struct exchange *exchange;

	(void)state;
	edge(1, CLIENT, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT);
	leaves(segment(2, SYN, 100, 0), CLIENT);
	comes(segment(3, SYN, 100, 0), SERVER);
	edge(4, SERVER, TCPSTATE_LISTEN, TCPSTATE_SYN_RCVD);
	exchange = the_only_one();
	assert_int_equal(exchange->count, 4);
	assert_int_equal(exchange->ends[exchange->client].conn, CLIENT);
	assert_int_equal(exchange->ends[!exchange->client].conn, SERVER);
	assert_int_equal(exchange->ends[!exchange->client].first_state,
			 TCPSTATE_LISTEN);
	assert_int_equal(exchange->happenings[1].other, 2);
	assert_int_equal(exchange->happenings[2].other, 1);
	assert_false(exchange->finished);
}

/* The port is chosen behind the edge. */
static void test_unknown_port(void **state)
{
	union tcpstate_record record = make_edge(CLIENT, 1, TCPSTATE_CLOSED,
						 TCPSTATE_SYN_SENT);
	struct seen seen;

	(void)state;
	record.transition.flow.lport = 0;
	model_transition(&model, &record.transition, &seen);
	exchanges_transition(&exchanges, &record.transition, &seen);
	leaves(segment(2, SYN, 100, 0), CLIENT);
	comes(segment(3, SYN, 100, 0), SERVER);
	assert_int_equal(the_only_one()->count, 3);
	assert_int_equal(told->ends[told->client].port, 45714);
}

static void test_sent_again(void **state)
{
	const struct exchange *exchange;
	union tcpstate_record first = segment(2, ACK, 100, 10);
	union tcpstate_record again = segment(3, ACK, 100, 10);

	(void)state;
	set_tsval(&first, 1);
	set_tsval(&again, 2);
	leaves(first, CLIENT);
	leaves(again, CLIENT);
	/* The first one was late, and the other is lost. */
	comes(first, SERVER);
	exchange = the_only_one();
	assert_int_equal(exchange->happenings[0].other, 2);
	assert_int_equal(exchange->happenings[1].other, NO_HAPPENING);
	assert_false(exchange->happenings[0].again);
	assert_true(exchange->happenings[1].again);
}

/* Without timestamps, the last one is it. */
static void test_sent_again_alike(void **state)
{
	(void)state;
	leaves(segment(2, ACK, 100, 10), CLIENT);
	leaves(segment(3, ACK, 100, 10), CLIENT);
	comes(segment(4, ACK, 100, 10), SERVER);
	assert_int_equal(the_only_one()->happenings[0].other, NO_HAPPENING);
	assert_int_equal(told->happenings[1].other, 2);
}

static void test_cut_up(void **state)
{
	const struct exchange *exchange;

	(void)state;
	leaves(segment(2, ACK, 100, 3000), CLIENT);
	comes(segment(3, ACK, 100, 1500), SERVER);
	comes(segment(4, ACK, 1600, 1500), SERVER);
	exchange = the_only_one();
	assert_int_equal(exchange->happenings[0].other, 1);
	assert_int_equal(exchange->happenings[1].other, 0);
	assert_int_equal(exchange->happenings[2].other, 0);
	assert_false(exchange->happenings[2].again);
}

static void test_put_together(void **state)
{
	const struct exchange *exchange;

	(void)state;
	leaves(segment(2, ACK, 100, 1500), CLIENT);
	leaves(segment(3, ACK, 1600, 1500), CLIENT);
	comes(segment(4, ACK, 100, 3000), SERVER);
	exchange = the_only_one();
	assert_int_equal(exchange->happenings[0].other, 2);
	assert_int_equal(exchange->happenings[1].other, 2);
}

static void test_probe(void **state)
{
	(void)state;
	leaves(segment(2, ACK, 100, 10), CLIENT);
	leaves(segment(3, ACK, 109, 0), CLIENT);
	leaves(segment(4, ACK, 110, 0), CLIENT);
	assert_false(the_only_one()->happenings[0].probe);
	assert_true(told->happenings[1].probe);
	assert_false(told->happenings[2].probe);
}

static void test_next_connection(void **state)
{
	(void)state;
	comes(segment(1, SYN, 100, 0), SERVER);
	edge(2, SERVER, TCPSTATE_LISTEN, TCPSTATE_SYN_RCVD);
	comes(segment(3, SYN, 100, 0), SERVER);
	comes(segment(4, SYN, 7777, 0), SERVER);
	exchanges_end(&exchanges);
	assert_int_equal(told_count, 2);
	assert_int_equal(told[0].count, 3);
	assert_int_equal(told[1].count, 1);
}

/* Either end opens: the first is the client, and nothing is sent again. */
static void test_crossing(void **state)
{
	const struct exchange *exchange;

	(void)state;
	edge(1, CLIENT, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT);
	leaves(segment(2, SYN, 100, 0), CLIENT);
	edge(3, SERVER, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT);
	leaves(segment(4, SYN, 900, 0), SERVER);
	comes(segment(5, SYN, 100, 0), SERVER);
	leaves(segment(6, SYN | ACK, 900, 0), SERVER);
	leaves(segment(7, SYN | ACK, 900, 0), SERVER);
	exchange = the_only_one();
	assert_int_equal(exchange->ends[exchange->client].conn, CLIENT);
	assert_false(exchange->happenings[5].again);
	assert_true(exchange->happenings[6].again);
}

/* Of one that was there before, the lower port is the server's. */
static void test_client_by_port(void **state)
{
	(void)state;
	leaves(segment(1, ACK, 100, 0), SERVER);
	assert_int_equal(the_only_one()->ends[told->client].port, 45714);
}

static void test_reset_behind_end(void **state)
{
	(void)state;
	edge(1, CLIENT, TCPSTATE_ESTABLISHED, TCPSTATE_CLOSED);
	leaves(segment(2, RST, 100, 0), CLIENT);
	exchanges_wait(&exchanges, TEST_HOUR + 2000 + exchanges_patience);
	assert_int_equal(told_count, 0);
	exchanges_wait(&exchanges, TEST_HOUR + 2001 + exchanges_patience);
	assert_int_equal(told_count, 1);
	assert_int_equal(told->count, 2);
	assert_true(told->finished);
}

static void test_other_end_lives(void **state)
{
	(void)state;
	edge(1, CLIENT, TCPSTATE_FIN_WAIT_2, TCPSTATE_TIME_WAIT);
	edge(2, SERVER, TCPSTATE_LAST_ACK, TCPSTATE_CLOSED);
	exchanges_wait(&exchanges, ~0ULL);
	assert_int_equal(told_count, 0);
	edge(3, CLIENT, TCPSTATE_TIME_WAIT, TCPSTATE_CLOSED);
	exchanges_wait(&exchanges, ~0ULL);
	assert_int_equal(told_count, 1);
	assert_int_equal(told->count, 3);
}

static void test_too_much(void **state)
{
	__u64 us;

	(void)state;
	for (us = 1; us <= EXCHANGE_MAX + 7; us++)
		leaves(segment(us, ACK, 100, 0), CLIENT);
	comes(segment(us, ACK, 100, 0), SERVER);
	assert_int_equal(the_only_one()->count, EXCHANGE_MAX);
	assert_int_equal(told->omitted, 8);
	assert_int_equal(told->happenings[EXCHANGE_MAX - 1].other,
			 NO_HAPPENING);
}

/* All of them together have a limit, too; what is told makes room. */
static void test_too_much_of_all(void **state)
{
	const int count = HAPPENINGS_MAX / EXCHANGE_MAX + 1;
	union tcpstate_record record;
	int i, j;

	(void)state;
	for (i = 0; i < count; i++) {
		for (j = 0; j < EXCHANGE_MAX; j++) {
			record = segment(1, ACK, 100, 0);
			record.segment.flow.lport = 1000 + i;
			record.head.flags |= TCPSTATE_F_OUT;
			pass(&record);
		}
	}
	assert_int_equal(exchanges.kept, HAPPENINGS_MAX);
	exchanges_end(&exchanges);
	assert_int_equal(exchanges.kept, 0);
	assert_int_equal(told[0].omitted, 0);
}

/* What had ended is whole; what lives is cut, and goes on with a gap. */
static void test_loss(void **state)
{
	(void)state;
	edge(1, CLIENT, TCPSTATE_ESTABLISHED, TCPSTATE_CLOSED);
	edge(2, 0xc, TCPSTATE_SYN_SENT, TCPSTATE_ESTABLISHED);
	model_lost(&model, TEST_HOUR + 10000);
	exchanges_lost(&exchanges);
	edge(20, 0xc, TCPSTATE_FIN_WAIT_1, TCPSTATE_FIN_WAIT_2);
	exchanges_end(&exchanges);
	assert_int_equal(told_count, 3);
	assert_true(told[0].finished && !told[0].cut);
	assert_true(!told[1].finished && told[1].cut);
	assert_true(!told[2].finished && !told[2].cut);
	assert_false(told[1].happenings[0].gap);
	assert_true(told[2].happenings[0].gap);
}

static void leave_out(__u64 us, __u8 old_state, __u8 new_state)
{
	union tcpstate_record record = make_edge(CLIENT, us, old_state,
						 new_state);
	struct seen seen;

	model_transition(&model, &record.transition, &seen);
	model_leave_out(&model, &record.head, new_state, &seen);
	exchanges_unwanted(&exchanges, &record.transition, &seen);
}

/* An end that a filter leaves out is one, and is not shown. */
static void test_unwanted(void **state)
{
	(void)state;
	leave_out(1, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT);
	assert_null(exchanges.all);
	edge(2, CLIENT, TCPSTATE_SYN_SENT, TCPSTATE_ESTABLISHED);
	leave_out(3, TCPSTATE_ESTABLISHED, TCPSTATE_FIN_WAIT_1);
	exchanges_wait(&exchanges, TEST_HOUR + 2000000000);
	assert_int_equal(told_count, 0);
	leave_out(4, TCPSTATE_FIN_WAIT_1, TCPSTATE_CLOSED);
	exchanges_wait(&exchanges, TEST_HOUR + 2000000000);
	assert_int_equal(told_count, 1);
	assert_true(told[0].finished);
	assert_int_equal(told[0].count, 1);
	assert_int_equal(told[0].ends[0].state, TCPSTATE_CLOSED);
}

/* A client, whose local port turns out to be another one */
static void test_left_out(void **state)
{
	(void)state;
	model.flow = true;
	edge(1, CLIENT, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT);
	leave_out(2, TCPSTATE_SYN_SENT, TCPSTATE_ESTABLISHED);
	model.flow = false;
	exchanges_wait(&exchanges, TEST_HOUR + 2000000000);
	assert_int_equal(told_count, 1);
}

/* What never had a connection does not pile up. */
static void test_strangers(void **state)
{
	union tcpstate_record record;
	int i;

	(void)state;
	for (i = 0; i <= EXCHANGES_IDLE_MAX; i++) {
		record = segment(1, SYN, 100, 0);
		fill_flow(&record.segment.flow, "10.9.0.1", 80, "10.9.0.2",
			  1000 + i);
		pass(&record);
	}
	assert_int_equal(told_count, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		TEST(test_both_ends),
		TEST(test_unknown_port),
		TEST(test_sent_again),
		TEST(test_sent_again_alike),
		TEST(test_cut_up),
		TEST(test_put_together),
		TEST(test_probe),
		TEST(test_next_connection),
		TEST(test_crossing),
		TEST(test_client_by_port),
		TEST(test_reset_behind_end),
		TEST(test_other_end_lives),
		TEST(test_too_much),
		TEST(test_too_much_of_all),
		TEST(test_loss),
		TEST(test_unwanted),
		TEST(test_left_out),
		TEST(test_strangers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

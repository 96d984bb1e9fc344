// SPDX-License-Identifier: GPL-2.0
/* Lives: who opened and closed, times, and bytes without SYN and FIN. */
#include "cmocka_test.h"

#include "life.h"
#include "records.h"

#define CONN 0x2a

static struct lives lives;
static struct model model;

static int teardown(void **state)
{
	(void)state;
	lives_reset(&lives);
	model_reset(&model);
	return 0;
}

static const struct life *take(__u64 us, __u8 old_state, __u8 new_state,
			       __u8 detail, __u64 received, __u64 acked)
{
	union tcpstate_record record = make_caused(CONN, us, old_state,
						   new_state, 0, detail);
	struct seen seen;

	/* As far as the bytes are concerned, these are all there is. */
	record.transition.cause = detail < TCPSTATE_CONNECT ?
				  TCPSTATE_SEGMENT_IN : TCPSTATE_SYSCALL;
	record.head.flags |= TCPSTATE_F_FULL;
	record.transition.bytes_received = received;
	record.transition.bytes_acked = acked;
	model_transition(&model, &record.transition, &seen);
	return lives_transition(&lives, &record.transition, &seen);
}

static void open_client(void)
{
	take(1, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT, TCPSTATE_CONNECT, 0, 0);
	take(5, TCPSTATE_SYN_SENT, TCPSTATE_ESTABLISHED, TCPSTATE_IN_SYN_ACK, 0,
	     1);
}

/* 10 bytes out, 20 in */
static void client_closes(void **state)
{
	const struct life *life;

	(void)state;
	open_client();
	life = take(9, TCPSTATE_ESTABLISHED, TCPSTATE_FIN_WAIT_1,
		    TCPSTATE_CLOSE, 20, 11);
	assert_int_equal(life->acked, 10);
	assert_true(life->orphan);
	life = take(10, TCPSTATE_FIN_WAIT_1, TCPSTATE_FIN_WAIT_2,
		    TCPSTATE_IN_ACK, 20, 12);
	assert_int_equal(life->acked, 10);
	life = take(11, TCPSTATE_FIN_WAIT_2, TCPSTATE_TIME_WAIT,
		    TCPSTATE_IN_FIN, 21, 12);
	assert_int_equal(life->side, SIDE_CLIENT);
	assert_int_equal(life->closed_by, CLOSED_HERE);
	assert_int_equal(life->received, 20);
	assert_int_equal(life->acked, 10);
	assert_int_equal(life->established - life->born, 4000);
	assert_int_equal(life->over - life->born, 10000);
	/* TIME_WAIT does not count. */
	life = take(90, TCPSTATE_TIME_WAIT, TCPSTATE_CLOSED, TCPSTATE_2MSL, 0,
		    0);
	assert_int_equal(life->over - life->born, 10000);
	assert_int_equal(life->state, TCPSTATE_CLOSED);
}

static void server_is_closed(void **state)
{
	const struct life *life;

	(void)state;
	take(1, TCPSTATE_LISTEN, TCPSTATE_SYN_RCVD, TCPSTATE_IN_SYN, 0, 0);
	take(2, TCPSTATE_SYN_RCVD, TCPSTATE_ESTABLISHED, TCPSTATE_IN_ACK, 0, 0);
	take(3, TCPSTATE_ESTABLISHED, TCPSTATE_CLOSE_WAIT, TCPSTATE_IN_FIN, 11,
	     20);
	take(4, TCPSTATE_CLOSE_WAIT, TCPSTATE_LAST_ACK, TCPSTATE_CLOSE, 11, 20);
	life = take(5, TCPSTATE_LAST_ACK, TCPSTATE_CLOSED, TCPSTATE_IN_ACK, 11,
		    21);
	assert_int_equal(life->side, SIDE_SERVER);
	assert_int_equal(life->closed_by, CLOSED_THERE);
	assert_int_equal(life->close_wait, 1000);
	assert_int_equal(life->received, 10);
	assert_int_equal(life->acked, 20);
}

/* What was in CLOSE_WAIT before, was there since it was listed, at the least. */
static void listed_in_close_wait(void **state)
{
	union tcpstate_record record = make_socket(CONN, 3, TCPSTATE_CLOSE_WAIT);
	const struct life *life;
	struct seen seen;

	(void)state;
	model_socket(&model, &record.socket, &seen);
	lives_socket(&lives, &record.socket, &seen);
	life = take(10, TCPSTATE_CLOSE_WAIT, TCPSTATE_LAST_ACK, TCPSTATE_CLOSE,
		    0, 0);
	assert_int_equal(life->close_wait, 7000);
	life = take(11, TCPSTATE_LAST_ACK, TCPSTATE_CLOSED, TCPSTATE_IN_ACK, 0,
		    0);
	assert_int_equal(life->close_wait, 7000);
}

/* For want of a bucket, FIN and ACK have come but no TIME_WAIT; or no FIN ... */
static void no_bucket(void **state)
{
	const struct life *life;

	(void)state;
	open_client();
	take(9, TCPSTATE_ESTABLISHED, TCPSTATE_FIN_WAIT_1, TCPSTATE_CLOSE, 0,
	     1);
	life = take(10, TCPSTATE_FIN_WAIT_1, TCPSTATE_CLOSED,
		    TCPSTATE_TW_BUCKETS, 1, 2);
	assert_int_equal(life->received, 0);
	assert_int_equal(life->acked, 0);

	open_client();
	take(9, TCPSTATE_ESTABLISHED, TCPSTATE_FIN_WAIT_1, TCPSTATE_CLOSE, 5,
	     1);
	take(10, TCPSTATE_FIN_WAIT_1, TCPSTATE_FIN_WAIT_2, TCPSTATE_IN_ACK, 5,
	     2);
	life = take(11, TCPSTATE_FIN_WAIT_2, TCPSTATE_CLOSED,
		    TCPSTATE_TW_BUCKETS, 5, 2);
	assert_int_equal(life->received, 5);
}

/* ... with a process that still has it, which was waiting for the FIN */
static void no_bucket_for_fin(void **state)
{
	const struct life *life;

	(void)state;
	open_client();
	take(9, TCPSTATE_ESTABLISHED, TCPSTATE_FIN_WAIT_1, TCPSTATE_SHUTDOWN, 5,
	     1);
	take(10, TCPSTATE_FIN_WAIT_1, TCPSTATE_FIN_WAIT_2, TCPSTATE_IN_ACK, 5,
	     2);
	life = take(11, TCPSTATE_FIN_WAIT_2, TCPSTATE_CLOSED,
		    TCPSTATE_TW_BUCKETS, 6, 2);
	assert_false(life->orphan);
	assert_int_equal(life->received, 5);
}

/* The same socket, connected again */
static void again(void **state)
{
	const struct life *life;

	(void)state;
	open_client();
	take(9, TCPSTATE_ESTABLISHED, TCPSTATE_CLOSED, TCPSTATE_DISCONNECT, 7,
	     8);
	life = take(20, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT, TCPSTATE_CONNECT, 0,
		    0);
	assert_int_equal(life->received, 0);
	assert_int_equal(life->established, 0);
	assert_int_equal(life->born, TEST_HOUR + 20000);
}

static const struct life *leave_out(__u64 us, __u8 old_state, __u8 new_state)
{
	const union tcpstate_record record = make_edge(CONN, us, old_state,
						       new_state);
	struct seen seen;

	model_transition(&model, &record.transition, &seen);
	model_leave_out(&model, &record.head, new_state, &seen);
	return lives_unwanted(&lives, &record.transition, &seen);
}

/* By edges that a filter leaves out, a life goes on and ends, and none begins. */
static void unwanted(void **state)
{
	const struct life *life;

	(void)state;
	assert_null(leave_out(1, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT));
	take(5, TCPSTATE_SYN_SENT, TCPSTATE_ESTABLISHED, TCPSTATE_IN_SYN_ACK, 0,
	     1);
	life = leave_out(6, TCPSTATE_ESTABLISHED, TCPSTATE_CLOSE_WAIT);
	assert_int_equal(life->state, TCPSTATE_CLOSE_WAIT);
	life = leave_out(7, TCPSTATE_LAST_ACK, TCPSTATE_CLOSED);
	assert_int_equal(life->closed_by, CLOSED_THERE);
	assert_null(lives.by_id);
	/* A client, whose local port turns out to be another one */
	model.flow = true;
	take(8, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT, TCPSTATE_CONNECT, 0, 0);
	assert_null(leave_out(9, TCPSTATE_SYN_SENT, TCPSTATE_ESTABLISHED));
	assert_null(lives.by_id);
	model.flow = false;
}

static void count(void *arg, const struct life *life)
{
	(void)life;
	++*(int *)arg;
}

/* What was listed after the loss remains, as in the model. */
static void loss(void **state)
{
	union tcpstate_record record = make_socket(7, 30, TCPSTATE_LISTEN);
	struct seen seen;
	int lost = 0, left = 0;

	(void)state;
	open_client();
	model_socket(&model, &record.socket, &seen);
	lives_socket(&lives, &record.socket, &seen);
	lives_lost(&lives, TEST_HOUR + 20000, count, &lost);
	lives_each(&lives, count, &left);
	assert_int_equal(lost, 1);
	assert_int_equal(left, 1);
}

/* What goes on behind a loss is without its beginning, from there to its end. */
static void gap(void **state)
{
	(void)state;
	open_client();
	model_lost(&model, TEST_HOUR + 20000);
	lives_lost(&lives, TEST_HOUR + 20000, NULL, NULL);
	assert_true(take(30, TCPSTATE_ESTABLISHED, TCPSTATE_CLOSE_WAIT,
			 TCPSTATE_IN_FIN, 0, 0)->gap);
	assert_true(take(31, TCPSTATE_CLOSE_WAIT, TCPSTATE_LAST_ACK,
			 TCPSTATE_CLOSE, 0, 0)->gap);
	assert_true(take(32, TCPSTATE_LAST_ACK, TCPSTATE_CLOSED,
			 TCPSTATE_IN_ACK, 0, 0)->gap);
	assert_false(take(33, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT,
			  TCPSTATE_CONNECT, 0, 0)->gap);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(client_closes, teardown),
		cmocka_unit_test_teardown(server_is_closed, teardown),
		cmocka_unit_test_teardown(listed_in_close_wait, teardown),
		cmocka_unit_test_teardown(no_bucket, teardown),
		cmocka_unit_test_teardown(no_bucket_for_fin, teardown),
		cmocka_unit_test_teardown(again, teardown),
		cmocka_unit_test_teardown(unwanted, teardown),
		cmocka_unit_test_teardown(loss, teardown),
		cmocka_unit_test_teardown(gap, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

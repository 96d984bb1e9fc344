// SPDX-License-Identifier: GPL-2.0
/*
 * listing: which sockets are listed, in which state and where, and that list
 * and stream together are without a gap, whenever each socket was seen.
 */
#include "cmocka_test.h"

#include "listing.h"
#include "records.h"
#include "util.h"

#define RECORDS_MAX 1024
#define SOCKETS 24
#define RANDOM_STREAMS 3000

/* In which us of the stream the list was begun. */
#define BEGUN 500

static struct listing listing;
static union tcpstate_record stream[RECORDS_MAX];
static size_t count;
static size_t place;
static union tcpstate_record *records[2];	/* behind the start, late */
static size_t listed[2];

static int setup(void **state)
{
	(void)state;
	listing.begun = TEST_HOUR + BEGUN * 1000;
	listing.netns = TEST_NETNS;
	stream[0] = make_start();
	count = 1;
	return 0;
}

static int teardown(void **state)
{
	int late;

	(void)state;
	for (late = 0; late < 2; late++) {
		free(records[late]);
		records[late] = NULL;
	}
	listing_free(&listing);
	return 0;
}

static void see(__u64 cookie, __u8 tcp_state)
{
	struct diag_socket socket = { .cookie = cookie, .state = tcp_state };

	listing_add(&listing, &socket);
}

static void add(union tcpstate_record record)
{
	assert_true(count < RECORDS_MAX);
	stream[count++] = record;
}

static void edge(__u64 cookie, __u64 us, __u8 old_state, __u8 new_state)
{
	add(make_edge(cookie, us, old_state, new_state));
}

static void lose(__u64 us)
{
	union tcpstate_record record = make_lost(1, 10);

	record.head.ts = TEST_HOUR + us * 1000;
	add(record);
}

static void compare(void)
{
	int late;

	listing_compare(&listing, (unsigned char *)stream, count);
	place = listing.place;
	for (late = 0; late < 2; late++)
		records[late] = listing_write(&listing, late, &listed[late]);
}

/* Return: the state that it is listed in at this place, 0 if it is not. */
static __u8 at(bool late, __u64 cookie)
{
	size_t i;

	for (i = 0; i < listed[late]; i++)
		if (records[late][i].head.cookie == cookie)
			return records[late][i].socket.state;
	return 0;
}

static void lists_what_nothing_happens_to(void **state)
{
	struct diag_socket socket = {
		.cookie	= 0x2a,
		.uid	= 1000,
		.state	= TCPSTATE_CLOSE_WAIT,
		.ipv6	= true,
		.mptcp	= true,
	};
	const struct tcpstate_socket *record;

	(void)state;
	fill_flow(&socket.flow, "10.9.0.2", 33333, "10.9.0.1", 45714);
	listing_add(&listing, &socket);
	compare();
	assert_int_equal(place, 1);
	assert_int_equal(listed[0], 1);
	assert_int_equal(listed[1], 0);
	record = &records[0]->socket;
	assert_int_equal(record->head.kind, TCPSTATE_SOCKET);
	assert_int_equal(record->head.ts, TEST_HOUR + BEGUN * 1000);
	assert_int_equal(record->head.cookie, 0x2a);
	assert_int_equal(record->head.netns, TEST_NETNS);
	assert_int_equal(record->head.flags, TCPSTATE_F_IPV6 | TCPSTATE_F_MPTCP);
	assert_int_equal(record->state, TCPSTATE_CLOSE_WAIT);
	assert_memory_equal(&record->flow, &socket.flow, sizeof(socket.flow));
}

static void knows_orphans(void **state)
{
	const struct diag_socket sockets[] = {
		{ .cookie = 1, .state = TCPSTATE_FIN_WAIT_2 },
		{ .cookie = 2, .state = TCPSTATE_FIN_WAIT_2, .inode = 7 },
		{ .cookie = 3, .state = TCPSTATE_ESTABLISHED },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(sockets); i++)
		listing_add(&listing, &sockets[i]);
	compare();
	assert_int_equal(listed[0], 3);
	for (i = 0; i < 3; i++)
		assert_int_equal(records[0][i].socket.orphan, !i);
}

static void lists_in_the_order_found(void **state)
{
	__u64 i;

	(void)state;
	for (i = 0; i < 1000; i++)
		see(1000 - i, TCPSTATE_LISTEN);
	compare();
	assert_int_equal(listed[0], 1000);
	for (i = 0; i < 1000; i++)
		assert_int_equal(records[0][i].head.cookie, 1000 - i);
}

static void lists_nothing_twice(void **state)
{
	(void)state;
	see(1, TCPSTATE_SYN_RCVD);
	see(1, TCPSTATE_ESTABLISHED);
	listing.netns++;
	see(1, TCPSTATE_LISTEN);	/* another's first one */
	compare();
	assert_int_equal(listed[0], 2);
	assert_int_equal(records[0][0].socket.state, TCPSTATE_SYN_RCVD);
	assert_int_equal(records[0][1].socket.state, TCPSTATE_LISTEN);
}

static void lists_no_newborn(void **state)
{
	(void)state;
	see(1, TCPSTATE_ESTABLISHED);
	see(2, TCPSTATE_ESTABLISHED);
	see(3, TCPSTATE_LISTEN);
	edge(3, 1, TCPSTATE_CLOSED, TCPSTATE_LISTEN);
	edge(1, 2, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT);
	edge(2, 3, TCPSTATE_LISTEN, TCPSTATE_SYN_RCVD);
	edge(2, 4, TCPSTATE_SYN_RCVD, TCPSTATE_ESTABLISHED);
	edge(1, BEGUN + 5, TCPSTATE_SYN_SENT, TCPSTATE_ESTABLISHED);
	compare();
	assert_int_equal(listed[0], 0);
	assert_int_equal(listed[1], 0);
}

static void lists_the_state_before_the_first_edge(void **state)
{
	(void)state;
	see(1, TCPSTATE_TIME_WAIT);
	see(2, TCPSTATE_LISTEN);
	see(3, TCPSTATE_ESTABLISHED);
	edge(1, 1, TCPSTATE_FIN_WAIT_1, TCPSTATE_FIN_WAIT_2);
	edge(1, 2, TCPSTATE_FIN_WAIT_2, TCPSTATE_TIME_WAIT);
	edge(2, BEGUN + 1, TCPSTATE_LISTEN, TCPSTATE_CLOSED);
	/* Its other life begins after it was seen in this one. */
	edge(3, BEGUN + 2, TCPSTATE_ESTABLISHED, TCPSTATE_CLOSED);
	edge(3, BEGUN + 3, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT);
	compare();
	assert_int_equal(listed[0], 3);
	assert_int_equal(at(false, 1), TCPSTATE_FIN_WAIT_1);
	assert_int_equal(at(false, 2), TCPSTATE_LISTEN);
	assert_int_equal(at(false, 3), TCPSTATE_ESTABLISHED);
}

static void minds_edges_of_the_same_socket_only(void **state)
{
	union tcpstate_record other = make_edge(1, 1, TCPSTATE_CLOSED,
						TCPSTATE_SYN_SENT);

	(void)state;
	see(1, TCPSTATE_LAST_ACK);
	other.head.netns++;
	add(other);
	edge(2, 2, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT);
	add(make_segment(1, 3, 0x10));
	add((union tcpstate_record){ .words = { [3] = ~0ULL } });
	compare();
	assert_int_equal(at(false, 1), TCPSTATE_LAST_ACK);
}

static void lists_behind_a_loss_what_had_edges_before(void **state)
{
	(void)state;
	see(1, TCPSTATE_LISTEN);
	see(2, TCPSTATE_ESTABLISHED);
	see(3, TCPSTATE_TIME_WAIT);
	see(4, TCPSTATE_SYN_SENT);
	lose(1);
	edge(2, 2, TCPSTATE_SYN_RCVD, TCPSTATE_ESTABLISHED);
	edge(3, 3, TCPSTATE_ESTABLISHED, TCPSTATE_FIN_WAIT_1);
	edge(4, 4, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT);
	edge(4, 5, TCPSTATE_SYN_SENT, TCPSTATE_CLOSED);
	lose(BEGUN);
	edge(3, BEGUN, TCPSTATE_FIN_WAIT_2, TCPSTATE_TIME_WAIT);
	edge(4, BEGUN, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT);
	compare();
	assert_false(listing.lost);
	assert_int_equal(place, 7);
	assert_int_equal(listed[0], 1);
	assert_int_equal(listed[1], 2);
	assert_int_equal(at(false, 1), TCPSTATE_LISTEN);
	assert_int_equal(at(true, 2), TCPSTATE_ESTABLISHED);
	assert_int_equal(at(true, 3), TCPSTATE_FIN_WAIT_2);
}

static void lists_what_had_gone_before_its_turn(void **state)
{
	union tcpstate_record last = make_edge(1, BEGUN + 1,
					       TCPSTATE_LAST_ACK,
					       TCPSTATE_CLOSED);

	(void)state;
	last.head.flags = 0xff;
	add(last);
	edge(2, BEGUN, TCPSTATE_LAST_ACK, TCPSTATE_CLOSED);
	edge(3, BEGUN + 1, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT);
	edge(3, BEGUN + 2, TCPSTATE_SYN_SENT, TCPSTATE_ESTABLISHED);
	edge(0, BEGUN + 3, TCPSTATE_FIN_WAIT_1, TCPSTATE_FIN_WAIT_2);
	compare();
	assert_int_equal(listed[0], 1);
	assert_int_equal(at(false, 1), TCPSTATE_LAST_ACK);
	assert_int_equal(records[0]->head.flags, TCPSTATE_F_IPV6 |
			 TCPSTATE_F_KERN | TCPSTATE_F_MPTCP);
	assert_memory_equal(&records[0]->socket.flow, &last.transition.flow,
			    sizeof(struct tcpstate_flow));
}

static void puts_nothing_behind_a_loss_of_what_the_list_saw(void **state)
{
	(void)state;
	see(1, TCPSTATE_ESTABLISHED);
	edge(1, 2, TCPSTATE_SYN_RCVD, TCPSTATE_ESTABLISHED);
	lose(BEGUN + 1);
	compare();
	assert_true(listing.lost);
	assert_int_equal(place, 1);
	assert_int_equal(at(false, 1), TCPSTATE_SYN_RCVD);
	assert_int_equal(listed[1], 0);
}

/*
 * Random lives, of which the stream has kept a part and the list has seen a
 * state each: the least that a socket does is to go from state to state.
 */
struct life {
	__u8	states[16];
	__u8	length;		/* how many states, all of different times */
	__u8	now;		/* which is the state now */
	__u8	seen;		/* when it is to be seen */
	bool	was_there;	/* when the list was begun */
};

static struct life lives[SOCKETS + 1];

static void make_life(struct life *life)
{
	static const __u8 path[] = {
		TCPSTATE_CLOSED, TCPSTATE_SYN_SENT, TCPSTATE_ESTABLISHED,
		TCPSTATE_FIN_WAIT_1, TCPSTATE_FIN_WAIT_2, TCPSTATE_TIME_WAIT,
		TCPSTATE_CLOSED, TCPSTATE_SYN_SENT, TCPSTATE_CLOSED,
	};
	size_t i;

	memset(life, 0, sizeof(*life));
	memcpy(life->states, path, sizeof(path));
	if (random() % 2) {	/* a child, then, with one life only */
		life->states[0] = TCPSTATE_LISTEN;
		life->states[1] = TCPSTATE_SYN_RCVD;
		life->length = 7;
	} else {
		life->length = sizeof(path);
	}
	/* A third of them is in the middle of it from before till after. */
	for (i = random() % 8; i && life->now < life->length - 1; i--)
		life->now++;
	if (random() % 3 == 0)
		life->length = life->now + 1;
	life->seen = random() % 100;
}

static bool lives_on(const struct life *life)
{
	return life->now > 0 && life->states[life->now] != TCPSTATE_CLOSED;
}

/* Time goes by: @lost says if the record is not among those kept. */
static void step(__u64 us, bool lost)
{
	__u64 cookie = 1 + random() % SOCKETS;
	struct life *life = &lives[cookie];

	if (life->now + 1 == life->length)
		return;
	if (!lost)
		edge(cookie, us, life->states[life->now],
		     life->states[life->now + 1]);
	life->now++;
}

/* The kernel lists those whose turn it is. */
static void look(__u8 turn)
{
	__u64 cookie;

	for (cookie = 1; cookie <= SOCKETS; cookie++)
		if (lives[cookie].seen == turn && lives_on(&lives[cookie]))
			see(cookie, lives[cookie].states[lives[cookie].now]);
}

static void make_stream(bool losses)
{
	__u64 us, i;

	for (i = 1; i <= SOCKETS; i++)
		make_life(&lives[i]);
	for (us = 1; us < BEGUN; us += 10)
		step(us, losses && us < BEGUN / 2 && random() % 2);
	for (i = 1; i <= SOCKETS; i++)
		lives[i].was_there = lives_on(&lives[i]);
	for (us = BEGUN + 1; us <= BEGUN + 100; us++) {
		look(us - BEGUN - 1);
		step(us, false);
	}
}

/* Losses are told of where the next record is. */
static void tell_of_losses(void)
{
	union tcpstate_record record = make_lost(1, 10);
	size_t at_record = 1;

	while (at_record < count &&
	       stream[at_record].head.ts < TEST_HOUR + BEGUN / 2 * 1000)
		at_record++;
	memmove(stream + at_record + 1, stream + at_record,
		(count - at_record) * sizeof(*stream));
	record.head.ts = TEST_HOUR + BEGUN / 2 * 1000;
	stream[at_record] = record;
	count++;
}

static bool is_birth(const struct tcpstate_transition *t)
{
	return t->old_state == TCPSTATE_CLOSED ||
	       t->new_state == TCPSTATE_SYN_RCVD;
}

/*
 * Follow a socket from @from on, where it is said to be in @now, 0 if nothing
 * is said: then an earlier life may end, but not after the list was begun.
 */
static __u8 follow(__u64 cookie, __u8 now, size_t from)
{
	size_t i;

	for (i = from; i < count; i++) {
		const struct tcpstate_transition *t = &stream[i].transition;

		if (t->head.kind != TCPSTATE_TRANSITION ||
		    t->head.cookie != cookie)
			continue;
		if (!now && !is_birth(t) && t->head.ts <= listing.begun)
			continue;
		if (now)
			assert_int_equal(t->old_state, now);
		else
			assert_true(is_birth(t));
		now = t->new_state;
	}
	return now;
}

/* What had edges before the loss is no matter till it is listed there. */
static bool has_edge_before(__u64 cookie, size_t end)
{
	size_t i;

	for (i = 1; i < end; i++)
		if (stream[i].head.cookie == cookie)
			return true;
	return false;
}

static void check_socket(__u64 cookie)
{
	const struct life *life = &lives[cookie];
	bool late = at(true, cookie) || has_edge_before(cookie, place);
	__u8 now = at(late, cookie);

	assert_int_equal(at(!late, cookie), 0);
	/* It may have ended in the stream with no beginning there. */
	if (!now && !life->was_there)
		return;
	now = follow(cookie, now, late ? place : 1);
	assert_int_equal(now, life->states[life->now]);
}

static void leaves_no_gap(void **state)
{
	size_t sum[2] = { 0, 0 };
	__u64 cookie;
	int i;

	srandom(1);
	for (i = 0; i < RANDOM_STREAMS; i++) {
		setup(state);
		make_stream(i % 2);
		if (i % 2)
			tell_of_losses();
		compare();
		for (cookie = 1; cookie <= SOCKETS; cookie++)
			check_socket(cookie);
		sum[0] += listed[0];
		sum[1] += listed[1];
		teardown(state);
	}
	assert_true(sum[0] > 10000);
	assert_true(sum[1] > 1000);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(lists_what_nothing_happens_to),
		TEST(lists_in_the_order_found),
		TEST(knows_orphans),
		TEST(lists_nothing_twice),
		TEST(lists_no_newborn),
		TEST(lists_the_state_before_the_first_edge),
		TEST(minds_edges_of_the_same_socket_only),
		TEST(lists_behind_a_loss_what_had_edges_before),
		TEST(lists_what_had_gone_before_its_turn),
		TEST(puts_nothing_behind_a_loss_of_what_the_list_saw),
		TEST(leaves_no_gap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

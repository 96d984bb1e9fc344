// SPDX-License-Identifier: GPL-2.0
/* What is said of segments in sequence diagrams. */
#include "cmocka_test.h"

#include <string.h>

#include "ladder.h"

#define ACK 0x10
#define FIN 0x01

static struct happening happenings[3];
static struct exchange exchange;

/* Two segments of end 0, of which the second arrived */
static int setup(void **state)
{
	(void)state;
	memset(happenings, 0, sizeof(happenings));
	happenings[0] = (struct happening){
		.what = DEPARTED, .flags = ACK, .other = NO_HAPPENING,
		.seqno = 1000000001, .ackno = 4294967295U, .len = 492,
	};
	happenings[1] = (struct happening){
		.what = DEPARTED, .flags = ACK, .other = 2,
	};
	happenings[2] = (struct happening){
		.what = ARRIVED, .flags = ACK, .other = 1,
	};
	exchange = (struct exchange){
		.ends = {
			{ .recorded = true, .isn = 1000000000 },
			{ .recorded = true, .isn = 4294967290U },
		},
		.complete = true,
		.happenings = happenings,
		.count = 3,
	};
	return 0;
}

static void assert_fate(enum fate fate)
{
	struct arrow arrow;

	assert_true(ladder_arrow(&arrow, &exchange, 0));
	assert_int_equal(arrow.fate, fate);
}

static void test_later_arrived(void **state)
{
	(void)state;
	assert_fate(FATE_LOST);
}

static void test_ends_too_early(void **state)
{
	(void)state;
	exchange.count = 1;
	assert_fate(FATE_UNDER_WAY);
	exchange.finished = true;
	assert_fate(FATE_LOST);
	exchange.omitted = 1;
	assert_fate(FATE_UNDER_WAY);
}

static void test_not_recorded(void **state)
{
	(void)state;
	exchange.ends[1].recorded = false;
	assert_fate(FATE_ARRIVED);
}

static void test_control_only(void **state)
{
	(void)state;
	exchange.complete = false;
	assert_fate(FATE_ARRIVED);
	happenings[0].flags |= FIN;
	assert_fate(FATE_LOST);
}

static void test_drawn_where_it_came(void **state)
{
	struct arrow arrow;

	(void)state;
	assert_false(ladder_arrow(&arrow, &exchange, 1));
	assert_true(ladder_arrow(&arrow, &exchange, 2));
	assert_ptr_equal(arrow.segment, &happenings[1]);
	assert_ptr_equal(arrow.arrival, &happenings[2]);
}

/* Nothing happened between the departure and the arrival, and then something. */
static void test_apart(void **state)
{
	struct happening closer[4];
	struct arrow arrow;

	(void)state;
	assert_false(ladder_departure(&arrow, &exchange, 1));
	memcpy(closer, happenings, 2 * sizeof(*closer));
	closer[1].other = 3;
	closer[2] = (struct happening){ .what = CHANGED };
	closer[3] = happenings[2];
	exchange.happenings = closer;
	exchange.count = 4;
	assert_false(ladder_departure(&arrow, &exchange, 0));
	assert_true(ladder_departure(&arrow, &exchange, 1));
	assert_ptr_equal(arrow.arrival, &closer[3]);
	assert_true(ladder_arrow(&arrow, &exchange, 3));
	assert_true(arrow.apart);
	/* What was cut on the way is told as it came. */
	closer[3].len = 1;
	assert_false(ladder_departure(&arrow, &exchange, 1));
}

static void test_label(void **state)
{
	char label[LADDER_WORD_LEN];
	struct arrow arrow;

	(void)state;
	assert_true(ladder_arrow(&arrow, &exchange, 0));
	ladder_label(label, &exchange, &arrow);
	assert_string_equal(label, "ACK seq 1:493");
}

static void test_words(void **state)
{
	static const char *const expected[] = {
		"FIN,ACK", "seq 1:493 (1000000001)", "ack 5 (4294967295)",
		"len 492", "retransmitted, lost",
	};
	char words[LADDER_WORDS][LADDER_WORD_LEN];
	struct arrow arrow;
	size_t i;

	(void)state;
	happenings[0].flags |= FIN;
	happenings[0].again = true;
	assert_true(ladder_arrow(&arrow, &exchange, 0));
	assert_int_equal(ladder_words(words, &exchange, &arrow), 5);
	for (i = 0; i < 5; i++)
		assert_string_equal(words[i], expected[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_later_arrived, setup),
		cmocka_unit_test_setup(test_ends_too_early, setup),
		cmocka_unit_test_setup(test_not_recorded, setup),
		cmocka_unit_test_setup(test_control_only, setup),
		cmocka_unit_test_setup(test_drawn_where_it_came, setup),
		cmocka_unit_test_setup(test_apart, setup),
		cmocka_unit_test_setup(test_label, setup),
		cmocka_unit_test_setup(test_words, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0
/* options: walks what a record kept of a header's options, and no further. */
#include "cmocka_test.h"

#include "options.h"
#include "records.h"

static union tcpstate_record record;
static struct option_walk walk;
static struct tcp_option option;

/* The options of a segment: @bytes, of which there are @len. */
static void begin(const __u8 *bytes, __u8 len)
{
	record = make_segment(1, 0, 2);
	fill_options(&record, bytes, len);
	options_begin(&walk, &record.segment);
}

#define BEGIN(...) \
	begin((const __u8 []){ __VA_ARGS__ }, \
	      sizeof((const __u8 []){ __VA_ARGS__ }))

static void assert_next(__u8 kind, __u8 length)
{
	assert_true(options_next(&walk, &option));
	assert_int_equal(option.kind, kind);
	assert_int_equal(option.length, length);
}

static void assert_end(bool truncated, bool malformed)
{
	int i;

	for (i = 0; i < 2; i++) {
		assert_false(options_next(&walk, &option));
		assert_int_equal(walk.truncated, truncated);
		assert_int_equal(walk.malformed, malformed);
	}
}

static void none(void **state)
{
	(void)state;
	begin(NULL, 0);
	assert_end(false, false);
}

/* As Linux sends it. */
static void a_syn(void **state)
{
	(void)state;
	BEGIN(2, 4, 0x05, 0xb4, 4, 2, 8, 10, 1, 2, 3, 4, 5, 6, 7, 8,
	      1, 3, 3, 7);
	assert_next(OPTION_MSS, 2);
	assert_int_equal(option_be16(option.data), 1460);
	assert_next(OPTION_SACK_OK, 0);
	assert_next(OPTION_TIMESTAMPS, 8);
	assert_int_equal(option_be32(option.data), 0x01020304);
	assert_int_equal(option_be32(option.data + 4), 0x05060708);
	assert_next(OPTION_WSCALE, 1);
	assert_int_equal(option.data[0], 7);
	assert_end(false, false);
}

static void large_values_are_not_negative(void **state)
{
	(void)state;
	BEGIN(8, 10, 0xff, 0xff, 0xff, 0xfe, 0x80, 0, 0, 0);
	assert_next(OPTION_TIMESTAMPS, 8);
	assert_true(option_be32(option.data) == 0xfffffffeU);
	assert_true(option_be32(option.data + 4) == 0x80000000U);
}

static void nothing_follows_end(void **state)
{
	(void)state;
	BEGIN(1, 1, 3, 3, 7, 0, 2, 4, 5, 0xb4);
	assert_next(OPTION_WSCALE, 1);
	assert_end(false, false);
}

static void nops_only(void **state)
{
	(void)state;
	BEGIN(1, 1, 1, 1);
	assert_end(false, false);
}

/* Of 32 bytes, 20 are in the record: the second option is cut in two. */
static void cut_within_an_option(void **state)
{
	__u8 bytes[32] = { 30, 12, [12] = 34, 18 };

	(void)state;
	begin(bytes, sizeof(bytes));
	assert_next(30, 10);
	assert_end(true, false);
}

static void cut_between_options(void **state)
{
	__u8 bytes[32] = { 30, 20, [20] = 34, 12 };

	(void)state;
	begin(bytes, sizeof(bytes));
	assert_next(30, 18);
	assert_end(true, false);
}

static void cut_after_a_kind(void **state)
{
	__u8 bytes[24] = { 30, 19, [19] = 34, 5 };

	(void)state;
	begin(bytes, sizeof(bytes));
	assert_next(30, 17);
	assert_end(true, false);
}

/* What was cut off here is padding. */
static void cut_after_the_end(void **state)
{
	__u8 bytes[24] = { 30, 19 };

	(void)state;
	begin(bytes, sizeof(bytes));
	assert_next(30, 17);
	assert_end(false, false);
}

static void impossible_lengths(void **state)
{
	(void)state;
	BEGIN(3, 0, 7);
	assert_end(false, true);
	BEGIN(3, 1, 7);
	assert_end(false, true);
	BEGIN(3, 4, 7);
	assert_end(false, true);
	BEGIN(4, 2, 3);
	assert_next(OPTION_SACK_OK, 0);
	assert_end(false, true);
}

static void beyond_what_the_header_had(void **state)
{
	__u8 bytes[24] = { 30, 19, [19] = 1 };

	(void)state;
	begin(bytes, 24);
	record.segment.opt[19] = 34;
	assert_next(30, 17);
	assert_end(true, false);

	bytes[0] = 2;
	bytes[1] = 25;
	begin(bytes, 24);
	assert_end(false, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(none),
		cmocka_unit_test(a_syn),
		cmocka_unit_test(large_values_are_not_negative),
		cmocka_unit_test(nothing_follows_end),
		cmocka_unit_test(nops_only),
		cmocka_unit_test(cut_within_an_option),
		cmocka_unit_test(cut_between_options),
		cmocka_unit_test(cut_after_a_kind),
		cmocka_unit_test(cut_after_the_end),
		cmocka_unit_test(impossible_lengths),
		cmocka_unit_test(beyond_what_the_header_had),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

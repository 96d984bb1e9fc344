// SPDX-License-Identifier: GPL-2.0
/* digits: as printf() writes them. */
#include "cmocka_test.h"

#include <stdio.h>

#include "digits.h"

static void assert_dec(__u64 value)
{
	char text[DIGITS_MAX + 1], expected[DIGITS_MAX + 1];

	*digits_dec(text, value) = '\0';
	snprintf(expected, sizeof(expected), "%llu", value);
	assert_string_equal(text, expected);
}

static void assert_pad(__u32 value, int count)
{
	char text[DIGITS_MAX + 1], expected[DIGITS_MAX + 1];

	*digits_pad(text, value, count) = '\0';
	snprintf(expected, sizeof(expected), "%0*u", count, value);
	assert_string_equal(text, expected);
}

static void assert_hex(__u64 value)
{
	char text[DIGITS_MAX + 1], expected[DIGITS_MAX + 1];

	*digits_hex(text, value) = '\0';
	snprintf(expected, sizeof(expected), "%llx", value);
	assert_string_equal(text, expected);
}

/* Eight digits are two times four: all there are, on either side. */
static void every_four_digits(void **state)
{
	__u32 four;

	(void)state;
	for (four = 0; four < 10000; four++) {
		assert_dec(four);
		assert_dec(four * 10000ULL);
		assert_dec(four * 10001ULL);
		assert_dec(four * 100010001ULL);
		assert_dec(four * 1000100010001ULL);
	}
}

static void every_length(void **state)
{
	__u64 power;
	int i;

	(void)state;
	for (i = 0, power = 1; i < 20; i++, power *= 10) {
		assert_dec(power - 1);
		assert_dec(power);
		assert_dec(power * 9);
	}
	assert_dec(UINT64_MAX);
	for (i = 0; i < 64; i++) {
		assert_hex(1ULL << i);
		assert_hex((1ULL << i) - 1);
	}
	assert_hex(0x123456789abcdefULL);
	assert_hex(UINT64_MAX);
}

static void leading_zeros(void **state)
{
	__u32 power = 1;
	int count;

	(void)state;
	for (count = 1; count <= 9; count++) {
		assert_pad(0, count);
		assert_pad(power, count);
		power *= 10;
		assert_pad(power - 1, count);
		assert_pad(123456789 % power, count);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_four_digits),
		cmocka_unit_test(every_length),
		cmocka_unit_test(leading_zeros),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0
/* The histogram: what it tells is within its error of what was added. */
#include "cmocka_test.h"

#include <stdlib.h>
#include <string.h>

#include "histogram.h"

static struct histogram histogram;

static int setup(void **state)
{
	(void)state;
	memset(&histogram, 0, sizeof(histogram));
	return 0;
}

static void assert_near(__u64 got, __u64 value)
{
	__u64 error = got > value ? got - value : value - got;

	if (error > value / 256)
		fail_msg("%llu for %llu", got, value);
}

static void nothing(void **state)
{
	(void)state;
	assert_int_equal(histogram_quantile(&histogram, 50), 0);
	assert_int_equal(histogram_quantile(&histogram, 100), 0);
	assert_int_equal(histogram_below(&histogram, 63), 0);
}

/* Each size of value, alone below a larger one, which would be exact */
static void each_size(void **state)
{
	__u64 value;

	for (value = 1; value < 1ULL << 62; value += value / 7 + 1) {
		setup(state);
		histogram_add(&histogram, value);
		histogram_add(&histogram, ~0ULL);
		assert_near(histogram_quantile(&histogram, 50), value);
		assert_true(histogram_quantile(&histogram, 100) == ~0ULL);
	}
}

static void quantiles(void **state)
{
	__u64 i;

	(void)state;
	for (i = 1; i <= 100000; i++)
		histogram_add(&histogram, i * 1000);
	assert_near(histogram_quantile(&histogram, 1), 1000 * 1000);
	assert_near(histogram_quantile(&histogram, 50), 50000 * 1000);
	assert_near(histogram_quantile(&histogram, 99), 99000 * 1000);
	assert_int_equal(histogram_quantile(&histogram, 100), 100000 * 1000);
	assert_int_equal(histogram.sum.seconds, 5000);
	assert_int_equal(histogram.sum.ns, 50000000);
}

/* One value is all of its quantiles, exactly. */
static void one(void **state)
{
	(void)state;
	histogram_add(&histogram, 1234567);
	assert_int_equal(histogram_quantile(&histogram, 1), 1234567);
	assert_int_equal(histogram_quantile(&histogram, 99), 1234567);
}

static void powers(void **state)
{
	unsigned int power;

	(void)state;
	for (power = HISTOGRAM_SUB_BITS; power < 64; power++) {
		histogram_add(&histogram, (1ULL << power) - 1);
		histogram_add(&histogram, 1ULL << power);
	}
	for (power = HISTOGRAM_SUB_BITS; power < 64; power++)
		assert_int_equal(histogram_below(&histogram, power),
				 2 * (power - HISTOGRAM_SUB_BITS) + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(nothing, setup),
		cmocka_unit_test_setup(each_size, setup),
		cmocka_unit_test_setup(quantiles, setup),
		cmocka_unit_test_setup(one, setup),
		cmocka_unit_test_setup(powers, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0
/* What is understood of /proc/tcpstate: what is known of it, and no more. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmocka_test.h"

#include "status.h"

static struct status read_text(const char *text)
{
	FILE *file = fmemopen((char *)text, strlen(text), "r");
	struct status status;

	assert_non_null(file);
	status_read(&status, file);
	fclose(file);
	return status;
}

static void all_there_is(void **state)
{
	static const char text[] =
		"version 2\n"
		"hooks 17 missing 0x8001\n"
		"missed 3\n"
		"cpu 0 recorded 10 transition 5 segment 4 note 1\n"
		"cpu 3 recorded 20\n"
		"reader 567 a b\\012c\n"
		"reader-cpu 0 recorded 10 delivered 4 filtered 3 lost 2\n"
		"reader-cpu 3 recorded 20 delivered 20 filtered 0 lost 0\n"
		"reader 568 d\n";
	struct status status = read_text(text);

	(void)state;
	assert_int_equal(status.version, 2);
	assert_int_equal(status.hooks, 17);
	assert_int_equal(status.missing, 0x8001);
	assert_int_equal(status.missed, 3);
	assert_int_equal(status.cpu_count, 2);
	assert_int_equal(status.cpus[0].kinds[TCPSTATE_TRANSITION], 5);
	assert_int_equal(status.cpus[0].kinds[TCPSTATE_SEGMENT], 4);
	assert_int_equal(status.cpus[0].kinds[TCPSTATE_NOTE], 1);
	assert_int_equal(status.cpus[1].cpu, 3);
	assert_int_equal(status.cpus[1].recorded, 20);
	assert_int_equal(status.reader_count, 2);
	assert_int_equal(status.readers[0].pid, 567);
	assert_string_equal(status.readers[0].comm, "a b\\012c");
	assert_int_equal(status.readers[0].counters.recorded, 30);
	assert_int_equal(status.readers[0].counters.delivered, 24);
	assert_int_equal(status.readers[0].counters.filtered, 3);
	assert_int_equal(status.readers[0].counters.lost, 2);
	assert_int_equal(status_pending(&status.readers[0].counters), 1);
	assert_int_equal(status_pending(&status.readers[1].counters), 0);
	status_free(&status);
}

static void what_is_new_or_nonsense(void **state)
{
	char name[1000] = "reader 1 ";
	struct status status;

	(void)state;
	status = read_text("version 2 beta\nfoo bar\n\ncpu x\ncpu 1\n"
			   "reader-cpu 0 recorded 1 delivered 1 filtered 0 lost 0\n"
			   "reader\nreader x y\nhooks 1\n"
			   "cpu 1 recorded 7 transition 1 segment 2 note 3 more 4\n"
			   "reader 8\nreader 9");
	assert_int_equal(status.version, 2);
	assert_int_equal(status.cpu_count, 1);
	assert_int_equal(status.cpus[0].kinds[TCPSTATE_NOTE], 3);
	assert_int_equal(status.reader_count, 2);
	assert_string_equal(status.readers[1].comm, "");
	status_free(&status);

	memset(name + strlen(name), 'x', sizeof(name) - strlen(name) - 1);
	status = read_text(name);
	assert_int_equal(status.reader_count, 1);
	assert_true(strlen(status.readers[0].comm) < 64);
	status_free(&status);
}

static void pending_is_not_less_than_nothing(void **state)
{
	const struct tcpstate_counters counters = {
		.recorded = 5, .delivered = 4, .filtered = 3,
	};

	(void)state;
	assert_int_equal(status_pending(&counters), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_there_is),
		cmocka_unit_test(what_is_new_or_nonsense),
		cmocka_unit_test(pending_is_not_less_than_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

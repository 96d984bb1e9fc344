// SPDX-License-Identifier: GPL-2.0
/* Traces such as no module makes, through the views: what tests/fuzz has found. */
#include "cmocka_test.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "records.h"
#include "trace.h"

static struct source source;
static struct out out;

static void show(const struct view *view, const union tcpstate_record *records,
		 size_t count)
{
	struct display display = { .out = &out };
	struct trace trace = {
		.source		= &source,
		.view		= view,
		.display	= &display,
		.command	= { .pidfd = -1 },
		.signals	= -1,
	};

	source.name = "memory";
	source.fd = memfd_create("trace", 0);
	assert_int_equal(write(source.fd, records, count * sizeof(*records)),
			 count * sizeof(*records));
	lseek(source.fd, 0, SEEK_SET);
	out_init(&out, open("/dev/null", O_WRONLY), "null");
	if (view->open)
		view->open(NULL);
	trace_begin(&trace);
	assert_true(trace_run(&trace));
	assert_true(out_close(&out));
	close(source.fd);
}

static void times_wrap_around(void **state)
{
	union tcpstate_record records[] = {
		make_start(),
		make_edge(1, 0, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT),
		make_edge(1, 0, TCPSTATE_SYN_SENT, TCPSTATE_CLOSED),
	};

	(void)state;
	records[0].start.realtime = INT64_MAX;
	records[2].head.ts = INT64_MAX;
	show(&view_report, records, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_wrap_around),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

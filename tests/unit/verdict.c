// SPDX-License-Identifier: GPL-2.0
/*
 * What is said of each edge to CLOSED that tests/vm/edges has, against
 * tests/golden/verdicts; and of connections that stand, or of which less is known.
 */
#include "cmocka_test.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "listed_edges.h"
#include "util.h"
#include "verdict.h"

#define SECOND 1000000000ULL
#define BORN (3600 * SECOND)

static char words[VERDICT_LEN];

/* Three seconds old, two of them in the last state */
static struct life ended_in(__u8 state, const char *cause)
{
	struct listed_edge edge = { .word = cause };
	struct life life = {
		.born	= BORN,
		.side	= SIDE_CLIENT,
		.before	= state,
		.state	= TCPSTATE_CLOSED,
		.since	= BORN + 3 * SECOND,
		.dwell	= 2 * SECOND,
	};

	find_cause(&edge);
	life.cause = edge.cause;
	life.detail = edge.detail;
	return life;
}

/* As the way to that state usually is */
static struct life usual(__u8 state, const char *cause)
{
	static const __u8 closed_by[] = {
		[TCPSTATE_FIN_WAIT_1]	= CLOSED_HERE,
		[TCPSTATE_FIN_WAIT_2]	= CLOSED_HERE,
		[TCPSTATE_TIME_WAIT]	= CLOSED_HERE,
		[TCPSTATE_CLOSE_WAIT]	= CLOSED_THERE,
		[TCPSTATE_LAST_ACK]	= CLOSED_THERE,
		[TCPSTATE_CLOSING]	= CLOSED_HERE | CLOSED_THERE,
	};
	struct life life = ended_in(state, cause);

	life.closed_by = closed_by[state];
	if (state == TCPSTATE_SYN_RCVD)
		life.side = SIDE_SERVER;
	else if (state == TCPSTATE_LISTEN)
		life.side = SIDE_LISTENER;
	if (life.cause == TCPSTATE_ICMP)
		life.err = EHOSTUNREACH;
	return life;
}

static void tell_edge(void *arg, const struct listed_edge *edge)
{
	struct life life;
	enum verdict verdict;

	if (edge->new_state != TCPSTATE_CLOSED)
		return;
	life = usual(edge->old_state, edge->word);
	verdict = verdict_format(words, &life, 0);
	assert_int_not_equal(verdict, VERDICT_UNKNOWN);
	assert_int_not_equal(verdict, VERDICT_OPEN);
	fprintf(arg, "%s %s %s: %s\n", state_name(edge->old_state),
		edge->word, verdict_name(verdict), words);
}

static void each_edge(void **state)
{
	FILE *golden = fopen("tests/golden/verdicts", "r");
	FILE *got = tmpfile();
	char expected[512], line[512];

	(void)state;
	assert_non_null(golden);
	each_listed_edge(tell_edge, got);
	rewind(got);
	while (fgets(line, sizeof(line), got)) {
		if (!fgets(expected, sizeof(expected), golden))
			*expected = '\0';
		assert_string_equal(line, expected);
	}
	assert_null(fgets(expected, sizeof(expected), golden));
	fclose(got);
	fclose(golden);
}

/* Ends are called by their parts, if these are known. */
static void parts(void **state)
{
	struct life life = ended_in(TCPSTATE_ESTABLISHED, "reset/received");

	(void)state;
	verdict_format(words, &life, 0);
	assert_string_equal(words, "reset by the server after 3.0 s");
	life.side = SIDE_SERVER;
	verdict_format(words, &life, 0);
	assert_string_equal(words, "reset by the client after 3.0 s");
	life.side = SIDE_BOTH;
	life.born = 0;
	verdict_format(words, &life, 0);
	assert_string_equal(words, "reset by the peer after some time");
}

static void closers(void **state)
{
	static const struct {
		__u8		closed_by;
		const char	*expected;
	} cases[] = {
		{ CLOSED_HERE, "closed by the client, cleanly" },
		{ CLOSED_THERE, "closed by the server, cleanly" },
		{ CLOSED_HERE | CLOSED_THERE,
		  "closed by both at once, cleanly" },
		{ 0, "closed by one end, cleanly" },
	};
	struct life life = ended_in(TCPSTATE_TIME_WAIT, "timer/2MSL");
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		life.closed_by = cases[i].closed_by;
		assert_int_equal(verdict_format(words, &life, 0),
				 VERDICT_CLEAN);
		assert_string_equal(words, cases[i].expected);
	}
}

static void no_cause(void **state)
{
	struct life life = ended_in(TCPSTATE_ESTABLISHED, "unknown");

	(void)state;
	assert_int_equal(verdict_format(words, &life, 0), VERDICT_UNKNOWN);
	assert_string_equal(words,
			    "ended in ESTABLISHED after 3.0 s, it is not known why");
}

static void no_beginning(void **state)
{
	struct life life = ended_in(TCPSTATE_LAST_ACK, "ACK");

	(void)state;
	life.gap = true;
	assert_int_equal(verdict_format(words, &life, 0), VERDICT_CLEAN);
	assert_string_equal(words,
			    "closed by one end, cleanly; its beginning was lost");
}

static void assert_stands(const struct life *life, __u64 seconds,
			  enum verdict verdict, const char *expected)
{
	assert_int_equal(verdict_format(words, life, BORN + seconds * SECOND),
			 verdict);
	assert_string_equal(words, expected);
}

static void standing(void **state)
{
	static const struct {
		__u8		state;
		const char	*expected;
	} cases[] = {
		{ TCPSTATE_LISTEN, "listens" },
		{ TCPSTATE_SYN_SENT, "SYN unanswered for 20 s" },
		{ TCPSTATE_SYN_RCVD, "half-open for 20 s" },
		{ TCPSTATE_ESTABLISHED, "open for 20 s" },
		{ TCPSTATE_FIN_WAIT_1, "FIN of the client unanswered for 20 s" },
		{ TCPSTATE_FIN_WAIT_2,
		  "closed by the client, not by the server for 20 s" },
		{ TCPSTATE_CLOSE_WAIT,
		  "closed by the server, not by the client for 20 s" },
		{ TCPSTATE_CLOSING, "FIN of the client unanswered for 20 s" },
		{ TCPSTATE_LAST_ACK, "FIN of the client unanswered for 20 s" },
	};
	struct life life = { .side = SIDE_CLIENT, .since = BORN };
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		life.state = cases[i].state;
		assert_stands(&life, 20, VERDICT_OPEN, cases[i].expected);
	}
	/* Only in CLOSE_WAIT it is a leak. */
	life.state = TCPSTATE_ESTABLISHED;
	assert_stands(&life, 100, VERDICT_OPEN, "open for 100 s");
	life.state = TCPSTATE_TIME_WAIT;
	life.closed_by = CLOSED_THERE;
	assert_stands(&life, 20, VERDICT_CLEAN,
		      "closed by the server, cleanly; TIME_WAIT for 20 s");
}

static void leak(void **state)
{
	struct life life = {
		.side	= SIDE_SERVER,
		.state	= TCPSTATE_CLOSE_WAIT,
		.since	= BORN,
		.owned	= OWNED_TASK,
		.owner	= { .pid = 812, .comm = "nginx\033" },
	};

	(void)state;
	assert_stands(&life, 60, VERDICT_OPEN,
		      "closed by the client, not by the server for 60 s");
	assert_stands(&life, 2400, VERDICT_LEAKED,
		      "leaked: CLOSE_WAIT for 40 min, owner nginx?[812]");
	/* Listed, it is so at least since then. */
	life.since = 0;
	life.listed = BORN;
	assert_stands(&life, 2400, VERDICT_LEAKED,
		      "leaked: CLOSE_WAIT for over 40 min, owner nginx?[812]");
}

/* It is told of also when it is over. */
static void leaked_before(void **state)
{
	struct life life = ended_in(TCPSTATE_LAST_ACK, "ACK");

	(void)state;
	life.closed_by = CLOSED_THERE;
	life.close_wait = 60 * SECOND;
	assert_int_equal(verdict_format(words, &life, 0), VERDICT_CLEAN);
	assert_string_equal(words, "closed by the server, cleanly");
	life.close_wait = 2400 * SECOND;
	assert_int_equal(verdict_format(words, &life, 0), VERDICT_CLEAN);
	assert_string_equal(words,
			    "closed by the server, cleanly; CLOSE_WAIT for 40 min");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_edge),
		cmocka_unit_test(parts),
		cmocka_unit_test(closers),
		cmocka_unit_test(no_cause),
		cmocka_unit_test(no_beginning),
		cmocka_unit_test(standing),
		cmocka_unit_test(leak),
		cmocka_unit_test(leaked_before),
	};

	/* With any argument, show what tests/golden/verdicts would be. */
	(void)argv;
	if (argc > 1) {
		each_listed_edge(tell_edge, stdout);
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}

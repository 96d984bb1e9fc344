// SPDX-License-Identifier: GPL-2.0
/* expect_story, _align, _match: stories of records, and how they may differ. */
#include "cmocka_test.h"

#include <stdio.h>
#include <stdlib.h>

#include "expect_align.h"
#include "expect_match.h"
#include "names.h"
#include "records.h"
#include "util.h"

static struct expect_rules rules;
static struct stories stories;
static struct expect_result result;
static struct model model;

static int teardown(void **state)
{
	(void)state;
	expect_free(&rules);
	stories_free(&stories);
	model_reset(&model);
	free(result.differences);
	result = (struct expect_result){ 0 };
	return 0;
}

static bool netns(const char *name, __u32 *inode)
{
	(void)name;
	*inode = TEST_NETNS;
	return true;
}

static void expect(const char *text)
{
	struct expect_error error;

	expect_free(&rules);
	if (!expect_parse(&rules, text, strlen(text), netns, &error))
		fail_msg("line %u: %s", error.line, error.text);
}

static void feed(const union tcpstate_record *record)
{
	struct seen seen;

	switch (record->head.kind) {
	case TCPSTATE_TRANSITION:
		model_transition(&model, &record->transition, &seen);
		stories_transition(&stories, &record->transition, &seen);
		break;
	case TCPSTATE_NOTE:
		model_note(&model, &record->note, &seen);
		stories_note(&stories, &record->note, &seen);
		break;
	case TCPSTATE_SOCKET:
		model_socket(&model, &record->socket, &seen);
		stories_socket(&stories, &record->socket, &seen);
		break;
	}
}

static void edge(__u64 conn, __u8 old_state, __u8 new_state, __u8 cause,
		 __u8 detail)
{
	union tcpstate_record record;

	record = make_caused(conn, 0, old_state, new_state, cause, detail);
	feed(&record);
}

static __u8 state_number(const char *name)
{
	__u8 state;

	for (state = 0; state < 16; state++)
		if (state_valid(state) && !strcmp(state_name(state), name))
			return state;
	fail_msg("no state: %s", name);
	return 0;
}

static void caused_edge(__u64 conn, __u8 old_state, const char *cause,
			__u8 new_state)
{
	int i;

	for (i = 0; i < 256 * 256; i++)
		if (cause_valid(i / 256, i % 256) &&
		    !strcmp(edge_cause(i / 256, i % 256), cause)) {
			edge(conn, old_state, new_state, i / 256, i % 256);
			return;
		}
	fail_msg("no cause: %s", cause);
}

/* The edges of a connection: "CLOSED connect SYN_SENT SYN,ACK ESTABLISHED" */
static void live(__u64 conn, const char *text)
{
	char *copy = strdup(text);
	char *rest = copy;
	__u8 state = state_number(strsep(&rest, " "));
	__u8 next;

	while (rest) {
		const char *cause = strsep(&rest, " ");

		next = state_number(strsep(&rest, " "));
		caused_edge(conn, state, cause, next);
		state = next;
	}
	free(copy);
}

static void match(void)
{
	free(result.differences);
	result = expect_match(&rules, &stories);
}

static void assert_matched(size_t count)
{
	match();
	assert_int_equal(result.count, 0);
	assert_int_equal(result.matched, count);
}

/* What a chain and the edges of a connection differ in. */
static size_t distance(const char *chain, const char *edges)
{
	char text[1000];

	teardown(NULL);
	snprintf(text, sizeof(text), "a: %s", chain);
	expect(text);
	live(1, edges);
	assert_int_equal(stories.count, 1);
	return expect_distance(&rules.rules[0], stories.all[0]);
}

/* A difference as "KIND name conn" */
static void assert_difference(size_t i, const char *expected)
{
	static const char *const kinds[] = {
		[EXPECT_DIFFERS] = "differs",
		[EXPECT_MISSING] = "missing",
		[EXPECT_EXTRA] = "extra",
	};
	const struct expect_difference *difference = &result.differences[i];
	char text[100];

	assert_true(i < result.count);
	snprintf(text, sizeof(text), "%s %s %llu", kinds[difference->kind],
		 difference->rule->name,
		 difference->story ? difference->story->conn :
				     (__u64)difference->count);
	assert_string_equal(text, expected);
}

#define CLIENT "CLOSED connect SYN_SENT SYN,ACK ESTABLISHED close FIN_WAIT_1 " \
	       "ACK FIN_WAIT_2 FIN TIME_WAIT timer/2MSL CLOSED"
#define SERVER "LISTEN SYN SYN_RCVD ACK ESTABLISHED FIN CLOSE_WAIT " \
	       "close LAST_ACK ACK CLOSED"
#define CLIENT_CHAIN "CLOSED -connect-> SYN_SENT -SYN,ACK-> ESTABLISHED " \
		     "-close-> FIN_WAIT_1 -ACK-> FIN_WAIT_2 -FIN-> TIME_WAIT " \
		     "-timer/2MSL-> CLOSED"
#define SERVER_CHAIN "LISTEN -SYN-> SYN_RCVD -ACK-> ESTABLISHED " \
		     "-FIN-> CLOSE_WAIT -close-> LAST_ACK -ACK-> CLOSED"

static void both_ends(void **state)
{
	(void)state;
	expect("client: " CLIENT_CHAIN "\nserver: " SERVER_CHAIN);
	live(1, CLIENT);
	live(2, SERVER);
	assert_matched(2);
	assert_int_equal(stories.count, 2);
}

static void chains_match_whole_stories(void **state)
{
	(void)state;
	assert_int_equal(distance(CLIENT_CHAIN, CLIENT), 0);
	assert_int_equal(distance(CLIENT_CHAIN, SERVER) > 3, true);
	assert_int_equal(distance("CLOSED -> SYN_SENT",
				  "CLOSED connect SYN_SENT"), 0);
	/* too short, too long, at either end */
	assert_int_equal(distance("CLOSED -> SYN_SENT -> CLOSED",
				  "CLOSED connect SYN_SENT"), 1);
	assert_int_equal(distance("CLOSED -> SYN_SENT",
				  "CLOSED connect SYN_SENT exit CLOSED"), 1);
	assert_int_equal(distance("SYN_SENT -> CLOSED",
				  "CLOSED connect SYN_SENT exit CLOSED"), 1);
	assert_int_equal(distance("CLOSED -connect-> SYN_SENT -> CLOSED",
				  "SYN_SENT exit CLOSED"), 2);
	/* a state alone has no edge */
	assert_int_equal(distance("CLOSED", "CLOSED connect SYN_SENT"), 1);
}

static void causes(void **state)
{
	static const struct {
		const char *arrow;
		const char *cause;
		size_t distance;
	} cases[] = {
		{ "->", "timer/2MSL", 0 },
		{ "-*->", "unknown", 0 },
		{ "-timer->", "timer/2MSL", 0 },
		{ "-timer->", "timer", 0 },
		{ "-timer->", "reset/sent", 1 },
		{ "-timer/2MSL->", "timer/2MSL", 0 },
		{ "-timer/2MSL->", "timer/probe", 1 },
		{ "-timer/2MSL->", "timer", 1 },
		{ "-segment->", "SYN,ACK", 0 },
		{ "-SYN->", "SYN,ACK", 1 },
		{ "-SYN->", "unknown", 1 },
		{ "-reset/received|close->", "close", 0 },
		{ "-reset/received|close->", "reset/received", 0 },
		{ "-reset/received|close->", "exit", 1 },
		{ "-unknown->", "unknown", 0 },
		{ "-unknown->", "memory", 1 },
		{ "-overflow/tw-buckets->", "overflow/tw-buckets", 0 },
		{ "-overflow/tw-buckets->", "overflow/accept-queue", 1 },
	};
	char chain[100], edges[100];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		sprintf(chain, "LISTEN %s CLOSED", cases[i].arrow);
		sprintf(edges, "LISTEN %s CLOSED", cases[i].cause);
		assert_int_equal(distance(chain, edges), cases[i].distance);
	}
}

static void states_by_choice(void **state)
{
	static const char chain[] =
		"FIN_WAIT_1 -> FIN_WAIT_2|CLOSING -> TIME_WAIT";

	(void)state;
	assert_int_equal(distance(chain, "FIN_WAIT_1 ACK FIN_WAIT_2 FIN TIME_WAIT"),
			 0);
	assert_int_equal(distance(chain, "FIN_WAIT_1 FIN CLOSING ACK TIME_WAIT"),
			 0);
	assert_int_equal(distance(chain, "FIN_WAIT_1 FIN,ACK TIME_WAIT"), 1);
}

static void anything(void **state)
{
	(void)state;
	assert_int_equal(distance("...", CLIENT), 0);
	assert_int_equal(distance("CLOSED ...", CLIENT), 0);
	assert_int_equal(distance("... CLOSED", CLIENT), 0);
	assert_int_equal(distance("CLOSED ... CLOSED", CLIENT), 0);
	assert_int_equal(distance("CLOSED ... ESTABLISHED ... CLOSED", CLIENT),
			 0);
	assert_int_equal(distance("CLOSED ... CLOSING ... CLOSED", CLIENT), 1);
	assert_int_equal(distance("LISTEN ...", CLIENT) > 0, true);
	assert_int_equal(distance("... TIME_WAIT", CLIENT) > 0, true);
	assert_int_equal(distance("... -timer/2MSL-> CLOSED", CLIENT), 0);
	assert_int_equal(distance("... -timer/probe-> CLOSED", CLIENT), 1);
	assert_int_equal(distance("CLOSED -connect-> ... -timer-> CLOSED",
				  CLIENT), 0);
	assert_int_equal(distance("CLOSED -listen-> ...", CLIENT), 1);
}

/* No edges too; where there are arrows, as many edges at the least. */
static void anything_is_little(void **state)
{
	(void)state;
	assert_int_equal(distance("CLOSED ... SYN_SENT ... ",
				  "CLOSED connect SYN_SENT"), 0);
	assert_int_equal(distance("CLOSED -> ...", "CLOSED connect SYN_SENT"),
			 0);
	assert_int_equal(distance("CLOSED -> ... -> SYN_SENT",
				  "CLOSED connect SYN_SENT"), 1);
	assert_int_equal(distance("CLOSED -> SYN_SENT -> ...",
				  "CLOSED connect SYN_SENT"), 1);
	assert_int_equal(distance("CLOSED -> SYN_SENT ... CLOSED",
				  "CLOSED connect SYN_SENT"), 1);
	assert_int_equal(distance("... CLOSED -> SYN_SENT",
				  "CLOSED connect SYN_SENT"), 0);
	assert_int_equal(distance("... -> CLOSED -> SYN_SENT",
				  "CLOSED connect SYN_SENT"), 1);
}

static void a_listed_socket_begins_in_its_state(void **state)
{
	union tcpstate_record record = make_socket(1, 0, TCPSTATE_LISTEN);

	(void)state;
	expect("a: LISTEN");
	feed(&record);
	assert_matched(1);
	expect("a: LISTEN -close-> CLOSED");
	match();
	assert_difference(0, "differs a 1");
	live(1, "LISTEN close CLOSED");
	assert_matched(1);
}

static void an_end_begins_another_story(void **state)
{
	(void)state;
	expect("a x2: CLOSED -connect-> SYN_SENT -reset-> CLOSED");
	live(1, "CLOSED connect SYN_SENT reset/received CLOSED");
	live(1, "CLOSED connect SYN_SENT reset/sent CLOSED");
	assert_int_equal(stories.count, 2);
	assert_matched(2);
}

static void another_trace_begins_other_stories(void **state)
{
	(void)state;
	expect("a: CLOSED -connect-> SYN_SENT\nb: SYN_SENT -SYN,ACK-> ESTABLISHED");
	live(1, "CLOSED connect SYN_SENT");
	stories_end(&stories);
	model_reset(&model);
	live(1, "SYN_SENT SYN,ACK ESTABLISHED");
	assert_int_equal(stories.count, 2);
	assert_matched(2);
}

static void a_cookie_is_of_one_namespace(void **state)
{
	union tcpstate_record record;

	(void)state;
	live(1, "CLOSED connect SYN_SENT");
	record = make_caused(1, 0, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT,
			     TCPSTATE_SYSCALL, TCPSTATE_CONNECT);
	record.head.netns++;
	feed(&record);
	assert_int_equal(stories.count, 2);
	expect("a netns=x: CLOSED -> SYN_SENT\n"
	       "b netns=4026531841: CLOSED -> SYN_SENT");
	assert_matched(2);
}

/* Two edges without a cookie, and from elsewhere, are two stories. */
static void edges_of_nobody(void **state)
{
	(void)state;
	live(0, "LISTEN SYN SYN_RCVD");
	live(0, "SYN_RCVD ACK ESTABLISHED");
	assert_int_equal(stories.count, 2);
}

static void time_wait_restarts(void **state)
{
	union tcpstate_record record = make_note(1, 0, TCPSTATE_RESTARTED);

	(void)state;
	record.note.detail = TCPSTATE_IN_FIN;
	live(1, "FIN_WAIT_2 FIN TIME_WAIT");
	feed(&record);
	live(1, "TIME_WAIT timer/2MSL CLOSED");
	assert_int_equal(stories.count, 1);
	expect("a: FIN_WAIT_2 -FIN-> TIME_WAIT -FIN-> TIME_WAIT -timer-> CLOSED");
	assert_matched(1);
	expect("a: FIN_WAIT_2 -FIN-> TIME_WAIT -timer-> CLOSED");
	match();
	assert_int_equal(result.count, 1);
	expect("a: FIN_WAIT_2 -FIN-> TIME_WAIT -SYN-> TIME_WAIT -timer-> CLOSED");
	match();
	assert_int_equal(result.count, 1);
}

/* What no record tells of is never as expected, not even by "...". */
static void a_gap(void **state)
{
	struct expect_line *lines;
	size_t count;

	(void)state;
	live(1, "CLOSED connect SYN_SENT");
	live(1, "ESTABLISHED close FIN_WAIT_1");
	assert_int_equal(stories.count, 1);
	expect("a: CLOSED -> SYN_SENT -> ESTABLISHED -> FIN_WAIT_1");
	assert_int_equal(expect_distance(rules.rules, stories.all[0]), 2);
	expect("a: ...");
	assert_int_equal(expect_distance(rules.rules, stories.all[0]), 1);
	expect("a: ... FIN_WAIT_1");
	assert_int_equal(expect_distance(rules.rules, stories.all[0]), 1);
	count = expect_align(rules.rules, stories.all[0], &lines);
	assert_int_equal(count, 4);
	assert_int_equal(lines[2].event->cause, EVENT_GAP);
	assert_true(lines[0].same && lines[1].same && !lines[2].same &&
		    lines[3].same);
	free(lines);
}

static void filters(void **state)
{
	static const char *const chosen[] = {
		"", "lport=45714", "rport=8000", "laddr=10.9.0.1",
		"raddr=::ffff:10.9.0.2", "family=6", "netns=x", "mptcp",
		"kernel", "lport=45714 rport=8000 family=6 mptcp kernel",
	};
	static const char *const others[] = {
		"lport=8000", "rport=45714", "laddr=10.9.0.2", "raddr=::",
		"family=4", "netns=1", "lport=45714 rport=1", "laddr=::a09:1",
	};
	union tcpstate_record record = make_socket(1, 0, TCPSTATE_LISTEN);
	char text[100];
	size_t i;

	(void)state;
	record.head.flags = TCPSTATE_F_IPV6 | TCPSTATE_F_MPTCP |
			    TCPSTATE_F_KERN;
	feed(&record);
	for (i = 0; i < ARRAY_SIZE(chosen); i++) {
		sprintf(text, "a %s: LISTEN", chosen[i]);
		expect(text);
		assert_matched(1);
	}
	for (i = 0; i < ARRAY_SIZE(others); i++) {
		sprintf(text, "a %s: LISTEN", others[i]);
		expect(text);
		match();
		assert_difference(0, "missing a 1");
		assert_int_equal(result.count, 1);
	}
}

static void filters_for_what_is_not(void **state)
{
	union tcpstate_record record = make_socket(1, 0, TCPSTATE_LISTEN);

	(void)state;
	feed(&record);
	expect("a mptcp: none\nb kernel: none\nc family=6: none");
	assert_matched(0);
	expect("a family=4: LISTEN");
	assert_matched(1);
}

/* What was not known at first, and what an edge forgot. */
static void ends_are_learned(void **state)
{
	union tcpstate_record record;

	(void)state;
	record = make_caused(1, 0, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT,
			     TCPSTATE_SYSCALL, TCPSTATE_CONNECT);
	record.transition.flow.lport = 0;
	feed(&record);
	live(1, "SYN_SENT SYN,ACK ESTABLISHED");
	expect("a lport=45714: CLOSED ...");
	assert_matched(1);
}

/* MPTCP may take over, or let go of, a subflow at any edge. */
static void one_record_is_enough(void **state)
{
	union tcpstate_record record;

	(void)state;
	record = make_caused(1, 0, TCPSTATE_CLOSED, TCPSTATE_SYN_SENT,
			     TCPSTATE_SYSCALL, TCPSTATE_CONNECT);
	record.head.flags = TCPSTATE_F_MPTCP;
	feed(&record);
	live(1, "SYN_SENT SYN,ACK ESTABLISHED");
	expect("a mptcp: CLOSED ...");
	assert_matched(1);
}

static void own(__u64 conn, const char *comm, __u32 pid, __u32 uid)
{
	union tcpstate_record record = make_caused(conn, 0, TCPSTATE_CLOSED,
						   TCPSTATE_SYN_SENT,
						   TCPSTATE_SYSCALL,
						   TCPSTATE_CONNECT);

	fill_task(&record, comm, pid, uid);
	feed(&record);
	live(conn, "SYN_SENT SYN,ACK ESTABLISHED");
}

static void assert_owner(const char *assertion, bool fits)
{
	char text[100];

	sprintf(text, "a %s: CLOSED ...", assertion);
	expect(text);
	match();
	assert_int_equal(result.count, !fits);
	assert_int_equal(expect_owner_fits(rules.rules, stories.all[0]), fits);
}

static void owners(void **state)
{
	(void)state;
	own(1, "client", 1234, 1000);
	assert_owner("", true);
	assert_owner("owner=client", true);
	assert_owner("owner=clien", false);
	assert_owner("owner=none", false);
	assert_owner("owner=kernel", false);
	assert_owner("uid=1000", true);
	assert_owner("uid=0", false);
	assert_owner("pid=1234", true);
	assert_owner("pid=1", false);
	assert_owner("owner=client uid=1000 pid=1234", true);
	assert_owner("owner=client uid=1000 pid=1", false);
	assert_owner("owner=server uid=1000 pid=1234", false);
}

static void no_owner(void **state)
{
	(void)state;
	live(1, "CLOSED connect SYN_SENT");
	assert_owner("", true);
	assert_owner("owner=none", true);
	assert_owner("owner=kernel", false);
	assert_owner("owner=client", false);
	assert_owner("uid=0", false);
	assert_owner("pid=0", false);
}

static void the_kernel_owns(void **state)
{
	union tcpstate_record record = make_caused(1, 0, TCPSTATE_CLOSED,
						   TCPSTATE_SYN_SENT,
						   TCPSTATE_SYSCALL,
						   TCPSTATE_CONNECT);

	(void)state;
	record.head.flags |= TCPSTATE_F_KERN;
	feed(&record);
	assert_owner("owner=kernel", true);
	assert_owner("owner=none", false);
	assert_owner("owner=\"kernel\"", false);
}

/* Who accepts owns, even if no edge follows. */
static void who_accepts_owns(void **state)
{
	union tcpstate_record record = make_note(1, 0, TCPSTATE_ACCEPTED);

	(void)state;
	live(1, "LISTEN SYN SYN_RCVD ACK ESTABLISHED");
	fill_task(&record, "worker", 1, 1);
	feed(&record);
	expect("a owner=worker: LISTEN ... ESTABLISHED");
	assert_matched(1);
	/* and not after the end, of which nothing is known any more */
	live(1, "ESTABLISHED reset/received CLOSED");
	feed(&record);
	assert_int_equal(stories.count, 1);
}

static void nothing_is_missing(void **state)
{
	(void)state;
	expect("a rport=9: none");
	assert_matched(0);
	expect("a: CLOSED\nb x7: CLOSED");
	match();
	assert_int_equal(result.count, 2);
	assert_difference(0, "missing a 1");
	assert_difference(1, "missing b 7");
}

static void what_no_rule_chooses_is_ignored(void **state)
{
	(void)state;
	live(1, CLIENT);
	expect("a rport=9: none");
	assert_matched(0);
}

static void one_too_many(void **state)
{
	int i;

	(void)state;
	for (i = 1; i <= 4; i++)
		live(i, CLIENT);
	expect("a: " CLIENT_CHAIN "\nb: " CLIENT_CHAIN "\nc: " CLIENT_CHAIN);
	match();
	assert_int_equal(result.matched, 3);
	assert_int_equal(result.count, 1);
	assert_difference(0, "extra a 4");
}

static void none_is_none(void **state)
{
	(void)state;
	live(1, CLIENT);
	live(2, SERVER);
	expect("a: " CLIENT_CHAIN "\nb: none");
	match();
	assert_int_equal(result.count, 2);
	assert_difference(0, "extra b 1");
	assert_difference(1, "extra b 2");
}

/* Whichever rule comes first takes a story that another one needs. */
static void rules_make_place(void **state)
{
	(void)state;
	live(1, CLIENT);
	live(2, SERVER);
	live(3, "LISTEN close CLOSED");
	expect("any: ...\nserver: " SERVER_CHAIN "\nclient: CLOSED ...");
	assert_matched(3);
	expect("client: CLOSED ...\nany: ...\nserver: " SERVER_CHAIN);
	assert_matched(3);
	expect("a: CLOSED|LISTEN ...\nb: LISTEN ...\nc: LISTEN|CLOSED -> ...");
	assert_matched(3);
}

/* Each story that comes needs all those before it to be moved. */
static void rules_make_place_in_a_row(void **state)
{
	static const char *const stories_of[] = {
		"CLOSED listen LISTEN",
		"CLOSED connect SYN_SENT",
		"CLOSED close SYN_RCVD",
		"CLOSED exit ESTABLISHED",
	};
	size_t i;

	(void)state;
	expect("a: CLOSED -> LISTEN|SYN_SENT\n"
	       "b: CLOSED -> LISTEN|SYN_RCVD\n"
	       "c: CLOSED -> SYN_RCVD|ESTABLISHED\n"
	       "d: CLOSED -> ESTABLISHED");
	for (i = 0; i < ARRAY_SIZE(stories_of); i++)
		live(i + 1, stories_of[i]);
	assert_matched(4);
}

/* The best that can be done, for all sets of three rules and five stories. */
static size_t best(const unsigned int *fits, size_t stories_left,
		   const unsigned int *places)
{
	unsigned int left[3] = { places[0], places[1], places[2] };
	size_t most, r;

	if (!stories_left)
		return 0;
	most = best(fits + 1, stories_left - 1, places);
	for (r = 0; r < 3; r++) {
		size_t with;

		if (!(*fits & 1 << r) || !places[r])
			continue;
		left[r]--;
		with = 1 + best(fits + 1, stories_left - 1, left);
		left[r]++;
		if (with > most)
			most = with;
	}
	return most;
}

static void make_rules(const unsigned int *places)
{
	/* Story N ends in a state of those rules that are bits of N. */
	static const char *const ends[] = {
		"ESTABLISHED|SYN_RCVD|FIN_WAIT_2|CLOSED",
		"SYN_SENT|SYN_RCVD|TIME_WAIT|CLOSED",
		"FIN_WAIT_1|FIN_WAIT_2|TIME_WAIT|CLOSED",
	};
	char text[1000];

	sprintf(text, "a x%u: LISTEN -> %s\nb x%u: LISTEN -> %s\nc x%u: LISTEN -> %s",
		places[0], ends[0], places[1], ends[1], places[2], ends[2]);
	expect(text);
}

static void as_many_as_possible(void **state)
{
	unsigned int fits[5];
	unsigned int places[3];
	size_t i;
	int n;

	(void)state;
	srandom(1);
	for (n = 0; n < 3000; n++) {
		teardown(NULL);
		for (i = 0; i < 3; i++)
			places[i] = 1 + random() % 2;
		make_rules(places);
		for (i = 0; i < 5; i++) {
			fits[i] = 1 + random() % 7;
			edge(i + 1, TCPSTATE_LISTEN, fits[i], 0, 0);
		}
		match();
		assert_int_equal(result.matched, best(fits, 5, places));
	}
}

static void the_nearest_is_told(void **state)
{
	(void)state;
	live(1, CLIENT);
	live(2, "LISTEN SYN SYN_RCVD ACK ESTABLISHED reset/received CLOSED");
	live(3, "LISTEN SYN SYN_RCVD timer/synack-retries CLOSED");
	expect("client: " CLIENT_CHAIN "\nserver: " SERVER_CHAIN);
	match();
	assert_int_equal(result.matched, 1);
	assert_int_equal(result.count, 2);
	assert_difference(0, "extra client 3");
	assert_difference(1, "differs server 2");
}

static void each_rule_has_its_nearest(void **state)
{
	(void)state;
	live(1, "LISTEN SYN SYN_RCVD timer/synack-retries CLOSED");
	live(2, "CLOSED connect SYN_SENT timer/syn-retries CLOSED");
	expect("server: " SERVER_CHAIN "\nclient: " CLIENT_CHAIN);
	match();
	assert_int_equal(result.count, 2);
	assert_difference(0, "differs server 1");
	assert_difference(1, "differs client 2");
}

static void an_owner_alone_is_near(void **state)
{
	(void)state;
	live(1, "CLOSED connect SYN_SENT");
	own(2, "client", 1, 1);
	expect("a owner=server: CLOSED -connect-> SYN_SENT -SYN,ACK-> ESTABLISHED");
	match();
	assert_int_equal(result.count, 2);
	assert_difference(0, "differs a 2");
	assert_difference(1, "extra a 1");
}

static void counts(void **state)
{
	int i;

	(void)state;
	for (i = 1; i <= 20; i++)
		live(i, i % 10 == 5 ? "CLOSED connect SYN_SENT" : CLIENT);
	expect("a x18: " CLIENT_CHAIN "\nb x2: CLOSED -> SYN_SENT");
	assert_matched(20);
	expect("a x20: " CLIENT_CHAIN);
	match();
	assert_int_equal(result.matched, 18);
	assert_int_equal(result.count, 2);
	assert_difference(0, "differs a 5");
	assert_difference(1, "differs a 15");
	expect("a x23: " CLIENT_CHAIN);
	match();
	assert_int_equal(result.count, 3);
	assert_difference(2, "missing a 3");
	expect("a x17: " CLIENT_CHAIN "\nb x2: CLOSED -> SYN_SENT");
	match();
	assert_int_equal(result.count, 1);
	assert_difference(0, "extra a 20");
}

static void put_arrow(char *text, const char *arrow, const char *state)
{
	strcat(text, arrow);
	strcat(text, *arrow ? " " : "");
	strcat(text, state);
	strcat(text, ";");
}

static void put_event(char *text, const struct event *event)
{
	char arrow[40] = "";

	if (event->cause < EVENT_GAP)
		sprintf(arrow, "-%s->",
			edge_cause(event->cause, event->detail));
	put_arrow(text, arrow, state_name(event->state));
}

/* The comparison of a chain and of edges, " " same, "-" expected, "+" got */
static void assert_aligned(const char *chain, const char *edges,
			   const char *expected)
{
	struct expect_line *lines;
	char text[1000] = "";
	size_t count, i;

	distance(chain, edges);
	count = expect_align(rules.rules, stories.all[0], &lines);
	for (i = 0; i < count; i++) {
		if (lines[i].step && !lines[i].same) {
			strcat(text, "-");
			put_arrow(text, lines[i].step->arrow,
				  lines[i].step->state);
		}
		if (lines[i].event) {
			strcat(text, lines[i].same ? " " : "+");
			put_event(text, lines[i].event);
		}
	}
	free(lines);
	assert_string_equal(text, expected);
}

static void alignments(void **state)
{
	(void)state;
	assert_aligned("CLOSED -> SYN_SENT -exit-> CLOSED",
		       "CLOSED connect SYN_SENT exit CLOSED",
		       " CLOSED; -connect-> SYN_SENT; -exit-> CLOSED;");
	/* caused otherwise */
	assert_aligned("CLOSED -> SYN_SENT -exit|timer-> CLOSED",
		       "CLOSED connect SYN_SENT reset/received CLOSED",
		       " CLOSED; -connect-> SYN_SENT;--exit|timer-> CLOSED;+-reset/received-> CLOSED;");
	/* missing */
	assert_aligned("CLOSED -connect-> SYN_SENT -exit-> CLOSED",
		       "CLOSED connect SYN_SENT",
		       " CLOSED; -connect-> SYN_SENT;--exit-> CLOSED;");
	assert_aligned("CLOSED -connect-> SYN_SENT -exit-> CLOSED",
		       "SYN_SENT exit CLOSED",
		       "-CLOSED;--connect-> SYN_SENT;+SYN_SENT; -exit-> CLOSED;");
	/* extra */
	assert_aligned("SYN_SENT -exit-> CLOSED",
		       "CLOSED connect SYN_SENT exit CLOSED",
		       "+CLOSED; -connect-> SYN_SENT; -exit-> CLOSED;");
	assert_aligned("CLOSED -connect-> SYN_SENT",
		       "CLOSED connect SYN_SENT exit CLOSED",
		       " CLOSED; -connect-> SYN_SENT;+-exit-> CLOSED;");
	/* another state: what was expected comes first */
	assert_aligned("FIN_WAIT_1 -ACK-> FIN_WAIT_2 -FIN-> TIME_WAIT",
		       "FIN_WAIT_1 FIN CLOSING FIN TIME_WAIT",
		       " FIN_WAIT_1;--ACK-> FIN_WAIT_2;+-FIN-> CLOSING; -FIN-> TIME_WAIT;");
	/* anything */
	assert_aligned("LISTEN ... ESTABLISHED",
		       "LISTEN SYN SYN_RCVD ACK ESTABLISHED FIN CLOSE_WAIT",
		       " LISTEN; -SYN-> SYN_RCVD; -ACK-> ESTABLISHED;+-FIN-> CLOSE_WAIT;");
	assert_aligned("LISTEN ... TIME_WAIT",
		       "LISTEN SYN SYN_RCVD ACK ESTABLISHED",
		       " LISTEN; -SYN-> SYN_RCVD; -ACK-> ESTABLISHED;-TIME_WAIT;");
	assert_aligned("LISTEN ... -FIN-> CLOSE_WAIT",
		       "LISTEN SYN SYN_RCVD ACK ESTABLISHED",
		       " LISTEN; -SYN-> SYN_RCVD; -ACK-> ESTABLISHED;--FIN-> CLOSE_WAIT;");
}

/* The numbers of both functions agree, whatever the chain and the story. */
static void alignment_and_distance_agree(void **state)
{
	static const char *const arrows[] = { "->", "-SYN->", "-ACK->", "" };
	struct expect_line *lines;
	size_t count, i, n;
	char text[1000];

	(void)state;
	srandom(1);
	for (n = 0; n < 5000; n++) {
		bool any = true;

		teardown(NULL);
		strcpy(text, "a: ...");
		for (i = random() % 8; i; i--) {
			const char *arrow = arrows[random() % 4];
			bool next = random() % 4 == 0;

			if (!*arrow && !any && !next)
				arrow = "->";
			sprintf(text + strlen(text), " %s %s", arrow, next ?
				"..." : state_name(1 + random() % 3));
			any = next;
		}
		expect(text);
		for (i = 1 + random() % 8; i; i--)
			edge(1, 1 + random() % 3, 1 + random() % 3,
			     TCPSTATE_SEGMENT_IN,
			     random() % 2 ? TCPSTATE_IN_SYN : TCPSTATE_IN_ACK);
		count = expect_align(rules.rules, stories.all[0], &lines);
		for (i = 0; count; count--)
			i += !lines[count - 1].same;
		free(lines);
		assert_int_equal(i, expect_distance(rules.rules,
						    stories.all[0]));
	}
}

static void long_stories_are_cut(void **state)
{
	union tcpstate_record record = make_note(1, 0, TCPSTATE_RESTARTED);
	struct expect_line *lines;
	int i;

	(void)state;
	for (i = 0; i < 3 * EXPECT_ALIGN_MAX; i++)
		feed(&record);
	expect("a: TIME_WAIT");
	assert_int_equal(expect_distance(rules.rules, stories.all[0]),
			 3 * EXPECT_ALIGN_MAX);
	assert_int_equal(expect_align(rules.rules, stories.all[0], &lines),
			 EXPECT_ALIGN_MAX);
	free(lines);
}

/* In a time that does not go with the square of their number. */
static void many_stories(void **state)
{
	int i;

	(void)state;
	for (i = 1; i <= 40000; i++)
		live(i, "CLOSED connect SYN_SENT exit CLOSED");
	expect("a x10000: CLOSED ...\nb x10000: CLOSED ... CLOSED\n"
	       "c x10000: CLOSED -> SYN_SENT -> CLOSED");
	match();
	assert_int_equal(result.matched, 30000);
	assert_int_equal(result.count, 10000);
}

#define TEST(name) cmocka_unit_test_teardown(name, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(both_ends),
		TEST(chains_match_whole_stories),
		TEST(causes),
		TEST(states_by_choice),
		TEST(anything),
		TEST(anything_is_little),
		TEST(a_listed_socket_begins_in_its_state),
		TEST(an_end_begins_another_story),
		TEST(another_trace_begins_other_stories),
		TEST(a_cookie_is_of_one_namespace),
		TEST(edges_of_nobody),
		TEST(time_wait_restarts),
		TEST(a_gap),
		TEST(filters),
		TEST(filters_for_what_is_not),
		TEST(ends_are_learned),
		TEST(one_record_is_enough),
		TEST(owners),
		TEST(no_owner),
		TEST(the_kernel_owns),
		TEST(who_accepts_owns),
		TEST(nothing_is_missing),
		TEST(what_no_rule_chooses_is_ignored),
		TEST(one_too_many),
		TEST(none_is_none),
		TEST(rules_make_place),
		TEST(rules_make_place_in_a_row),
		TEST(as_many_as_possible),
		TEST(the_nearest_is_told),
		TEST(each_rule_has_its_nearest),
		TEST(an_owner_alone_is_near),
		TEST(counts),
		TEST(alignments),
		TEST(alignment_and_distance_agree),
		TEST(long_stories_are_cut),
		TEST(many_stories),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

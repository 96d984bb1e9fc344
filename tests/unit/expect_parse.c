// SPDX-License-Identifier: GPL-2.0
/* expect_parse: what each word means, and each way in which it may have none. */
#include "cmocka_test.h"

#include <stdio.h>
#include <stdlib.h>

#include "expect_parse.h"
#include "names.h"
#include "records.h"
#include "util.h"

static struct expect_rules rules;
static struct expect_error error;

static int teardown(void **state)
{
	(void)state;
	expect_free(&rules);
	return 0;
}

static bool netns(const char *name, __u32 *inode)
{
	*inode = 4242;
	return !strcmp(name, "client");
}

/* From memory that ends where the text does, for the sanitizer to see. */
static bool parse_bytes(const char *text, size_t len)
{
	char *copy = malloc(len);
	bool good;

	expect_free(&rules);
	memcpy(copy, text, len);
	good = expect_parse(&rules, copy, len, netns, &error);
	free(copy);
	return good;
}

static void parse(const char *text)
{
	if (!parse_bytes(text, strlen(text)))
		fail_msg("line %u: %s", error.line, error.text);
}

/* The only rule of a text. */
static const struct expect_rule *parse_one(const char *text)
{
	parse(text);
	assert_int_equal(rules.count, 1);
	return &rules.rules[0];
}

static void assert_wrong(const char *text, unsigned int line, const char *what)
{
	assert_false(parse_bytes(text, strlen(text)));
	assert_string_equal(error.text, what);
	assert_int_equal(error.line, line);
	assert_int_equal(rules.count, 0);
	assert_null(rules.rules);
}

static bool has_cause(const struct expect_step *step, __u8 cause)
{
	return step->causes & 1U << cause;
}

static bool has_detail(const struct expect_step *step, __u8 detail)
{
	return step->details[detail / 64] & 1ULL << detail % 64;
}

static unsigned int count_details(const struct expect_step *step)
{
	unsigned int count = 0;
	int detail;

	for (detail = 0; detail < 256; detail++)
		count += has_detail(step, detail);
	return count;
}

static void a_chain(void **state)
{
	const struct expect_rule *rule;

	(void)state;
	rule = parse_one("client rport=8000: CLOSED -connect-> SYN_SENT\n");
	assert_string_equal(rule->name, "client");
	assert_int_equal(rule->line, 1);
	assert_int_equal(rule->count, 1);
	assert_int_equal(rule->has, 1 << EXPECT_RPORT);
	assert_int_equal(rule->flow.rport, 8000);
	assert_int_equal(rule->step_count, 2);
	assert_int_equal(rule->steps[0].states, 1 << TCPSTATE_CLOSED);
	assert_string_equal(rule->steps[0].arrow, "");
	assert_string_equal(rule->steps[0].state, "CLOSED");
	assert_false(rule->steps[0].any || rule->steps[0].joined);
	assert_int_equal(rule->steps[1].states, 1 << TCPSTATE_SYN_SENT);
	assert_string_equal(rule->steps[1].arrow, "-connect->");
	assert_int_equal(rule->steps[1].causes, 0);
	assert_int_equal(count_details(&rule->steps[1]), 1);
	assert_true(has_detail(&rule->steps[1], TCPSTATE_CONNECT));
	assert_false(rule->steps[1].any || rule->steps[1].joined);
}

static void every_filter(void **state)
{
	const struct expect_rule *rule;

	(void)state;
	rule = parse_one("a x20 lport=0 rport=65535 laddr=10.9.0.1\n"
			 " raddr=::ffff:10.9.0.2 family=6\n"
			 "  netns=client mptcp kernel : CLOSED");
	assert_int_equal(rule->count, 20);
	assert_int_equal(rule->has, (1 << EXPECT_OWNER) - 1);
	assert_int_equal(rule->flow.lport, 0);
	assert_int_equal(rule->flow.rport, 65535);
	assert_int_equal(rule->flow.laddr[15], 1);
	assert_int_equal(rule->flow.laddr[11], 0xff);
	assert_int_equal(rule->flow.raddr[15], 2);
	assert_int_equal(rule->flow.raddr[11], 0xff);
	assert_int_equal(rule->family, 6);
	assert_int_equal(rule->netns, 4242);
	assert_int_equal(parse_one("a netns=4026531840: CLOSED")->netns,
			 4026531840U);
}

static void every_assertion(void **state)
{
	const struct expect_rule *rule;

	(void)state;
	rule = parse_one("a owner=actor uid=1000 pid=4294967295: CLOSED");
	assert_int_equal(rule->has, 1 << EXPECT_OWNER | 1 << EXPECT_UID |
				    1 << EXPECT_PID);
	assert_int_equal(rule->owner, EXPECT_OWNER_COMM);
	assert_string_equal(rule->comm, "actor");
	assert_int_equal(rule->uid, 1000);
	assert_int_equal(rule->pid, 4294967295U);
	assert_int_equal(parse_one("a owner=kernel: CLOSED")->owner,
			 EXPECT_OWNER_KERNEL);
	assert_int_equal(parse_one("a owner=none: CLOSED")->owner,
			 EXPECT_OWNER_NONE);
}

static void quotes_keep_what_has_a_meaning(void **state)
{
	const struct expect_rule *rule;

	(void)state;
	rule = parse_one("a owner=\"tmux: #1 s\": CLOSED");
	assert_string_equal(rule->comm, "tmux: #1 s");
	rule = parse_one("a owner=\"kernel\": CLOSED");
	assert_int_equal(rule->owner, EXPECT_OWNER_COMM);
	assert_string_equal(rule->comm, "kernel");
	rule = parse_one("a owner=no\"ne\": CLOSED");
	assert_int_equal(rule->owner, EXPECT_OWNER_COMM);
	assert_string_equal(rule->comm, "none");
	rule = parse_one("a owner=\"a:\": CLOSED");
	assert_string_equal(rule->comm, "a:");
	rule = parse_one("a owner=\"a:\" : CLOSED");
	assert_string_equal(rule->comm, "a:");
}

/* A colon that ends the filters is told from those of an address. */
static void colons_of_addresses(void **state)
{
	static const struct {
		const char *text;
		__u8 first, last;
	} cases[] = {
		{ "a laddr=::: CLOSED", 0, 0 },
		{ "a laddr=:: : CLOSED", 0, 0 },
		{ "a laddr=:: lport=1: CLOSED", 0, 0 },
		{ "a laddr=::1: CLOSED", 0, 1 },
		{ "a laddr=fd00::: CLOSED", 0xfd, 0 },
		{ "a laddr=fd00:: : CLOSED", 0xfd, 0 },
		{ "a laddr=fd00::9: CLOSED", 0xfd, 9 },
		{ "a\n laddr=fd00::\n : CLOSED", 0xfd, 0 },
	};
	const struct expect_rule *rule;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		rule = parse_one(cases[i].text);
		assert_int_equal(rule->flow.laddr[0], cases[i].first);
		assert_int_equal(rule->flow.laddr[15], cases[i].last);
		assert_int_equal(rule->step_count, 1);
	}
}

static void lines_and_comments(void **state)
{
	(void)state;
	parse("# first\n"
	      "\n"
	      "one: CLOSED # ->\n"
	      "\t# not in the way\n"
	      "\n"
	      "# nor this\n"
	      "\t-> LISTEN\r\n"
	      "two : none\r\n"
	      "three:\n"
	      "  LISTEN\n"
	      "-close-> CLOSED");
	assert_int_equal(rules.count, 3);
	assert_string_equal(rules.rules[0].name, "one");
	assert_int_equal(rules.rules[0].line, 3);
	assert_int_equal(rules.rules[0].step_count, 2);
	assert_int_equal(rules.rules[1].line, 8);
	assert_int_equal(rules.rules[1].count, 0);
	assert_int_equal(rules.rules[1].step_count, 0);
	assert_int_equal(rules.rules[2].line, 9);
	assert_int_equal(rules.rules[2].step_count, 2);
}

static void causes(void **state)
{
	const struct expect_step *steps;

	(void)state;
	steps = parse_one("a: CLOSED -> LISTEN -*-> CLOSED -timer-> LISTEN\n"
			  " -SYN,ACK|reset/sent|memory-> CLOSED\n"
			  " -timer/2MSL-> LISTEN -unknown-> CLOSED")->steps;
	assert_int_equal(steps[1].causes, ~0U);
	assert_int_equal(steps[2].causes, ~0U);
	assert_int_equal(steps[3].causes, 1 << TCPSTATE_TIMER);
	assert_int_equal(count_details(&steps[3]), 0);
	assert_true(has_detail(&steps[4], TCPSTATE_IN_SYN_ACK));
	assert_true(has_detail(&steps[4], TCPSTATE_RESET_SENT));
	assert_int_equal(count_details(&steps[4]), 2);
	assert_true(has_cause(&steps[4], TCPSTATE_MEMORY));
	assert_int_equal(steps[4].causes, 1 << TCPSTATE_MEMORY);
	assert_int_equal(steps[5].causes, 0);
	assert_true(has_detail(&steps[5], TCPSTATE_2MSL));
	assert_int_equal(steps[6].causes, 1 << TCPSTATE_CAUSE_UNKNOWN);
}

static void states(void **state)
{
	const struct expect_step *steps;

	(void)state;
	steps = parse_one("a: ... CLOSING|FIN_WAIT_2 ... -> ... -> TIME_WAIT")
		->steps;
	assert_int_equal(rules.rules[0].step_count, 5);
	assert_true(steps[0].any && !steps[0].joined);
	assert_true(!steps[1].any && steps[1].joined);
	assert_int_equal(steps[1].states, 1 << TCPSTATE_CLOSING |
					  1 << TCPSTATE_FIN_WAIT_2);
	assert_true(steps[2].any && steps[2].joined);
	assert_true(steps[3].any && !steps[3].joined);
	assert_true(!steps[4].any && !steps[4].joined);
}

static void assert_cause(__u8 cause, __u8 detail)
{
	const struct expect_step *step;
	char text[100];

	snprintf(text, sizeof(text), "a: CLOSED -%s-> LISTEN",
		 edge_cause(cause, detail));
	step = &parse_one(text)->steps[1];
	assert_int_equal(step->causes, detail ? 0 : 1 << cause);
	assert_int_equal(count_details(step), !!detail);
	assert_true(!detail || has_detail(step, detail));
}

static void every_cause(void **state)
{
	unsigned int count = 0;
	int i;

	(void)state;
	for (i = 0; i < 256 * 256; i++)
		if (cause_valid(i / 256, i % 256)) {
			assert_cause(i / 256, i % 256);
			count++;
		}
	assert_true(count > 40);
}

static void every_state(void **state)
{
	char text[100];
	int i;

	(void)state;
	for (i = 0; i < 256; i++)
		if (state_valid(i)) {
			snprintf(text, sizeof(text), "a: %s", state_name(i));
			assert_int_equal(parse_one(text)->steps[0].states,
					 1 << i);
		}
}

static void wrong_lines(void **state)
{
	(void)state;
	assert_wrong("", 1, "nothing is expected here");
	assert_wrong("\n# a: CLOSED\n", 3, "nothing is expected here");
	assert_wrong("\n a: CLOSED", 2,
		     "'a': there is no rule that this could continue");
	assert_wrong("-a: CLOSED", 1,
		     "'-a': there is no rule that this could continue");
	assert_wrong("a: CLOSED\nb lport=\"1: CLOSED\n", 2,
		     "a double quote without another");
	assert_wrong("a: \"", 1, "a double quote without another");
}

static void wrong_heads(void **state)
{
	(void)state;
	assert_wrong("a/b: CLOSED", 1,
		     "'a/b': a name has letters, digits, '_', '-' and '.' only");
	assert_wrong(": CLOSED", 1,
		     "':': a name has letters, digits, '_', '-' and '.' only");
	assert_wrong("\"\": CLOSED", 1,
		     "'': a name has letters, digits, '_', '-' and '.' only");
	assert_wrong("a x0: CLOSED", 1,
		     "'x0': a count is from x1 to x1000000");
	assert_wrong("a x1000001: CLOSED", 1,
		     "'x1000001': a count is from x1 to x1000000");
	assert_wrong("a x: CLOSED", 1, "'x': a count is from x1 to x1000000");
	assert_wrong("a x-1: CLOSED", 1,
		     "'x-1': a count is from x1 to x1000000");
	assert_wrong("a\n\n b", 3, "'b': no such filter");
	assert_wrong("a\nb: CLOSED", 1, "no ':' after the filters of 'a'");
	assert_wrong("a lport=1\n rport=2\nb: CLOSED", 2,
		     "no ':' after the filters of 'a'");
	assert_wrong("a lport=1 x2: CLOSED", 1, "'x2': no such filter");
	assert_wrong("a:CLOSED", 1,
		     "'a:CLOSED': a name has letters, digits, '_', '-' and '.' only");
}

static void wrong_filters(void **state)
{
	(void)state;
	assert_wrong("a port=1: CLOSED", 1, "'port=1': no such filter");
	assert_wrong("a lpor=1: CLOSED", 1, "'lpor=1': no such filter");
	assert_wrong("a =1: CLOSED", 1, "'=1': no such filter");
	assert_wrong("a lport: CLOSED", 1, "'lport': needs a value");
	assert_wrong("a mptcp=1: CLOSED", 1, "'mptcp=1': takes no value");
	assert_wrong("a lport=1 lport=1: CLOSED", 1,
		     "'lport=1': there is a lport already");
	assert_wrong("a lport=: CLOSED", 1,
		     "'lport=': a port is from 0 to 65535");
	assert_wrong("a lport=65536: CLOSED", 1,
		     "'lport=65536': a port is from 0 to 65535");
	assert_wrong("a rport=+1: CLOSED", 1,
		     "'rport=+1': a port is from 0 to 65535");
	assert_wrong("a rport=99999999999999999999: CLOSED", 1,
		     "'rport=99999999999999999999': a port is from 0 to 65535");
	assert_wrong("a laddr=10.9.0: CLOSED", 1,
		     "'laddr=10.9.0': not an address");
	assert_wrong("a raddr=fd00:: CLOSED", 1, "'CLOSED': no such filter");
	assert_wrong("a raddr=:: CLOSED", 1, "'CLOSED': no such filter");
	assert_wrong("a family=5: CLOSED", 1, "'family=5': a family is 4 or 6");
	assert_wrong("a netns=nobody: CLOSED", 1,
		     "'netns=nobody': neither a number nor in /run/netns");
	assert_wrong("a netns=: CLOSED", 1,
		     "'netns=': neither a number nor in /run/netns");
	assert_wrong("a owner=: CLOSED", 1,
		     "'owner=': a name of a process has 1 to 15 bytes");
	assert_wrong("a owner=a234567890123456: CLOSED", 1,
		     "'owner=a234567890123456': a name of a process has 1 to 15 bytes");
	assert_wrong("a uid=root: CLOSED", 1, "'uid=root': not a number");
	assert_wrong("a pid=4294967296: CLOSED", 1,
		     "'pid=4294967296': not a number");
}

static void wrong_chains(void **state)
{
	(void)state;
	assert_wrong("a:\nb: CLOSED", 1, "no chain after the ':' of 'a'");
	assert_wrong("a: closed", 1, "'closed': no such state");
	assert_wrong("a: CLOSED|", 1, "'CLOSED|': no such state");
	assert_wrong("a: |CLOSED", 1, "'|CLOSED': no such state");
	assert_wrong("a: ...|CLOSED", 1, "'...|CLOSED': no such state");
	assert_wrong("a: CLOSED->LISTEN", 1,
		     "'CLOSED->LISTEN': no such state");
	assert_wrong("a: \"\"", 1, "'': no such state");
	assert_wrong("a: -SYN-> CLOSED", 1,
		     "'-SYN->': a chain begins with a state");
	assert_wrong("a: -> CLOSED", 1, "'->': a chain begins with a state");
	assert_wrong("a: CLOSED -> -> CLOSED", 1, "'->': no such state");
	assert_wrong("a: CLOSED\n -SYN->\nb: CLOSED", 2,
		     "'-SYN->': no state after it");
	assert_wrong("a: CLOSED LISTEN", 1, "'LISTEN': no arrow before it");
	assert_wrong("a: CLOSED: LISTEN", 1, "':': no arrow before it");
	assert_wrong("a: CLOSED - LISTEN", 1, "'-': no arrow before it");
	assert_wrong("a: CLOSED > LISTEN", 1, "'>': no arrow before it");
	assert_wrong("a: CLOSED -syn-> LISTEN", 1,
		     "'-syn->': no such cause: 'syn'");
	assert_wrong("a: CLOSED --> LISTEN", 1, "'-->': no such cause: ''");
	assert_wrong("a: CLOSED -SYN|-> LISTEN", 1,
		     "'-SYN|->': no such cause: ''");
	assert_wrong("a: CLOSED -SYN||ACK-> LISTEN", 1,
		     "'-SYN||ACK->': no such cause: ''");
	assert_wrong("a: CLOSED -SYN|2MSL-> LISTEN", 1,
		     "'-SYN|2MSL->': no such cause: '2MSL'");
	assert_wrong("a: CLOSED -*-> CLOSED LISTEN", 1,
		     "'LISTEN': no arrow before it");
}

static void wrong_nones(void **state)
{
	(void)state;
	assert_wrong("a: none CLOSED", 1,
		     "none: takes neither count nor chain");
	assert_wrong("a x2: none", 1, "none: takes neither count nor chain");
	assert_wrong("a owner=actor: none", 1, "none: takes no owner");
	assert_wrong("a pid=1: none", 1, "none: takes no pid");
	assert_wrong("a: CLOSED -> none", 1, "'none': no such state");
}

static void no_text(void **state)
{
	static const char nul[] = "a: CLOSED\nb: CLOS\0ED\n";

	(void)state;
	assert_false(parse_bytes(nul, sizeof(nul) - 1));
	assert_int_equal(error.line, 2);
	assert_string_equal(error.text, "a NUL byte: this is no text");
	assert_wrong("a \033[31m\x80=1: CLOSED", 1, "'?[31m?=1': no such filter");
}

/* Nothing longer than what a message has room for gets into it whole. */
static void long_words(void **state)
{
	static char text[100000];
	char what[128];
	char a40[41] = "";
	size_t i;

	(void)state;
	memset(a40, 'a', 40);
	memset(text, 'a', sizeof(text) - 1);
	sprintf(what, "no ':' after the filters of '%s'", a40);
	assert_wrong(text, 1, what);
	memcpy(text, "a: CLOSED -", 11);
	memcpy(text + sizeof(text) - 11, "-> CLOSED", 10);
	sprintf(what, "'-%s': no such cause: '%s'", a40 + 1, a40);
	assert_wrong(text, 1, what);
	for (i = 0; i + 1 < sizeof(text); i++)
		text[i] = ':';
	assert_false(parse_bytes(text, sizeof(text) - 1));
	for (i = 0; i + 1 < sizeof(text); i++)
		text[i] = '\n';
	assert_false(parse_bytes(text, sizeof(text) - 1));
	assert_int_equal(error.line, sizeof(text));
}

static void long_chains(void **state)
{
	static char text[20000];
	char *p = stpcpy(text, "a: CLOSED");
	int i;

	(void)state;
	for (i = 1; i < EXPECT_STEPS_MAX; i++)
		p = stpcpy(p, " -> LISTEN");
	assert_int_equal(parse_one(text)->step_count, EXPECT_STEPS_MAX);
	stpcpy(p, "\n -> LISTEN");
	assert_wrong(text, 2, "a chain of more than 1000 states");
}

static void check_step(const struct expect_step *step)
{
	assert_true(step->states & 0xffe);
	assert_true(strlen(step->state) >= 3);
	if (*step->arrow)
		assert_true(step->causes || count_details(step));
	else
		assert_int_equal(step->causes, 0);
}

/* Whatever is accepted keeps what the header says. */
static void check_rules(void)
{
	size_t i, j;

	assert_true(rules.count > 0);
	for (i = 0; i < rules.count; i++) {
		const struct expect_rule *rule = &rules.rules[i];

		assert_true(*rule->name && rule->line);
		assert_int_equal(!rule->count, !rule->step_count);
		assert_true(rule->count <= EXPECT_COUNT_MAX);
		if (rule->has & 1 << EXPECT_OWNER)
			assert_true(strlen(rule->comm) < TCPSTATE_COMM_LEN);
		for (j = 0; j < rule->step_count; j++)
			check_step(&rule->steps[j]);
	}
}

/* One change of a text: a byte, a piece doubled, or a piece cut out. */
static size_t mutate(char *text, size_t len, size_t size)
{
	static const char bytes[] = " \t\n:#\"=|->.x*0\0\xff";
	size_t at = random() % len;
	size_t piece = random() % 12 % (len - at) + 1;

	switch (random() % 3) {
	case 0:
		text[at] = bytes[random() % (sizeof(bytes) - 1)];
		return len;
	case 1:
		if (len + piece > size)
			return len;
		memmove(text + at + piece, text + at, len - at);
		return len + piece;
	default:
		if (len - piece < 20)
			return len;
		memmove(text + at, text + at + piece, len - at - piece);
		return len - piece;
	}
}

static void withstands_mutations(void **state)
{
	static const char seed[] =
		"# comment\n"
		"client x3 rport=8000 laddr=fd00::1 netns=client uid=0: CLOSED\n"
		"\t-connect-> SYN_SENT -SYN,ACK|timer-> ESTABLISHED|CLOSED ...\n"
		"server owner=\"a b\" kernel : ... -> TIME_WAIT # more\n"
		"nobody rport=9: none\n";
	unsigned int good = 0, bad = 0;
	char text[sizeof(seed) * 2];
	size_t len;
	int i, n;

	(void)state;
	srandom(1);
	for (i = 0; i < 100000; i++) {
		len = sizeof(seed) - 1;
		memcpy(text, seed, len);
		for (n = random() % 6; n >= 0; n--)
			len = mutate(text, len, sizeof(text));
		if (parse_bytes(text, len)) {
			check_rules();
			good++;
		} else {
			assert_true(error.line && *error.text);
			bad++;
		}
	}
	assert_true(good > 1000);
	assert_true(bad > 1000);
}

#define TEST(name) cmocka_unit_test_teardown(name, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_chain),
		TEST(every_filter),
		TEST(every_assertion),
		TEST(quotes_keep_what_has_a_meaning),
		TEST(colons_of_addresses),
		TEST(lines_and_comments),
		TEST(causes),
		TEST(states),
		TEST(every_cause),
		TEST(every_state),
		TEST(wrong_lines),
		TEST(wrong_heads),
		TEST(wrong_filters),
		TEST(wrong_chains),
		TEST(wrong_nones),
		TEST(no_text),
		TEST(long_words),
		TEST(long_chains),
		TEST(withstands_mutations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

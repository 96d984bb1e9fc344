// SPDX-License-Identifier: GPL-2.0
#include "expect_parse.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "expect_words.h"
#include "names.h"
#include "number.h"
#include "util.h"

/* What a message shows of a word. */
#define SHOWN "'%.40s'"

struct parser {
	const struct expect_word *word;	/* the next */
	struct expect_rule	*rule;
	expect_netns		*netns;
	struct expect_error	*error;
};

/* Is there another word of this rule? */
static bool more(const struct parser *parser)
{
	return !parser->word->first;
}

/* Of words that are missing: the line where the rule seems to end. */
static unsigned int last_line(const struct parser *parser)
{
	return parser->word[-1].line;
}

/*
 * What takes the value of a filter or an assertion (NULL for those that have
 * none) returns what a value must be, or NULL if it is that.
 */

static const char *take_port(const char *value, __u16 *port)
{
	__u32 number;

	if (!number_parse(value, 65535, &number))
		return "a port is from 0 to 65535";
	*port = number;
	return NULL;
}

static const char *take_lport(struct parser *parser, const char *value)
{
	return take_port(value, &parser->rule->flow.lport);
}

static const char *take_rport(struct parser *parser, const char *value)
{
	return take_port(value, &parser->rule->flow.rport);
}

static const char *take_address(const char *value, __u8 addr[16])
{
	static const __u8 mapped[12] = { [10] = 0xff, [11] = 0xff };

	memcpy(addr, mapped, sizeof(mapped));
	if (inet_pton(AF_INET, value, addr + 12) == 1 ||
	    inet_pton(AF_INET6, value, addr) == 1)
		return NULL;
	return "not an address";
}

static const char *take_laddr(struct parser *parser, const char *value)
{
	return take_address(value, parser->rule->flow.laddr);
}

static const char *take_raddr(struct parser *parser, const char *value)
{
	return take_address(value, parser->rule->flow.raddr);
}

static const char *take_family(struct parser *parser, const char *value)
{
	__u32 family;

	if (!number_parse(value, 6, &family) || (family != 4 && family != 6))
		return "a family is 4 or 6";
	parser->rule->family = family;
	return NULL;
}

static const char *take_netns(struct parser *parser, const char *value)
{
	__u32 *netns = &parser->rule->netns;

	if (number_parse(value, UINT32_MAX, netns) ||
	    parser->netns(value, netns))
		return NULL;
	return "neither a number nor in /run/netns";
}

static const char *take_nothing(struct parser *parser, const char *value)
{
	(void)parser;
	(void)value;
	return NULL;
}

static const char *take_owner(struct parser *parser, const char *value)
{
	struct expect_rule *rule = parser->rule;

	if (!*value || strlen(value) >= TCPSTATE_COMM_LEN)
		return "a name of a process has 1 to 15 bytes";
	rule->comm = value;
	if (parser->word[-1].quoted)
		return NULL;
	if (!strcmp(value, "kernel"))
		rule->owner = EXPECT_OWNER_KERNEL;
	if (!strcmp(value, "none"))
		rule->owner = EXPECT_OWNER_NONE;
	return NULL;
}

static const char *take_uid(struct parser *parser, const char *value)
{
	return number_parse(value, UINT32_MAX, &parser->rule->uid) ?
	       NULL : "not a number";
}

static const char *take_pid(struct parser *parser, const char *value)
{
	return number_parse(value, UINT32_MAX, &parser->rule->pid) ?
	       NULL : "not a number";
}

static const struct {
	const char *name;
	bool valued;
	const char *(*take)(struct parser *parser, const char *value);
} keys[EXPECT_KEYS] = {
	[EXPECT_LPORT]	= { "lport", true, take_lport },
	[EXPECT_RPORT]	= { "rport", true, take_rport },
	[EXPECT_LADDR]	= { "laddr", true, take_laddr },
	[EXPECT_RADDR]	= { "raddr", true, take_raddr },
	[EXPECT_FAMILY]	= { "family", true, take_family },
	[EXPECT_NETNS]	= { "netns", true, take_netns },
	[EXPECT_MPTCP]	= { "mptcp", false, take_nothing },
	[EXPECT_KERNEL]	= { "kernel", false, take_nothing },
	[EXPECT_OWNER]	= { "owner", true, take_owner },
	[EXPECT_UID]	= { "uid", true, take_uid },
	[EXPECT_PID]	= { "pid", true, take_pid },
};

static unsigned int find_key(const char *text, size_t len)
{
	unsigned int key;

	for (key = 0; key < EXPECT_KEYS; key++)
		if (strlen(keys[key].name) == len &&
		    !memcmp(keys[key].name, text, len))
			break;
	return key;
}

static bool parse_filter(struct parser *parser)
{
	const struct expect_word *word = parser->word++;
	const char *equals = strchr(word->text, '=');
	size_t len = strcspn(word->text, "=");
	unsigned int key = find_key(word->text, len);
	const char *wrong;

	if (key == EXPECT_KEYS)
		return expect_complain(parser->error, word->line,
				       SHOWN ": no such filter", word->text);
	if (keys[key].valued != !!equals)
		return expect_complain(parser->error, word->line, SHOWN
				       ": %s value", word->text,
				       equals ? "takes no" : "needs a");
	if (parser->rule->has & 1 << key)
		return expect_complain(parser->error, word->line, SHOWN
				       ": there is a %s already", word->text,
				       keys[key].name);
	parser->rule->has |= 1 << key;
	wrong = keys[key].take(parser, equals ? equals + 1 : NULL);
	if (wrong)
		return expect_complain(parser->error, word->line, SHOWN ": %s",
				       word->text, wrong);
	return true;
}

static bool is_name(const char *text)
{
	const char *p;

	for (p = text; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr("_-.", *p))
			return false;
	return *text;
}

static bool parse_name(struct parser *parser)
{
	const struct expect_word *word = parser->word++;

	if (!is_name(word->text))
		return expect_complain(parser->error, word->line, SHOWN
				       ": a name has letters, digits, '_', '-' and '.' only",
				       word->text);
	parser->rule->name = word->text;
	parser->rule->line = word->line;
	return true;
}

/* No filter begins with x. */
static bool parse_count(struct parser *parser)
{
	struct expect_rule *rule = parser->rule;
	const struct expect_word *word = parser->word;

	rule->count = 1;
	if (!more(parser) || word->text[0] != 'x')
		return true;
	parser->word++;
	if (number_parse(word->text + 1, EXPECT_COUNT_MAX, &rule->count) &&
	    rule->count)
		return true;
	return expect_complain(parser->error, word->line, SHOWN
			       ": a count is from x1 to x%u", word->text,
			       EXPECT_COUNT_MAX);
}

static bool is_colon(const struct expect_word *word)
{
	return !word->quoted && !strcmp(word->text, ":");
}

static bool parse_head(struct parser *parser)
{
	if (!parse_name(parser) || !parse_count(parser))
		return false;
	while (more(parser) && !is_colon(parser->word))
		if (!parse_filter(parser))
			return false;
	if (!more(parser))
		return expect_complain(parser->error, last_line(parser),
				       "no ':' after the filters of " SHOWN,
				       parser->rule->name);
	parser->word++;
	return true;
}

static bool is_arrow(const char *text)
{
	size_t len = strlen(text);

	return text[0] == '-' && len >= 2 && !strcmp(text + len - 2, "->");
}

static bool take_cause(struct expect_step *step, const char *text, size_t len)
{
	__u8 cause, detail;

	if (len == 1 && *text == '*') {
		step->causes = ~0U;
		return true;
	}
	if (!cause_find(text, len, &cause, &detail))
		return false;
	if (detail)
		step->details[detail / 64] |= 1ULL << detail % 64;
	else
		step->causes |= 1U << cause;
	return true;
}

static bool parse_causes(struct parser *parser, struct expect_step *step,
			 const struct expect_word *word)
{
	const char *text = word->text + 1;
	const char *end = word->text + strlen(word->text) - 2;
	size_t len;

	step->arrow = word->text;
	if (end < text) {
		step->causes = ~0U;
		return true;
	}
	for (;; text += len + 1) {
		len = strcspn(text, "|");
		if (text + len > end)
			len = end - text;
		if (!take_cause(step, text, len))
			return expect_complain(parser->error, word->line,
					       SHOWN ": no such cause: '%.*s'",
					       word->text,
					       len < 40 ? (int)len : 40, text);
		if (text + len == end)
			return true;
	}
}

static bool take_state(struct expect_step *step, const char *text, size_t len)
{
	const __u8 state = state_find(text, len);

	if (!state)
		return false;
	step->states |= 1U << state;
	return true;
}

static bool parse_states(struct parser *parser, struct expect_step *step,
			 const struct expect_word *word)
{
	const char *text = word->text;
	size_t len;

	step->state = text;
	if (!strcmp(text, "...")) {
		step->any = true;
		step->states = UINT16_MAX;
		return true;
	}
	for (;; text += len + 1) {
		len = strcspn(text, "|");
		if (!take_state(step, text, len))
			return expect_complain(parser->error, word->line, SHOWN
					       ": no such state", word->text);
		if (!text[len])
			return true;
	}
}

static bool parse_arrow(struct parser *parser, struct expect_step *step,
			const struct expect_step *before)
{
	const struct expect_word *word = parser->word;

	if (is_arrow(word->text)) {
		if (!before)
			return expect_complain(parser->error, word->line,
					       SHOWN ": a chain begins with a state",
					       word->text);
		parser->word++;
		if (!more(parser))
			return expect_complain(parser->error, word->line,
					       SHOWN ": no state after it",
					       word->text);
		return parse_causes(parser, step, word);
	}
	step->joined = before;
	if (before && !before->any && strcmp(word->text, "...") != 0)
		return expect_complain(parser->error, word->line,
				       SHOWN ": no arrow before it",
				       word->text);
	return true;
}

static bool parse_step(struct parser *parser)
{
	struct expect_rule *rule = parser->rule;
	struct expect_step step = { .arrow = "" };
	const struct expect_step *before = NULL;

	if (rule->step_count == EXPECT_STEPS_MAX)
		return expect_complain(parser->error, parser->word->line,
				       "a chain of more than %u states",
				       EXPECT_STEPS_MAX);
	if (rule->step_count)
		before = &rule->steps[rule->step_count - 1];
	if (!parse_arrow(parser, &step, before) ||
	    !parse_states(parser, &step, parser->word))
		return false;
	parser->word++;
	rule->steps = array_room(rule->steps, rule->step_count, sizeof(step));
	rule->steps[rule->step_count++] = step;
	return true;
}

/* Of "none": what would have no meaning with it. */
static bool check_none(struct parser *parser)
{
	struct expect_rule *rule = parser->rule;
	unsigned int key;

	if (more(parser) || rule->count != 1)
		return expect_complain(parser->error, last_line(parser),
				       "none: takes neither count nor chain");
	for (key = EXPECT_OWNER; key < EXPECT_KEYS; key++)
		if (rule->has & 1 << key)
			return expect_complain(parser->error, last_line(parser),
					       "none: takes no %s",
					       keys[key].name);
	rule->count = 0;
	return true;
}

static bool parse_chain(struct parser *parser)
{
	if (!more(parser))
		return expect_complain(parser->error, last_line(parser),
				       "no chain after the ':' of " SHOWN,
				       parser->rule->name);
	if (!strcmp(parser->word->text, "none")) {
		parser->word++;
		return check_none(parser);
	}
	while (more(parser))
		if (!parse_step(parser))
			return false;
	return true;
}

static bool parse_rule(struct parser *parser, struct expect_rules *rules)
{
	rules->rules = array_room(rules->rules, rules->count,
				  sizeof(*rules->rules));
	parser->rule = &rules->rules[rules->count++];
	*parser->rule = (struct expect_rule){ 0 };
	return parse_head(parser) && parse_chain(parser);
}

static bool parse_rules(struct parser *parser, struct expect_rules *rules)
{
	const struct expect_word *word = parser->word;

	if (!word->text)
		return expect_complain(parser->error, word->line,
				       "nothing is expected here");
	if (!word->first)
		return expect_complain(parser->error, word->line, SHOWN
				       ": there is no rule that this could continue",
				       word->text);
	while (parser->word->text)
		if (!parse_rule(parser, rules))
			return false;
	return true;
}

bool expect_parse(struct expect_rules *rules, const char *text, size_t len,
		  expect_netns *netns, struct expect_error *error)
{
	struct parser parser = { .netns = netns, .error = error };
	struct expect_words words;
	bool good;

	*rules = (struct expect_rules){ 0 };
	good = expect_words_split(&words, text, len, error);
	rules->text = words.store;
	if (good) {
		parser.word = words.words;
		good = parse_rules(&parser, rules);
	}
	free(words.words);
	if (!good)
		expect_free(rules);
	return good;
}

void expect_free(struct expect_rules *rules)
{
	size_t i;

	for (i = 0; i < rules->count; i++)
		free(rules->rules[i].steps);
	free(rules->rules);
	free(rules->text);
	*rules = (struct expect_rules){ 0 };
}

// SPDX-License-Identifier: GPL-2.0
#include "filter.h"

#include <ctype.h>
#include <endian.h>
#include <err.h>
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../module/image.h"
#include "array.h"
#include "names.h"
#include "netns.h"
#include "number.h"
#include "util.h"

/* How libpcap loads from where the record has this. */
#define AT(member) \
	((int)(TCPSTATE_IMAGE_RECORD + offsetof(union tcpstate_record, member)))
#define BYTE_IS "link[%d] = %u"
#define WORD_IS "link[%d:4] = %u"

/* A word of ours: what its value is to be, and what libpcap is to see */
struct keyword {
	const char	*name;
	const char	*values;
	bool		flow;	/* about connections, not single records */
	bool		(*rewrite)(FILE *out, const char *value);
};

/* A part of an expression that cannot be taken apart */
struct unit {
	const char	*at;
	size_t		len;
	char		*rewritten;
};

/* An expression and libpcap's view of it */
struct parser {
	const char		*expression;
	struct unit		*units;
	size_t			count;
	bool			flow;
	pcap_t			*pcap;
	struct filter_error	*error;
};

static bool put_kind(FILE *out, const char *value)
{
	static const char *const kinds[] = {
		[TCPSTATE_TRANSITION]	= "transition",
		[TCPSTATE_SEGMENT]	= "segment",
		[TCPSTATE_NOTE]		= "note",
		[TCPSTATE_SOCKET]	= "socket",
	};
	unsigned int kind;

	for (kind = TCPSTATE_TRANSITION; kind < ARRAY_SIZE(kinds); kind++) {
		if (strcmp(value, kinds[kind]) != 0)
			continue;
		fprintf(out, "(" BYTE_IS ")", AT(head.kind), kind);
		return true;
	}
	return false;
}

static bool put_old(FILE *out, const char *value)
{
	const __u8 state = state_find(value, strlen(value));

	fprintf(out, "(" BYTE_IS " and " BYTE_IS ")", AT(head.kind),
		TCPSTATE_TRANSITION, AT(transition.old_state), state);
	return state;
}

static bool put_new(FILE *out, const char *value)
{
	const __u8 state = state_find(value, strlen(value));

	fprintf(out, "(" BYTE_IS " and " BYTE_IS ")", AT(head.kind),
		TCPSTATE_TRANSITION, AT(transition.new_state), state);
	return state;
}

static bool put_state(FILE *out, const char *value)
{
	const __u8 state = state_find(value, strlen(value));

	fprintf(out, "((" BYTE_IS " and (" BYTE_IS " or " BYTE_IS ")) or (" BYTE_IS
		" and " BYTE_IS "))", AT(head.kind), TCPSTATE_TRANSITION,
		AT(transition.old_state), state, AT(transition.new_state),
		state, AT(head.kind), TCPSTATE_SOCKET, AT(socket.state), state);
	return state;
}

static bool put_cause(FILE *out, const char *value)
{
	__u8 cause, detail;

	if (!cause_find(value, strlen(value), &cause, &detail))
		return false;
	/* Each detail is of one cause; notes have it, too. */
	if (detail)
		fprintf(out, "((" BYTE_IS " and " BYTE_IS ") or (" BYTE_IS " and "
			BYTE_IS "))", AT(head.kind), TCPSTATE_TRANSITION,
			AT(transition.detail), detail, AT(head.kind),
			TCPSTATE_NOTE, AT(note.detail), detail);
	else
		fprintf(out, "(" BYTE_IS " and " BYTE_IS ")", AT(head.kind),
			TCPSTATE_TRANSITION, AT(transition.cause), cause);
	return true;
}

/* Loads are big endian, records are in the machine's order. */
static bool put_netns(FILE *out, const char *value)
{
	__u32 netns;

	if (!number_parse(value, UINT32_MAX, &netns) &&
	    !netns_find(value, &netns))
		return false;
	fprintf(out, "(" WORD_IS ")", AT(head.netns), htobe32(netns));
	return true;
}

static bool put_conn(FILE *out, const char *value)
{
	__u64 cookie;
	char *end;

	errno = 0;
	cookie = htobe64(strtoull(value, &end, 16));
	/* It would take that for what is so much less than 2^64. */
	if (*value == '-' || *end || errno)
		return false;
	fprintf(out, "(" WORD_IS " and " WORD_IS ")", AT(head.cookie),
		(__u32)(cookie >> 32), AT(head.cookie) + 4, (__u32)cookie);
	return true;
}

static const struct keyword keywords[] = {
	{ "kind", "transition, segment, note or socket", false, put_kind },
	{ "state", "a state, as FIN_WAIT_1", false, put_state },
	{ "old", "a state, as FIN_WAIT_1", false, put_old },
	{ "new", "a state, as FIN_WAIT_1", false, put_new },
	{ "cause", "a cause, as timer or timer/2MSL", false, put_cause },
	{ "netns", "an inode number or a name in /run/netns", true, put_netns },
	{ "conn", "a cookie in hexadecimal", true, put_conn },
};

/*
 * What a model needs to know owners: of listeners, as requests have theirs, and
 * of clients, the edge that names it, and the one that tells their local port.
 */
static const char owning[] =
	"new LISTEN or (old LISTEN and new CLOSED) or new SYN_SENT or old SYN_SENT";

static bool is_in_word(char c)
{
	return c && (isalnum((unsigned char)c) || strchr("_-.:/,\\", c));
}

/* Return: length of what stands at @at, which is no blank. */
static size_t token_len(const char *at)
{
	size_t len = 0;

	while (is_in_word(at[len]))
		len++;
	if (len)
		return len;
	return at[1] && strchr("!<>=&|", at[0]) && strchr("<>=&|", at[1]) ? 2 :
									   1;
}

static const char *skip_blanks(const char *at)
{
	return at + strspn(at, " \t\n\r");
}

static bool __printf(4, 5) complain(struct parser *parser, const char *at,
				    size_t len, const char *format, ...)
{
	va_list args;

	parser->error->at = at - parser->expression;
	parser->error->len = len;
	va_start(args, format);
	vsnprintf(parser->error->text, sizeof(parser->error->text), format,
		  args);
	va_end(args);
	return false;
}

static const struct keyword *find_keyword(const char *at, size_t len)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(keywords); i++)
		if (strlen(keywords[i].name) == len &&
		    !memcmp(keywords[i].name, at, len))
			return &keywords[i];
	return NULL;
}

static char *copy(const char *at, size_t len)
{
	char *text = strndup(at, len);

	if (!text)
		err(EXIT_FAILURE, "a filter");
	return text;
}

static bool rewrite(const struct keyword *keyword, const char *value, char **text)
{
	size_t len;
	FILE *out = open_memstream(text, &len);
	bool good;

	if (!out)
		err(EXIT_FAILURE, "a filter");
	good = keyword->rewrite(out, value);
	if (fclose(out))
		err(EXIT_FAILURE, "a filter");
	return good;
}

static bool take_value(struct parser *parser, struct unit *unit,
		       const struct keyword *keyword)
{
	const char *at = skip_blanks(unit->at + unit->len);
	size_t len = *at ? token_len(at) : 0;
	char *value = copy(at, len);
	bool good = is_in_word(*at) && rewrite(keyword, value, &unit->rewritten);

	if (good)
		unit->len = at + len - unit->at;
	else
		complain(parser, at, len, "after '%s' comes %s", keyword->name,
			 keyword->values);
	free(value);
	return good;
}

/* Take the expression apart, our words with their values. */
static bool take_units(struct parser *parser)
{
	const char *at = skip_blanks(parser->expression);
	const struct keyword *keyword;
	struct unit *unit;

	parser->flow = true;
	for (; *at; at = skip_blanks(unit->at + unit->len)) {
		parser->units = array_room(parser->units, parser->count,
					   sizeof(*parser->units));
		unit = &parser->units[parser->count++];
		*unit = (struct unit){ .at = at, .len = token_len(at) };
		keyword = find_keyword(at, unit->len);
		/* What else libpcap has is about addresses and ports. */
		parser->flow &= keyword ? keyword->flow : *at != '[';
		if (!keyword)
			unit->rewritten = copy(at, unit->len);
		else if (!take_value(parser, unit, keyword))
			return false;
	}
	return true;
}

/* What libpcap is to see of the first @count units, and @rest behind them */
static char *join(const struct parser *parser, size_t count, const char *rest)
{
	char *text;
	size_t len, i;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		err(EXIT_FAILURE, "a filter");
	for (i = 0; i < count; i++)
		fprintf(out, "%s ", parser->units[i].rewritten);
	fputs(rest, out);
	if (fclose(out))
		err(EXIT_FAILURE, "a filter");
	return text;
}

static bool compile(const struct parser *parser, struct bpf_program *program,
		    const char *text)
{
	return !pcap_compile(parser->pcap, program, text, 1,
			     PCAP_NETMASK_UNKNOWN);
}

/* How many parentheses are open behind the first @count units? */
static unsigned int open_parentheses(const struct parser *parser, size_t count)
{
	unsigned int open = 0;
	size_t i;

	for (i = 0; i < count; i++) {
		open += !strcmp(parser->units[i].rewritten, "(");
		open -= open && !strcmp(parser->units[i].rewritten, ")");
	}
	return open;
}

/* Can the first @count units go on in such a way that it is a filter? */
static bool may_go_on(const struct parser *parser, size_t count)
{
	static const char *const ways[] = {
		"", "tcp", "1", "1.2.3.4", "1-2", "::1", "port 1",
		"[0] = 0", "0] = 0", "] = 0", "= 0",
	};
	const unsigned int open = open_parentheses(parser, count);
	struct bpf_program program;
	bool good = false;
	char *rest, *text;
	size_t i, j;

	for (i = 0; i < ARRAY_SIZE(ways) && !good; i++) {
		rest = calloc(1, strlen(ways[i]) + open + 1);
		if (!rest)
			err(EXIT_FAILURE, "a filter");
		strcpy(rest, ways[i]);
		for (j = 0; j < open; j++)
			strcat(rest, ")");
		text = join(parser, count, rest);
		good = compile(parser, &program, text);
		if (good)
			pcap_freecode(&program);
		free(text);
		free(rest);
	}
	return good;
}

/*
 * Return: where a name is that libpcap says is unknown, else NULL.  To try ways to go
 * on would have it looked up each time, which may take seconds.
 */
static const struct unit *find_unknown(const struct parser *parser,
				       const char *text)
{
	const char *name = strchr(text, '\'');
	const struct unit *unit;
	size_t len;

	if (strncmp(text, "unknown ", strlen("unknown ")) != 0 || !name++)
		return NULL;
	len = strcspn(name, "'");
	for (unit = parser->units; unit < parser->units + parser->count; unit++)
		if (!strncmp(unit->rewritten, name, len) &&
		    !unit->rewritten[len])
			return unit;
	return NULL;
}

/*
 * libpcap says what is wrong, and not where.  It is at the first unit with which
 * there is no way to go on.
 */
static bool find_fault(struct parser *parser)
{
	static const char verbose[] = "can't parse filter expression: ";
	const char *end = parser->expression + strlen(parser->expression);
	char *why = copy(pcap_geterr(parser->pcap), PCAP_ERRBUF_SIZE);
	const char *text = why;
	const struct unit *unit;
	size_t count = parser->count;

	if (!strncmp(text, verbose, strlen(verbose)))
		text += strlen(verbose);
	unit = find_unknown(parser, text);
	while (!unit && count && !may_go_on(parser, count))
		count--;
	if (!unit && count < parser->count)
		unit = &parser->units[count];
	if (unit)
		complain(parser, unit->at, unit->len, "%s", text);
	else
		complain(parser, end, 0, "%s", text);
	free(why);
	return false;
}

/*
 * Return: what is said of a program that asks for what no record has, else NULL.
 * Linux has it where packets have no bytes, at negative offsets.
 */
static const char *find_foreign(const struct bpf_program *program)
{
	const struct bpf_insn *insn = program->bf_insns;
	const struct bpf_insn *end = insn + program->bf_len;

	for (; insn < end; insn++) {
		if (BPF_CLASS(insn->code) != BPF_LD &&
		    BPF_CLASS(insn->code) != BPF_LDX)
			continue;
		if (BPF_MODE(insn->code) == BPF_LEN)
			return "all records have one length: compare ip[2:2] or ip6[4:2]";
		if (BPF_MODE(insn->code) != BPF_IMM && (int)insn->k < 0)
			return "records have no interface: for directions, dump and pcap have -Q";
	}
	return NULL;
}

/* At the first word that may ask for that */
static bool refuse_foreign(struct parser *parser, const char *why)
{
	static const char *const words[] = {
		"inbound", "outbound", "ifindex", "len", "length", "less",
		"greater",
	};
	const struct unit *unit = parser->units;
	size_t i;

	for (; unit < parser->units + parser->count; unit++)
		for (i = 0; i < ARRAY_SIZE(words); i++)
			if (!strcmp(unit->rewritten, words[i]))
				return complain(parser, unit->at, unit->len,
						"%s", why);
	return complain(parser, parser->expression, strlen(parser->expression),
			"%s", why);
}

static bool compile_exact(struct parser *parser, struct filter *filter)
{
	char *text = join(parser, parser->count, "");
	bool good = compile(parser, &filter->exact, text);
	const char *foreign;

	free(text);
	if (!good)
		return find_fault(parser);
	foreign = find_foreign(&filter->exact);
	return !foreign || refuse_foreign(parser, foreign);
}

static void free_units(struct parser *parser)
{
	size_t i;

	for (i = 0; i < parser->count; i++)
		free(parser->units[i].rewritten);
	free(parser->units);
}

/* The filter, or else an edge that tells of an owner */
static void compile_model(struct parser *parser, struct filter *filter)
{
	struct parser other = *parser;
	char *both;

	if (asprintf(&both, "(%s) or %s", parser->expression, owning) < 0)
		err(EXIT_FAILURE, "a filter");
	other.expression = both;
	other.units = NULL;
	other.count = 0;
	/* Should it get too long for libpcap, the module gets none. */
	if (take_units(&other)) {
		char *text = join(&other, other.count, "");

		if (!compile(&other, &filter->model, text))
			filter->model.bf_len = 0;
		free(text);
	}
	free_units(&other);
	free(both);
}

bool filter_compile(struct filter *filter, const char *expression,
		    struct filter_error *error)
{
	struct parser parser = {
		.expression	= expression,
		.pcap		= pcap_open_dead(DLT_RAW, TCPSTATE_IMAGE_SIZE),
		.error		= error,
	};
	bool good;

	if (!parser.pcap)
		err(EXIT_FAILURE, "a filter");
	memset(filter, 0, sizeof(*filter));
	good = take_units(&parser) && compile_exact(&parser, filter);
	filter->flow = good && parser.flow;
	if (filter->flow)
		compile_model(&parser, filter);
	free_units(&parser);
	pcap_close(parser.pcap);
	return good;
}

bool filter_wants(const struct filter *filter,
		  const union tcpstate_record *record)
{
	static const struct pcap_pkthdr header = {
		.caplen	= TCPSTATE_IMAGE_SIZE,
		.len	= TCPSTATE_IMAGE_SIZE,
	};
	__u8 image[TCPSTATE_IMAGE_SIZE];

	if (record->head.kind == TCPSTATE_START ||
	    record->head.kind == TCPSTATE_LOST)
		return true;
	tcpstate_image(image, record);
	return pcap_offline_filter(&filter->exact, &header, image);
}

void filter_free(struct filter *filter)
{
	pcap_freecode(&filter->exact);
	pcap_freecode(&filter->model);
}

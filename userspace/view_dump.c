// SPDX-License-Identifier: GPL-2.0
/* A line a segment, as `tcpdump -nn -S` prints it (4.99). */
#include <netinet/in.h>
#include <netinet/tcp.h>

#include "address.h"
#include "direction.h"
#include "options.h"
#include "remark.h"
#include "util.h"
#include "view.h"

static void put_number(struct out *out, const char *prefix, __u32 number)
{
	out_str(out, prefix);
	out_dec(out, number);
}

static void put_time(struct display *display, __u64 ts)
{
	__u32 ns = clock_second(&display->clock, ts, "%H:%M:%S.", localtime_r);

	out_bytes(display->out, display->clock.text, display->clock.len);
	out_pad(display->out, ns / 1000, 6);
}

static void put_end(struct out *out, const __u8 addr[16], __u16 port)
{
	char text[INET6_ADDRSTRLEN];

	out_bytes(out, text, address_format(text, addr, !address_mapped(addr)));
	put_number(out, ".", port);
}

static void put_ends(struct out *out, const struct tcpstate_segment *segment)
{
	const struct tcpstate_flow *flow = &segment->flow;

	out_str(out, address_mapped(flow->laddr) ? " IP " : " IP6 ");
	if (segment->head.flags & TCPSTATE_F_OUT) {
		put_end(out, flow->laddr, flow->lport);
		out_str(out, " > ");
		put_end(out, flow->raddr, flow->rport);
	} else {
		put_end(out, flow->raddr, flow->rport);
		out_str(out, " > ");
		put_end(out, flow->laddr, flow->lport);
	}
}

static void put_flags(struct out *out, __u8 flags)
{
	static const char letters[] = "FSRP.UEW";
	unsigned int bit;

	out_str(out, ": Flags [");
	for (bit = 0; bit < sizeof(letters) - 1; bit++)
		if (flags & 1 << bit)
			out_char(out, letters[bit]);
	out_str(out, flags ? "]" : "none]");
}

/* Of a SACK, @have bytes are at hand. */
static void put_sack(struct out *out, const struct tcp_option *option,
		     unsigned int have)
{
	unsigned int i;

	put_number(out, " ", option->length / 8);
	out_char(out, ' ');
	for (i = 0; i + 8 <= have; i += 8) {
		put_number(out, "{", option_be32(option->data + i));
		put_number(out, ":", option_be32(option->data + i + 4));
		out_char(out, '}');
	}
}

static void put_timestamps(struct out *out, const struct tcp_option *option)
{
	put_number(out, " val ", option_be32(option->data));
	put_number(out, " ecr ", option_be32(option->data + 4));
}

static void put_hex(struct out *out, const char *prefix,
		    const struct tcp_option *option, unsigned int have)
{
	out_str(out, prefix);
	out_hex_bytes(out, option->data, have);
}

static bool has_length(const struct tcp_option *option)
{
	switch (option->kind) {
	case OPTION_MSS:
		return option->length == 2;
	case OPTION_WSCALE:
		return option->length == 1;
	case OPTION_SACK_OK:
		return !option->length;
	case OPTION_SACK:
		return option->length % 8 == 0;
	case OPTION_TIMESTAMPS:
		return option->length == 8;
	case OPTION_MD5:
		return option->length == 16;
	default:
		return true;
	}
}

/* Return: NULL of one that is not known. */
static const char *find_name(__u8 kind)
{
	static const struct {
		__u8 kind;
		const char *name;
	} names[] = {
		{ OPTION_MSS, "mss" },
		{ OPTION_WSCALE, "wscale" },
		{ OPTION_SACK_OK, "sackOK" },
		{ OPTION_SACK, "sack" },
		{ OPTION_TIMESTAMPS, "TS" },
		{ OPTION_MD5, "md5" },
		{ OPTION_MPTCP, "mptcp" },
		{ OPTION_FAST_OPEN, "tfo" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (names[i].kind == kind)
			return names[i].name;
	return NULL;
}

static void put_name(struct out *out, __u8 kind)
{
	const char *name = find_name(kind);

	if (name)
		out_str(out, name);
	else
		put_number(out, "unknown-", kind);
}

static void put_data(struct out *out, const struct tcp_option *option)
{
	if (!has_length(option)) {
		put_hex(out, " 0x", option, option->length);
		return;
	}
	switch (option->kind) {
	case OPTION_MSS:
		put_number(out, " ", option_be16(option->data));
		break;
	case OPTION_WSCALE:
		put_number(out, " ", option->data[0]);
		break;
	case OPTION_SACK:
		put_sack(out, option, option->length);
		break;
	case OPTION_TIMESTAMPS:
		put_timestamps(out, option);
		break;
	case OPTION_MD5:
		put_hex(out,
			" shared secret not supplied with -M, can't check - ",
			option, option->length);
		break;
	case OPTION_FAST_OPEN:
		put_hex(out, option->length ? "  cookie " : "  cookiereq",
			option, option->length);
		break;
	default:
		put_hex(out, option->length ? " 0x" : "", option,
			option->length);
	}
}

/* What is left of an option that was cut */
static void put_cut(struct out *out, const __u8 *bytes, unsigned int have)
{
	struct tcp_option option;

	if (have >= 2) {
		option.kind = bytes[0];
		option.length = bytes[1] - 2;
		option.data = bytes + 2;
		put_name(out, option.kind);
		if (option.kind == OPTION_SACK)
			put_sack(out, &option, have - 2);
		else if (!find_name(option.kind))
			put_hex(out, " 0x", &option, have - 2);
	}
	out_str(out, " [|tcp]");
}

/* A list in the making */
struct list {
	struct out	*out;
	bool		begun;
};

static struct out *next(struct list *list)
{
	if (list->begun)
		out_char(list->out, ',');
	list->begun = true;
	return list->out;
}

/* What stands between two options, or before the end of all */
static void put_nops(struct list *list, const struct option_walk *walk)
{
	unsigned int at;

	for (at = walk->at; at < walk->kept; at++) {
		if (walk->bytes[at] != OPTION_NOP)
			break;
		out_str(next(list), "nop");
	}
}

static void put_end_of_options(struct list *list,
			       const struct option_walk *walk,
			       const struct tcpstate_segment *segment)
{
	unsigned int kept = segment->opt_len;

	if (kept > TCPSTATE_OPT_LEN)
		kept = TCPSTATE_OPT_LEN;
	if (walk->truncated)
		put_cut(next(list), walk->bytes + walk->at, kept - walk->at);
	else if (walk->malformed)
		out_str(next(list), "[bad opt]");
	else if (walk->at < segment->opt_len)
		out_str(next(list), "eol");
}

static void put_options(struct out *out, const struct tcpstate_segment *segment)
{
	struct list list = { .out = out };
	struct option_walk walk;
	struct tcp_option option;

	out_str(out, ", options [");
	options_begin(&walk, segment);
	put_nops(&list, &walk);
	while (options_next(&walk, &option)) {
		put_name(next(&list), option.kind);
		put_data(out, &option);
		put_nops(&list, &walk);
	}
	put_end_of_options(&list, &walk, segment);
	out_char(out, ']');
}

static void put_numbers(struct out *out, const struct tcpstate_segment *segment)
{
	__u8 flags = segment->tcp_flags;

	if (segment->len || flags & (TH_SYN | TH_FIN | TH_RST))
		put_number(out, ", seq ", segment->seqno);
	if (segment->len)
		put_number(out, ":", segment->seqno + segment->len);
	if (flags & TH_ACK)
		put_number(out, ", ack ", segment->ackno);
	put_number(out, ", win ", segment->win);
	/* The records have no urgent pointer. */
	if (flags & TH_URG)
		out_str(out, ", urg ?");
}

static void dump_segment(struct display *display,
			 const struct tcpstate_segment *segment,
			 const struct seen *seen)
{
	struct out *out = display->out;

	(void)seen;
	put_time(display, segment->head.ts);
	put_ends(out, segment);
	put_flags(out, segment->tcp_flags);
	put_numbers(out, segment);
	if (segment->opt_len)
		put_options(out, segment);
	put_number(out, ", length ", segment->len);
	out_char(out, '\n');
}

static void dump_open(const char *operand)
{
	(void)operand;
	direction_open();
}

const struct view view_dump = {
	.name		= "dump",
	.help		= "each segment, as tcpdump prints it",
	.options	= { DIRECTION_OPTION },
	.open		= dump_open,
	.start		= remark_start,
	.lost		= remark_lost,
	.segment	= dump_segment,
};

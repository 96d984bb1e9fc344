// SPDX-License-Identifier: GPL-2.0
/* JSON Lines: an object a record, for programs. */
#include <string.h>

#include "address.h"
#include "json.h"
#include "names.h"
#include "options.h"
#include "view.h"

/* , "key": with its quotes; @key is a literal that needs no escapes. */
#define put_key(out, key) out_bytes(out, ",\"" key "\":", sizeof(key) + 3)

static void put_time(struct display *display, __u64 ts)
{
	struct out *out = display->out;
	__u32 ns = clock_second(&display->clock, ts, "%Y-%m-%dT%H:%M:%S.",
				gmtime_r);

	put_key(out, "ts");
	out_dec(out, ts);
	put_key(out, "time");
	out_char(out, '"');
	out_bytes(out, display->clock.text, display->clock.len);
	out_pad(out, ns, 9);
	out_str(out, "Z\"");
}

static void put_type(struct out *out, const char *type)
{
	out_str(out, "{\"type\":");
	json_plain(out, type);
}

/* What the records of a CPU begin with. */
static void put_head(struct display *display, const char *type,
		     const struct tcpstate_head *head)
{
	struct out *out = display->out;

	put_type(out, type);
	put_key(out, "seq");
	out_dec(out, head->seq);
	put_time(display, head->ts);
}

static void put_cookie(struct out *out, __u64 cookie)
{
	if (!cookie) {
		out_str(out, "null");
		return;
	}
	out_char(out, '"');
	out_hex(out, cookie);
	out_char(out, '"');
}

static void put_address(struct out *out, const __u8 addr[16], bool ipv6)
{
	char text[INET6_ADDRSTRLEN];
	size_t len = address_format(text, addr, ipv6);

	out_char(out, '"');
	out_bytes(out, text, len);
	out_char(out, '"');
}

/* Whose record it is: what all have that are about a connection */
static void put_about(struct out *out, const struct tcpstate_head *head,
		      const struct seen *seen)
{
	bool ipv6 = head->flags & TCPSTATE_F_IPV6;

	put_key(out, "conn");
	put_cookie(out, seen->conn);
	put_key(out, "netns");
	out_dec(out, head->netns);
	put_key(out, "family");
	out_char(out, ipv6 ? '6' : '4');
	put_key(out, "laddr");
	put_address(out, seen->ends.laddr, ipv6);
	put_key(out, "lport");
	out_dec(out, seen->ends.lport);
	put_key(out, "raddr");
	put_address(out, seen->ends.raddr, ipv6);
	put_key(out, "rport");
	out_dec(out, seen->ends.rport);
}

static void put_task(struct out *out, const struct tcpstate_task *task)
{
	out_str(out, "{\"pid\":");
	out_dec(out, task->pid);
	put_key(out, "comm");
	json_string(out, task->comm);
	put_key(out, "uid");
	out_dec(out, task->uid);
	out_char(out, '}');
}

/* The kernel is no process: it has a key of its own. */
static void put_owner(struct out *out, const struct seen *seen)
{
	put_key(out, "owner");
	if (seen->owned == OWNED_TASK)
		put_task(out, &seen->owner);
	else
		out_str(out, "null");
	if (seen->owned == OWNED_KERNEL)
		out_str(out, ",\"kernel\":true");
}

static void put_mptcp(struct out *out, const struct tcpstate_head *head)
{
	if (head->flags & TCPSTATE_F_MPTCP)
		out_str(out, ",\"mptcp\":true");
}

static void put_detail(struct out *out, __u8 detail)
{
	put_key(out, "detail");
	if (detail)
		json_plain(out, detail_name(detail));
	else
		out_str(out, "null");
}

/* By name; one that has none is damage, and shown as it is. */
static void put_error(struct out *out, __u16 error)
{
	const char *name = strerrorname_np(error);

	put_key(out, "err");
	if (!error) {
		out_str(out, "null");
	} else if (name) {
		json_plain(out, name);
	} else {
		out_char(out, '"');
		out_dec(out, error);
		out_char(out, '"');
	}
}

static void put_retrans(struct out *out, __u32 retrans)
{
	put_key(out, "retrans");
	out_dec(out, retrans);
}

static void put_full(struct out *out,
		     const struct tcpstate_transition *transition)
{
	put_error(out, transition->sk_err);
	put_key(out, "srtt_us");
	out_dec(out, transition->srtt_us);
	put_key(out, "cwnd");
	out_dec(out, transition->cwnd);
	put_retrans(out, transition->retrans);
	/* Where the bytes would be there is the listener. */
	if (transition->head.flags & TCPSTATE_F_REQ)
		return;
	put_key(out, "bytes_received");
	out_dec(out, transition->bytes_received);
	put_key(out, "bytes_acked");
	out_dec(out, transition->bytes_acked);
}

/* What the socket had at this edge, as far as it has such. */
static void put_figures(struct out *out,
			const struct tcpstate_transition *transition)
{
	if (transition->head.flags & TCPSTATE_F_FULL)
		put_full(out, transition);
	else if (transition->old_state == TCPSTATE_SYN_RCVD ||
		 transition->new_state == TCPSTATE_SYN_RCVD)
		put_retrans(out, transition->retrans);
	if (transition->head.flags & TCPSTATE_F_REQ) {
		put_key(out, "listener");
		put_cookie(out, transition->listener);
	}
}

static void put_dwell(struct out *out, __s64 dwell)
{
	put_key(out, "dwell_us");
	if (dwell < 0) {
		out_str(out, "null");
		return;
	}
	out_dec(out, dwell / 1000);
	out_char(out, '.');
	out_pad(out, dwell % 1000, 3);
}

static void put_end(struct out *out, const struct tcpstate_head *head)
{
	put_key(out, "cpu");
	out_dec(out, head->cpu);
	out_str(out, "}\n");
}

static void json_transition(struct display *display,
			    const struct tcpstate_transition *transition,
			    const struct seen *seen)
{
	const struct tcpstate_head *head = &transition->head;
	struct out *out = display->out;

	put_head(display, "transition", head);
	put_about(out, head, seen);
	put_key(out, "old");
	json_plain(out, state_name(transition->old_state));
	put_key(out, "new");
	json_plain(out, state_name(transition->new_state));
	put_key(out, "cause");
	json_plain(out, cause_name(transition->cause));
	put_detail(out, transition->detail);
	put_owner(out, seen);
	put_dwell(out, seen->dwell);
	if (seen->gap)
		out_str(out, ",\"gap\":true");
	put_figures(out, transition);
	put_mptcp(out, head);
	put_end(out, head);
}

static void put_flags(struct out *out, __u8 flags)
{
	const char *comma = "";
	unsigned int bit;

	put_key(out, "flags");
	out_char(out, '"');
	for (bit = 0; bit < TCP_FLAG_COUNT; bit++) {
		if (!(flags & 1 << bit))
			continue;
		out_str(out, comma);
		out_str(out, tcp_flag_name(bit));
		comma = ",";
	}
	out_char(out, '"');
}

static void put_timestamps(struct out *out, const __u8 *data)
{
	out_str(out, "\"tsval\":");
	out_dec(out, option_be32(data));
	put_key(out, "tsecr");
	out_dec(out, option_be32(data + 4));
}

static void put_sack(struct out *out, const struct tcp_option *option)
{
	unsigned int i;

	out_str(out, "\"sack\":[");
	for (i = 0; i < option->length; i += 8) {
		out_str(out, i ? ",[" : "[");
		out_dec(out, option_be32(option->data + i));
		out_char(out, ',');
		out_dec(out, option_be32(option->data + i + 4));
		out_char(out, ']');
	}
	out_char(out, ']');
}

/* One that we do not know, or not with this length. */
static void put_other_option(struct out *out, const struct tcp_option *option)
{
	out_str(out, "\"kind");
	out_dec(out, option->kind);
	out_str(out, "\":");
	json_hex_bytes(out, option->data, option->length);
}

static void put_option(struct out *out, const struct tcp_option *option)
{
	if (option->kind == OPTION_MSS && option->length == 2) {
		out_str(out, "\"mss\":");
		out_dec(out, option_be16(option->data));
	} else if (option->kind == OPTION_WSCALE && option->length == 1) {
		out_str(out, "\"wscale\":");
		out_dec(out, option->data[0]);
	} else if (option->kind == OPTION_SACK_OK && !option->length) {
		out_str(out, "\"sackOK\":true");
	} else if (option->kind == OPTION_SACK && option->length % 8 == 0) {
		put_sack(out, option);
	} else if (option->kind == OPTION_TIMESTAMPS && option->length == 8) {
		put_timestamps(out, option->data);
	} else {
		put_other_option(out, option);
	}
}

/* The first of each kind: a key may be in an object but once. */
static bool first_of_kind(__u32 kinds[8], __u8 kind)
{
	__u32 bit = 1U << kind % 32;
	bool first = !(kinds[kind / 32] & bit);

	kinds[kind / 32] |= bit;
	return first;
}

static void put_options(struct out *out, const struct tcpstate_segment *segment)
{
	struct option_walk walk;
	struct tcp_option option;
	__u32 kinds[8] = { 0 };
	const char *comma = "";

	put_key(out, "options");
	out_char(out, '{');
	options_begin(&walk, segment);
	while (options_next(&walk, &option)) {
		if (!first_of_kind(kinds, option.kind))
			continue;
		out_str(out, comma);
		put_option(out, &option);
		comma = ",";
	}
	if (walk.truncated || walk.malformed) {
		out_str(out, comma);
		json_plain(out, walk.truncated ? "truncated" : "malformed");
		out_str(out, ":true");
	}
	out_char(out, '}');
}

static void json_segment(struct display *display,
			 const struct tcpstate_segment *segment,
			 const struct seen *seen)
{
	const struct tcpstate_head *head = &segment->head;
	struct out *out = display->out;

	put_head(display, "segment", head);
	put_about(out, head, seen);
	put_key(out, "dir");
	json_plain(out, head->flags & TCPSTATE_F_OUT ? "out" : "in");
	put_flags(out, segment->tcp_flags);
	put_key(out, "seqno");
	out_dec(out, segment->seqno);
	put_key(out, "ackno");
	out_dec(out, segment->ackno);
	put_key(out, "win");
	out_dec(out, segment->win);
	put_key(out, "len");
	out_dec(out, segment->len);
	put_options(out, segment);
	put_owner(out, seen);
	put_mptcp(out, head);
	put_end(out, head);
}

static void json_note(struct display *display, const struct tcpstate_note *note,
		      const struct seen *seen)
{
	struct out *out = display->out;

	put_head(display, "note", &note->head);
	put_about(out, &note->head, seen);
	put_key(out, "what");
	json_plain(out, what_name(note->what));
	put_detail(out, note->detail);
	put_owner(out, seen);
	put_mptcp(out, &note->head);
	put_end(out, &note->head);
}

/* No CPU recorded it, so it has no number either. */
static void json_socket(struct display *display,
			const struct tcpstate_socket *socket,
			const struct seen *seen)
{
	struct out *out = display->out;

	put_type(out, "socket");
	put_time(display, socket->head.ts);
	put_about(out, &socket->head, seen);
	put_key(out, "state");
	json_plain(out, state_name(socket->state));
	if (socket->orphan)
		out_str(out, ",\"orphan\":true");
	put_owner(out, seen);
	put_mptcp(out, &socket->head);
	out_str(out, "}\n");
}

static void json_lost(struct display *display, const struct tcpstate_lost *lost)
{
	struct out *out = display->out;

	put_head(display, "lost", &lost->head);
	put_key(out, "count");
	out_dec(out, lost->count);
	put_end(out, &lost->head);
}

static void put_missing(struct out *out, __u32 missing)
{
	const char *comma = "";
	unsigned int hook;

	put_key(out, "missing");
	out_char(out, '[');
	for (hook = 0; hook < TCPSTATE_HOOKS; hook++) {
		if (!(missing & 1U << hook))
			continue;
		out_str(out, comma);
		json_plain(out, hook_name(hook));
		comma = ",";
	}
	out_char(out, ']');
}

static void json_start(struct display *display,
		       const struct tcpstate_start *start)
{
	struct out *out = display->out;

	put_type(out, "start");
	put_time(display, start->ts);
	put_key(out, "version");
	out_dec(out, start->version);
	put_key(out, "cpus");
	out_dec(out, start->cpus);
	put_key(out, "ring_kb");
	out_dec(out, start->ring_kb);
	put_key(out, "segments");
	json_plain(out, segments_name(start->segments));
	put_missing(out, start->missing);
	put_key(out, "realtime");
	json_number(out, start->realtime);
	out_str(out, "}\n");
}

const struct view view_json = {
	.name		= "json",
	.start		= json_start,
	.lost		= json_lost,
	.transition	= json_transition,
	.segment	= json_segment,
	.note		= json_note,
	.socket		= json_socket,
};

// SPDX-License-Identifier: GPL-2.0
/*
 * CSV: a row a record, for spreadsheets and statistics.  Its columns are the
 * keys of view_json.c, those of the owner by themselves, and always the same.
 */
#include <string.h>

#include "address.h"
#include "names.h"
#include "util.h"
#include "view.h"

enum column {
	TYPE, SEQ, TS, TIME, CPU, CONN, NETNS, FAMILY, LADDR, LPORT, RADDR,
	RPORT, PID, COMM, UID, KERNEL, MPTCP, OLD, NEW, CAUSE, DETAIL, DWELL_US,
	GAP, ERR, SRTT_US, CWND, RETRANS, BYTES_RECEIVED, BYTES_ACKED, LISTENER,
	DIR, FLAGS, SEQNO, ACKNO, WIN, LEN, OPTIONS, WHAT, STATE, COUNT, COLUMNS,
};

static const char *const names[COLUMNS] = {
	"type", "seq", "ts", "time", "cpu", "conn", "netns", "family", "laddr",
	"lport", "raddr", "rport", "pid", "comm", "uid", "kernel", "mptcp",
	"old", "new", "cause", "detail", "dwell_us", "gap", "err", "srtt_us",
	"cwnd", "retrans", "bytes_received", "bytes_acked", "listener", "dir",
	"flags", "seqno", "ackno", "win", "len", "options", "what", "state",
	"count",
};

/* A row in the making, from its first column on */
struct row {
	struct display	*display;
	struct out	*out;
	enum column	at;
};

static void go_to(struct row *row, enum column column)
{
	for (; row->at < column; row->at++)
		out_char(row->out, ',');
}

static void put(struct row *row, enum column column, const char *text)
{
	go_to(row, column);
	out_str(row->out, text);
}

static void put_number(struct row *row, enum column column, __u64 number)
{
	go_to(row, column);
	out_dec(row->out, number);
}

static void put_cookie(struct row *row, enum column column, __u64 cookie)
{
	go_to(row, column);
	if (cookie)
		out_hex(row->out, cookie);
}

/* RFC 4180: in quotes, with those in it doubled; whatever a process is called */
static void put_quoted(struct row *row, enum column column, const char *text)
{
	go_to(row, column);
	out_char(row->out, '"');
	for (; *text; text++) {
		if (*text == '"')
			out_char(row->out, '"');
		out_char(row->out, *text < ' ' || *text > '~' ? '?' : *text);
	}
	out_char(row->out, '"');
}

static void put_time(struct row *row, __u64 ts)
{
	struct clock *clock = &row->display->clock;
	__u32 ns = clock_second(clock, ts, "%Y-%m-%dT%H:%M:%S.", gmtime_r);

	put_number(row, TS, ts);
	go_to(row, TIME);
	out_bytes(row->out, clock->text, clock->len);
	out_pad(row->out, ns, 9);
	out_char(row->out, 'Z');
}

static void put_address(struct row *row, enum column column,
			const __u8 addr[16], bool ipv6)
{
	char text[INET6_ADDRSTRLEN];
	size_t len = address_format(text, addr, ipv6);

	go_to(row, column);
	out_bytes(row->out, text, len);
}

static struct row begin(struct display *display, const char *type)
{
	struct row row = { .display = display, .out = display->out };

	put(&row, TYPE, type);
	return row;
}

static void finish(struct row *row)
{
	go_to(row, COLUMNS - 1);
	out_char(row->out, '\n');
}

static void put_head(struct row *row, const struct tcpstate_head *head)
{
	bool recorded = head->kind != TCPSTATE_SOCKET;

	if (recorded)
		put_number(row, SEQ, head->seq);
	put_time(row, head->ts);
	if (recorded)
		put_number(row, CPU, head->cpu);
}

static void put_owner(struct row *row, const struct seen *seen)
{
	if (seen->owned == OWNED_TASK) {
		put_number(row, PID, seen->owner.pid);
		put_quoted(row, COMM, seen->owner.comm);
		put_number(row, UID, seen->owner.uid);
	}
	if (seen->owned == OWNED_KERNEL)
		put(row, KERNEL, "true");
}

static void put_about(struct row *row, const struct tcpstate_head *head,
		      const struct seen *seen)
{
	bool ipv6 = head->flags & TCPSTATE_F_IPV6;

	put_head(row, head);
	put_cookie(row, CONN, seen->conn);
	put_number(row, NETNS, head->netns);
	put(row, FAMILY, ipv6 ? "6" : "4");
	put_address(row, LADDR, seen->ends.laddr, ipv6);
	put_number(row, LPORT, seen->ends.lport);
	put_address(row, RADDR, seen->ends.raddr, ipv6);
	put_number(row, RPORT, seen->ends.rport);
	put_owner(row, seen);
	if (head->flags & TCPSTATE_F_MPTCP)
		put(row, MPTCP, "true");
}

static void put_error(struct row *row, __u16 error)
{
	const char *name = strerrorname_np(error);

	if (error && name)
		put(row, ERR, name);
	else if (error)
		put_number(row, ERR, error);
}

/* What the socket had at this edge, as far as it has such. */
static void put_figures(struct row *row,
			const struct tcpstate_transition *transition)
{
	bool full = transition->head.flags & TCPSTATE_F_FULL;
	bool request = transition->head.flags & TCPSTATE_F_REQ;

	if (full) {
		put_error(row, transition->sk_err);
		put_number(row, SRTT_US, transition->srtt_us);
		put_number(row, CWND, transition->cwnd);
	}
	if (full || transition->old_state == TCPSTATE_SYN_RCVD ||
	    transition->new_state == TCPSTATE_SYN_RCVD)
		put_number(row, RETRANS, transition->retrans);
	/* Where the bytes would be there is the listener. */
	if (request) {
		put_cookie(row, LISTENER, transition->listener);
	} else if (full) {
		put_number(row, BYTES_RECEIVED, transition->bytes_received);
		put_number(row, BYTES_ACKED, transition->bytes_acked);
	}
}

static void put_dwell(struct row *row, __s64 dwell)
{
	if (dwell < 0)
		return;
	put_number(row, DWELL_US, dwell / 1000);
	out_char(row->out, '.');
	out_pad(row->out, dwell % 1000, 3);
}

static void csv_transition(struct display *display,
			   const struct tcpstate_transition *transition,
			   const struct seen *seen)
{
	struct row row = begin(display, "transition");

	put_about(&row, &transition->head, seen);
	put(&row, OLD, state_name(transition->old_state));
	put(&row, NEW, state_name(transition->new_state));
	put(&row, CAUSE, cause_name(transition->cause));
	if (transition->detail)
		put_quoted(&row, DETAIL, detail_name(transition->detail));
	put_dwell(&row, seen->dwell);
	if (seen->gap)
		put(&row, GAP, "true");
	put_figures(&row, transition);
	finish(&row);
}

static void put_flags(struct row *row, __u8 flags)
{
	const char *comma = "";
	unsigned int bit;

	go_to(row, FLAGS);
	out_char(row->out, '"');
	for (bit = 0; bit < TCP_FLAG_COUNT; bit++) {
		if (!(flags & 1 << bit))
			continue;
		out_str(row->out, comma);
		out_str(row->out, tcp_flag_name(bit));
		comma = ",";
	}
	out_char(row->out, '"');
}

static void csv_segment(struct display *display,
			const struct tcpstate_segment *segment,
			const struct seen *seen)
{
	struct row row = begin(display, "segment");

	put_about(&row, &segment->head, seen);
	put(&row, DIR, segment->head.flags & TCPSTATE_F_OUT ? "out" : "in");
	put_flags(&row, segment->tcp_flags);
	put_number(&row, SEQNO, segment->seqno);
	put_number(&row, ACKNO, segment->ackno);
	put_number(&row, WIN, segment->win);
	put_number(&row, LEN, segment->len);
	go_to(&row, OPTIONS);
	out_hex_bytes(row.out, segment->opt,
		      segment->opt_len < TCPSTATE_OPT_LEN ? segment->opt_len :
							    TCPSTATE_OPT_LEN);
	finish(&row);
}

static void csv_note(struct display *display, const struct tcpstate_note *note,
		     const struct seen *seen)
{
	struct row row = begin(display, "note");

	put_about(&row, &note->head, seen);
	if (note->detail)
		put_quoted(&row, DETAIL, detail_name(note->detail));
	put(&row, WHAT, what_name(note->what));
	finish(&row);
}

static void csv_socket(struct display *display,
		       const struct tcpstate_socket *socket,
		       const struct seen *seen)
{
	struct row row = begin(display, "socket");

	put_about(&row, &socket->head, seen);
	put(&row, STATE, state_name(socket->state));
	finish(&row);
}

static void csv_lost(struct display *display, const struct tcpstate_lost *lost)
{
	struct row row = begin(display, "lost");

	put_head(&row, &lost->head);
	put_number(&row, COUNT, lost->count);
	finish(&row);
}

static void csv_start(struct display *display,
		      const struct tcpstate_start *start)
{
	struct row row;
	int i;

	for (i = 0; display->traces == 1 && i < COLUMNS; i++) {
		out_str(display->out, names[i]);
		out_char(display->out, i < COLUMNS - 1 ? ',' : '\n');
	}
	row = begin(display, "start");
	put_time(&row, start->ts);
	finish(&row);
}

const struct view view_csv = {
	.name		= "csv",
	.start		= csv_start,
	.lost		= csv_lost,
	.transition	= csv_transition,
	.segment	= csv_segment,
	.note		= csv_note,
	.socket		= csv_socket,
};

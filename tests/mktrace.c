// SPDX-License-Identifier: GPL-2.0
/*
 * mktrace RECORD... - write a trace to the standard output.
 *
 * A RECORD is start, edge, segment, note, socket, lost or a number (of a kind),
 * and what in it is not as usual: edge,old=7,new=2,conn=2a.  "life" is all that a client
 * records of a connection; "life,n=1000" is that of so many connections, and with
 * ",open=10" so many are open at a time.
 * "options,n=1000" are as many segments with flags, numbers, and options that are
 * whole, of whatever kinds and values.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "records.h"
#include "util.h"

static __u64 clock_us;
static __u64 next_seq;

static void emit(union tcpstate_record *record)
{
	if (record->head.kind != TCPSTATE_START)
		record->head.seq = next_seq++;
	if (fwrite(record, sizeof(*record), 1, stdout) != 1)
		exit(1);
}

/* Two hexadecimal digits a byte */
static void set_options(union tcpstate_record *record, const char *text)
{
	__u8 bytes[40];
	__u8 len = 0;

	while (len < sizeof(bytes) &&
	       sscanf(text + 2 * len, "%2hhx", &bytes[len]) == 1)
		len++;
	fill_options(record, bytes, len);
}

static void set(union tcpstate_record *record, char *key, const char *value)
{
	__u64 n = strtoull(value, NULL, 0);

	if (!strcmp(key, "ts"))
		record->head.ts = n;
	else if (!strcmp(key, "conn"))
		record->head.cookie = strtoull(value, NULL, 16);
	else if (!strcmp(key, "kind"))
		record->head.kind = n;
	else if (!strcmp(key, "cpu"))
		record->head.cpu = n;
	else if (!strcmp(key, "old"))
		record->transition.old_state = n;
	else if (!strcmp(key, "new"))
		record->transition.new_state = n;
	else if (!strcmp(key, "lport"))
		record->transition.flow.lport = n;
	else if (!strcmp(key, "rport"))
		record->transition.flow.rport = n;
	else if (!strcmp(key, "cause"))
		record->transition.cause = n;
	else if (!strcmp(key, "detail") && record->head.kind == TCPSTATE_NOTE)
		record->note.detail = n;
	else if (!strcmp(key, "detail"))
		record->transition.detail = n;
	else if (!strcmp(key, "flags"))
		record->head.flags |= n;
	else if (!strcmp(key, "err"))
		record->transition.sk_err = n;
	else if (!strcmp(key, "tcp"))
		record->segment.tcp_flags = n;
	else if (!strcmp(key, "opt"))
		set_options(record, value);
	else if (!strcmp(key, "listener"))
		record->transition.listener = strtoull(value, NULL, 16);
	else if (!strcmp(key, "what"))
		record->note.what = n;
	else if (!strcmp(key, "state"))
		record->socket.state = n;
	else if (!strcmp(key, "orphan"))
		record->socket.orphan = n;
	else if (!strcmp(key, "missing"))
		record->start.missing = n;
	else if (!strcmp(key, "count"))
		record->lost.count = n;
	else if (!strcmp(key, "version"))
		record->start.version = n;
	else if (!strcmp(key, "size"))
		record->start.record_size = n;
	else if (!strcmp(key, "magic"))
		record->start.magic = n;
	else if (!strcmp(key, "comm"))
		fill_task(record, value, 1234, 0);
	else if (!strcmp(key, "v6"))
		record->head.flags |= TCPSTATE_F_IPV6;
	else if (!strcmp(key, "laddr"))
		fill_address(record->transition.flow.laddr, value);
	else if (!strcmp(key, "raddr"))
		fill_address(record->transition.flow.raddr, value);
	else
		exit(2);
}

#define EDGE(old, new, why, what)					\
	{ .old_state = TCPSTATE_##old, .new_state = TCPSTATE_##new,	\
	  .cause = TCPSTATE_##why, .detail = TCPSTATE_##what }

/* What a client records of a connection: edges, and segments, which have flags */
static const struct step {
	__u8	old_state;
	__u8	new_state;
	__u8	cause;
	__u8	detail;
	__u8	tcp_flags;
	bool	out;
	bool	stray;		/* without its cookie */
} life[] = {
	EDGE(CLOSED, SYN_SENT, SYSCALL, CONNECT),
	{ .tcp_flags = 0x02, .out = true },
	{ .tcp_flags = 0x12, .stray = true },
	EDGE(SYN_SENT, ESTABLISHED, SEGMENT_IN, IN_SYN_ACK),
	{ .tcp_flags = 0x10, .out = true },
	EDGE(ESTABLISHED, FIN_WAIT_1, SYSCALL, CLOSE),
	{ .tcp_flags = 0x11, .out = true },
	{ .tcp_flags = 0x11 },
	EDGE(FIN_WAIT_1, FIN_WAIT_2, SEGMENT_IN, IN_ACK),
	EDGE(FIN_WAIT_2, CLOSED, OVERFLOW, TW_BUCKETS),
};

static union tcpstate_record make_life_edge(__u64 conn, const struct step *step)
{
	union tcpstate_record record = make_caused(conn, clock_us += 3,
						   step->old_state,
						   step->new_state, step->cause,
						   step->detail);

	fill_figures(&record);
	if (step->cause == TCPSTATE_SYSCALL)
		fill_task(&record, "client", 1234, 1000);
	return record;
}

static union tcpstate_record make_life_segment(__u64 conn,
					       const struct step *step)
{
	static const __u8 options[] = { 2, 4, 5, 180, 4, 2, 8, 10, 0, 1, 2, 3,
					4, 5, 6, 7, 1, 3, 3, 7 };
	union tcpstate_record record = make_segment(step->stray ? 0 : conn,
						    clock_us += 2,
						    step->tcp_flags);

	if (step->out)
		record.head.flags |= TCPSTATE_F_OUT;
	if (step->tcp_flags & 2)
		fill_options(&record, options, sizeof(options));
	return record;
}

/* @port is how much lower its port is than the usual one. */
static void emit_step(__u64 conn, __u16 port, const struct step *step)
{
	union tcpstate_record record = step->tcp_flags ?
				       make_life_segment(conn, step) :
				       make_life_edge(conn, step);

	record.transition.flow.lport -= port;
	if (!step->tcp_flags && step->old_state == TCPSTATE_CLOSED)
		record.transition.flow.lport = 0;
	emit(&record);
}

/* So many are open at a time, each at the same step. */
static void emit_lives(__u64 count, __u64 open)
{
	const struct step *step;
	__u64 i, j;

	for (i = 0; i < count; i += open)
		for (step = life; step < life + ARRAY_SIZE(life); step++)
			for (j = 0; j < open && i + j < count; j++)
				emit_step(0x1001 + i + j, j, step);
}

static void fill_random(void *bytes, size_t len)
{
	__u8 *p = bytes;

	while (len--)
		*p++ = random();
}

/* An option, or padding; return: its length */
static size_t make_option(__u8 option[40])
{
	static const __u8 forms[][2] = {	/* kind, length */
		{ 2, 4 }, { 3, 3 }, { 4, 2 }, { 5, 10 }, { 5, 18 }, { 5, 26 },
		{ 8, 10 }, { 19, 18 }, { 34, 2 }, { 34, 10 }, { 200, 2 },
		{ 201, 7 }, { 202, 30 },
	};
	size_t i = random() % (ARRAY_SIZE(forms) + 4);

	if (i >= ARRAY_SIZE(forms)) {
		option[0] = 1;
		return 1;
	}
	fill_random(option, 40);
	memcpy(option, forms[i], sizeof(forms[i]));
	return forms[i][1];
}

static size_t make_options(__u8 options[40])
{
	__u8 option[40];
	size_t len = 0, n;

	while (random() % 5 && len + (n = make_option(option)) <= 40) {
		memcpy(options + len, option, n);
		len += n;
	}
	while (len % 4)
		options[len++] = random() % 3 != 0;
	return len;
}

static void emit_options(__u64 count)
{
	static const __u32 lengths[] = { 0, 0, 1, 492, 1448, 30000 };
	union tcpstate_record record;
	__u8 options[40];
	size_t len;

	while (count--) {
		len = make_options(options);
		record = make_segment(0x2a, ++clock_us, random() & ~0x20);
		fill_options(&record, options, len);
		record.head.flags = random() & TCPSTATE_F_OUT;
		record.segment.len = lengths[random() % 6];
		fill_random(&record.segment.seqno, 8);
		if (random() % 2)
			fill_flow(&record.segment.flow, "fd00:9::1", 45714,
				  "fd00:9::2", 8000);
		emit(&record);
	}
}

static union tcpstate_record make(const char *what)
{
	union tcpstate_record record = make_edge(0x2a, ++clock_us,
						 TCPSTATE_CLOSED,
						 TCPSTATE_SYN_SENT);

	if (!strcmp(what, "start"))
		return make_start();
	if (!strcmp(what, "lost"))
		return make_lost(0, 1);
	if (!strcmp(what, "note"))
		return make_note(0x2a, clock_us, TCPSTATE_ACCEPTED);
	if (!strcmp(what, "socket"))
		return make_socket(0x2a, clock_us, TCPSTATE_ESTABLISHED);
	if (!strcmp(what, "segment"))
		return make_segment(0x2a, clock_us, 0x12);
	if (strcmp(what, "edge"))
		record.head.kind = strtoul(what, NULL, 10);
	return record;
}

/* Of that key; 1 without it */
static __u64 number(const char *spec, const char *key)
{
	const char *at = spec ? strstr(spec, key) : NULL;

	return at ? strtoull(at + strlen(key), NULL, 10) : 1;
}

static void emit_one(char *spec)
{
	char *what = strsep(&spec, ",");
	union tcpstate_record record;
	char *key;

	if (!strcmp(what, "life")) {
		emit_lives(number(spec, "n="), number(spec, "open="));
		return;
	}
	if (!strcmp(what, "options")) {
		emit_options(number(spec, "n="));
		return;
	}
	record = make(what);
	while ((key = strsep(&spec, "=")))
		set(&record, key, strsep(&spec, ","));
	emit(&record);
}

int main(int argc, char **argv)
{
	int i;

	/* If it is a pipe, of the largest size, so as not to be held up. */
	fcntl(STDOUT_FILENO, F_SETPIPE_SZ, 1 << 20);
	for (i = 1; i < argc; i++)
		emit_one(argv[i]);
	return fflush(stdout) ? 1 : 0;
}

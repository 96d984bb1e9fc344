/* SPDX-License-Identifier: GPL-2.0 */
/* Records as the module makes them, for tests to change and to feed. */
#ifndef TCPSTATE_TESTS_RECORDS_H
#define TCPSTATE_TESTS_RECORDS_H

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tcpstate.h>

/* 2026-11-20 04:00:00 UTC less one hour, so that ts = 1 h is 04:00:00. */
#define TEST_REALTIME (1795143600LL * 1000000000LL)
#define TEST_HOUR (3600ULL * 1000000000ULL)
#define TEST_NETNS 4026531840U

static inline void fill_address(__u8 addr[16], const char *text)
{
	static const __u8 mapped[12] = { [10] = 0xff, [11] = 0xff };

	memcpy(addr, mapped, sizeof(mapped));
	if (inet_pton(AF_INET, text, addr + 12) != 1 &&
	    inet_pton(AF_INET6, text, addr) != 1) {
		fprintf(stderr, "not an address: %s\n", text);
		abort();
	}
}

static inline void fill_flow(struct tcpstate_flow *flow, const char *laddr,
			     __u16 lport, const char *raddr, __u16 rport)
{
	fill_address(flow->laddr, laddr);
	fill_address(flow->raddr, raddr);
	flow->lport = lport;
	flow->rport = rport;
}

static inline void fill_task(union tcpstate_record *record, const char *comm,
			     __u32 pid, __u32 uid)
{
	struct tcpstate_task *task = &record->transition.task;
	int i;

	record->head.flags |= TCPSTATE_F_TASK;
	memset(task->comm, 0, sizeof(task->comm));
	for (i = 0; i < TCPSTATE_COMM_LEN && comm[i]; i++)
		task->comm[i] = comm[i];
	task->pid = pid;
	task->uid = uid;
}

static inline union tcpstate_record make_start(void)
{
	return (union tcpstate_record){ .start = {
		.magic		= TCPSTATE_MAGIC,
		.ts		= TEST_HOUR,
		.realtime	= TEST_REALTIME,
		.version	= TCPSTATE_ABI_VERSION,
		.cpus		= 2,
		.kind		= TCPSTATE_START,
		.record_size	= TCPSTATE_RECORD_SIZE,
		.ring_kb	= 1024,
		.segments	= TCPSTATE_SEGMENTS_CONTROL,
	} };
}

static inline union tcpstate_record make_lost(__u16 cpu, __u64 count)
{
	return (union tcpstate_record){ .lost = {
		.head = {
			.ts	= TEST_HOUR,
			.cpu	= cpu,
			.kind	= TCPSTATE_LOST,
		},
		.count = count,
	} };
}

/* An edge of 10.9.0.1:45714 > 10.9.0.2:8000, @us after the hour. */
static inline union tcpstate_record make_edge(__u64 cookie, __u64 us,
					      __u8 old_state, __u8 new_state)
{
	union tcpstate_record record = { .transition = {
		.head = {
			.ts	= TEST_HOUR + us * 1000,
			.cookie	= cookie,
			.netns	= TEST_NETNS,
			.kind	= TCPSTATE_TRANSITION,
		},
		.old_state = old_state,
		.new_state = new_state,
	} };

	fill_flow(&record.transition.flow, "10.9.0.1", 45714, "10.9.0.2", 8000);
	return record;
}

/* The same edge with a cause. */
static inline union tcpstate_record make_caused(__u64 cookie, __u64 us,
						__u8 old_state, __u8 new_state,
						__u8 cause, __u8 detail)
{
	union tcpstate_record record = make_edge(cookie, us, old_state,
						 new_state);

	record.transition.cause = cause;
	record.transition.detail = detail;
	return record;
}

/* What an edge of a full socket has besides. */
static inline void fill_figures(union tcpstate_record *record)
{
	record->head.flags |= TCPSTATE_F_FULL;
	record->transition.srtt_us = 1500;
	record->transition.cwnd = 10;
	record->transition.retrans = 2;
	record->transition.bytes_received = 4294967296ULL;
	record->transition.bytes_acked = 7;
}

/* Something else that happened between the same ends. */
static inline union tcpstate_record make_note(__u64 cookie, __u64 us, __u8 what)
{
	union tcpstate_record record = make_edge(cookie, us, 0, 0);

	record.head.kind = TCPSTATE_NOTE;
	record.note.what = what;
	return record;
}

/* A socket with the same ends, listed. */
static inline union tcpstate_record make_socket(__u64 cookie, __u64 us,
						__u8 state)
{
	union tcpstate_record record = make_edge(cookie, us, 0, 0);

	record.head.kind = TCPSTATE_SOCKET;
	record.socket.state = state;
	return record;
}

/* A segment between the same ends, coming in. */
static inline union tcpstate_record make_segment(__u64 cookie, __u64 us,
						 __u8 tcp_flags)
{
	union tcpstate_record record = { .segment = {
		.head = {
			.ts	= TEST_HOUR + us * 1000,
			.cookie	= cookie,
			.netns	= TEST_NETNS,
			.kind	= TCPSTATE_SEGMENT,
		},
		.seqno = 3335247323U,
		.ackno = 1068669255U,
		.win = 65160,
		.tcp_flags = tcp_flags,
	} };

	fill_flow(&record.segment.flow, "10.9.0.1", 45714, "10.9.0.2", 8000);
	return record;
}

static inline void fill_options(union tcpstate_record *record,
				const __u8 *bytes, __u8 len)
{
	size_t kept = len < TCPSTATE_OPT_LEN ? len : TCPSTATE_OPT_LEN;

	record->segment.opt_len = len;
	if (kept)
		memcpy(record->segment.opt, bytes, kept);
}

#endif /* TCPSTATE_TESTS_RECORDS_H */

/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * The records of /dev/tcpstate: the contract between the module and its
 * readers, and the format of a trace file.
 *
 * read(2) returns whole records of TCPSTATE_RECORD_SIZE bytes, the first of
 * them a struct tcpstate_start, so `cat /dev/tcpstate > FILE` makes a complete
 * trace.  Every record begins with a struct tcpstate_head, whose @kind says
 * which member of union tcpstate_record the rest is (the start record has its
 * @kind at the same place).
 *
 * Layout: naturally aligned without padding, the same for 32- and 64-bit
 * readers, and asserted at the end of this file by whoever includes it.
 * Integers are in the byte order of the machine that recorded; addresses are
 * in network byte order.  Reserved bytes are zero.  There is no kernel pointer
 * in any record.
 *
 * Versions: TCPSTATE_ABI_VERSION goes up when an old reader would misread a
 * new trace.  A reader must refuse a version that it does not know, and skip a
 * record whose @kind it does not know.
 */
#ifndef _UAPI_TCPSTATE_H
#define _UAPI_TCPSTATE_H

#include <linux/types.h>
#ifdef __KERNEL__
#include <linux/build_bug.h>	/* static_assert() */
#else
#include <assert.h>
#endif

#define TCPSTATE_DEVICE		"tcpstate"	/* in /dev */
#define TCPSTATE_ABI_VERSION	1
#define TCPSTATE_RECORD_SIZE	128		/* bytes */
#define TCPSTATE_COMM_LEN	16		/* bytes, with the final NUL */
#define TCPSTATE_OPT_LEN	20		/* bytes: all that a usual SYN has */

/* "TCPSTATE" where the recording machine is little endian. */
#define TCPSTATE_MAGIC		0x4554415453504354ULL

enum tcpstate_kind {
	TCPSTATE_START		= 1,	/* struct tcpstate_start */
	TCPSTATE_LOST		= 2,	/* struct tcpstate_lost */
	TCPSTATE_TRANSITION	= 3,	/* struct tcpstate_transition */
	TCPSTATE_SEGMENT	= 4,	/* struct tcpstate_segment */
};

/* RFC 9293 section 3.3.2 by Linux's numbers (enum in <netinet/tcp.h>). */
enum tcpstate_state {
	TCPSTATE_ESTABLISHED	= 1,
	TCPSTATE_SYN_SENT	= 2,
	TCPSTATE_SYN_RCVD	= 3,
	TCPSTATE_FIN_WAIT_1	= 4,
	TCPSTATE_FIN_WAIT_2	= 5,
	TCPSTATE_TIME_WAIT	= 6,
	TCPSTATE_CLOSED		= 7,
	TCPSTATE_CLOSE_WAIT	= 8,
	TCPSTATE_LAST_ACK	= 9,
	TCPSTATE_LISTEN		= 10,
	TCPSTATE_CLOSING	= 11,
};

/* tcpstate_start.segments: which segments are recorded. */
enum tcpstate_segments {
	TCPSTATE_SEGMENTS_NONE		= 0,
	TCPSTATE_SEGMENTS_CONTROL	= 1,	/* see module/segment.c */
	TCPSTATE_SEGMENTS_ALL		= 2,
};

/* tcpstate_head.flags */
#define TCPSTATE_F_TASK	0x01	/* struct tcpstate_task is filled in */
#define TCPSTATE_F_IPV6	0x02	/* AF_INET6, else AF_INET */
#define TCPSTATE_F_OUT	0x04	/* a segment on its way out, else in */

/**
 * struct tcpstate_head - what every record begins with
 * @seq: number of this record on its CPU, from 0 at load; a number that is
 *	never delivered was lost, and a struct tcpstate_lost counts it
 * @ts: CLOCK_MONOTONIC in ns; the records behind the start record are sorted
 *	by it
 * @cookie: the socket's SO_COOKIE, which `ss -e` shows as sk:; 0 where no
 *	socket was at hand (the SYN that has just come in, a reset to nobody)
 * @netns: inode number of the network namespace (/proc/PID/ns/net)
 * @cpu: the CPU that recorded
 * @kind: enum tcpstate_kind
 * @flags: TCPSTATE_F_*
 */
struct tcpstate_head {
	__u64	seq;
	__u64	ts;
	__u64	cookie;
	__u32	netns;
	__u16	cpu;
	__u8	kind;
	__u8	flags;
};

/**
 * struct tcpstate_flow - the two ends, seen from this machine's socket
 * @laddr: local address; IPv4 as ::ffff:a.b.c.d, with or without
 *	TCPSTATE_F_IPV6, so that both spellings of one address are equal bytes
 * @raddr: remote address, likewise
 * @lport: local port in host byte order; 0 while the kernel has not chosen it:
 *	CLOSED -> SYN_SENT and CLOSED -> LISTEN come before the choice
 * @rport: remote port in host byte order; 0 for a listener
 */
struct tcpstate_flow {
	__u8	laddr[16];
	__u8	raddr[16];
	__u16	lport;
	__u16	rport;
};

/**
 * struct tcpstate_task - the process that was acting on the socket
 * @pid: its thread group ID in the initial PID namespace
 * @uid: its user ID in the initial user namespace
 * @comm: the thread's name, NUL-terminated
 *
 * Filled in only with TCPSTATE_F_TASK: the record was made by a process that
 * owned the socket's lock.  Whoever merely ran when a segment arrived or a
 * timer expired is not named.
 */
struct tcpstate_task {
	__u32	pid;
	__u32	uid;
	char	comm[TCPSTATE_COMM_LEN];
};

/**
 * struct tcpstate_start - the first record that a reader gets
 * @magic: TCPSTATE_MAGIC
 * @ts: CLOCK_MONOTONIC in ns when this record was read
 * @realtime: what to add to any @ts of this stream for CLOCK_REALTIME, in ns
 * @version: TCPSTATE_ABI_VERSION of the module
 * @cpus: how many CPUs may record, the possible ones
 * @kind: TCPSTATE_START
 * @flags: 0
 * @record_size: TCPSTATE_RECORD_SIZE of the module
 * @ring_kb: size of each CPU's ring, in KiB
 * @segments: enum tcpstate_segments when this record was read
 * @reserved: 0
 */
struct tcpstate_start {
	__u64	magic;
	__u64	ts;
	__s64	realtime;
	__u32	version;
	__u16	cpus;
	__u8	kind;
	__u8	flags;
	__u32	record_size;
	__u32	ring_kb;
	__u8	segments;
	__u8	reserved[87];
};

/**
 * struct tcpstate_lost - records overwritten before this reader came to them
 * @head: @head.cpu lost them, @head.seq is the first one's number, @head.ts
 *	the time of the next record that survived on that CPU
 * @count: how many, exactly
 * @reserved: 0
 *
 * A reader that starts late is told in this way how many records are older
 * than the oldest one kept.  So for every reader, at any time: recorded since
 * load = delivered + lost.
 */
struct tcpstate_lost {
	struct tcpstate_head	head;
	__u64			count;
	__u8			reserved[88];
};

/**
 * struct tcpstate_transition - an edge of the state machine
 * @head: the common beginning
 * @flow: the two ends
 * @old_state: enum tcpstate_state before
 * @new_state: enum tcpstate_state after
 * @reserved: 0
 * @task: who acted, if TCPSTATE_F_TASK
 */
struct tcpstate_transition {
	struct tcpstate_head	head;
	struct tcpstate_flow	flow;
	__u8			old_state;
	__u8			new_state;
	__u8			reserved[34];
	struct tcpstate_task	task;
};

/**
 * struct tcpstate_segment - a segment that came in or went out
 * @head: the common beginning; TCPSTATE_F_OUT gives the direction
 * @flow: the two ends
 * @seqno: SEG.SEQ
 * @ackno: SEG.ACK as it stands in the header, with or without the ACK flag
 * @len: payload in bytes; more than the MSS when the NIC is to cut it up
 * @win: SEG.WND as it stands in the header, not scaled
 * @tcp_flags: byte 13 of the header: CWR ECE URG ACK PSH RST SYN FIN
 * @opt_len: length of the header's options in bytes, 0 to 40
 * @opt: the options' bytes, the first TCPSTATE_OPT_LEN of them
 * @task: who acted, if TCPSTATE_F_TASK
 */
struct tcpstate_segment {
	struct tcpstate_head	head;
	struct tcpstate_flow	flow;
	__u32			seqno;
	__u32			ackno;
	__u32			len;
	__u16			win;
	__u8			tcp_flags;
	__u8			opt_len;
	__u8			opt[TCPSTATE_OPT_LEN];
	struct tcpstate_task	task;
};

union tcpstate_record {
	struct tcpstate_head		head;
	struct tcpstate_start		start;
	struct tcpstate_lost		lost;
	struct tcpstate_transition	transition;
	struct tcpstate_segment		segment;
	__u64				words[TCPSTATE_RECORD_SIZE / 8];
};

#define _TCPSTATE_AT(type, member, offset) \
	static_assert(__builtin_offsetof(struct tcpstate_##type, member) == \
		      (offset), "tcpstate ABI: " #type "." #member " moved")
#define _TCPSTATE_SIZE(type, size) \
	static_assert(sizeof(type) == (size), "tcpstate ABI: " #type " resized")

_TCPSTATE_SIZE(struct tcpstate_head, 32);
_TCPSTATE_SIZE(struct tcpstate_flow, 36);
_TCPSTATE_SIZE(struct tcpstate_task, 24);
_TCPSTATE_SIZE(struct tcpstate_start, TCPSTATE_RECORD_SIZE);
_TCPSTATE_SIZE(struct tcpstate_lost, TCPSTATE_RECORD_SIZE);
_TCPSTATE_SIZE(struct tcpstate_transition, TCPSTATE_RECORD_SIZE);
_TCPSTATE_SIZE(struct tcpstate_segment, TCPSTATE_RECORD_SIZE);
_TCPSTATE_SIZE(union tcpstate_record, TCPSTATE_RECORD_SIZE);
_TCPSTATE_AT(head, ts, 8);
_TCPSTATE_AT(head, cookie, 16);
_TCPSTATE_AT(head, netns, 24);
_TCPSTATE_AT(head, cpu, 28);
_TCPSTATE_AT(head, kind, 30);
_TCPSTATE_AT(head, flags, 31);
_TCPSTATE_AT(start, kind, 30);
_TCPSTATE_AT(start, record_size, 32);
_TCPSTATE_AT(start, segments, 40);
_TCPSTATE_AT(lost, count, 32);
_TCPSTATE_AT(transition, flow, 32);
_TCPSTATE_AT(transition, old_state, 68);
_TCPSTATE_AT(transition, task, 104);
_TCPSTATE_AT(segment, seqno, 68);
_TCPSTATE_AT(segment, win, 80);
_TCPSTATE_AT(segment, opt, 84);
_TCPSTATE_AT(segment, task, 104);

#undef _TCPSTATE_AT
#undef _TCPSTATE_SIZE

#endif /* _UAPI_TCPSTATE_H */

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

#include <linux/ioctl.h>
#include <linux/types.h>
#ifdef __KERNEL__
#include <linux/build_bug.h>	/* static_assert() */
#else
#include <assert.h>
#endif

#define TCPSTATE_DEVICE		"tcpstate"	/* in /dev */
#define TCPSTATE_ABI_VERSION	2
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
	TCPSTATE_NOTE		= 5,	/* struct tcpstate_note */
	TCPSTATE_SOCKET		= 6,	/* struct tcpstate_socket */
	TCPSTATE_KINDS		= 7,	/* above all of them */
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

/*
 * tcpstate_transition.cause: what kind of thing made the edge.  A cause has its
 * own details, and every detail belongs to one cause.
 */
enum tcpstate_cause {
	TCPSTATE_CAUSE_UNKNOWN	= 0,	/* no evidence */
	TCPSTATE_SEGMENT_IN	= 1,	/* a segment arrived */
	TCPSTATE_SYSCALL	= 2,	/* a process asked for it */
	TCPSTATE_TIMER		= 3,	/* a timer expired */
	TCPSTATE_RESET		= 4,	/* a reset, received or sent */
	TCPSTATE_ABORT		= 5,	/* this end gave the connection up */
	TCPSTATE_REUSE		= 6,	/* a new connection took its place */
	TCPSTATE_OVERFLOW	= 7,	/* a limit was reached */
	TCPSTATE_MEMORY		= 8,	/* no memory, or too many orphans */
	TCPSTATE_NETNS		= 9,	/* the network namespace went */
	TCPSTATE_ICMP		= 10,	/* an ICMP error; sk_err is which */
};

/* tcpstate_transition.detail */
enum tcpstate_detail {
	TCPSTATE_DETAIL_NONE	= 0,

	/*
	 * Of TCPSTATE_SEGMENT_IN: the flags that make the edge by RFC 9293
	 * figure 5.  The header may have more: every FIN comes with an ACK, and
	 * a FIN that was early takes effect with the data that it waited for.
	 */
	TCPSTATE_IN_SYN		= 1,
	TCPSTATE_IN_SYN_ACK	= 2,
	TCPSTATE_IN_ACK		= 3,	/* of our SYN or FIN */
	TCPSTATE_IN_FIN		= 4,
	TCPSTATE_IN_FIN_ACK	= 5,	/* a FIN and the ACK of ours at once */
	TCPSTATE_IN_SYNCOOKIE	= 6,	/* an ACK that proved to be of one */
	TCPSTATE_IN_FASTOPEN	= 7,	/* a SYN with a Fast Open cookie */

	/* Of TCPSTATE_SYSCALL; a 32-bit one or io_uring's on a listener: none */
	TCPSTATE_CONNECT	= 16,	/* also by sendto(); also one failing */
	TCPSTATE_LISTENING	= 17,	/* listen(), also one failing */
	TCPSTATE_CLOSE		= 18,	/* the last descriptor was closed */
	TCPSTATE_SHUTDOWN	= 19,
	TCPSTATE_EXIT		= 20,	/* closed as its process ended */
	TCPSTATE_DISCONNECT	= 21,	/* another way to tcp_disconnect() */

	/* Of TCPSTATE_TIMER */
	TCPSTATE_2MSL		= 32,
	TCPSTATE_SYN_RETRIES	= 33,
	TCPSTATE_SYNACK_RETRIES	= 34,
	TCPSTATE_RETRANSMISSION	= 35,	/* of data or FIN, till retries end */
	TCPSTATE_KEEPALIVE	= 36,
	TCPSTATE_FIN_TIMEOUT	= 37,	/* tcp_fin_timeout, in FIN_WAIT_2 */
	TCPSTATE_USER_TIMEOUT	= 38,	/* TCP_USER_TIMEOUT */
	TCPSTATE_PROBE		= 39,	/* of a zero window */

	/* Of TCPSTATE_RESET */
	TCPSTATE_RESET_RECEIVED	= 48,
	TCPSTATE_RESET_SENT	= 49,	/* to a segment that must not come */

	/* Of TCPSTATE_ABORT */
	TCPSTATE_DESTROYED	= 64,	/* tcp_abort(): ss -K, BPF */
	TCPSTATE_LINGER0	= 65,	/* closed with SO_LINGER of 0 s */
	TCPSTATE_UNREAD_DATA	= 66,	/* closed with data not yet read */
	TCPSTATE_LATE_DATA	= 67,	/* data after close(), or behind a FIN */
	TCPSTATE_LINGER2	= 68,	/* TCP_LINGER2 forbids FIN_WAIT_2 */
	TCPSTATE_LISTENER_CLOSED = 69,	/* before it was accepted */
	TCPSTATE_DUPLICATE	= 70,	/* another child was quicker */
	TCPSTATE_MPTCP		= 71,	/* MPTCP gave the subflow up */

	/* Of TCPSTATE_REUSE */
	TCPSTATE_REUSE_SYN	= 80,	/* a SYN that is acceptable */
	TCPSTATE_REUSE_CONNECT	= 81,	/* connect() with tcp_tw_reuse */

	/* Of TCPSTATE_OVERFLOW */
	TCPSTATE_ACCEPT_QUEUE	= 96,	/* full when the third ACK came */
	TCPSTATE_TW_BUCKETS	= 97,	/* tcp_max_tw_buckets */
	TCPSTATE_SYN_QUEUE	= 98,	/* of requests; only of notes */
};

/* tcpstate_note.what: what happened that is no edge */
enum tcpstate_what {
	TCPSTATE_ACCEPTED	= 1,	/* @task accepted the connection */
	TCPSTATE_RESTARTED	= 2,	/* a segment restarted the 2MSL timer */
	TCPSTATE_QUEUE_FULL	= 3,	/* a SYN found a listener's queue full */
};

/*
 * tcpstate_start.missing: bit 1 << TCPSTATE_HOOK_X is set if the kernel has no
 * such hook, and what it is for remains unknown.
 */
enum tcpstate_hook {
	TCPSTATE_HOOK_SYN_RCVD		= 0,	/* the request, its cookie */
	TCPSTATE_HOOK_REQUEST_END	= 1,	/* the request's end */
	TCPSTATE_HOOK_CHILD		= 2,	/* whose child is born */
	TCPSTATE_HOOK_ACCEPT		= 3,	/* who accepted */
	TCPSTATE_HOOK_ARRIVAL		= 4,	/* FIN and ACK at once */
	TCPSTATE_HOOK_RESET		= 5,	/* that a reset came */
	TCPSTATE_HOOK_TIMER		= 6,	/* which timer expired */
	TCPSTATE_HOOK_KEEPALIVE		= 7,	/* the same, of keepalive */
	TCPSTATE_HOOK_ABORT		= 8,	/* that tcp_abort() runs */
	TCPSTATE_HOOK_TIME_WAIT		= 9,	/* its beginning, wanted */
	TCPSTATE_HOOK_TW_BEGIN		= 10,	/* its beginning, got */
	TCPSTATE_HOOK_TW_SEGMENT	= 11,	/* a segment for it */
	TCPSTATE_HOOK_TW_RESTART	= 12,	/* its timer */
	TCPSTATE_HOOK_TW_EARLY		= 13,	/* its end before its time */
	TCPSTATE_HOOK_TW_END		= 14,	/* its end */
	TCPSTATE_HOOK_REQUEST_SEGMENT	= 15,	/* a segment for the request */
	TCPSTATE_HOOK_QUEUES		= 16,	/* full queues */
	TCPSTATE_HOOKS			= 17,	/* how many */
};

/* tcpstate_start.segments: which segments are recorded. */
enum tcpstate_segments {
	TCPSTATE_SEGMENTS_NONE		= 0,
	TCPSTATE_SEGMENTS_CONTROL	= 1,	/* see module/segment.h */
	TCPSTATE_SEGMENTS_ALL		= 2,
};

/* tcpstate_head.flags */
#define TCPSTATE_F_TASK	0x01	/* struct tcpstate_task is filled in */
#define TCPSTATE_F_IPV6	0x02	/* AF_INET6, else AF_INET */
#define TCPSTATE_F_OUT	0x04	/* a segment on its way out, else in */
#define TCPSTATE_F_FULL	0x08	/* the figures of a full socket are filled in */
#define TCPSTATE_F_KERN	0x10	/* the kernel's own: has it open or accepts it */
#define TCPSTATE_F_MPTCP 0x20	/* a subflow of MPTCP */
#define TCPSTATE_F_REQ	0x40	/* LISTEN -> SYN_RCVD: @listener is filled in */

/**
 * struct tcpstate_head - what every record begins with
 * @seq: number of this record on its CPU, from 0 at load; of the numbers that
 *	are never delivered, those that a struct tcpstate_lost counts were lost,
 *	and the others filtered out: see struct tcpstate_filter
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
 * Filled in only with TCPSTATE_F_TASK: a system call of this process made what
 * is recorded.  Whoever merely ran when a segment arrived or a timer expired is
 * not named, nor who destroyed the socket from outside (ss -K).  To remember
 * the owner from one record to the next is the reader's part: see
 * userspace/model.h.
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
 * @missing: which of enum tcpstate_hook the kernel lacks, a bit each
 * @reserved2: 0
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
	__u8	reserved[3];
	__u32	missing;
	__u8	reserved2[80];
};

/**
 * struct tcpstate_lost - records overwritten before this reader came to them
 * @head: @head.cpu lost them, @head.seq is the first one's number, @head.ts
 *	the time of the next record that survived on that CPU
 * @count: how many, exactly
 * @reserved: 0
 *
 * A reader that starts late is told in this way how many records are older
 * than the oldest one kept.  So for every reader that has caught up: recorded
 * since load = delivered + filtered out + lost.  A loss is never filtered out,
 * as nobody can tell what was in it.  Between this CPU's last record before and
 * this one, those of other CPUs may be of edges that follow some that were lost.
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
 * @cause: enum tcpstate_cause
 * @detail: enum tcpstate_detail
 * @srtt_us: smoothed round-trip time in us, 0 while none was measured
 * @cwnd: congestion window in segments
 * @retrans: segments retransmitted, of a request its SYN-ACKs
 * @sk_err: the error that the socket has pending, as errno, else 0
 * @reserved: 0
 * @bytes_received: what arrived in order, in bytes, the FIN counted as one
 * @bytes_acked: what was acknowledged, in bytes, the FIN counted as one, and the
 *	SYN of the end that connected (both as struct tcp_info has them)
 * @listener: with TCPSTATE_F_REQ: the listener's cookie
 * @reserved2: 0
 * @task: who acted, if TCPSTATE_F_TASK
 *
 * @srtt_us, @cwnd, @sk_err, @bytes_received and @bytes_acked are those of a
 * full socket and filled in with TCPSTATE_F_FULL; requests and TIME_WAIT have
 * none.
 */
struct tcpstate_transition {
	struct tcpstate_head	head;
	struct tcpstate_flow	flow;
	__u8			old_state;
	__u8			new_state;
	__u8			cause;
	__u8			detail;
	__u32			srtt_us;
	__u32			cwnd;
	__u32			retrans;
	__u16			sk_err;
	__u16			reserved;
	union {
		struct {
			__u64	bytes_received;
			__u64	bytes_acked;
		};
		struct {
			__u64	listener;
			__u64	reserved2;
		};
	};
	struct tcpstate_task	task;
};

/**
 * struct tcpstate_note - what happened to a socket and is no edge
 * @head: the common beginning
 * @flow: the two ends
 * @what: enum tcpstate_what
 * @detail: enum tcpstate_detail: of TCPSTATE_RESTARTED the segment, of
 *	TCPSTATE_QUEUE_FULL the queue
 * @reserved: 0
 * @task: who acted, if TCPSTATE_F_TASK
 *
 * TCPSTATE_QUEUE_FULL has the listener's cookie and the ends of the SYN.
 */
struct tcpstate_note {
	struct tcpstate_head	head;
	struct tcpstate_flow	flow;
	__u8			what;
	__u8			detail;
	__u8			reserved[34];
	struct tcpstate_task	task;
};

/**
 * struct tcpstate_socket - a socket that was there when the reader came
 * @head: the common beginning; @head.ts is when it was listed, @head.seq and
 *	@head.cpu are 0
 * @flow: the two ends
 * @state: enum tcpstate_state
 * @orphan: 1 if no process has it any more and the kernel closes it: in FIN_WAIT_1,
 *	FIN_WAIT_2, CLOSING or LAST_ACK
 * @reserved: 0
 * @task: a process that has it open, if TCPSTATE_F_TASK
 *
 * The module makes no such record.  The reader puts what sock_diag(7) lists
 * into the stream, behind the start record or the last loss before it was
 * listed, and so into the trace files that it writes.  It lists no socket of
 * which the stream tells otherwise.
 */
struct tcpstate_socket {
	struct tcpstate_head	head;
	struct tcpstate_flow	flow;
	__u8			state;
	__u8			orphan;
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
	struct tcpstate_note		note;
	struct tcpstate_socket		socket;
	__u64				words[TCPSTATE_RECORD_SIZE / 8];
};

/**
 * struct tcpstate_filter - which records a reader wants
 * @insns: address of an array of struct sock_filter (<linux/filter.h>), a
 *	classic BPF program as for SO_ATTACH_FILTER; it returns 0 for records
 *	that are not wanted
 * @len: how many these are; 0: no program, all records of @kinds are wanted
 * @kinds: bit 1 << enum tcpstate_kind of the kinds wanted; 0: all kinds
 *
 * For TCPSTATE_IOC_FILTER, which sets the filter of the open device it is given,
 * in place of the one it had; also of records that were there before.  A start
 * record and losses are delivered whatever the filter.  Errors are those of
 * SO_ATTACH_FILTER, and leave the filter as it was.
 *
 * @kinds is the cheaper one, and comes first: records of other kinds are not
 * even copied.
 *
 * The program sees 192 bytes, laid out in module/image.h: the headers of an IP
 * packet, so that it may be what libpcap compiles of an expression for link
 * type DLT_RAW; and from byte 64 on the record itself.  It loads the record's
 * integers as big endian, whatever the machine's byte order is.
 */
struct tcpstate_filter {
	__u64	insns;
	__u32	len;
	__u32	kinds;
};

/**
 * struct tcpstate_counters - what became of the records, for one open device
 * @recorded: on all CPUs, since load
 * @delivered: to who reads here, since it was opened or lseek to the start
 * @filtered: not wanted by the filter, or passed over by lseek to the end
 * @lost: overwritten, and told of by a struct tcpstate_lost
 *
 * For TCPSTATE_IOC_COUNTERS.  What is left of @recorded is still to come.
 */
struct tcpstate_counters {
	__u64	recorded;
	__u64	delivered;
	__u64	filtered;
	__u64	lost;
};

/* ENOTTY of a module that has none: its records have to be filtered here. */
#define TCPSTATE_IOC_FILTER	_IOW(0xd3, 1, struct tcpstate_filter)
#define TCPSTATE_IOC_COUNTERS	_IOR(0xd3, 2, struct tcpstate_counters)

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
_TCPSTATE_SIZE(struct tcpstate_note, TCPSTATE_RECORD_SIZE);
_TCPSTATE_SIZE(struct tcpstate_socket, TCPSTATE_RECORD_SIZE);
_TCPSTATE_SIZE(union tcpstate_record, TCPSTATE_RECORD_SIZE);
_TCPSTATE_SIZE(struct tcpstate_filter, 16);
_TCPSTATE_SIZE(struct tcpstate_counters, 32);
_TCPSTATE_AT(head, ts, 8);
_TCPSTATE_AT(head, cookie, 16);
_TCPSTATE_AT(head, netns, 24);
_TCPSTATE_AT(head, cpu, 28);
_TCPSTATE_AT(head, kind, 30);
_TCPSTATE_AT(head, flags, 31);
_TCPSTATE_AT(start, kind, 30);
_TCPSTATE_AT(start, record_size, 32);
_TCPSTATE_AT(start, segments, 40);
_TCPSTATE_AT(start, missing, 44);
_TCPSTATE_AT(lost, count, 32);
_TCPSTATE_AT(transition, flow, 32);
_TCPSTATE_AT(transition, old_state, 68);
_TCPSTATE_AT(transition, cause, 70);
_TCPSTATE_AT(transition, srtt_us, 72);
_TCPSTATE_AT(transition, sk_err, 84);
_TCPSTATE_AT(transition, bytes_received, 88);
_TCPSTATE_AT(transition, listener, 88);
_TCPSTATE_AT(transition, task, 104);
_TCPSTATE_AT(segment, seqno, 68);
_TCPSTATE_AT(segment, win, 80);
_TCPSTATE_AT(segment, opt, 84);
_TCPSTATE_AT(segment, task, 104);
_TCPSTATE_AT(note, what, 68);
_TCPSTATE_AT(note, task, 104);
_TCPSTATE_AT(socket, state, 68);
_TCPSTATE_AT(socket, task, 104);

#undef _TCPSTATE_AT
#undef _TCPSTATE_SIZE

#endif /* _UAPI_TCPSTATE_H */

// SPDX-License-Identifier: GPL-2.0
/*
 * Segments as packets of a pcapng file, with what they caused as comments.
 *
 * The edge that a segment causes is recorded behind it, so packets are held for
 * a while.  An edge that a process or a timer causes is told by the segment in
 * which it shows, which leaves behind it, the FIN perhaps much later.
 */
#include <err.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../module/version.h"
#include "array.h"
#include "direction.h"
#include "headers.h"
#include "names.h"
#include "pcapng.h"
#include "task.h"
#include "util.h"
#include "view.h"

/* How many packets are held at the most, and how long, by their clock, in ns */
#define HELD_MAX	512
static const __u64 held_time = 100000000;

#define UNTOLD_MAX	256
#define COMMENTS_MAX	8

struct held {
	struct tcpstate_segment	segment;
	__u64			ts;		/* CLOCK_REALTIME */
	__u64			conn;
	char			owner[TASK_LEN];
	char			comments[COMMENTS_MAX][PCAPNG_COMMENT_LEN];
	size_t			comment_count;
};

/* An edge that is to show in a segment with one of the flags */
struct untold {
	__u64	cookie;
	__u32	netns;
	__u8	flags;
	char	comment[PCAPNG_COMMENT_LEN];
};

/* Both are rings: the number of a place counts on, and its rest is the index. */
static struct held held[HELD_MAX];
static size_t held_first, held_next;
static struct untold untold[UNTOLD_MAX];
static size_t untold_next;

/* The network namespaces, an interface each */
static __u32 *interfaces;
static size_t interface_count;

static __u64 lost;

static __printf(2, 3)
void comment_on(struct held *packet, const char *format, ...)
{
	va_list arguments;

	if (packet->comment_count == COMMENTS_MAX)
		return;
	va_start(arguments, format);
	vsnprintf(packet->comments[packet->comment_count++],
		  PCAPNG_COMMENT_LEN, format, arguments);
	va_end(arguments);
}

static void set_owner(struct held *packet, const struct seen *seen)
{
	packet->conn = seen->conn;
	owner_format(packet->owner, seen->owned, &seen->owner);
}

static void add_interface(struct out *out, __u32 netns)
{
	char name[32];

	interfaces = array_room(interfaces, interface_count,
				sizeof(*interfaces));
	interfaces[interface_count++] = netns;
	snprintf(name, sizeof(name), "net:[%u]", netns);
	pcapng_interface(out, name, HEADERS_MAX);
}

static __u32 find_interface(struct out *out, __u32 netns)
{
	size_t i;

	for (i = 0; i < interface_count; i++)
		if (interfaces[i] == netns)
			return i;
	add_interface(out, netns);
	return i;
}

static void write_packet(struct display *display, struct held *packet)
{
	const struct tcpstate_head *head = &packet->segment.head;
	__u8 bytes[HEADERS_MAX];
	struct pcapng_packet pcapng = {
		.interface = find_interface(display->out, head->netns),
		.outbound = head->flags & TCPSTATE_F_OUT,
		.ts = packet->ts,
		.bytes = bytes,
		.comments = packet->comments,
	};

	if (packet->conn)
		comment_on(packet, "conn %llx, owner %s", packet->conn,
			   packet->owner);
	pcapng.comment_count = packet->comment_count;
	pcapng.captured = headers_build(bytes, &packet->segment, &pcapng.len);
	pcapng_packet(display->out, &pcapng);
}

static void release_all(struct display *display)
{
	while (held_first < held_next)
		write_packet(display, &held[held_first++ % HELD_MAX]);
}

static bool is_over(const struct held *packet, __u64 now)
{
	return packet->segment.head.ts + held_time < now;
}

/* Those of which the time is over, and one more if there is no other room. */
static void release(struct display *display, __u64 now)
{
	while (held_first < held_next &&
	       (is_over(&held[held_first % HELD_MAX], now) ||
		held_next - held_first == HELD_MAX))
		write_packet(display, &held[held_first++ % HELD_MAX]);
}

static bool same_flow(const struct tcpstate_segment *segment, __u32 netns,
		      const struct tcpstate_flow *flow)
{
	return segment->head.netns == netns &&
	       !memcmp(&segment->flow, flow, sizeof(*flow));
}

/* The last one that went this way with one of these flags */
static struct held *find_held(__u32 netns, const struct tcpstate_flow *flow,
			      __u8 direction, __u8 flags)
{
	struct held *packet;
	size_t i;

	for (i = held_next; i-- > held_first; ) {
		packet = &held[i % HELD_MAX];
		if ((packet->segment.head.flags & TCPSTATE_F_OUT) ==
			    direction &&
		    packet->segment.tcp_flags & flags &&
		    same_flow(&packet->segment, netns, flow))
			return packet;
	}
	return NULL;
}

/* The flags of which a segment that causes the edge has one; 0: none does. */
static __u8 causing_flags(const struct tcpstate_transition *transition)
{
	switch (transition->detail) {
	case TCPSTATE_IN_SYN:
	case TCPSTATE_IN_SYN_ACK:
	case TCPSTATE_IN_FASTOPEN:
	case TCPSTATE_REUSE_SYN:
		return TH_SYN;
	case TCPSTATE_IN_FIN:
	case TCPSTATE_IN_FIN_ACK:
		return TH_FIN;
	case TCPSTATE_IN_ACK:
	case TCPSTATE_IN_SYNCOOKIE:
	case TCPSTATE_ACCEPT_QUEUE:
	case TCPSTATE_LATE_DATA:
		return TH_ACK;
	case TCPSTATE_RESET_RECEIVED:
		return TH_RST;
	case TCPSTATE_RESET_SENT:
		return 0xff;
	default:
		return 0;
	}
}

/* The flags of which a segment that shows an edge has one; 0: none does. */
static __u8 showing_flags(__u8 state)
{
	switch (state) {
	case TCPSTATE_SYN_SENT:
		return TH_SYN;
	case TCPSTATE_FIN_WAIT_1:
	case TCPSTATE_LAST_ACK:
		return TH_FIN;
	case TCPSTATE_CLOSED:
		return TH_RST;
	default:
		return 0;
	}
}

/* Of an edge that a segment showed already, as a reset that a timer sent */
static struct held *find_shown(const struct tcpstate_transition *transition,
			       const struct seen *seen, __u8 flags)
{
	if (transition->cause != TCPSTATE_TIMER)
		return NULL;
	return find_held(transition->head.netns, &seen->ends, TCPSTATE_F_OUT,
			 flags);
}

static void tell_later(const struct tcpstate_head *head, __u8 flags,
		       const char *comment)
{
	struct untold *edge = &untold[untold_next++ % UNTOLD_MAX];

	edge->cookie = head->cookie;
	edge->netns = head->netns;
	edge->flags = flags;
	snprintf(edge->comment, sizeof(edge->comment), "%s", comment);
}

static void pcap_transition(struct display *display,
			    const struct tcpstate_transition *transition,
			    const struct seen *seen)
{
	const struct tcpstate_head *head = &transition->head;
	__u8 causing = causing_flags(transition);
	__u8 showing = showing_flags(transition->new_state);
	char comment[PCAPNG_COMMENT_LEN];
	struct held *packet;

	snprintf(comment, sizeof(comment), "%s -> %s by %s%s",
		 state_name(transition->old_state),
		 state_name(transition->new_state),
		 edge_cause(transition->cause, transition->detail),
		 seen->gap ? ", behind a gap" : "");
	packet = causing ? find_held(head->netns, &seen->ends, 0, causing) :
			   find_shown(transition, seen, showing);
	if (packet) {
		comment_on(packet, "%s", comment);
		/* The SYN of a connection comes before it. */
		set_owner(packet, seen);
	} else if (!causing && showing && head->cookie) {
		tell_later(head, showing, comment);
	}
	release(display, head->ts);
}

/* The edges that show in this segment, which are not told again then */
static void tell_untold(struct held *packet)
{
	const struct tcpstate_head *head = &packet->segment.head;
	struct untold *edge;

	for (edge = untold; edge < untold + UNTOLD_MAX; edge++) {
		if (!edge->cookie || edge->cookie != head->cookie ||
		    edge->netns != head->netns ||
		    !(edge->flags & packet->segment.tcp_flags))
			continue;
		comment_on(packet, "%s", edge->comment);
		edge->cookie = 0;
	}
}

static void pcap_segment(struct display *display,
			 const struct tcpstate_segment *segment,
			 const struct seen *seen)
{
	struct held *packet;

	release(display, segment->head.ts);
	packet = &held[held_next++ % HELD_MAX];
	packet->segment = *segment;
	packet->ts = segment->head.ts + display->clock.realtime;
	packet->comment_count = 0;
	set_owner(packet, seen);
	if (lost)
		comment_on(packet, "%llu records lost before this", lost);
	lost = 0;
	if (segment->head.flags & TCPSTATE_F_OUT)
		tell_untold(packet);
}

static void pcap_start(struct display *display,
		       const struct tcpstate_start *start)
{
	(void)start;
	release_all(display);
	memset(untold, 0, sizeof(untold));
	if (display->traces == 1)
		pcapng_section(display->out, "tcpstate " TCPSTATE_VERSION);
}

static void pcap_lost(struct display *display, const struct tcpstate_lost *loss)
{
	(void)display;
	lost += loss->count;
}

static bool pcap_tick(struct display *display)
{
	release(display, display->now);
	return true;
}

static bool pcap_end(struct display *display)
{
	release_all(display);
	if (lost)
		warnx("%llu records lost behind the last packet", lost);
	free(interfaces);
	return true;
}

static void pcap_open(const char *operand)
{
	(void)operand;
	direction_open();
	if (isatty(STDOUT_FILENO))
		errx(EXIT_USAGE,
		     "pcap: packets are not for a terminal: use >FILE or a pipe");
}

const struct view view_pcap = {
	.name		= "pcap",
	.help		= "packets for Wireshark and tshark, with the edges as comments",
	.options	= { DIRECTION_OPTION },
	.open		= pcap_open,
	.start		= pcap_start,
	.lost		= pcap_lost,
	.transition	= pcap_transition,
	.segment	= pcap_segment,
	.interval	= &held_time,
	.tick		= pcap_tick,
	.end		= pcap_end,
};

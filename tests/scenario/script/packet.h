/* SPDX-License-Identifier: GPL-2.0 */
/* TCP segments in IPv4 and IPv6 packets, made and read by hand. */
#ifndef _PACKET_H
#define _PACKET_H

#include <linux/types.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>

#define PACKET_MAX 4096

/* An IPv4 address is in the first four bytes. */
struct path {
	int family;
	struct in6_addr local, remote;
};

/* Bits of byte 13 of the header, those that scripts are about */
enum {
	FIN = 1,
	SYN = 2,
	RST = 4,
	ACK = 16,
};

/* In host byte order; options that it does not have are 0. */
struct segment {
	__u16 sport, dport;
	__u32 seq, ack;
	__u8 flags;
	__u16 win;
	size_t len;
	__u16 mss;
	__u32 tsval, tsecr;
};

/* Returns the length of the packet that is in @buffer then. */
size_t packet_build(__u8 buffer[static PACKET_MAX], const struct path *path,
		    const struct segment *segment);

/* Is it a TCP segment that came to us on this path? */
bool packet_parse(const __u8 *buffer, size_t count, const struct path *path,
		  struct segment *segment);

/* The sequence numbers that it takes: data, SYN and FIN */
__u32 segment_span(const struct segment *segment);

/**
 * packet_build_icmp - an ICMP error about a packet that came
 * @buffer: where the packet goes
 * @path: as in packet_build()
 * @type: and @code: of the family's own ICMP
 * @cause: what came, with its IP header
 * @count: how many bytes that has
 */
size_t packet_build_icmp(__u8 buffer[static PACKET_MAX],
			 const struct path *path, __u8 type, __u8 code,
			 const __u8 *cause, size_t count);

#endif /* _PACKET_H */

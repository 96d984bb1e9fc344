/* SPDX-License-Identifier: GPL-2.0 */
/* The blocks of a pcapng file (draft-ietf-opsawg-pcapng), in our byte order. */
#ifndef TCPSTATE_PCAPNG_H
#define TCPSTATE_PCAPNG_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "out.h"

/* The longest comment */
#define PCAPNG_COMMENT_LEN 128

/**
 * struct pcapng_packet - what a packet's block has
 * @interface: number of its interface, in the order of their blocks
 * @outbound: it goes out
 * @ts: CLOCK_REALTIME in ns
 * @bytes: what was captured of it, from the IP header on
 * @captured: how much that is
 * @len: how long it was
 * @comments: what there is to say about it
 * @comment_count: how many
 */
struct pcapng_packet {
	__u32		interface;
	bool		outbound;
	__u64		ts;
	const __u8	*bytes;
	__u32		captured;
	__u32		len;
	char		(*comments)[PCAPNG_COMMENT_LEN];
	size_t		comment_count;
};

/**
 * pcapng_section - begin a section, to which all that follows belongs
 * @out: the output
 * @application: which program writes it
 */
void pcapng_section(struct out *out, const char *application);

/**
 * pcapng_interface - add an interface, of IP packets and times in ns
 * @out: the output
 * @name: its name
 * @snaplen: as much is captured of a packet at the most
 */
void pcapng_interface(struct out *out, const char *name, __u32 snaplen);

/**
 * pcapng_packet - add a packet
 * @out: the output
 * @packet: the packet
 */
void pcapng_packet(struct out *out, const struct pcapng_packet *packet);

#endif /* TCPSTATE_PCAPNG_H */

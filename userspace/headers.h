/* SPDX-License-Identifier: GPL-2.0 */
/* The headers of a segment, put together again from its record. */
#ifndef TCPSTATE_HEADERS_H
#define TCPSTATE_HEADERS_H

#include <linux/types.h>
#include <stddef.h>
#include <tcpstate.h>

/* IPv6, TCP, and those of the options that the records have */
#define HEADERS_MAX (40 + 20 + TCPSTATE_OPT_LEN)

/**
 * headers_build - make the IP and TCP headers
 * @bytes: where to
 * @segment: as decode() made it
 * @packet_len: set to the length of the packet, payload and all
 *
 * IPv4 or IPv6, as the addresses are.  What the record does not have is as
 * usual (time to live 64, may not be fragmented) or zero (identification, ECN
 * bits, urgent pointer).  The IP checksum is right; that of TCP is if the packet
 * is nothing but these headers, otherwise zero, and cannot be verified by
 * anybody else either.
 *
 * Return: length of @bytes: all of the headers, or up to where the record cut
 * the options.
 */
size_t headers_build(__u8 bytes[HEADERS_MAX],
		     const struct tcpstate_segment *segment, __u32 *packet_len);

#endif /* TCPSTATE_HEADERS_H */

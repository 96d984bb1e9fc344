/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a filter sees of a record: the packet that it would be, and itself.
 *
 *   bytes 0 ..	an IPv4 (20) or IPv6 header (40) and a TCP header (20)
 *   bytes 64 ..	the record as it is
 *
 * So all of tcpdump's language is to be had for records, compiled by libpcap
 * for DLT_RAW, and what that lacks (states, say) is a load from a fixed place.
 * The module and the reader share this file, and cannot differ.
 *
 * - Of a segment the packet is the one that was seen, as far as it was
 *   recorded; of all else it is one from the local to the remote end, without
 *   flags.
 * - It is of IPv4 where one of the addresses is, mapped into IPv6 or not: on
 *   the wire there is no difference.
 * - Checksums are 0, and there are no options.
 *
 * Rejected: a language of our own for filters (a parser and an interpreter in
 * the kernel, and one more thing to learn); eBPF (not to be had everywhere);
 * matching the fields that spec.md lists by a struct of masks (no `or`, no
 * `not`).
 */
#ifndef _TCPSTATE_IMAGE_H
#define _TCPSTATE_IMAGE_H

#ifdef __KERNEL__
#include <linux/string.h>
#else
#include <string.h>
#endif

#include "uapi/tcpstate.h"

#define TCPSTATE_IMAGE_RECORD 64	/* where the record is */
#define TCPSTATE_IMAGE_SIZE (TCPSTATE_IMAGE_RECORD + TCPSTATE_RECORD_SIZE)

#define _TCPSTATE_IPV4_LEN 20
#define _TCPSTATE_IPV6_LEN 40
#define _TCPSTATE_TCP_LEN 20

static inline void _tcpstate_put16(__u8 *to, __u32 value)
{
	to[0] = value >> 8;
	to[1] = value;
}

static inline void _tcpstate_put32(__u8 *to, __u32 value)
{
	_tcpstate_put16(to, value >> 16);
	_tcpstate_put16(to + 2, value);
}

static inline int _tcpstate_is_mapped(const __u8 addr[16])
{
	static const __u8 prefix[12] = { [10] = 0xff, [11] = 0xff };

	return !memcmp(addr, prefix, sizeof(prefix));
}

/* Return: where the TCP header goes. */
static inline __u8 *_tcpstate_put_ipv4(__u8 *to, const __u8 *src,
				       const __u8 *dst, __u32 len)
{
	len += _TCPSTATE_IPV4_LEN;
	to[0] = 0x45;		/* version, words of header */
	_tcpstate_put16(to + 2, len < 0xffff ? len : 0xffff);
	to[6] = 0x40;		/* do not fragment */
	to[8] = 64;		/* TTL */
	to[9] = 6;		/* TCP */
	memcpy(to + 12, src + 12, 4);
	memcpy(to + 16, dst + 12, 4);
	return to + _TCPSTATE_IPV4_LEN;
}

/* Return: where the TCP header goes. */
static inline __u8 *_tcpstate_put_ipv6(__u8 *to, const __u8 *src,
				       const __u8 *dst, __u32 len)
{
	to[0] = 0x60;		/* version */
	_tcpstate_put16(to + 4, len < 0xffff ? len : 0xffff);
	to[6] = 6;		/* TCP */
	to[7] = 64;		/* hop limit */
	memcpy(to + 8, src, 16);
	memcpy(to + 24, dst, 16);
	return to + _TCPSTATE_IPV6_LEN;
}

static inline void _tcpstate_put_tcp(__u8 *to, __u16 sport, __u16 dport,
				     const struct tcpstate_segment *segment)
{
	_tcpstate_put16(to, sport);
	_tcpstate_put16(to + 2, dport);
	to[12] = _TCPSTATE_TCP_LEN / 4 << 4;
	if (segment->head.kind != TCPSTATE_SEGMENT)
		return;
	_tcpstate_put32(to + 4, segment->seqno);
	_tcpstate_put32(to + 8, segment->ackno);
	to[13] = segment->tcp_flags;
	_tcpstate_put16(to + 14, segment->win);
}

/**
 * tcpstate_image - make the image of a record
 * @image: where to
 * @rec: of any kind but TCPSTATE_START and TCPSTATE_LOST
 *
 * Return: 4 or 6, the version of IP.
 */
static inline int tcpstate_image(__u8 image[TCPSTATE_IMAGE_SIZE],
				 const union tcpstate_record *rec)
{
	const struct tcpstate_segment *segment = &rec->segment;
	const struct tcpstate_flow *flow = &segment->flow;
	const int segm = rec->head.kind == TCPSTATE_SEGMENT;
	const int in = segm && !(rec->head.flags & TCPSTATE_F_OUT);
	const __u8 *src = in ? flow->raddr : flow->laddr;
	const __u8 *dst = in ? flow->laddr : flow->raddr;
	const __u32 len = _TCPSTATE_TCP_LEN + (segm ? segment->len : 0);
	const int ipv4 = _tcpstate_is_mapped(src) || _tcpstate_is_mapped(dst);
	__u8 *tcp;

	memset(image, 0, TCPSTATE_IMAGE_RECORD);
	memcpy(image + TCPSTATE_IMAGE_RECORD, rec, sizeof(*rec));
	tcp = ipv4 ? _tcpstate_put_ipv4(image, src, dst, len) :
		     _tcpstate_put_ipv6(image, src, dst, len);
	_tcpstate_put_tcp(tcp, in ? flow->rport : flow->lport,
			  in ? flow->lport : flow->rport, segment);
	return ipv4 ? 4 : 6;
}

#endif /* _TCPSTATE_IMAGE_H */

// SPDX-License-Identifier: GPL-2.0
#include <netinet/icmp6.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/ip_icmp.h>
#include <netinet/tcp.h>
#include <string.h>

#include "packet.h"

#define TTL 64
#define QUOTE_MAX 128	/* of a packet, in an ICMP error about it */

/* The Internet checksum's sum, to be folded and complemented */
static __u32 add(__u32 sum, const void *data, size_t count)
{
	const __u8 *byte = data;

	for (; count > 1; count -= 2, byte += 2)
		sum += byte[0] << 8 | byte[1];
	return count ? sum + (byte[0] << 8) : sum;
}

static __u16 fold(__u32 sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return htons(~sum);
}

static size_t address_size(const struct path *path)
{
	return path->family == AF_INET ? 4 : 16;
}

static __u32 pseudo_header(const struct path *path, __u8 protocol,
			   size_t count)
{
	__u32 sum = protocol + count;

	sum = add(sum, &path->local, address_size(path));
	return add(sum, &path->remote, address_size(path));
}

static size_t put_ipv4(__u8 *buffer, const struct path *path,
		       __u8 protocol, size_t count)
{
	struct iphdr ip = {
		.version = 4,
		.ihl = sizeof(ip) / 4,
		.tot_len = htons(sizeof(ip) + count),
		.ttl = TTL,
		.protocol = protocol,
	};

	memcpy(&ip.saddr, &path->local, sizeof(ip.saddr));
	memcpy(&ip.daddr, &path->remote, sizeof(ip.daddr));
	ip.check = fold(add(0, &ip, sizeof(ip)));
	memcpy(buffer, &ip, sizeof(ip));
	return sizeof(ip);
}

static size_t put_ipv6(__u8 *buffer, const struct path *path,
		       __u8 protocol, size_t count)
{
	const struct ip6_hdr ip = {
		.ip6_flow = htonl(6U << 28),
		.ip6_plen = htons(count),
		.ip6_nxt = protocol,
		.ip6_hlim = TTL,
		.ip6_src = path->local,
		.ip6_dst = path->remote,
	};

	memcpy(buffer, &ip, sizeof(ip));
	return sizeof(ip);
}

static size_t put_ip(__u8 *buffer, const struct path *path,
		     __u8 protocol, size_t count)
{
	return path->family == AF_INET ?
		put_ipv4(buffer, path, protocol, count) :
		put_ipv6(buffer, path, protocol, count);
}

static __u8 *put_u32(__u8 *at, __u32 value)
{
	value = htonl(value);
	memcpy(at, &value, sizeof(value));
	return at + sizeof(value);
}

/* Each is filled up to a multiple of four bytes. */
static size_t put_options(__u8 *buffer, const struct segment *segment)
{
	__u8 *at = buffer;

	if (segment->mss)
		at = put_u32(at, TCPOPT_MAXSEG << 24 | TCPOLEN_MAXSEG << 16 |
				 segment->mss);
	if (segment->tsval) {
		at = put_u32(at, TCPOPT_NOP << 24 | TCPOPT_NOP << 16 |
				 TCPOPT_TIMESTAMP << 8 | TCPOLEN_TIMESTAMP);
		at = put_u32(at, segment->tsval);
		at = put_u32(at, segment->tsecr);
	}
	return at - buffer;
}

/* Header, options and as much payload as there is, all "x" */
static size_t put_tcp(__u8 *buffer, const struct path *path,
		      const struct segment *segment)
{
	struct tcphdr tcp = {
		.th_sport = htons(segment->sport),
		.th_dport = htons(segment->dport),
		.th_seq = htonl(segment->seq),
		.th_ack = htonl(segment->ack),
		.th_flags = segment->flags,
		.th_win = htons(segment->win),
	};
	size_t header = sizeof(tcp) + put_options(buffer + sizeof(tcp), segment);
	size_t count = header + segment->len;

	tcp.th_off = header / 4;
	memset(buffer + header, 'x', segment->len);
	memcpy(buffer, &tcp, sizeof(tcp));
	tcp.th_sum = fold(add(pseudo_header(path, IPPROTO_TCP, count), buffer,
			      count));
	memcpy(buffer, &tcp, sizeof(tcp));
	return count;
}

size_t packet_build(__u8 buffer[static PACKET_MAX], const struct path *path,
		    const struct segment *segment)
{
	size_t ip = put_ip(buffer, path, IPPROTO_TCP, 0);
	size_t count = put_tcp(buffer + ip, path, segment);

	/* Again, now that the length is known */
	return put_ip(buffer, path, IPPROTO_TCP, count) + count;
}

size_t packet_build_icmp(__u8 buffer[static PACKET_MAX],
			 const struct path *path, __u8 type, __u8 code,
			 const __u8 *cause, size_t count)
{
	bool v4 = path->family == AF_INET;
	__u8 protocol = v4 ? IPPROTO_ICMP : IPPROTO_ICMPV6;
	__u8 icmp[8 + QUOTE_MAX] = { type, code };
	size_t quoted = count < QUOTE_MAX ? count : QUOTE_MAX;
	__u16 check;
	size_t ip;

	memcpy(icmp + 8, cause, quoted);
	count = 8 + quoted;
	check = fold(add(v4 ? 0 : pseudo_header(path, protocol, count), icmp,
			 count));
	memcpy(icmp + 2, &check, sizeof(check));
	ip = put_ip(buffer, path, protocol, count);
	memcpy(buffer + ip, icmp, count);
	return ip + count;
}

/* Returns the length of the IP header, 0 if it is not one of this path. */
static size_t parse_ip(const __u8 *buffer, size_t count,
		       const struct path *path)
{
	size_t size = address_size(path);
	bool v4 = path->family == AF_INET;
	size_t header = v4 ? sizeof(struct iphdr) : sizeof(struct ip6_hdr);
	const __u8 *addresses = buffer + header - 2 * size;

	if (count < header || buffer[0] >> 4 != (v4 ? 4 : 6) ||
	    buffer[v4 ? 9 : 6] != IPPROTO_TCP ||
	    memcmp(addresses, &path->remote, size) ||
	    memcmp(addresses + size, &path->local, size))
		return 0;
	return v4 ? (buffer[0] & 15) * 4 : header;
}

static __u32 get_u32(const __u8 *at)
{
	__u32 value;

	memcpy(&value, at, sizeof(value));
	return ntohl(value);
}

static void parse_option(const __u8 *option, struct segment *segment)
{
	if (option[0] == TCPOPT_MAXSEG && option[1] == TCPOLEN_MAXSEG)
		segment->mss = option[2] << 8 | option[3];
	if (option[0] == TCPOPT_TIMESTAMP && option[1] == TCPOLEN_TIMESTAMP) {
		segment->tsval = get_u32(option + 2);
		segment->tsecr = get_u32(option + 6);
	}
}

static void parse_options(const __u8 *at, const __u8 *end,
			  struct segment *segment)
{
	while (at < end && *at != TCPOPT_EOL) {
		if (*at == TCPOPT_NOP) {
			at++;
			continue;
		}
		if (end - at < 2 || at[1] < 2 || at[1] > end - at)
			break;
		parse_option(at, segment);
		at += at[1];
	}
}

bool packet_parse(const __u8 *buffer, size_t count, const struct path *path,
		  struct segment *segment)
{
	size_t ip = parse_ip(buffer, count, path);
	struct tcphdr tcp;
	size_t header;

	if (!ip || count < ip + sizeof(tcp))
		return false;
	memcpy(&tcp, buffer + ip, sizeof(tcp));
	header = ip + tcp.th_off * 4;
	if (tcp.th_off < 5 || count < header)
		return false;
	*segment = (struct segment) {
		.sport = ntohs(tcp.th_sport),
		.dport = ntohs(tcp.th_dport),
		.seq = ntohl(tcp.th_seq),
		.ack = ntohl(tcp.th_ack),
		.flags = tcp.th_flags & (FIN | SYN | RST | ACK),
		.win = ntohs(tcp.th_win),
		.len = count - header,
	};
	parse_options(buffer + ip + sizeof(tcp), buffer + header, segment);
	return true;
}

__u32 segment_span(const struct segment *segment)
{
	return segment->len + !!(segment->flags & SYN) +
	       !!(segment->flags & FIN);
}

// SPDX-License-Identifier: GPL-2.0
#include "headers.h"

#include <arpa/inet.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/tcp.h>
#include <string.h>

#include "address.h"

#define HOPS 64

/* Who sends to whom, as the segment goes */
struct path {
	const __u8	*from;
	const __u8	*to;
	__u16		from_port;
	__u16		to_port;
};

static struct path find_path(const struct tcpstate_segment *segment)
{
	const struct tcpstate_flow *flow = &segment->flow;

	if (segment->head.flags & TCPSTATE_F_OUT)
		return (struct path){ flow->laddr, flow->raddr, flow->lport,
				      flow->rport };
	return (struct path){ flow->raddr, flow->laddr, flow->rport,
			      flow->lport };
}

/* Length of the TCP header, in a damaged trace no multiple of four */
static unsigned int tcp_header_len(const struct tcpstate_segment *segment)
{
	return sizeof(struct tcphdr) + (segment->opt_len + 3U) / 4 * 4;
}

/* RFC 1071; @len is even. */
static __u32 add(__u32 sum, const void *bytes, size_t len)
{
	const __u8 *p = bytes;
	size_t i;

	for (i = 0; i < len; i += 2)
		sum += p[i] << 8 | p[i + 1];
	return sum;
}

static __u16 fold(__u32 sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return htons(~sum & 0xffff);
}

/* What does not fit is zero, which is how GSO's giants are marked. */
static __u16 length_field(__u32 len)
{
	return len > 0xffff ? 0 : htons(len);
}

static size_t build_ipv4(__u8 *bytes, const struct path *path, __u32 len)
{
	struct iphdr ip = {
		.version = 4,
		.ihl = sizeof(ip) / 4,
		.tot_len = length_field(sizeof(ip) + len),
		.frag_off = htons(IP_DF),
		.ttl = HOPS,
		.protocol = IPPROTO_TCP,
	};

	memcpy(&ip.saddr, path->from + 12, sizeof(ip.saddr));
	memcpy(&ip.daddr, path->to + 12, sizeof(ip.daddr));
	ip.check = fold(add(0, &ip, sizeof(ip)));
	memcpy(bytes, &ip, sizeof(ip));
	return sizeof(ip);
}

static size_t build_ipv6(__u8 *bytes, const struct path *path, __u32 len)
{
	struct ip6_hdr ip = {
		.ip6_flow = htonl(6U << 28),
		.ip6_plen = length_field(len),
		.ip6_nxt = IPPROTO_TCP,
		.ip6_hops = HOPS,
	};

	memcpy(&ip.ip6_src, path->from, sizeof(ip.ip6_src));
	memcpy(&ip.ip6_dst, path->to, sizeof(ip.ip6_dst));
	memcpy(bytes, &ip, sizeof(ip));
	return sizeof(ip);
}

static size_t build_tcp(__u8 *bytes, const struct tcpstate_segment *segment,
			const struct path *path)
{
	unsigned int header_len = tcp_header_len(segment);
	struct tcphdr tcp = {
		.th_sport = htons(path->from_port),
		.th_dport = htons(path->to_port),
		.th_seq = htonl(segment->seqno),
		.th_ack = htonl(segment->ackno),
		.th_off = header_len / 4,
		.th_flags = segment->tcp_flags,
		.th_win = htons(segment->win),
	};
	size_t kept = header_len - sizeof(tcp);

	if (kept > TCPSTATE_OPT_LEN)
		kept = TCPSTATE_OPT_LEN;
	memcpy(bytes, &tcp, sizeof(tcp));
	memcpy(bytes + sizeof(tcp), segment->opt, kept);
	return sizeof(tcp) + kept;
}

/* Of a segment that is all there; the pseudo-header has two addresses. */
static void set_checksum(__u8 *tcp, size_t len, const struct path *path,
			 bool ipv4)
{
	__u32 sum = len + IPPROTO_TCP;
	__u16 check;
	int skip = ipv4 ? 12 : 0;

	sum = add(sum, path->from + skip, 16 - skip);
	sum = add(sum, path->to + skip, 16 - skip);
	check = fold(add(sum, tcp, len));
	memcpy(tcp + offsetof(struct tcphdr, th_sum), &check, sizeof(check));
}

size_t headers_build(__u8 bytes[HEADERS_MAX],
		     const struct tcpstate_segment *segment, __u32 *packet_len)
{
	struct path path = find_path(segment);
	bool ipv4 = address_mapped(segment->flow.laddr);
	__u32 len = tcp_header_len(segment) + segment->len;
	size_t ip = ipv4 ? build_ipv4(bytes, &path, len) :
			   build_ipv6(bytes, &path, len);
	size_t tcp = build_tcp(bytes + ip, segment, &path);

	if (tcp == len)
		set_checksum(bytes + ip, tcp, &path, ipv4);
	*packet_len = ip + len;
	return ip + tcp;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * inject DEVICE COUNT SEED: packets that nobody should send, from a TUN device
 * into TCP, of IPv4 and IPv6.
 *
 * DEVICE has the addresses 10.8.0.1 and fd00:8::1, and routes to 198.18.0.0/15 and
 * fd00:18::/64.  What its sockets (fickle.c) send is answered, by segments with
 * numbers near those that are right; and others come, of which the source says what
 * is to be recorded of them:
 *
 *	198.18.0.0/16	fd00:18::0:N	sound: each, as one segment, also as
 *					tcpdump has it
 *	198.19.0.0/17	fd00:18::1:N	malformed TCP header: none
 *	198.19.128.0/17	fd00:18::2:N	fragments of a segment, or behind headers of
 *					IPv6 that hold nothing: each, as one
 *	10.8.0.2	fd00:8::2	anything
 *
 * Some more go through raw sockets over loopback.  Prints "sound4 N sound6 N odd4 N
 * odd6 N", and "injected" last of all.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "chance.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#define LISTENING 33333
#define PACKET_MAX 66000
#define FLOWS 32

enum class {
	SOUND, MALFORMED, ODD, ANYTHING,
};

enum {
	FIN = 1, SYN = 2, RST = 4, PSH = 8, ACK = 16, URG = 32,
};

struct packet {
	struct virtio_net_hdr vnet;
	__u8 data[PACKET_MAX];
	size_t len, tcp;	/* where TCP's header is, if it is there */
	bool v6;
};

/* A connection, as the next segments would have it */
struct flow {
	bool v6;
	__u16 own_port, port;
	__u32 own_next, next;
};

static struct chance chance;
static int tun;
static struct flow flows[FLOWS];
/* How many packets of each class were sent, of IPv4 and IPv6 */
static unsigned long sent[ANYTHING + 1][2];

static __u64 below(__u64 limit)
{
	return chance_below(&chance, limit);
}

static bool one_in(__u64 odds)
{
	return !below(odds);
}

/* Packets are written front to back. */

static __u8 *extend(struct packet *packet, size_t count)
{
	__u8 *at = packet->data + packet->len;

	if (packet->len + count > PACKET_MAX)
		errx(EXIT_FAILURE, "a packet too long");
	memset(at, 0, count);
	packet->len += count;
	return at;
}

static void put8(struct packet *packet, __u8 value)
{
	*extend(packet, 1) = value;
}

static void put16(struct packet *packet, __u16 value)
{
	put8(packet, value >> 8);
	put8(packet, value);
}

static void put32(struct packet *packet, __u32 value)
{
	put16(packet, value >> 16);
	put16(packet, value);
}

static void put_any(struct packet *packet, size_t count)
{
	while (count--)
		put8(packet, chance_word(&chance));
}

static void put_address4(struct packet *packet, enum class class)
{
	static const __u32 nets[] = {
		[SOUND] = 0xc6120000, [MALFORMED] = 0xc6130000,
		[ODD] = 0xc6138000, [ANYTHING] = 0x0a080002,
	};

	put32(packet, nets[class] + (class == ANYTHING ? 0 : below(0x8000)));
}

static void put_address6(struct packet *packet, enum class class)
{
	put16(packet, 0xfd00);
	put16(packet, class == ANYTHING ? 0x8 : 0x18);
	put32(packet, 0);
	put32(packet, 0);
	put16(packet, class == ANYTHING ? 0 : class);
	put16(packet, class == ANYTHING ? 2 : below(0x10000));
}

/* The lengths and the checksums are put right by finish(). */
static void put_ip(struct packet *packet, bool v6, enum class class,
		   __u8 protocol)
{
	packet->v6 = v6;
	packet->len = 0;
	packet->tcp = 0;
	packet->vnet = (struct virtio_net_hdr) {};
	put8(packet, v6 ? 0x60 : 0x45);
	if (v6) {
		put8(packet, 0);
		put32(packet, 0);
		put8(packet, protocol);
		put8(packet, 64);
		put_address6(packet, class);
		put32(packet, 0xfd000008);
		put32(packet, 0);
		put32(packet, 0);
		put32(packet, 1);
		return;
	}
	put8(packet, 0);
	put32(packet, 0);
	put16(packet, 0);
	put8(packet, 64);
	put8(packet, protocol);
	put16(packet, 0);
	put_address4(packet, class);
	put32(packet, 0x0a080001);
}

static void set16(struct packet *packet, size_t at, __u16 value)
{
	packet->data[at] = value >> 8;
	packet->data[at + 1] = value;
}

/* The Internet checksum's sum, to be folded and complemented */
static __u32 add(__u32 sum, const __u8 *bytes, size_t count)
{
	for (; count > 1; count -= 2, bytes += 2)
		sum += bytes[0] << 8 | bytes[1];
	return count ? sum + (bytes[0] << 8) : sum;
}

static __u16 fold(__u32 sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

static void set_ip_checksum(struct packet *packet)
{
	const size_t header = (packet->data[0] & 15) * 4;

	set16(packet, 10, 0);
	set16(packet, 10, fold(add(0, packet->data, header)));
}

static void set_tcp_checksum(struct packet *packet)
{
	const size_t size = packet->len - packet->tcp;
	const __u8 *addresses = packet->data + (packet->v6 ? 8 : 12);
	__u32 sum = add(IPPROTO_TCP + size, addresses, packet->v6 ? 32 : 8);

	set16(packet, packet->tcp + 16, 0);
	sum = add(sum, packet->data + packet->tcp, size);
	set16(packet, packet->tcp + 16, fold(sum));
}

static void finish(struct packet *packet)
{
	if (packet->tcp && packet->tcp + 20 <= packet->len)
		set_tcp_checksum(packet);
	if (packet->v6) {
		set16(packet, 4, packet->len - 40);
		return;
	}
	set16(packet, 2, packet->len);
	set_ip_checksum(packet);
}

static void send_packet(struct packet *packet)
{
	const struct iovec pieces[] = {
		{ &packet->vnet, sizeof(packet->vnet) },
		{ packet->data, packet->len },
	};

	/* What is too short, or too strange for its vnet, is refused. */
	if (writev(tun, pieces, ARRAY_SIZE(pieces)) < 0 &&
	    errno != EINVAL && errno != EFAULT)
		err(EXIT_FAILURE, "write");
}

static void count(enum class class, const struct packet *packet)
{
	sent[class][packet->v6]++;
}

struct tcp {
	__u16 sport, dport;
	__u32 seq, ack;
	__u8 flags;
	size_t options;		/* in bytes: a multiple of 4 */
};

static struct tcp some_tcp(void)
{
	static const __u16 ports[] = { LISTENING, LISTENING, 1, 44444, 0 };
	static const __u8 flags[] = {
		SYN, SYN, ACK, PSH | ACK, FIN | ACK, RST, RST | ACK, SYN | ACK,
		FIN, SYN | FIN, 0, 0xdf,
	};

	return (struct tcp) {
		.sport = 1024 + below(64000),
		.dport = CHANCE_OF(&chance, ports),
		.seq = chance_word(&chance),
		.ack = chance_word(&chance),
		.flags = CHANCE_OF(&chance, flags),
		.options = one_in(3) ? 0 : 4 * below(11),
	};
}

/* Options of any kind and length, which may end before or behind the header */
static void put_options(struct packet *packet, size_t size)
{
	static const __u8 kinds[] = { 0, 1, 2, 3, 4, 5, 8, 19, 28, 29, 30, 34,
				      253, 254, 255 };
	static const __u8 lengths[] = { 0, 1, 2, 3, 4, 6, 10, 12, 18, 40, 255 };
	const size_t end = packet->len + size;

	while (packet->len < end) {
		put8(packet, CHANCE_OF(&chance, kinds));
		if (packet->len < end)
			put8(packet, CHANCE_OF(&chance, lengths));
		if (packet->len < end)
			put_any(packet, below(end - packet->len + 1));
	}
}

static void put_tcp(struct packet *packet, const struct tcp *tcp)
{
	packet->tcp = packet->len;
	put16(packet, tcp->sport);
	put16(packet, tcp->dport);
	put32(packet, tcp->seq);
	put32(packet, tcp->ack);
	put8(packet, (20 + tcp->options) / 4 << 4);
	put8(packet, tcp->flags);
	put16(packet, below(0x10000));
	put16(packet, chance_word(&chance));
	put16(packet, 0);
	put_options(packet, tcp->options);
}

static void put_segment(struct packet *packet, size_t len)
{
	const struct tcp tcp = some_tcp();

	put_tcp(packet, &tcp);
	put_any(packet, len);
}

static struct packet packet;

static void do_sound(void)
{
	put_ip(&packet, one_in(2), SOUND, IPPROTO_TCP);
	put_segment(&packet, one_in(2) ? 0 : below(1000));
	finish(&packet);
	send_packet(&packet);
	count(SOUND, &packet);
}

/* Too short for a header, or for its own idea of one */
static void do_malformed(void)
{
	size_t header, rest;

	put_ip(&packet, one_in(2), MALFORMED, IPPROTO_TCP);
	header = packet.len;
	put_segment(&packet, 0);
	rest = packet.len - header;
	switch (below(3)) {
	case 0:
		packet.len = header + below(20);
		break;
	case 1:
		packet.data[header + 12] = below(5) << 4;
		break;
	default:
		if (rest == 60)
			rest -= 4;
		packet.len = header + rest;
		packet.data[header + 12] =
			(rest / 4 + 1 + below(15 - rest / 4)) << 4;
	}
	finish(&packet);
	send_packet(&packet);
	count(MALFORMED, &packet);
}

/* An extension header without effect; the caller says what is behind it. */
static void put_padding(struct packet *to, __u8 next)
{
	const __u8 words = below(4);

	put8(to, next);
	put8(to, words);
	put8(to, 1);			/* PadN */
	put8(to, 8 * words + 4);
	extend(to, 8 * words + 4);
}

static void do_extended(void)
{
	int more = 1 + below(4);

	put_ip(&packet, true, ODD, IPPROTO_DSTOPTS);
	while (more--)
		put_padding(&packet, more ? IPPROTO_DSTOPTS : IPPROTO_TCP);
	put_segment(&packet, below(100));
	finish(&packet);
	send_packet(&packet);
	count(ODD, &packet);
}

/* A part of what is behind the IP header, as a packet of its own */
static void send_fragment(const struct packet *whole, __u32 id, size_t from,
			  size_t to)
{
	static struct packet part;
	const size_t header = whole->v6 ? 40 : 20;
	const bool more = to < whole->len - header;

	part.vnet = whole->vnet;
	part.v6 = whole->v6;
	part.len = 0;
	part.tcp = 0;
	memcpy(extend(&part, header), whole->data, header);
	if (whole->v6) {
		put8(&part, part.data[6]);
		put8(&part, 0);
		put16(&part, from | more);
		put32(&part, id);
		part.data[6] = IPPROTO_FRAGMENT;
	} else {
		set16(&part, 4, id);
		set16(&part, 6, from / 8 | more << 13);
	}
	memcpy(extend(&part, to - from), whole->data + header + from, to - from);
	finish(&part);
	send_packet(&part);
}

/* One behind the other, from byte 64 on, as TCP headers are no longer */
static void send_in_order(const struct packet *whole, __u32 id)
{
	const size_t end = whole->len - (whole->v6 ? 40 : 20);
	size_t from = 0, to = 64;

	while (from < end) {
		send_fragment(whole, id, from, to < end ? to : end);
		from = to;
		to += 8 * (1 + below(40));
	}
}

static __u32 fragment_id;

static void do_fragments(void)
{
	put_ip(&packet, one_in(2), ODD, IPPROTO_TCP);
	put_segment(&packet, 100 + below(1000));
	finish(&packet);
	send_in_order(&packet, ++fragment_id);
	count(ODD, &packet);
}

/* Overlapping, missing, as short as can be, in any order */
static void do_fragments_of_anything(void)
{
	const __u32 id = ++fragment_id;
	int parts = 1 + below(6);

	put_ip(&packet, one_in(2), ANYTHING, IPPROTO_TCP);
	put_segment(&packet, below(300));
	finish(&packet);
	while (parts--) {
		const size_t end = packet.len - (packet.v6 ? 40 : 20);
		const size_t from = 8 * below(end / 8 + 1);
		const size_t to = from + 8 * (1 + below(5));

		send_fragment(&packet, id, from, to < end ? to : end);
	}
}

/* Options of IPv4, right or not; TCP is behind where ihl says, or elsewhere. */
static void do_ip_options(void)
{
	const size_t size = 4 * below(11);

	put_ip(&packet, false, ANYTHING, IPPROTO_TCP);
	put_options(&packet, size);
	packet.data[0] = 0x40 | (one_in(8) ? below(16) : (20 + size) / 4);
	put_segment(&packet, below(50));
	finish(&packet);
	send_packet(&packet);
}

/* Headers of IPv6 of any kind and length, which TCP may be behind */
static void do_ip6_headers(void)
{
	static const __u8 headers[] = {
		IPPROTO_HOPOPTS, IPPROTO_ROUTING, IPPROTO_DSTOPTS, IPPROTO_AH,
		IPPROTO_FRAGMENT, IPPROTO_MH, IPPROTO_NONE, IPPROTO_TCP, 255,
	};
	__u8 next = CHANCE_OF(&chance, headers);
	int more = below(8);

	put_ip(&packet, true, ANYTHING, next);
	while (more--) {
		const __u8 words = one_in(8) ? 255 : below(4);

		next = more ? CHANCE_OF(&chance, headers) : IPPROTO_TCP;
		put8(&packet, next);
		put8(&packet, words);
		put_options(&packet, words == 255 ? 6 : 8 * words + 6);
	}
	put_segment(&packet, below(50));
	packet.len -= below(packet.len - 40);
	finish(&packet);
	send_packet(&packet);
}

/* What a NIC would cut up, with all that it says of it right or not */
static void do_giant(void)
{
	static const __u16 sizes[] = { 0, 1, 8, 536, 1400, 9000, 65535 };
	const bool v6 = one_in(2);
	size_t header;

	put_ip(&packet, v6, ANYTHING, IPPROTO_TCP);
	header = packet.len;
	put_segment(&packet, below(64000));
	finish(&packet);
	packet.vnet = (struct virtio_net_hdr) {
		.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
		.gso_type = v6 ? VIRTIO_NET_HDR_GSO_TCPV6 :
				 VIRTIO_NET_HDR_GSO_TCPV4,
		.gso_size = CHANCE_OF(&chance, sizes),
		.hdr_len = one_in(2) ? header + 20 : below(200),
		.csum_start = header,
		.csum_offset = 16,
	};
	if (one_in(4))
		packet.vnet.gso_type = below(256);
	if (one_in(8))
		packet.vnet.csum_start = below(70000);
	if (one_in(8))
		packet.vnet.csum_offset = below(70000);
	send_packet(&packet);
}

static bool in_source(const struct packet *packet, size_t at)
{
	return packet->v6 ? at >= 8 && at < 24 : at >= 12 && at < 16;
}

/* Some bits are others, of the IP header too, but for what tells the class. */
static void do_garbage(void)
{
	int flips = 1 + below(8);

	put_ip(&packet, one_in(2), ANYTHING, IPPROTO_TCP);
	put_segment(&packet, below(40));
	finish(&packet);
	while (flips--) {
		const size_t at = below(packet.len);

		if (!in_source(&packet, at))
			packet.data[at] ^= 1 << below(8);
	}
	if (one_in(4))
		packet.len = 1 + below(packet.len);
	if (!packet.v6 && one_in(2))
		set_ip_checksum(&packet);
	send_packet(&packet);
}

/* Loopback, out and in; the kernel puts a header of IP in front of it. */
static void do_raw(void)
{
	const bool v6 = one_in(2);
	const struct sockaddr_in to4 = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	const struct sockaddr_in6 to6 = {
		.sin6_family = AF_INET6,
		.sin6_addr = in6addr_loopback,
	};
	const int fd = socket(v6 ? AF_INET6 : AF_INET, SOCK_RAW, IPPROTO_TCP);

	if (fd < 0)
		err(EXIT_FAILURE, "raw socket");
	packet.len = 0;
	put_segment(&packet, below(100));
	if (one_in(2))
		packet.data[12] = chance_word(&chance);
	if (one_in(2))
		packet.len = 1 + below(packet.len);
	sendto(fd, packet.data, packet.len, 0,
	       v6 ? (const void *)&to6 : (const void *)&to4,
	       v6 ? sizeof(to6) : sizeof(to4));
	close(fd);
}

static __u32 near(__u32 number)
{
	static const __s32 steps[] = { 0, 0, 0, 0, 0, 1, -1, 100, -100, 65536,
				       0x7fffffff };

	return number + CHANCE_OF(&chance, steps);
}

/* Of a connection: what may well be right */
static void do_flow(void)
{
	static const __u8 flags[] = {
		ACK, ACK, ACK, PSH | ACK, PSH | ACK, FIN | ACK, RST, RST | ACK,
		SYN, SYN | ACK, FIN, URG | ACK, 0,
	};
	struct flow *flow = &CHANCE_OF(&chance, flows);
	const struct tcp tcp = {
		.sport = flow->own_port,
		.dport = flow->port,
		.seq = near(flow->own_next),
		.ack = near(flow->next),
		/* An answer to its SYN, first of all */
		.flags = !flow->own_next && one_in(2) ? SYN | ACK :
			 CHANCE_OF(&chance, flags),
		.options = one_in(4) ? 4 * below(11) : 0,
	};

	if (!flow->port)
		return;
	put_ip(&packet, flow->v6, ANYTHING, IPPROTO_TCP);
	put_tcp(&packet, &tcp);
	put_any(&packet, one_in(2) ? 0 : below(200));
	finish(&packet);
	send_packet(&packet);
	if (tcp.flags & SYN)
		flow->own_next = tcp.seq + 1;
}

/* A new one, to the listener */
static void do_syn(void)
{
	struct flow *flow = &CHANCE_OF(&chance, flows);
	const struct tcp tcp = {
		.sport = 1024 + below(60000),
		.dport = LISTENING,
		.seq = chance_word(&chance),
		.flags = SYN,
	};

	*flow = (struct flow) {
		.v6 = one_in(2),
		.own_port = tcp.sport,
		.port = LISTENING,
		.own_next = tcp.seq + 1,
	};
	put_ip(&packet, flow->v6, ANYTHING, IPPROTO_TCP);
	put_tcp(&packet, &tcp);
	finish(&packet);
	send_packet(&packet);
}

static const struct {
	unsigned int weight;
	void (*run)(void);
} acts[] = {
	{ 20, do_sound },
	{ 8, do_malformed },
	{ 4, do_extended },
	{ 5, do_fragments },
	{ 5, do_fragments_of_anything },
	{ 8, do_ip_options },
	{ 8, do_ip6_headers },
	{ 4, do_giant },
	{ 8, do_garbage },
	{ 6, do_raw },
	{ 30, do_flow },
	{ 4, do_syn },
};

static void act(void)
{
	unsigned int i, chosen, total = 0;

	for (i = 0; i < ARRAY_SIZE(acts); i++)
		total += acts[i].weight;
	chosen = below(total);
	for (i = 0; chosen >= acts[i].weight; i++)
		chosen -= acts[i].weight;
	acts[i].run();
}

static __u16 get16(const __u8 *at)
{
	return at[0] << 8 | at[1];
}

static __u32 get32(const __u8 *at)
{
	return (__u32)get16(at) << 16 | get16(at + 2);
}

static struct flow *find_flow(bool v6, const __u8 *tcp)
{
	size_t i;

	for (i = 0; i < FLOWS; i++)
		if (flows[i].v6 == v6 && flows[i].port == get16(tcp) &&
		    flows[i].own_port == get16(tcp + 2))
			return &flows[i];
	return NULL;
}

/* A segment of the kernel's, to one of the flows or the first of a new one */
static void take_segment(bool v6, const __u8 *tcp, size_t size)
{
	const __u8 flags = tcp[13];
	struct flow *flow = find_flow(v6, tcp);

	if (!flow && flags != SYN)
		return;
	if (!flow) {
		flow = &CHANCE_OF(&chance, flows);
		*flow = (struct flow) {
			.v6 = v6,
			.own_port = get16(tcp + 2),
			.port = get16(tcp),
		};
	}
	flow->next = get32(tcp + 4) + size - (tcp[12] >> 4) * 4 +
		     !!(flags & SYN) + !!(flags & FIN);
	if (flags & ACK)
		flow->own_next = get32(tcp + 8);
}

static void take_packet(const __u8 *data, size_t size)
{
	const bool v6 = data[0] >> 4 == 6;
	const size_t header = v6 ? 40 : 20;

	if (size >= header + 20 && data[v6 ? 6 : 9] == IPPROTO_TCP)
		take_segment(v6, data + header, size - header);
}

/* Those that are there; now and then the sockets get the time to make some. */
static void take_answers(void)
{
	static __u8 buffer[sizeof(struct virtio_net_hdr) + PACKET_MAX];
	const size_t vnet = sizeof(struct virtio_net_hdr);
	struct pollfd poller = { .fd = tun, .events = POLLIN };
	ssize_t size;

	if (one_in(8))
		poll(&poller, 1, 2);
	while ((size = read(tun, buffer, sizeof(buffer))) > 0)
		take_packet(buffer + vnet, size - vnet);
	if (errno != EAGAIN)
		err(EXIT_FAILURE, "read");
}

static void open_tun(const char *name)
{
	struct ifreq request = {
		.ifr_flags = IFF_TUN | IFF_NO_PI | IFF_VNET_HDR,
	};

	tun = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);
	if (tun < 0)
		err(EXIT_FAILURE, "/dev/net/tun");
	strncpy(request.ifr_name, name, IFNAMSIZ - 1);
	if (ioctl(tun, TUNSETIFF, &request))
		err(EXIT_FAILURE, "%s", name);
}

int main(int argc, char *argv[])
{
	unsigned long left;

	if (argc != 4)
		errx(EXIT_FAILURE, "inject DEVICE COUNT SEED");
	left = strtoul(argv[2], NULL, 0);
	chance.state = strtoull(argv[3], NULL, 0);
	open_tun(argv[1]);
	while (left--) {
		act();
		take_answers();
	}
	printf("sound4 %lu sound6 %lu odd4 %lu odd6 %lu\n", sent[SOUND][0],
	       sent[SOUND][1], sent[ODD][0], sent[ODD][1]);
	puts("injected");
	return 0;
}

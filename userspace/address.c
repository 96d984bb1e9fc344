// SPDX-License-Identifier: GPL-2.0
#include "address.h"

#include <arpa/inet.h>
#include <string.h>

#include "digits.h"
#include "hash.h"
#include "util.h"

/* Each byte as it is in an address, and how long that is. */
static struct dotted {
	char text[7];
	__u8 len;
} dotted[256];

static void make_dotted(void)
{
	char text[DIGITS_MAX];
	int byte;

	for (byte = 0; byte < 256; byte++) {
		char *end = digits_dec(text, byte);

		*end++ = '.';
		dotted[byte].len = end - text;
		memcpy(dotted[byte].text, text, dotted[byte].len);
	}
}

/* A tenth of inet_ntop()'s time, and most addresses are of this kind. */
static inline size_t format_ipv4(char *text, const __u8 addr[4])
{
	char *p = text;
	int i;

	if (!dotted[0].len)
		make_dotted();
	/* The last one's rest is beyond the end. */
#pragma GCC unroll 4
	for (i = 0; i < 4; i++) {
		memcpy(p, &dotted[addr[i]], sizeof(*dotted));
		p += dotted[addr[i]].len;
	}
	return p - 1 - text;
}

/* Of those that were asked for: inet_ntop() takes its time. */
static size_t format_ipv6(char *text, const __u8 addr[16])
{
	static struct known {
		__u8 addr[16];
		char text[INET6_ADDRSTRLEN];
		size_t len;
	} kept[256];
	struct known *known = &kept[hash_words(addr, 16) % ARRAY_SIZE(kept)];

	if (!known->len || memcmp(known->addr, addr, sizeof(known->addr))) {
		memcpy(known->addr, addr, sizeof(known->addr));
		inet_ntop(AF_INET6, addr, known->text, sizeof(known->text));
		known->len = strlen(known->text);
	}
	memcpy(text, known->text, sizeof(known->text));
	return known->len;
}

size_t address_format(char text[INET6_ADDRSTRLEN], const __u8 addr[16],
		      bool ipv6)
{
	if (!ipv6)
		return format_ipv4(text, addr + 12);
	return format_ipv6(text, addr);
}

char *end_format(char text[END_LEN], const __u8 addr[16], __u16 port,
		 bool ipv6)
{
	char *p = text;

	if (address_unspecified(addr)) {
		*p++ = '*';
	} else if (ipv6) {
		*p++ = '[';
		p += address_format(p, addr, ipv6);
		*p++ = ']';
	} else {
		p += address_format(p, addr, ipv6);
	}
	*p++ = ':';
	if (port)
		p = digits_dec(p, port);
	else
		*p++ = '*';
	*p = '\0';
	return p;
}

int ends_format(char text[ENDS_LEN], const struct tcpstate_flow *flow,
		bool ipv6)
{
	char *p = end_format(text, flow->laddr, flow->lport, ipv6);

	p = mempcpy(p, " > ", 3);
	return end_format(p, flow->raddr, flow->rport, ipv6) - text;
}

bool address_mapped(const __u8 addr[16])
{
	static const __u8 mapped[12] = { [10] = 0xff, [11] = 0xff };

	return !memcmp(addr, mapped, sizeof(mapped));
}

bool address_unspecified(const __u8 addr[16])
{
	static const __u8 zero[16];

	return !memcmp(addr + 12, zero, 4) &&
	       (!memcmp(addr, zero, 12) || address_mapped(addr));
}

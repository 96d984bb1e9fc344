// SPDX-License-Identifier: GPL-2.0
#include "address.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

/* A tenth of inet_ntop()'s time, and most addresses are of this kind. */
static char *format_byte(char *text, unsigned int byte)
{
	if (byte >= 100)
		*text++ = '0' + byte / 100;
	if (byte >= 10)
		*text++ = '0' + byte / 10 % 10;
	*text++ = '0' + byte % 10;
	return text;
}

static size_t format_ipv4(char *text, const __u8 addr[4])
{
	char *end = format_byte(text, addr[0]);
	int i;

	for (i = 1; i < 4; i++) {
		*end++ = '.';
		end = format_byte(end, addr[i]);
	}
	return end - text;
}

size_t address_format(char text[INET6_ADDRSTRLEN], const __u8 addr[16],
		      bool ipv6)
{
	if (!ipv6)
		return format_ipv4(text, addr + 12);
	inet_ntop(AF_INET6, addr, text, INET6_ADDRSTRLEN);
	return strlen(text);
}

static char *format_end(char *p, const __u8 addr[16], __u16 port, bool ipv6)
{
	if (address_unspecified(addr)) {
		*p++ = '*';
	} else if (ipv6) {
		*p++ = '[';
		p += address_format(p, addr, ipv6);
		*p++ = ']';
	} else {
		p += address_format(p, addr, ipv6);
	}
	return p + (port ? sprintf(p, ":%u", port) : sprintf(p, ":*"));
}

int ends_format(char text[ENDS_LEN], const struct tcpstate_flow *flow,
		bool ipv6)
{
	char *p = format_end(text, flow->laddr, flow->lport, ipv6);

	p = stpcpy(p, " > ");
	return format_end(p, flow->raddr, flow->rport, ipv6) - text;
}

bool address_unspecified(const __u8 addr[16])
{
	static const __u8 zero[16];
	static const __u8 mapped[12] = { [10] = 0xff, [11] = 0xff };

	return !memcmp(addr + 12, zero, 4) &&
	       (!memcmp(addr, zero, 12) || !memcmp(addr, mapped, 12));
}

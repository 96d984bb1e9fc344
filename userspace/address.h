/* SPDX-License-Identifier: GPL-2.0 */
/* How addresses, and the ends of connections, are written. */
#ifndef TCPSTATE_ADDRESS_H
#define TCPSTATE_ADDRESS_H

#include <linux/types.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <tcpstate.h>

/* [::ffff:255.255.255.255]:65535 and more */
#define END_LEN (INET6_ADDRSTRLEN + 8)

/* Two of them, and " > " */
#define ENDS_LEN (2 * END_LEN + 3)

/**
 * address_format - write an address
 * @text: where to
 * @addr: as in struct tcpstate_flow
 * @ipv6: as IPv6, v4-mapped ones like ::ffff:10.9.0.1; else dotted
 *
 * Return: length of @text, which has no NUL.
 */
size_t address_format(char text[INET6_ADDRSTRLEN], const __u8 addr[16],
		      bool ipv6);

/**
 * end_format - write one end of a connection
 * @text: where to, with a NUL
 * @addr: its address; * if it is unspecified
 * @port: its port; * if it is 0
 * @ipv6: as for address_format()
 *
 * Return: where the NUL is.
 */
char *end_format(char text[END_LEN], const __u8 addr[16], __u16 port,
		 bool ipv6);

/**
 * ends_format - write the two ends of a connection
 * @text: where to
 * @flow: the ends; what is unspecified or not known is *
 * @ipv6: as for address_format()
 *
 * Return: length of @text, which ends in NUL.
 */
int ends_format(char text[ENDS_LEN], const struct tcpstate_flow *flow,
		bool ipv6);

/**
 * address_mapped - is this an IPv4 address?
 * @addr: as in struct tcpstate_flow
 *
 * Return: true if so, and then what goes on the wire is IPv4, whatever the
 * socket is.
 */
bool address_mapped(const __u8 addr[16]);

/**
 * address_unspecified - does an address say nothing?
 * @addr: as in struct tcpstate_flow
 *
 * Return: true for :: and for 0.0.0.0.
 */
bool address_unspecified(const __u8 addr[16]);

#endif /* TCPSTATE_ADDRESS_H */

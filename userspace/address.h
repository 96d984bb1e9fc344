/* SPDX-License-Identifier: GPL-2.0 */
/* How addresses, and the ends of connections, are written. */
#ifndef TCPSTATE_ADDRESS_H
#define TCPSTATE_ADDRESS_H

#include <linux/types.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <tcpstate.h>

/* [::ffff:255.255.255.255]:65535 > [::ffff:255.255.255.255]:65535 and more */
#define ENDS_LEN (2 * (INET6_ADDRSTRLEN + 8) + 3)

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

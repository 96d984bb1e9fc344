/* SPDX-License-Identifier: GPL-2.0 */
/* How often, as an option says. */
#ifndef TCPSTATE_INTERVAL_H
#define TCPSTATE_INTERVAL_H

#include <linux/types.h>

/**
 * interval_parse - take an option's argument
 * @text: seconds, as 15 or 0.5; if wrong, the program ends with EXIT_USAGE after
 *	a line on stderr
 *
 * Return: in ns.
 */
__u64 interval_parse(const char *text);

#endif /* TCPSTATE_INTERVAL_H */

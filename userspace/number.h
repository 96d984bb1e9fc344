/* SPDX-License-Identifier: GPL-2.0 */
/* Numbers in what somebody wrote: strtoull() takes signs, and wraps. */
#ifndef TCPSTATE_NUMBER_H
#define TCPSTATE_NUMBER_H

#include <linux/types.h>
#include <stdbool.h>

/**
 * number_parse - take a decimal number
 * @text: digits, and nothing else
 * @max: what it may be at the most
 * @number: where to put it
 *
 * Return: true if it is one.
 */
bool number_parse(const char *text, __u32 max, __u32 *number);

#endif /* TCPSTATE_NUMBER_H */

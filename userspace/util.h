/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel's headers have and those of the C library do not. */
#ifndef TCPSTATE_UTIL_H
#define TCPSTATE_UTIL_H

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

#define __printf(format, first) \
	__attribute__((__format__(__printf__, \
				  format, first)))

#endif /* TCPSTATE_UTIL_H */

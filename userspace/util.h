/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel's headers have and those of the C library do not. */
#ifndef TCPSTATE_UTIL_H
#define TCPSTATE_UTIL_H

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

#endif /* TCPSTATE_UTIL_H */

/* SPDX-License-Identifier: GPL-2.0 */
/* Module parameters; a value that is not allowed is refused with a reason. */
#ifndef _TCPSTATE_PARAMS_H
#define _TCPSTATE_PARAMS_H

#include <linux/compiler.h>

/* Size of each CPU's ring in KiB, fixed at load. */
extern unsigned int tcpstate_ring_kb;

/* enum tcpstate_segments; may change at any time: READ_ONCE(). */
extern unsigned int tcpstate_segments;

#endif /* _TCPSTATE_PARAMS_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Module parameters that are fixed at load; a value that is not allowed is
 * refused with a reason.  The others are where they take effect.
 */
#ifndef _TCPSTATE_PARAMS_H
#define _TCPSTATE_PARAMS_H

/* Size of each CPU's ring in KiB, fixed at load. */
extern unsigned int tcpstate_ring_kb;

#endif /* _TCPSTATE_PARAMS_H */

/* SPDX-License-Identifier: GPL-2.0 */
/* Which edges the standard has, and which are Linux's own. */
#ifndef TCPSTATE_RFC9293_H
#define TCPSTATE_RFC9293_H

#include <linux/types.h>
#include <stdbool.h>

/**
 * rfc9293_has - does the standard have this edge?
 * @old_state: enum tcpstate_state before
 * @new_state: enum tcpstate_state after
 * @cause: enum tcpstate_cause
 * @detail: enum tcpstate_detail
 *
 * Return: true if it is in figure 5 of RFC 9293, or in its section 3.10: by
 * reset, abort and timeout.  tests/vm/edges gives the reason for the others.
 */
bool rfc9293_has(__u8 old_state, __u8 new_state, __u8 cause, __u8 detail);

#endif /* TCPSTATE_RFC9293_H */

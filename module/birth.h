/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who a child of a listener is, at the moment it is born.
 *
 * LISTEN -> SYN_RECV fires inside inet_csk_clone_lock(), when the child is
 * still a copy of its listener: no peer, and a cookie that is about to be
 * overwritten by the request's.  The request knows all of it, and both are
 * arguments of that function; a kprobe on its entry notes them for the event,
 * which follows in the same function call.
 *
 * Two segments that complete one handshake at once, on two CPUs, make two
 * children.  The kernel drops one (inet_ehash_nolisten()), and its edges are
 * recorded like any others, LISTEN -> SYN_RCVD -> CLOSED with the request's
 * cookie: ftrace has them, too.
 *
 * Rejected: holding the edge back till the child's next one (out of order, and
 * a Fast Open child's next one is far away); recording it without the peer.
 *
 * If the kprobe cannot be placed, the edge is recorded with what the listener
 * has: its local address and port, no peer, cookie 0.
 */
#ifndef _TCPSTATE_BIRTH_H
#define _TCPSTATE_BIRTH_H

#include <net/sock.h>

#include "uapi/tcpstate.h"

/**
 * tcpstate_birth_init() - place the kprobe, or say in dmesg that it cannot be
 *
 * Context: process, may sleep.
 */
void tcpstate_birth_init(void);

/**
 * tcpstate_birth_exit() - remove the kprobe and wait till it is not running
 *
 * Context: process, may sleep.
 */
void tcpstate_birth_exit(void);

/**
 * tcpstate_birth_sock() - say which child this is and where its ends are
 * @head: gets cookie, netns and TCPSTATE_F_IPV6
 * @flow: gets addresses and ports
 * @child: a socket that inet_csk_clone_lock() is making on this CPU
 *
 * Context: bottom halves off, in the tracepoint.
 */
void tcpstate_birth_sock(struct tcpstate_head *head,
			 struct tcpstate_flow *flow, const struct sock *child);

#endif /* _TCPSTATE_BIRTH_H */

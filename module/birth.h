/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Children of listeners: LISTEN -> SYN_RECV of the tracepoint, which fires
 * inside inet_csk_clone_lock(), when the child is still a copy of its listener:
 * no peer, and a cookie that is about to be overwritten by the request's.  The
 * request knows all of it, and is an argument of that function; a hook on its
 * entry notes it for the event, which follows in the same function call.
 *
 * - The usual child comes with the third ACK, and its connection has been in
 *   SYN_RCVD since the SYN (request.h): the event is no edge of it.
 * - With a SYN cookie, or Fast Open, there was no such request, and the event is
 *   the edge LISTEN -> SYN_RCVD.
 *
 * Two segments that complete one handshake at once, on two CPUs, make two
 * children of one request.  The kernel closes one of them, which nobody has ever
 * seen: its end is no edge of the connection either, which lives on in the other
 * child.  The same goes for a child that could not be finished, as when there is
 * no memory: the connection lives on in its request.  Not so for a join that
 * MPTCP refuses: by then the child has replaced its request, and is reset.
 */
#ifndef _TCPSTATE_BIRTH_H
#define _TCPSTATE_BIRTH_H

#include <net/sock.h>

#include "cause.h"
#include "uapi/tcpstate.h"

struct ftrace_regs;

/* Handler of hooks.c. Context: as the function's. */
void tcpstate_birth_clone(struct ftrace_regs *fregs);

/**
 * tcpstate_birth_record() - record LISTEN -> SYN_RCVD, if that is new
 * @child: a socket that inet_csk_clone_lock() is making
 *
 * Context: bottom halves off, in the tracepoint.
 */
void tcpstate_birth_record(const struct sock *child);

/* What becomes of a child that leaves SYN_RCVD */
enum tcpstate_birth {
	TCPSTATE_BORN,		/* it has its place, or had it */
	TCPSTATE_STILLBORN,	/* its connection lives on without it */
	TCPSTATE_BORN_TWIN,	/* another one has its place, by a SYN cookie */
	TCPSTATE_BORN_UNWANTED,	/* MPTCP has refused the subflow */
};

/**
 * tcpstate_birth_of() - what becomes of a socket that leaves SYN_RCVD
 * @sk: the socket
 * @newstate: enum tcpstate_state
 *
 * Context: as inet_sk_state_store()'s.
 * Return: as above; for a socket that was connected, TCPSTATE_BORN.
 */
enum tcpstate_birth tcpstate_birth_of(const struct sock *sk, int newstate);

#endif /* _TCPSTATE_BIRTH_H */

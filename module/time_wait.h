/* SPDX-License-Identifier: GPL-2.0 */
/*
 * TIME_WAIT, and the FIN_WAIT_2 of orphans, for which the kernel keeps but a
 * small socket.  The tracepoint says of both that the full one is CLOSED.
 *
 * tcp_time_wait() makes the small socket, if it can, puts it in the full one's
 * place, and closes that.  So of X -> CLOSED of the tracepoint remains
 * - X -> TIME_WAIT, recorded where the small socket takes its place;
 * - nothing, if X is FIN_WAIT_2 and so is the small socket's substate;
 * - X -> CLOSED, if there was no memory or no bucket for a small socket.
 *
 * A FIN, with the ACK of ours or not, makes the small socket's substate
 * TIME_WAIT, and (re)starts its timer; in TIME_WAIT any segment that is
 * acknowledged again restarts it.  The timer ends it, or inet_twsk_
 * deschedule_put() does before: the hook on this one says that it is early, and
 * the one on inet_twsk_kill(), which runs exactly once, that it happens.
 */
#ifndef _TCPSTATE_TIME_WAIT_H
#define _TCPSTATE_TIME_WAIT_H

#include <net/sock.h>

struct ftrace_regs;

/**
 * tcpstate_time_wait_hold_back() - is this FIN_WAIT_2 for a moment only?
 * @sk: a full socket that goes from FIN_WAIT_1 to FIN_WAIT_2
 *
 * With the ACK of our FIN came the peer's FIN, in order: while the same segment
 * is processed, it goes on to TIME_WAIT, and the edge FIN_WAIT_1 -> TIME_WAIT
 * will be recorded (RFC 9293 section 3.10.7.4, FIN-WAIT-1).  Or, should there be
 * no small socket for it, FIN_WAIT_1 -> CLOSED.
 *
 * Context: as inet_sk_state_store()'s.
 * Return: true if the edge is not to be recorded.
 */
bool tcpstate_time_wait_hold_back(const struct sock *sk);

/**
 * tcpstate_time_wait_took_over() - does a small socket take this one's place?
 * @sk: a full socket that goes to CLOSED
 * @oldstate: in: the state that it leaves by its own account; out: which it really
 *	leaves, FIN_WAIT_1 if FIN_WAIT_2 was held back
 *
 * Context: as inet_sk_state_store()'s.
 * Return: true if the edge is not to be recorded.
 */
bool tcpstate_time_wait_took_over(const struct sock *sk, int *oldstate);

/* Handlers of hooks.c. Context: as the function's. */
void tcpstate_time_wait_wanted(struct ftrace_regs *fregs);
void tcpstate_time_wait_begin(struct ftrace_regs *fregs);
void tcpstate_time_wait_segment(struct ftrace_regs *fregs);
void tcpstate_time_wait_schedule(struct ftrace_regs *fregs);
void tcpstate_time_wait_deschedule(struct ftrace_regs *fregs);
void tcpstate_time_wait_kill(struct ftrace_regs *fregs);

#endif /* _TCPSTATE_TIME_WAIT_H */

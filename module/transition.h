/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Transitions of full sockets: the tracepoint inet_sock_set_state.
 *
 * It fires in the process or softirq that makes the edge, just before the state
 * is stored (inet_sk_state_store()), under the socket's lock or while nobody
 * else can know the socket, so a socket's edges are recorded in the order in
 * which it takes them.  Not recorded:
 *
 * - a state stored over itself (close() of a socket that is CLOSED stores
 *   CLOSED again): no edge;
 * - other protocols on the same tracepoint, MPTCP's own sockets among them.
 *   MPTCP's subflows are TCP sockets;
 * - what is no edge of the connection, or was recorded otherwise: LISTEN ->
 *   SYN_RECV of a child whose request has been in SYN_RCVD before, and the end
 *   of one that nobody saw (birth.h); X -> CLOSED of a socket that goes on as a
 *   small one; FIN_WAIT_1 -> FIN_WAIT_2 where FIN_WAIT_1 -> TIME_WAIT follows
 *   (time_wait.h).
 *
 * The tracepoint is found by name, since no kernel exports it to modules.
 */
#ifndef _TCPSTATE_TRANSITION_H
#define _TCPSTATE_TRANSITION_H

/**
 * tcpstate_transition_init() - begin to record transitions
 *
 * Context: process, may sleep.
 * Return: 0, -ENOENT if the kernel has no such tracepoint, or what
 * tracepoint_probe_register() says.
 */
int tcpstate_transition_init(void);

/**
 * tcpstate_transition_exit() - stop, and wait till no probe is running
 *
 * Context: process, may sleep.
 */
void tcpstate_transition_exit(void);

#endif /* _TCPSTATE_TRANSITION_H */

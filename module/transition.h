/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Transitions: the tracepoint inet_sock_set_state.
 *
 * It fires in the process or softirq that makes the edge, just before the state
 * is stored (inet_sk_state_store()), under the socket's lock or while nobody
 * else can know the socket, so a socket's edges are recorded in the order in
 * which it takes them.  Not recorded:
 *
 * - a state stored over itself (close() of a socket that is CLOSED stores
 *   CLOSED again): no edge;
 * - other protocols on the same tracepoint, MPTCP's own sockets among them.
 *   MPTCP's subflows are TCP sockets.
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

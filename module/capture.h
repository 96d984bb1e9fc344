/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which segments are recorded: the parameter, and netfilter's hooks, which are
 * there in all network namespaces, or with segments=none in none: an empty hook
 * costs each segment some 40 instructions.
 */
#ifndef _TCPSTATE_CAPTURE_H
#define _TCPSTATE_CAPTURE_H

/* The parameter: enum tcpstate_segments; may change at any time: READ_ONCE(). */
extern unsigned int tcpstate_segments;

/**
 * tcpstate_capture_init() - begin to record segments
 *
 * Context: process, may sleep.
 * Return: 0 or what register_pernet_subsys() says.
 */
int tcpstate_capture_init(void);

/**
 * tcpstate_capture_exit() - stop, and wait till no hook is running
 *
 * Context: process, may sleep.
 */
void tcpstate_capture_exit(void);

#endif /* _TCPSTATE_CAPTURE_H */

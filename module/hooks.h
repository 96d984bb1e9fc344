/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Hooks on functions of the kernel, at their entry: what is recorded from
 * there has no tracepoint.  The table of all of them is in hooks.c.
 *
 * They are placed by ftrace, all by one struct ftrace_ops.
 * - Rejected: a kprobe each.  A kprobe is skipped when it is hit while another
 *   one runs on that CPU, as when a softirq interrupts a handler in process
 *   context: an edge would be lost, and not counted.  Also, a hit costs 240
 *   instructions.  (request.c has one that it needs on return.)
 * - Rejected: an ftrace_ops each.  To remove one waits for a grace period of
 *   RCU tasks, and it would be that many in a row.
 * ftrace tells the address, not the name, so the names are resolved first, by
 * kprobes that are never armed; no other exported way takes a static function.
 *
 * What a handler may do: it runs in the context of the function, with
 * preemption as it was there, and must not call a hooked function.
 */
#ifndef _TCPSTATE_HOOKS_H
#define _TCPSTATE_HOOKS_H

/**
 * tcpstate_hooks_init() - place all hooks, say in dmesg which cannot be
 *
 * Context: process, may sleep.
 * Return: 0, -ENOMEM or what register_ftrace_function() says.
 */
int tcpstate_hooks_init(void);

/**
 * tcpstate_hooks_exit() - remove all hooks and wait till no handler runs
 *
 * Context: process, may sleep.
 */
void tcpstate_hooks_exit(void);

#endif /* _TCPSTATE_HOOKS_H */

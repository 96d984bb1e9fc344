/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who accepts a connection.  It is no edge, but its owner from then on.
 *
 * sock_graft() gives the child its struct socket, and tells the security
 * modules of it: security_sock_graft() is an exported function in all kernels,
 * while inet_csk_accept() would have to be hooked on return, after having slept.
 */
#ifndef _TCPSTATE_ACCEPT_H
#define _TCPSTATE_ACCEPT_H

struct ftrace_regs;

/* Handler of hooks.c. Context: as the function's. */
void tcpstate_accept_graft(struct ftrace_regs *fregs);

#endif /* _TCPSTATE_ACCEPT_H */

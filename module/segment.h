/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Segments: netfilter's LOCAL_IN and LOCAL_OUT, IPv4 and IPv6, in every
 * network namespace.
 *
 * A segment is recorded as TCP has it: on the way in last of all hooks, so
 * what a firewall drops is not there and addresses are translated already; on
 * the way out first of all, as TCP sent it.
 *
 * segments=control records
 * - what carries SYN, FIN or RST;
 * - what completes an edge: the first segment after the SYN-ACK, by its sender
 *   and its receiver; the ACK of a FIN, likewise;
 * - ACKs that arrive or leave while the socket is in no data state, which are
 *   all but ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2 and CLOSE_WAIT: data flows in
 *   these four, in one direction or both (RFC 9293 section 3.10).
 * What segments carry data in a data state, and ACKs of data, is left out.
 * One thing is missed: an ACK of a FIN that leaves along with data, and on
 * loopback also arrives so.  A lookup for every data segment would find it;
 * it would cost each of them more than the hook itself.
 *
 * Fragments (IPv6; IPv4's are put together before LOCAL_IN) are left out but
 * for the first, and of that the length is the fragment's.  Segments with a
 * header that TCP will drop as malformed are left out.
 */
#ifndef _TCPSTATE_SEGMENT_H
#define _TCPSTATE_SEGMENT_H

/**
 * tcpstate_segment_init() - begin to record segments
 *
 * Context: process, may sleep.
 * Return: 0 or what register_pernet_subsys() says.
 */
int tcpstate_segment_init(void);

/**
 * tcpstate_segment_exit() - stop, and wait till no hook is running
 *
 * Context: process, may sleep.
 */
void tcpstate_segment_exit(void);

#endif /* _TCPSTATE_SEGMENT_H */

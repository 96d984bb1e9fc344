/* SPDX-License-Identifier: GPL-2.0 */
/* sock_diag(7): which TCP sockets a network namespace has. */
#ifndef TCPSTATE_DIAG_H
#define TCPSTATE_DIAG_H

#include <stdbool.h>
#include <stddef.h>
#include <tcpstate.h>

/**
 * struct diag_socket - what the kernel says of a socket
 * @cookie: as in struct tcpstate_head
 * @flow: as in the records
 * @uid: who made it; 0 if @inode is
 * @inode: what it is called in /proc/PID/fd, 0 if it cannot be there: requests,
 *	children not yet accepted, orphans, TIME_WAIT
 * @state: enum tcpstate_state, not TCPSTATE_CLOSED; a request is SYN_RCVD
 * @ipv6: it is of AF_INET6
 * @mptcp: it is a subflow of MPTCP
 */
struct diag_socket {
	__u64			cookie;
	struct tcpstate_flow	flow;
	__u32			uid;
	__u32			inode;
	__u8			state;
	bool			ipv6;
	bool			mptcp;
};

/**
 * struct diag_answer - the kernel's answer to one request; all zero at first
 * @take: whom to give each socket; it may come more than once
 * @arg: for @take
 * @parts: how many datagrams came
 * @done: the answer is complete
 * @interrupted: it is not consistent, by the kernel's own account
 * @error: -errno of the kernel's refusal, or -EBADMSG if it cannot be understood
 */
struct diag_answer {
	void		(*take)(void *arg, const struct diag_socket *socket);
	void		*arg;
	unsigned int	parts;
	bool		done;
	bool		interrupted;
	int		error;
};

/**
 * diag_open - open a socket for questions to this network namespace
 *
 * Return: a descriptor, or -1 with errno.  It goes on to answer for this
 * namespace, wherever the process goes.
 */
int diag_open(void);

/**
 * diag_ask - have all TCP sockets of a family listed
 * @fd: from diag_open()
 * @family: AF_INET or AF_INET6
 * @answer: with @take and @arg; the rest is the result
 *
 * The kernel goes through its hash table bucket by bucket, and what opens,
 * moves on or closes meanwhile may be listed or not.  Where a chain is cut by
 * the end of a part it goes on by counting, so that if then one before the cut
 * has gone, one after it is not listed.
 *
 * Return: 0 or -errno.
 */
int diag_ask(int fd, int family, struct diag_answer *answer);

/**
 * diag_parse - take a datagram of an answer
 * @answer: the answer
 * @bytes: the datagram, of any alignment and content
 * @len: its length
 */
void diag_parse(struct diag_answer *answer, const void *bytes, size_t len);

#endif /* TCPSTATE_DIAG_H */

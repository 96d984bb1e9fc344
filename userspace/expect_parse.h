/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the connections of a trace are expected to go through, from text:
 *
 *	# comment
 *	client rport=8000: CLOSED -connect-> SYN_SENT -SYN,ACK-> ESTABLISHED
 *		-close-> FIN_WAIT_1 -ACK-> FIN_WAIT_2 -FIN-> TIME_WAIT ...
 *	server lport=8000 owner=actor: LISTEN -SYN-> SYN_RCVD
 *		-ACK-> ESTABLISHED -FIN-> CLOSE_WAIT -close-> LAST_ACK
 *		-ACK-> CLOSED
 *	others x20 lport=9000 rport=0: ...
 *	nobody rport=9: none
 *
 * A line is a rule, of words with blanks between them:
 *
 *	NAME [xCOUNT] [FILTER...] [ASSERTION...]: CHAIN
 *
 * A line that begins with a blank or an arrow continues the rule before it.  A
 * word that begins with # begins a comment; lines with nothing else are as if
 * they were not there.  NAME is of letters, digits, '_', '-' and '.', and does
 * not begin with '-'.  A rule is for COUNT connections, 1 if it does not say.
 *
 * FILTERs choose connections; without any, all are chosen:
 *
 *	lport=N rport=N		port of the local or the remote end; a
 *				listener's remote port is 0
 *	laddr=ADDR raddr=ADDR	address, IPv4, v4-mapped or IPv6
 *	family=4 family=6	of the socket; IPv6 if v4-mapped
 *	netns=NAME netns=N	network namespace by its name in /run/netns, or
 *				by its inode number
 *	mptcp			subflows of MPTCP
 *	kernel			sockets of the kernel itself
 *
 * ASSERTIONs are about the owner of those that were chosen, as it is
 * remembered at the end:
 *
 *	owner=COMM		name of the process; double quotes around it
 *				or any part of it keep blanks and what has a
 *				meaning
 *	owner=kernel		a socket of the kernel itself
 *	owner=none		no owner is known, and it is not the kernel's
 *	uid=N pid=N		the process
 *
 * CHAIN is the whole story of a connection within the trace: states, joined by
 * arrows that tell the cause of each edge:
 *
 *	->			any cause
 *	-CAUSE->		this one, as edge_cause() has it: -SYN,ACK->
 *				-close-> -timer/2MSL-> -reset/received-> ...
 *	-timer->		this one with any detail, also -segment-> and
 *				-syscall->
 *	-CAUSE|CAUSE->		any of them; -*-> is ->
 *	STATE|STATE		any of them
 *	...			in the place of a state: one state or more, and
 *				any edges in between.  No arrow between it and
 *				a state means that it begins or ends with that
 *				state:  A ... B  is any way from A to B, and
 *				A -close-> ...  any that begins with a close()
 *	none			alone, rather than a chain: no connection may
 *				be chosen
 *
 * A story begins with the old state of a connection's first edge, or with that
 * in which it was listed.  A segment that restarted the timer of TIME_WAIT is
 * an edge from there to itself: TIME_WAIT -FIN-> TIME_WAIT.  After CLOSED, the
 * next edge of the same socket begins another story.
 */
#ifndef TCPSTATE_EXPECT_PARSE_H
#define TCPSTATE_EXPECT_PARSE_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <tcpstate.h>

#define EXPECT_COUNT_MAX 1000000
#define EXPECT_STEPS_MAX 1000

/**
 * struct expect_step - a state of a chain and the arrow before it
 * @arrow: as written; "" if there is none
 * @state: as written
 * @any: "...", of which @states has all
 * @joined: no arrow, and not the first: the same state as that of the step
 *	before, one of which is "..."
 * @states: bit N is enum tcpstate_state N
 * @causes: bit N is enum tcpstate_cause N with any detail
 * @details: bit N % 64 of word N / 64 is enum tcpstate_detail N
 */
struct expect_step {
	const char	*arrow;
	const char	*state;
	bool		any;
	bool		joined;
	__u16		states;
	__u32		causes;
	__u64		details[4];
};

/* What expect_rule.has has a bit for: filters, then assertions. */
enum expect_key {
	EXPECT_LPORT,
	EXPECT_RPORT,
	EXPECT_LADDR,
	EXPECT_RADDR,
	EXPECT_FAMILY,
	EXPECT_NETNS,
	EXPECT_MPTCP,
	EXPECT_KERNEL,
	EXPECT_OWNER,
	EXPECT_UID,
	EXPECT_PID,
	EXPECT_KEYS,
};

enum expect_owner {
	EXPECT_OWNER_COMM,
	EXPECT_OWNER_KERNEL,
	EXPECT_OWNER_NONE,
};

/**
 * struct expect_rule - what connections of one kind go through
 * @name: what it is called
 * @line: where it begins
 * @count: how many connections; 0: none may be chosen
 * @has: bit 1 << enum expect_key: the member of that name is filled in
 * @flow: addresses and ports, as far as @has says
 * @family: 4 or 6
 * @netns: inode number
 * @owner: what kind of owner
 * @comm: its name if EXPECT_OWNER_COMM
 * @uid: its user ID
 * @pid: its process ID
 * @steps: the chain
 * @step_count: how many; 0 if @count is
 */
struct expect_rule {
	const char		*name;
	unsigned int		line;
	unsigned int		count;
	unsigned int		has;
	struct tcpstate_flow	flow;
	__u8			family;
	__u32			netns;
	enum expect_owner	owner;
	const char		*comm;
	__u32			uid;
	__u32			pid;
	struct expect_step	*steps;
	size_t			step_count;
};

/**
 * struct expect_rules - all that is expected
 * @rules: in the order of the text
 * @count: how many
 * @text: what the strings in @rules are in
 */
struct expect_rules {
	struct expect_rule	*rules;
	size_t			count;
	char			*text;
};

/**
 * struct expect_error - what is wrong with the text
 * @line: where
 * @text: what; printable ASCII only
 */
struct expect_error {
	unsigned int	line;
	char		text[128];
};

/**
 * typedef expect_netns - find a network namespace
 * @name: its name
 * @inode: its number
 *
 * Return: true if there is one.
 */
typedef bool expect_netns(const char *name, __u32 *inode);

/**
 * expect_parse - understand a text
 * @rules: what to fill in; to be freed by expect_free() if that succeeds
 * @text: the text
 * @len: its length
 * @netns: to ask for the name of a network namespace
 * @error: what is wrong
 *
 * Return: true if nothing is.
 */
bool expect_parse(struct expect_rules *rules, const char *text, size_t len,
		  expect_netns *netns, struct expect_error *error);

/**
 * expect_free - free what expect_parse() has made
 * @rules: the rules
 */
void expect_free(struct expect_rules *rules);

#endif /* TCPSTATE_EXPECT_PARSE_H */

// SPDX-License-Identifier: GPL-2.0
/* Transitions: transition.h explains it. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/string.h>
#include <linux/tracepoint.h>
#include <net/tcp_states.h>
#include <trace/events/sock.h>

#include "birth.h"
#include "cause.h"
#include "edge.h"
#include "event.h"
#include "evidence.h"
#include "time_wait.h"
#include "transition.h"

/* The ABI has the kernel's numbers, so that nothing is translated. */
static_assert((int)TCPSTATE_ESTABLISHED == TCP_ESTABLISHED);
static_assert((int)TCPSTATE_SYN_SENT == TCP_SYN_SENT);
static_assert((int)TCPSTATE_SYN_RCVD == TCP_SYN_RECV);
static_assert((int)TCPSTATE_FIN_WAIT_1 == TCP_FIN_WAIT1);
static_assert((int)TCPSTATE_FIN_WAIT_2 == TCP_FIN_WAIT2);
static_assert((int)TCPSTATE_TIME_WAIT == TCP_TIME_WAIT);
static_assert((int)TCPSTATE_CLOSED == TCP_CLOSE);
static_assert((int)TCPSTATE_CLOSE_WAIT == TCP_CLOSE_WAIT);
static_assert((int)TCPSTATE_LAST_ACK == TCP_LAST_ACK);
static_assert((int)TCPSTATE_LISTEN == TCP_LISTEN);
static_assert((int)TCPSTATE_CLOSING == TCP_CLOSING);

static void leave_syn_rcvd(const struct sock *sk, int newstate)
{
	struct tcpstate_why why = { TCPSTATE_ABORT, TCPSTATE_DUPLICATE };

	switch (tcpstate_birth_of(sk, newstate)) {
	case TCPSTATE_STILLBORN:
		return;
	case TCPSTATE_BORN:
		why = tcpstate_cause(sk, TCP_SYN_RECV, newstate);
		break;
	case TCPSTATE_BORN_UNWANTED:
		why.detail = TCPSTATE_MPTCP;
		break;
	case TCPSTATE_BORN_TWIN:
		break;
	}
	tcpstate_edge_full(sk, TCP_SYN_RECV, newstate, why);
}

/* Unless it goes on in a small socket, and tells of it otherwise */
static void close_full(const struct sock *sk, int oldstate)
{
	int really = oldstate;

	if (!tcpstate_time_wait_took_over(sk, &really))
		tcpstate_edge_full(sk, really, TCP_CLOSE,
				   tcpstate_cause(sk, oldstate, TCP_CLOSE));
}

static void transition(const struct sock *sk, int oldstate, int newstate)
{
	if (oldstate == TCP_LISTEN && newstate == TCP_SYN_RECV)
		tcpstate_birth_record(sk);
	else if (oldstate == TCP_SYN_RECV)
		leave_syn_rcvd(sk, newstate);
	else if (newstate == TCP_CLOSE)
		close_full(sk, oldstate);
	else if (newstate != TCP_FIN_WAIT2 || !tcpstate_time_wait_hold_back(sk))
		tcpstate_edge_full(sk, oldstate, newstate,
				   tcpstate_cause(sk, oldstate, newstate));
}

static void state_changes(void *data, const struct sock *sk,
			  const int oldstate, const int newstate)
{
	if (oldstate == newstate || !tcpstate_is_tcp(sk))
		return;
	transition(sk, oldstate, newstate);
	if (newstate == TCP_CLOSE)
		tcpstate_evidence_forget(sk);
}

static struct tracepoint *set_state;

static void match_tracepoint(struct tracepoint *tp, void *found)
{
	if (!strcmp(tp->name, "inet_sock_set_state"))
		*(struct tracepoint **)found = tp;
}

int tcpstate_transition_init(void)
{
	check_trace_callback_type_inet_sock_set_state(state_changes);

	for_each_kernel_tracepoint(match_tracepoint, &set_state);
	if (!set_state) {
		pr_err("this kernel has no tracepoint sock:inet_sock_set_state\n");
		return -ENOENT;
	}
	return tracepoint_probe_register(set_state, state_changes, NULL);
}

void tcpstate_transition_exit(void)
{
	tracepoint_probe_unregister(set_state, state_changes, NULL);
	tracepoint_synchronize_unregister();
}

// SPDX-License-Identifier: GPL-2.0
/* Transitions: transition.h explains it. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/string.h>
#include <linux/tracepoint.h>
#include <net/tcp_states.h>
#include <trace/events/sock.h>

#include "birth.h"
#include "event.h"
#include "rings.h"
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

static void record_transition(void *data, const struct sock *sk,
			      const int oldstate, const int newstate)
{
	union tcpstate_record rec = {
		.transition = {
			.head.kind = TCPSTATE_TRANSITION,
			.old_state = oldstate,
			.new_state = newstate,
		},
	};
	struct tcpstate_transition *edge = &rec.transition;

	if (oldstate == newstate || !tcpstate_is_tcp(sk))
		return;
	if (oldstate == TCP_LISTEN && newstate == TCP_SYN_RECV)
		tcpstate_birth_sock(&edge->head, &edge->flow, sk);
	else
		tcpstate_event_sock(&edge->head, &edge->flow, sk);
	tcpstate_event_task(&edge->head, &edge->task, sk);
	tcpstate_rings_write(&rec);
}

static struct tracepoint *set_state;

static void match_tracepoint(struct tracepoint *tp, void *found)
{
	if (!strcmp(tp->name, "inet_sock_set_state"))
		*(struct tracepoint **)found = tp;
}

int tcpstate_transition_init(void)
{
	check_trace_callback_type_inet_sock_set_state(record_transition);

	for_each_kernel_tracepoint(match_tracepoint, &set_state);
	if (!set_state) {
		pr_err("this kernel has no tracepoint sock:inet_sock_set_state\n");
		return -ENOENT;
	}
	return tracepoint_probe_register(set_state, record_transition, NULL);
}

void tcpstate_transition_exit(void)
{
	tracepoint_probe_unregister(set_state, record_transition, NULL);
	tracepoint_synchronize_unregister();
}

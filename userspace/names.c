// SPDX-License-Identifier: GPL-2.0
#include "names.h"

#include <stddef.h>
#include <string.h>
#include <tcpstate.h>

#include "util.h"

static const char *const states[] = {
	[TCPSTATE_ESTABLISHED]	= "ESTABLISHED",
	[TCPSTATE_SYN_SENT]	= "SYN_SENT",
	[TCPSTATE_SYN_RCVD]	= "SYN_RCVD",
	[TCPSTATE_FIN_WAIT_1]	= "FIN_WAIT_1",
	[TCPSTATE_FIN_WAIT_2]	= "FIN_WAIT_2",
	[TCPSTATE_TIME_WAIT]	= "TIME_WAIT",
	[TCPSTATE_CLOSED]	= "CLOSED",
	[TCPSTATE_CLOSE_WAIT]	= "CLOSE_WAIT",
	[TCPSTATE_LAST_ACK]	= "LAST_ACK",
	[TCPSTATE_LISTEN]	= "LISTEN",
	[TCPSTATE_CLOSING]	= "CLOSING",
};

static const char *const causes[] = {
	[TCPSTATE_CAUSE_UNKNOWN]	= "unknown",
	[TCPSTATE_SEGMENT_IN]		= "segment",
	[TCPSTATE_SYSCALL]		= "syscall",
	[TCPSTATE_TIMER]		= "timer",
	[TCPSTATE_RESET]		= "reset",
	[TCPSTATE_ABORT]		= "abort",
	[TCPSTATE_REUSE]		= "reuse",
	[TCPSTATE_OVERFLOW]		= "overflow",
	[TCPSTATE_MEMORY]		= "memory",
	[TCPSTATE_NETNS]		= "netns",
	[TCPSTATE_ICMP]			= "icmp",
};

/* The cause that each detail is of, and both as edge_cause() has them. */
static const struct {
	__u8		cause;
	const char	*word;
} details[] = {
	[TCPSTATE_IN_SYN]	= { TCPSTATE_SEGMENT_IN, "SYN" },
	[TCPSTATE_IN_SYN_ACK]	= { TCPSTATE_SEGMENT_IN, "SYN,ACK" },
	[TCPSTATE_IN_ACK]	= { TCPSTATE_SEGMENT_IN, "ACK" },
	[TCPSTATE_IN_FIN]	= { TCPSTATE_SEGMENT_IN, "FIN" },
	[TCPSTATE_IN_FIN_ACK]	= { TCPSTATE_SEGMENT_IN, "FIN,ACK" },
	[TCPSTATE_IN_SYNCOOKIE]	= { TCPSTATE_SEGMENT_IN, "syncookie" },
	[TCPSTATE_IN_FASTOPEN]	= { TCPSTATE_SEGMENT_IN, "fastopen" },
	[TCPSTATE_CONNECT]	= { TCPSTATE_SYSCALL, "connect" },
	[TCPSTATE_LISTENING]	= { TCPSTATE_SYSCALL, "listen" },
	[TCPSTATE_CLOSE]	= { TCPSTATE_SYSCALL, "close" },
	[TCPSTATE_SHUTDOWN]	= { TCPSTATE_SYSCALL, "shutdown" },
	[TCPSTATE_EXIT]		= { TCPSTATE_SYSCALL, "exit" },
	[TCPSTATE_DISCONNECT]	= { TCPSTATE_SYSCALL, "disconnect" },
	[TCPSTATE_2MSL]		= { TCPSTATE_TIMER, "timer/2MSL" },
	[TCPSTATE_SYN_RETRIES]	= { TCPSTATE_TIMER, "timer/syn-retries" },
	[TCPSTATE_SYNACK_RETRIES] = { TCPSTATE_TIMER, "timer/synack-retries" },
	[TCPSTATE_RETRANSMISSION] = { TCPSTATE_TIMER, "timer/retransmission" },
	[TCPSTATE_KEEPALIVE]	= { TCPSTATE_TIMER, "timer/keepalive" },
	[TCPSTATE_FIN_TIMEOUT]	= { TCPSTATE_TIMER, "timer/fin-wait-2" },
	[TCPSTATE_USER_TIMEOUT]	= { TCPSTATE_TIMER, "timer/user-timeout" },
	[TCPSTATE_PROBE]	= { TCPSTATE_TIMER, "timer/probe" },
	[TCPSTATE_RESET_RECEIVED] = { TCPSTATE_RESET, "reset/received" },
	[TCPSTATE_RESET_SENT]	= { TCPSTATE_RESET, "reset/sent" },
	[TCPSTATE_DESTROYED]	= { TCPSTATE_ABORT, "abort/destroyed" },
	[TCPSTATE_LINGER0]	= { TCPSTATE_ABORT, "abort/linger0" },
	[TCPSTATE_UNREAD_DATA]	= { TCPSTATE_ABORT, "abort/unread-data" },
	[TCPSTATE_LATE_DATA]	= { TCPSTATE_ABORT, "abort/late-data" },
	[TCPSTATE_LINGER2]	= { TCPSTATE_ABORT, "abort/linger2" },
	[TCPSTATE_LISTENER_CLOSED] = { TCPSTATE_ABORT, "abort/listener-closed" },
	[TCPSTATE_DUPLICATE]	= { TCPSTATE_ABORT, "abort/duplicate" },
	[TCPSTATE_MPTCP]	= { TCPSTATE_ABORT, "abort/mptcp" },
	[TCPSTATE_REUSE_SYN]	= { TCPSTATE_REUSE, "reuse/syn" },
	[TCPSTATE_REUSE_CONNECT] = { TCPSTATE_REUSE, "reuse/connect" },
	[TCPSTATE_ACCEPT_QUEUE]	= { TCPSTATE_OVERFLOW, "overflow/accept-queue" },
	[TCPSTATE_TW_BUCKETS]	= { TCPSTATE_OVERFLOW, "overflow/tw-buckets" },
};

static const char *const whats[] = {
	[TCPSTATE_ACCEPTED]	= "accepted",
	[TCPSTATE_RESTARTED]	= "restarted",
};

static const char *const hooks[TCPSTATE_HOOKS] = {
	[TCPSTATE_HOOK_SYN_RCVD]	= "syn_rcvd",
	[TCPSTATE_HOOK_REQUEST_END]	= "request_end",
	[TCPSTATE_HOOK_CHILD]		= "child",
	[TCPSTATE_HOOK_ACCEPT]		= "accept",
	[TCPSTATE_HOOK_ARRIVAL]		= "arrival",
	[TCPSTATE_HOOK_RESET]		= "reset",
	[TCPSTATE_HOOK_TIMER]		= "timer",
	[TCPSTATE_HOOK_KEEPALIVE]	= "keepalive",
	[TCPSTATE_HOOK_ABORT]		= "abort",
	[TCPSTATE_HOOK_TIME_WAIT]	= "time_wait",
	[TCPSTATE_HOOK_TW_BEGIN]	= "tw_begin",
	[TCPSTATE_HOOK_TW_SEGMENT]	= "tw_segment",
	[TCPSTATE_HOOK_TW_RESTART]	= "tw_restart",
	[TCPSTATE_HOOK_TW_EARLY]	= "tw_early",
	[TCPSTATE_HOOK_TW_END]		= "tw_end",
	[TCPSTATE_HOOK_REQUEST_SEGMENT]	= "request_segment",
};

static const char *const flags[TCP_FLAG_COUNT] = {
	"FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR",
};

static const char *const segments[] = {
	[TCPSTATE_SEGMENTS_NONE]	= "none",
	[TCPSTATE_SEGMENTS_CONTROL]	= "control",
	[TCPSTATE_SEGMENTS_ALL]		= "all",
};

bool state_valid(__u8 state)
{
	return state < ARRAY_SIZE(states) && states[state];
}

const char *state_name(__u8 state)
{
	return states[state];
}

bool cause_valid(__u8 cause, __u8 detail)
{
	if (cause >= ARRAY_SIZE(causes) || !detail_valid(detail))
		return false;
	return !detail || details[detail].cause == cause;
}

const char *cause_name(__u8 cause)
{
	return causes[cause];
}

bool detail_valid(__u8 detail)
{
	return !detail ||
	       (detail < ARRAY_SIZE(details) && details[detail].word);
}

const char *detail_name(__u8 detail)
{
	const char *word = details[detail].word;
	const char *slash = word ? strchr(word, '/') : NULL;

	return slash ? slash + 1 : word;
}

const char *edge_cause(__u8 cause, __u8 detail)
{
	return detail ? details[detail].word : causes[cause];
}

bool what_valid(__u8 what)
{
	return what < ARRAY_SIZE(whats) && whats[what];
}

const char *what_name(__u8 what)
{
	return whats[what];
}

const char *hook_name(unsigned int hook)
{
	return hooks[hook];
}

const char *tcp_flag_name(unsigned int bit)
{
	return flags[bit];
}

const char *segments_name(__u8 setting)
{
	return setting < ARRAY_SIZE(segments) ? segments[setting] : "unknown";
}

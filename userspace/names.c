// SPDX-License-Identifier: GPL-2.0
#include "names.h"

#include <stddef.h>
#include <string.h>
#include <tcpstate.h>

#include "util.h"

const __u8 states_in_order[STATE_COUNT] = {
	TCPSTATE_CLOSED, TCPSTATE_LISTEN, TCPSTATE_SYN_SENT, TCPSTATE_SYN_RCVD,
	TCPSTATE_ESTABLISHED, TCPSTATE_FIN_WAIT_1, TCPSTATE_FIN_WAIT_2,
	TCPSTATE_CLOSE_WAIT, TCPSTATE_CLOSING, TCPSTATE_LAST_ACK,
	TCPSTATE_TIME_WAIT,
};

const struct word state_words[] = {
	[TCPSTATE_ESTABLISHED]	= WORD("ESTABLISHED"),
	[TCPSTATE_SYN_SENT]	= WORD("SYN_SENT"),
	[TCPSTATE_SYN_RCVD]	= WORD("SYN_RCVD"),
	[TCPSTATE_FIN_WAIT_1]	= WORD("FIN_WAIT_1"),
	[TCPSTATE_FIN_WAIT_2]	= WORD("FIN_WAIT_2"),
	[TCPSTATE_TIME_WAIT]	= WORD("TIME_WAIT"),
	[TCPSTATE_CLOSED]	= WORD("CLOSED"),
	[TCPSTATE_CLOSE_WAIT]	= WORD("CLOSE_WAIT"),
	[TCPSTATE_LAST_ACK]	= WORD("LAST_ACK"),
	[TCPSTATE_LISTEN]	= WORD("LISTEN"),
	[TCPSTATE_CLOSING]	= WORD("CLOSING"),
};

static const struct word causes[] = {
	[TCPSTATE_CAUSE_UNKNOWN]	= WORD("unknown"),
	[TCPSTATE_SEGMENT_IN]		= WORD("segment"),
	[TCPSTATE_SYSCALL]		= WORD("syscall"),
	[TCPSTATE_TIMER]		= WORD("timer"),
	[TCPSTATE_RESET]		= WORD("reset"),
	[TCPSTATE_ABORT]		= WORD("abort"),
	[TCPSTATE_REUSE]		= WORD("reuse"),
	[TCPSTATE_OVERFLOW]		= WORD("overflow"),
	[TCPSTATE_MEMORY]		= WORD("memory"),
	[TCPSTATE_NETNS]		= WORD("netns"),
	[TCPSTATE_ICMP]			= WORD("icmp"),
};

/* The cause that each detail is of, and both as edge_cause() has them. */
static const struct {
	__u8		cause;
	struct word	word;
} details[] = {
	[TCPSTATE_IN_SYN]	= { TCPSTATE_SEGMENT_IN, WORD("SYN") },
	[TCPSTATE_IN_SYN_ACK]	= { TCPSTATE_SEGMENT_IN, WORD("SYN,ACK") },
	[TCPSTATE_IN_ACK]	= { TCPSTATE_SEGMENT_IN, WORD("ACK") },
	[TCPSTATE_IN_FIN]	= { TCPSTATE_SEGMENT_IN, WORD("FIN") },
	[TCPSTATE_IN_FIN_ACK]	= { TCPSTATE_SEGMENT_IN, WORD("FIN,ACK") },
	[TCPSTATE_IN_SYNCOOKIE]	= { TCPSTATE_SEGMENT_IN, WORD("syncookie") },
	[TCPSTATE_IN_FASTOPEN]	= { TCPSTATE_SEGMENT_IN, WORD("fastopen") },
	[TCPSTATE_CONNECT]	= { TCPSTATE_SYSCALL, WORD("connect") },
	[TCPSTATE_LISTENING]	= { TCPSTATE_SYSCALL, WORD("listen") },
	[TCPSTATE_CLOSE]	= { TCPSTATE_SYSCALL, WORD("close") },
	[TCPSTATE_SHUTDOWN]	= { TCPSTATE_SYSCALL, WORD("shutdown") },
	[TCPSTATE_EXIT]		= { TCPSTATE_SYSCALL, WORD("exit") },
	[TCPSTATE_DISCONNECT]	= { TCPSTATE_SYSCALL, WORD("disconnect") },
	[TCPSTATE_2MSL]		= { TCPSTATE_TIMER, WORD("timer/2MSL") },
	[TCPSTATE_SYN_RETRIES]	= { TCPSTATE_TIMER, WORD("timer/syn-retries") },
	[TCPSTATE_SYNACK_RETRIES] = { TCPSTATE_TIMER, WORD("timer/synack-retries") },
	[TCPSTATE_RETRANSMISSION] = { TCPSTATE_TIMER, WORD("timer/retransmission") },
	[TCPSTATE_KEEPALIVE]	= { TCPSTATE_TIMER, WORD("timer/keepalive") },
	[TCPSTATE_FIN_TIMEOUT]	= { TCPSTATE_TIMER, WORD("timer/fin-wait-2") },
	[TCPSTATE_USER_TIMEOUT]	= { TCPSTATE_TIMER, WORD("timer/user-timeout") },
	[TCPSTATE_PROBE]	= { TCPSTATE_TIMER, WORD("timer/probe") },
	[TCPSTATE_RESET_RECEIVED] = { TCPSTATE_RESET, WORD("reset/received") },
	[TCPSTATE_RESET_SENT]	= { TCPSTATE_RESET, WORD("reset/sent") },
	[TCPSTATE_DESTROYED]	= { TCPSTATE_ABORT, WORD("abort/destroyed") },
	[TCPSTATE_LINGER0]	= { TCPSTATE_ABORT, WORD("abort/linger0") },
	[TCPSTATE_UNREAD_DATA]	= { TCPSTATE_ABORT, WORD("abort/unread-data") },
	[TCPSTATE_LATE_DATA]	= { TCPSTATE_ABORT, WORD("abort/late-data") },
	[TCPSTATE_LINGER2]	= { TCPSTATE_ABORT, WORD("abort/linger2") },
	[TCPSTATE_LISTENER_CLOSED] = { TCPSTATE_ABORT, WORD("abort/listener-closed") },
	[TCPSTATE_DUPLICATE]	= { TCPSTATE_ABORT, WORD("abort/duplicate") },
	[TCPSTATE_MPTCP]	= { TCPSTATE_ABORT, WORD("abort/mptcp") },
	[TCPSTATE_REUSE_SYN]	= { TCPSTATE_REUSE, WORD("reuse/syn") },
	[TCPSTATE_REUSE_CONNECT] = { TCPSTATE_REUSE, WORD("reuse/connect") },
	[TCPSTATE_ACCEPT_QUEUE]	= { TCPSTATE_OVERFLOW, WORD("overflow/accept-queue") },
	[TCPSTATE_TW_BUCKETS]	= { TCPSTATE_OVERFLOW, WORD("overflow/tw-buckets") },
	[TCPSTATE_SYN_QUEUE]	= { TCPSTATE_OVERFLOW, WORD("overflow/syn-queue") },
};

static const char *const whats[] = {
	[TCPSTATE_ACCEPTED]	= "accepted",
	[TCPSTATE_RESTARTED]	= "restarted",
	[TCPSTATE_QUEUE_FULL]	= "queue-full",
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
	[TCPSTATE_HOOK_QUEUES]		= "queues",
};

static const char *const flags[TCP_FLAG_COUNT] = {
	"FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR",
};

static const char *const segments[] = {
	[TCPSTATE_SEGMENTS_NONE]	= "none",
	[TCPSTATE_SEGMENTS_CONTROL]	= "control",
	[TCPSTATE_SEGMENTS_ALL]		= "all",
};

static bool same(const char *name, const char *text, size_t len)
{
	return strlen(name) == len && !memcmp(name, text, len);
}

__u8 state_find(const char *name, size_t len)
{
	__u8 state;

	for (state = 1; state < ARRAY_SIZE(state_words); state++)
		if (same(state_words[state].text, name, len))
			return state;
	return 0;
}

bool cause_valid(__u8 cause, __u8 detail)
{
	if (!detail)
		return cause < ARRAY_SIZE(causes);
	/* What is no detail is of none. */
	return cause && detail < ARRAY_SIZE(details) &&
	       details[detail].cause == cause;
}

const char *cause_name(__u8 cause)
{
	return causes[cause].text;
}

bool detail_valid(__u8 detail)
{
	return !detail ||
	       (detail < ARRAY_SIZE(details) && details[detail].word.len);
}

__u8 detail_cause(__u8 detail)
{
	return details[detail].cause;
}

const char *detail_name(__u8 detail)
{
	const char *word = details[detail].word.text;
	const char *slash = strchr(word, '/');

	if (!detail)
		return NULL;
	return slash ? slash + 1 : word;
}

const struct word *edge_cause_word(__u8 cause, __u8 detail)
{
	return detail ? &details[detail].word : &causes[cause];
}

bool cause_find(const char *name, size_t len, __u8 *cause, __u8 *detail)
{
	*detail = TCPSTATE_DETAIL_NONE;
	for (*cause = 0; *cause < ARRAY_SIZE(causes); ++*cause)
		if (same(causes[*cause].text, name, len))
			return true;
	for (*detail = 1; *detail < ARRAY_SIZE(details); ++*detail) {
		*cause = details[*detail].cause;
		/* Where there is no detail, no text either */
		if (len && same(details[*detail].word.text, name, len))
			return true;
	}
	return false;
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

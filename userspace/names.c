// SPDX-License-Identifier: GPL-2.0
#include "names.h"

#include <stddef.h>
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

const char *tcp_flag_name(unsigned int bit)
{
	return flags[bit];
}

const char *segments_name(__u8 setting)
{
	return setting < ARRAY_SIZE(segments) ? segments[setting] : "unknown";
}

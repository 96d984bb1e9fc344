#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A connection opened and closed on loopback: ten edges, and the listener's
# two, which are what the kernel's own tracing has of the same run.

. "${0%/*}/lib.sh"
. "${0%/*}/ftrace.sh"

netns=([client]=client [server]=client)

# Sorted, since their order among CPUs is not told by all clocks alike.
expect_same_in_ftrace() {
	ftrace_end "$dir/ftrace"
	jq -r 'select(.type == "transition") | "\(.old) \(.new)"' "$trace" |
		sort >"$dir/edges"
	awk '{ print $2, $3 }' "$dir/ftrace" | sort |
		diff -U 100 - "$dir/edges" >&2
	(($(wc -l <"$dir/edges") == 12)) || fail 'not 12 edges:' \
		"$(<"$dir/edges")"
}

expect_all() {
	expect_transcript 33333 <<-END
	client
		CLOSED -> SYN_SENT by client
		out SYN 0 [mss $mss,sackOK,TS,wscale] by client
		in SYN,ACK 0 ack 1 [mss $mss,sackOK,TS,wscale]
		SYN_SENT -> ESTABLISHED
		out ACK 1 ack 1 [TS]
		ESTABLISHED -> FIN_WAIT_1 by client
		out FIN,ACK 1 ack 1 [TS] by client
		in ACK 1 ack 2 [TS]
		FIN_WAIT_1 -> FIN_WAIT_2
		FIN_WAIT_2 -> CLOSED
		in FIN,ACK 1 ack 2 [TS]
		out ACK 2 ack 2 [TS], no conn
	server
		in SYN 0 [mss $mss,sackOK,TS,wscale], no conn
		out SYN,ACK 0 ack 1 [mss $mss,sackOK,TS,wscale]
		in ACK 1 ack 1 [TS]
		LISTEN -> SYN_RCVD
		SYN_RCVD -> ESTABLISHED
		in FIN,ACK 1 ack 1 [TS]
		ESTABLISHED -> CLOSE_WAIT
		out ACK 1 ack 2 [TS]
		CLOSE_WAIT -> LAST_ACK by server
		out FIN,ACK 1 ack 2 [TS] by server
		in ACK 2 ack 2 [TS]
		LAST_ACK -> CLOSED
	listener
		CLOSED -> LISTEN by server
		LISTEN -> CLOSED by server
	END
	expect_same_in_ftrace
}

use_loopback() {
	use_family $family
	if ((family == 4)); then
		address=([client]=127.0.0.1 [server]=127.0.0.1)
		mss=65495
	else
		address=([client]=::1 [server]=::1)
		mss=65476
	fi
}

make_topology
load
ftrace_place
for family in 4 6; do
	use_loopback
	ftrace_begin
	begin_trace
	connect_and_close
	end_trace
	expect_all
done

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A connection opened and closed on loopback, where both ends are in one network
# namespace: eleven edges to the end of TIME_WAIT, and the listener's two, which
# are what the kernel's own tracing has of the same run.
#
# vm: --icount --timeout 3600

. "${0%/*}/scenarios/lib.sh"

# shellcheck disable=SC2034 # for lib.sh
netns=([client]=client [server]=client)

# Sorted, since an edge may be some other event to the kernel: counterpart.sh
expect_same_in_ftrace() {
	counterpart_end "$dir/ftrace"
	jq -r 'select(.type == "transition") | "\(.old) \(.new)"' "$trace" |
		sort >"$dir/edges"
	awk '{ print $2, $3 }' "$dir/ftrace" | sort |
		diff -U 100 --label ftrace --label got - "$dir/edges" >&2
	(($(wc -l <"$dir/edges") == 13)) || fail 'not 13 edges:' \
		"$(<"$dir/edges")"
}

expect_all() {
	expect_transcript 33333 <<-END
	client
		CLOSED -connect-> SYN_SENT
		out SYN 0 [mss $mss,sackOK,TS,wscale]
		in SYN,ACK 0 ack 1 [mss $mss,sackOK,TS,wscale]
		SYN_SENT -SYN,ACK-> ESTABLISHED
		out ACK 1 ack 1 [TS]
		ESTABLISHED -close-> FIN_WAIT_1
		out FIN,ACK 1 ack 1 [TS]
		in ACK 1 ack 2 [TS]
		FIN_WAIT_1 -ACK-> FIN_WAIT_2
		in FIN,ACK 1 ack 2 [TS]
		FIN_WAIT_2 -FIN-> TIME_WAIT
		out ACK 2 ack 2 [TS]
	server
		in SYN 0 [mss $mss,sackOK,TS,wscale], no conn
		LISTEN -SYN-> SYN_RCVD
		out SYN,ACK 0 ack 1 [mss $mss,sackOK,TS,wscale]
		in ACK 1 ack 1 [TS]
		SYN_RCVD -ACK-> ESTABLISHED
		accepted
		in FIN,ACK 1 ack 1 [TS]
		ESTABLISHED -FIN-> CLOSE_WAIT
		out ACK 1 ack 2 [TS]
		CLOSE_WAIT -close-> LAST_ACK
		out FIN,ACK 1 ack 2 [TS]
		in ACK 2 ack 2 [TS]
		LAST_ACK -ACK-> CLOSED
	listener
		CLOSED -listen-> LISTEN
		LISTEN -exit-> CLOSED
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
keep_clock_steady
counterpart_place
for family in 4 6; do
	use_loopback
	counterpart_begin
	begin_trace
	connect_and_close
	wait_for_actors
	let_time_wait_pass
	end_trace
	expect_all
done

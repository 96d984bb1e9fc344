#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A view of what stands, after records were lost: it forgets what these may have
# told of, and lists the sockets again.

. "${0%/*}/lib.sh"

has_figure() {
	grep -qsx "$1" "$dir/tcpstate.prom"
}

# 40 connections that are refused: more than a ring holds, on any CPU
overflow_rings() {
	local verbs=() i

	for ((i = 0; i < 40; i++)); do
		verbs+=(fails ECONNREFUSED connect "${address[server]}" 9)
	done
	ip netns exec client "$actor" "${verbs[@]}"
}

make_topology
load ring_kb=4
use_family 4
start server listen "${address[server]}" 33333 await "$dir/step.end"
poll listens server 33333

"$reader" metrics -o "$dir/tcpstate.prom" --interval 0.1 2>"$dir/log" &
metrics=$!
poll has_figure 'tcpstate_sockets{state="LISTEN"} 1'

kill -STOP "$metrics"
overflow_rings
kill -CONT "$metrics"
poll has_figure 'tcpstate_records_lost_total [1-9].*'
poll has_figure 'tcpstate_sockets{state="LISTEN"} 1'

# From there on it is followed as any other.
tell end
wait "${pid[server]}"
poll has_figure 'tcpstate_sockets{state="LISTEN"} 0'
kill "$metrics"
wait "$metrics" || fail "metrics: status $?" "$(<"$dir/log")"

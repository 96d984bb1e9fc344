#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A view of what stands, after records were lost: it forgets what these may have
# told of, as the end of a listener, and lists the sockets again.

. "${0%/*}/lib.sh"

has_figure() {
	grep -qsx "$1" "$dir/tcpstate.prom"
}

# 40 connections that are refused: more than the ring of the CPU holds that also had
# what is to be forgotten
overflow_ring() {
	local verbs=() i

	for ((i = 0; i < 40; i++)); do
		verbs+=(fails ECONNREFUSED connect "${address[server]}" 9)
	done
	taskset -c 0 ip netns exec client "$actor" "${verbs[@]}"
}

# listen_on PORT STEP: till then; what it does is recorded on CPU 0
listen_on() {
	taskset -c 0 ip netns exec server "$actor" \
		listen "${address[server]}" "$1" await "$dir/step.$2" &
	listener=$!
	poll listens server "$1"
}

make_topology
load ring_kb=4
use_family 4
listen_on 33334 gone
gone=$listener
listen_on 33333 end

"$reader" metrics -o "$dir/tcpstate.prom" --interval 0.1 2>"$dir/log" &
metrics=$!
poll has_figure 'tcpstate_sockets{state="LISTEN"} 2'

kill -STOP "$metrics"
tell gone
wait "$gone"
overflow_ring
kill -CONT "$metrics"
poll has_figure 'tcpstate_records_lost_total [1-9].*'
poll has_figure 'tcpstate_sockets{state="LISTEN"} 1'

# From there on it is followed as any other.
tell end
wait "$listener"
poll has_figure 'tcpstate_sockets{state="LISTEN"} 0'
kill "$metrics"
wait "$metrics" || fail "metrics: status $?" "$(<"$dir/log")"

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Network namespaces come and go, 50 * $TIMES of them, some at once, each with
# connections, which end with it: each socket's life is recorded to its end, and no
# namespace stays behind.
#
# vm: --timeout 800

. "${0%/*}/lib.sh"

namespaces=$((10 * ${TIMES:-1})) at_once=5 connections=4

some_namespaces() {
	local i

	for ((i = 0; i < namespaces; i++)); do
		in_netns build/tests/scenario/churn $connections 1 || return
	done
}

make_namespaces() {
	local i pid pids=()

	for ((i = 0; i < at_once; i++)); do
		some_namespaces &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		wait "$pid"
	done
}

# How many there are, those too that somebody still refers to; and what else may
# be in that cache of the kernel
count_netns() {
	echo 1 >/sys/kernel/slab/net_namespace/shrink
	awk '$1 == "net_namespace" { print $2 }' /proc/slabinfo
}

netns_are_gone() {
	(($(count_netns) <= before + 4))
}

load ring_kb=16384
before=$(count_netns)
make_namespaces
# In each a listener, and two ends of each connection
await_lives $((at_once * namespaces * (1 + 2 * connections)))
poll netns_are_gone

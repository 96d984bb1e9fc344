#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Loaded and unloaded 50 * $TIMES times while connections come and go, each time
# with a reader; nothing stays behind.
#
# vm: --take-turns --timeout 400

. "$(dirname "$0")/lib.sh"

traffic() {
	while :; do
		build/tests/scenario/churn 100 2
	done
}

# The areas of 2 MiB: the kernel has some from boot, and our rings are such
areas() {
	awk '/ pages=512 vmalloc/ { n++ } END { print n + 0 }' /proc/vmallocinfo
}

# Functions that are hooked: module/hooks.h
hooked() {
	cat /sys/kernel/tracing/enabled_functions
}

cycle() {
	local reader

	insmod tcpstate.ko ring_kb=2048
	(($(areas) == before + $(getconf _NPROCESSORS_CONF))) ||
		fail "$(areas) areas, $before before"
	[[ $(hooked) == *inet_twsk_kill* ]] || fail "hooked: $(hooked)"
	build/tests/scenario/account 0 >"$dir/account" &
	reader=$!
	poll has_readers 1
	poll has_transitions
	kill "$reader"
	wait "$reader"
	grep -q '^recorded [1-9]' "$dir/account" || fail 'nothing was recorded'
	rmmod tcpstate
	[[ ! $(hooked) ]] || fail "still hooked: $(hooked)"
}

# One whole record behind the start record
has_transitions() {
	(($(timeout 10 head -c 256 /dev/tcpstate | wc -c) == 256))
}

before=$(areas)
defer unload
traffic &
for ((i = 0; i < 50 * ${TIMES:-1}; i++)); do
	echo "cycle $i"
	cycle
done
[[ ! -e /dev/tcpstate ]] || fail '/dev/tcpstate is still there'
(($(areas) == before)) || fail "$(areas) areas, $before before"
kprobes=$(</sys/kernel/debug/kprobes/list)
[[ ! $kprobes ]] || fail "still there: $kprobes"

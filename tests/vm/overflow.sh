#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A ring far too small, and readers of different speed: for each of them
# recorded = delivered + lost, where recorded is what ftrace counts.
#
# vm: --timeout 300

. "$(dirname "$0")/lib.sh"
. tests/vm/ftrace.sh

account=build/tests/scenario/account

# run_readers PAUSE_US...: while connections are made; their results in $dir
run_readers() {
	local pause pids=()

	for pause; do
		"$account" "$pause" >"$dir/account.$pause" &
		pids+=($!)
	done
	poll has_readers $#
	build/tests/scenario/churn 2000 4
	poll no_sockets
	kill "${pids[@]}"
	for pause in "${!pids[@]}"; do
		wait "${pids[$pause]}"
	done
}

# check PAUSE_US RECORDED LOSES: did this reader account for so many?
check() {
	local recorded delivered lost

	read -r _ recorded _ delivered _ lost <"$dir/account.$1"
	echo "pause $1 µs: $(<"$dir/account.$1")"
	((recorded == $2)) || fail "recorded $recorded, by ftrace $2"
	((delivered + lost == recorded)) || fail "not all are accounted for"
	[[ ! $3 ]] || ((lost > 0)) || fail "nothing was lost: no test of loss"
}

load ring_kb=4 segments=none
ftrace_place
ftrace_begin
run_readers 0 50000
ftrace_end "$dir/ftrace"
recorded=$(wc -l <"$dir/ftrace")
check 0 "$recorded" ''
check 50000 "$recorded" loses

# One that comes when all is over is told what it missed.
"$account" 1 >"$dir/account.1" &
poll has_readers 1
kill $!
wait $!
check 1 "$recorded" loses

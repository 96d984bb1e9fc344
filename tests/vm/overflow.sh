#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A ring far too small, and readers of different speed: for each of them
# recorded = delivered + lost, where recorded is what ftrace counts.
#
# vm: --timeout 800

. "$(dirname "$0")/lib.sh"
. tests/vm/counterpart.sh

account=build/tests/scenario/account
connections=2000

# run_readers PAUSE_US...: while connections are made; their results in $dir
run_readers() {
	local pause pids=()

	for pause; do
		"$account" "$pause" >"$dir/account.$pause" &
		pids+=($!)
	done
	poll has_readers $#
	build/tests/scenario/churn $connections 4
	await_no_sockets
	kill "${pids[@]}"
	for pause in "${!pids[@]}"; do
		wait "${pids[$pause]}"
	done
}

# The timer of TIME_WAIT is set anew, but not because it begins: as often as that
restarts() {
	awk '
		NR == FNR && $2 == "FIN_WAIT_2" && $3 == "TIME_WAIT" {
			begins[$6]
		}
		NR > FNR && / timer: .*again=1/ {
			for (i = 1; $(i + 1) != "timer:"; i++)
				;
			count += !(substr($i, 1, length($i) - 1) in begins)
		}
		END { print count + 0 }' "$dir/ftrace" "$tracefs/trace"
}

# What must have been recorded: edges, that each connection was accepted, and
# that a segment restarted 2MSL.
count_in_ftrace() {
	counterpart_end "$dir/ftrace"
	echo "ftrace: $(wc -l <"$dir/ftrace") edges, $(restarts) restarts"
	wanted=$(($(wc -l <"$dir/ftrace") + connections + $(restarts)))
}

# With a module that has recorded nothing yet
record() {
	unload
	load ring_kb=4 segments=none
	counterpart_begin
	run_readers 0 50000
	count_in_ftrace
}

# check PAUSE_US LOSES: did this reader account for so many?
check() {
	local recorded delivered lost

	read -r _ recorded _ delivered _ lost _ <"$dir/account.$1"
	echo "pause $1 µs: $(<"$dir/account.$1")"
	((recorded == wanted)) || fail "recorded $recorded, by ftrace $wanted"
	((delivered + lost == recorded)) || fail "not all are accounted for"
	[[ ! $2 ]] || ((lost > 0)) || fail "nothing was lost: no test of loss"
}

counterpart_place
counterpart_whole record
check_counters
check 0 ''
check 50000 loses

# One that comes when all is over is told what it missed.
"$account" 1 >"$dir/account.1" &
poll has_readers 1
kill $!
wait $!
check 1 loses

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# CPUs go off line and come back while connections come and go: what was recorded
# on them is kept, also for those who open the device while they are off, and all
# is accounted for.
#
# vm: --cpus 4 --timeout 900

. "${0%/*}/lib.sh"

account=build/tests/scenario/account
rounds=$((10 * ${TIMES:-1}))
declare -A reader_of

# set_cpus 0|1: all but the first
set_cpus() {
	local cpu

	for cpu in 1 2 3; do
		echo "$1" >/sys/devices/system/cpu/cpu$cpu/online
	done
}

# start_reader NAME COUNT: as one of so many
start_reader() {
	"$account" 0 >"$dir/$1" &
	reader_of[$1]=$!
	poll has_readers "$2"
}

# check NAME: has that reader all that is counted in /proc/tcpstate?
check() {
	local recorded delivered lost wanted

	kill "${reader_of[$1]}"
	wait "${reader_of[$1]}"
	echo "$1: $(<"$dir/$1")"
	read -r _ recorded _ delivered _ lost _ <"$dir/$1"
	wanted=$(awk '/^cpu / { sum += $4 } END { print sum }' /proc/tcpstate)
	((recorded == wanted)) || fail "recorded $recorded, not $wanted"
	((delivered + lost == recorded)) || fail 'not all are accounted for'
}

# Has each that came back recorded more than before? (for poll)
each_cpu_records() {
	awk 'FILENAME != "/proc/tcpstate" { before[$2] = $4; next }
		/^cpu / && $2 > 0 && $4 > before[$2] { more++ }
		END { exit more != 3 }' "$dir/before" /proc/tcpstate
}

traffic() {
	until [[ -e $dir/over ]]; do
		in_netns build/tests/scenario/churn 40 4 apart
	done >"$dir/listeners"
}

load ring_kb=16384
start_reader early 1
traffic &
traffic=$!
for ((i = 0; i < rounds; i++)); do
	set_cpus 0
	awk '/^cpu /' /proc/tcpstate >"$dir/before"
	set_cpus 1
	poll each_cpu_records
done
set_cpus 0
start_reader late 2
touch "$dir/over"
wait "$traffic"
# A line for each listener, which has ten connections, of two ends
await_lives $(($(wc -l <"$dir/listeners") * (1 + 2 * 10)))
check_counters
check early
check late
set_cpus 1
# 5.10 does so when CPUs come and go, with no module, too: twice in 300 rounds.
[[ $(uname -r) != 5.10.* ]] || expect_warnings 'NOHZ tick-stop error'

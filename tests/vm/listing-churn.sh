#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Lists made while connections come and go: however the making of one and what
# happens meanwhile fall together, no connection's story has a gap, and no
# socket is there twice. So too where the rings have been overwritten.
#
# vm: --timeout 300

. "${0%/*}/lib.sh"

records=$dir/trace trace=$dir/trace.json
declare -A sum=()

# add NAME PATTERN: how many records of the trace are such
add() {
	sum[$1]=$((${sum[$1]-0} + $(grep -c "$2" "$trace" || true)))
}

# Those that are behind other records than the start and sockets
add_late() {
	sum[late]=$((${sum[late]-0} + $(awk '
		/"type":"transition"/ { begun = 1 }
		/"type":"socket"/ && begun { late++ }
		END { print late + 0 }' "$trace")))
}

# The first ones, and the story of the first of them; and by the lines of the trace,
# where the list is and where records were lost, with what is before and behind
fail_with_gaps() {
	local conn

	read -r _ conn _ <"$dir/gaps"
	fail 'gaps:' "$(head -n 20 "$dir/gaps")" \
		"$(grep -nF "\"conn\":\"${conn%:}\"" "$trace")" \
		"$(grep -n '"type":"socket"' "$trace" | sed -n '1p;$p')" \
		"$(grep -n -C 1 '"type":"lost"' "$trace" | tail -n 40)"
}

# Sets useful to 0 if it says nothing, as too much was lost.
# Meanwhile they stand still, which makes this ten times as fast.
check_trace() {
	kill -STOP "$churn"
	"$reader" --json -r "$records" >"$trace"
	awk -f tests/vm/continuity.awk "$trace" "$trace" >"$dir/gaps"
	kill -CONT "$churn"
	# By the end of the list the beginning of the stream was overwritten.
	useful=0
	! grep -q '^lost: ' "$dir/gaps" || return 0
	useful=1
	[[ ! -s $dir/gaps ]] || fail_with_gaps
	add listed '"type":"socket"'
	add TIME_WAIT '"state":"TIME_WAIT"'
	add edges '"type":"transition"'
	add lost '"type":"lost"'
	add_late
}

trace_from_now() {
	"$reader" -w "$records" -- sleep 0.3
	check_trace
}

trace_with_history() {
	rm -f "$records"
	"$reader" -w "$records" &
	poll test -s "$records"
	kill -INT $!
	wait $!
	check_trace
}

# Has each CPU recorded more than its ring holds? (for poll)
overwritten() {
	awk -v kept=$((ring_kb * 1024 / 128)) '
		$1 == "cpu" && $4 <= kept { whole = 1 }
		END { exit whole }' /proc/tcpstate
}

# thrice FUNCTION: till it has been useful three times
thrice() {
	local good=0 try

	for ((try = 0; try < 12 && good < 3; try++)); do
		"$1"
		good=$((good + useful))
	done
	((good == 3)) || fail "$1: again and again too much was lost"
}

# expect_some NAME MINIMUM: a tenth of that on a kernel that checks itself
expect_some() {
	local minimum=$2

	! checks_itself || minimum=$((minimum / 10))
	((${sum[$1]-0} > 0 && ${sum[$1]-0} >= minimum)) ||
		fail "only ${sum[$1]-0} $1: no test of them"
}

# The reader must be faster than they go round the rings, also where all is slow; and
# they must go round within the time of a TIME_WAIT.
pace=0 ring_kb=1024
! checks_itself || pace=19 ring_kb=512
load segments=none ring_kb=$ring_kb
nice -n $pace build/tests/scenario/churn 1000000 2 &
churn=$!
thrice trace_from_now
poll overwritten
thrice trace_with_history
for name in "${!sum[@]}"; do
	echo "$name: ${sum[$name]}"
done
expect_some listed 1000
expect_some TIME_WAIT 500
expect_some edges 10000
expect_some lost 3
expect_some late 10

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# An idle reader is woken for nothing, and tcpstate does not wake up by itself. On
# an idle machine a reader has a record within 10 ms, and on a busy one it is woken
# every 4 ms at the most, not by each record. Who uses EPOLLET is told as well. The
# time is the guest's: a nanosecond is an instruction.
#
# vm: --icount --timeout 600

. "$(dirname "$0")/lib.sh"

# How often the process has gone to sleep
sleeps() {
	sed -n 's/^voluntary_ctxt_switches:\t//p' "/proc/$1/status"
}

# Has each reader read all there is, and does the process sleep? (for poll)
is_idle() {
	awk '/^reader-cpu / && $6 + $8 + $10 < $4 { exit 1 }' /proc/tcpstate &&
		[[ $(<"/proc/$1/stat") == *") S "* ]]
}

# expect_rest ARGUMENT...: of tcpstate, which has told of a connection before
expect_rest() {
	local pid before after

	"$reader" "$@" >"$dir/output" &
	pid=$!
	poll has_readers 1
	"$actor" fails ECONNREFUSED connect 127.0.0.1 33333
	poll test -s "$dir/output"
	poll is_idle $pid
	before=$(sleeps $pid)
	sleep 10
	after=$(sleeps $pid)
	echo "tcpstate $*: slept $before times, 10 s later $after"
	((before && after == before)) || fail 'it wakes up by itself'
	kill $pid
	wait $pid
}

load
expect_rest
expect_rest --json
expect_rest -w -
build/tests/scenario/wakeup | tee "$dir/measured"
read -r idle latency records wakeups ms edges < <(awk '
	{ $1 = ""; printf "%s ", $0 } END { print "" }' "$dir/measured")
((idle == 0)) || fail "woken $idle times for nothing"
((latency < 10000000)) || fail "a record was there after $latency ns only"
# Two edges and two segments of each, at the least
((records >= 4000)) || fail "$records records only: no test"
((wakeups <= ms / 4 + 20)) || fail "woken $wakeups times in $ms ms"
((edges == 20)) || fail "EPOLLET told of $edges of 20 records"

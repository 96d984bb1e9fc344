#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# An idle reader is woken for nothing, on an idle machine it has a record within
# 10 ms, and on a busy one it is woken every 4 ms at the most, not by each
# record. Who uses EPOLLET is told as well. The time is the guest's: a nanosecond
# is an instruction.
#
# vm: --icount

. "$(dirname "$0")/lib.sh"

load
build/tests/scenario/wakeup | tee "$dir/measured"
read -r idle latency records wakeups ms edges < <(awk '
	{ $1 = ""; printf "%s ", $0 } END { print "" }' "$dir/measured")
((idle == 0)) || fail "woken $idle times for nothing"
((latency < 10000000)) || fail "a record was there after $latency ns only"
# Two edges and two segments of each, at the least
((records >= 4000)) || fail "$records records only: no test"
((wakeups <= ms / 4 + 20)) || fail "woken $wakeups times in $ms ms"
((edges == 20)) || fail "EPOLLET told of $edges of 20 records"

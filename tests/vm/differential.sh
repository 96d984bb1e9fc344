#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Each edge of 4,000 connections that ftrace tells of is in the trace too, in
# the same order for each socket, from the SYN to the end of TIME_WAIT; and
# nothing else is. What corresponds to what: counterpart.sh.
#
# vm: --timeout 800

. "$(dirname "$0")/lib.sh"
. tests/vm/counterpart.sh

same() {
	cmp -s <(counterpart_lives "$1") <(counterpart_lives "$2")
}

load ring_kb=8192 segments=none
counterpart_place
# As many as the connections that are not reset, with room to spare
sysctl -q net.ipv4.tcp_max_tw_buckets=10000
record() {
	counterpart_begin
	"$reader" -w "$dir/trace" -- \
		bash -c 'build/tests/scenario/churn 2000 4
			build/tests/scenario/churn 2000 8 apart >"$0/pairs"
			while [[ $(ss -Htan) ]]; do sleep 0.5; done' "$dir"
	counterpart_end "$dir/ftrace"
	"$reader" --json -r "$dir/trace" | jq -r 'select(.type == "transition") |
		"\(.conn) \(.old) \(.new) \(.lport) \(.rport)"' >"$dir/ours"
}

counterpart_whole record
same "$dir/ftrace" "$dir/ours" ||
	fail "$(diff <(counterpart_lives "$dir/ftrace") \
		<(counterpart_lives "$dir/ours") | head -n 40)"
sockets=$(counterpart_lives "$dir/ours" | wc -l)
((sockets == 2 * 4000 + 12)) || fail "$sockets sockets, not 8012"

# This test sees an edge that is missing, and two that changed places. (An ID
# like 1e3 is no number.)
edges=$(wc -l <"$dir/ours")
sed "$((edges / 2))d" "$dir/ours" >"$dir/dropped"
! same "$dir/ftrace" "$dir/dropped" || fail 'a dropped edge was not seen'
awk '$2 == "FIN_WAIT_1" && !n++ { held = $0; id = $1; next }
	{ print } held && $1 "" == id { print held; held = "" }' \
	"$dir/ours" >"$dir/swapped"
! same "$dir/ftrace" "$dir/swapped" || fail 'a wrong order was not seen'
echo "$edges edges of $sockets sockets"

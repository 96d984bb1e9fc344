#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# 64 clients and their 64 servers open and close 20,000 connections, some of
# them reset. The story of each socket is whole, from its first edge to CLOSED;
# each edge is a legal one and has a cause that it may have; and its owner is the
# process that it must be.
#
# vm: --cpus 4 --timeout 900

. "$(dirname "$0")/lib.sh"

clients=64 each=313

# The edges of a trace, a line each: "CONN LPORT RPORT OLD NEW CAUSE PID COMM".
# With jq it would take minutes.
edges() {
	"$reader" --json -r "$1" | awk '
		function value(key) {
			at = index($0, "\"" key "\":")
			if (!at)
				return "null"
			rest = substr($0, at + length(key) + 3)
			if (rest ~ /^"/)
				return substr(rest, 2, index(substr(rest, 2), \
							     "\"") - 1)
			match(rest, /[,}]/)
			return substr(rest, 1, RSTART - 1)
		}
		/^{"type":"transition"/ {
			cause = value("cause")
			detail = value("detail")
			if (cause == "segment" || cause == "syscall")
				cause = detail
			else if (detail != "null")
				cause = cause "/" detail
			print value("conn"), value("lport"), value("rport"), \
			      value("old"), value("new"), cause, \
			      value("pid"), value("comm")
		}'
}

# check PAIRS EDGES: all of what is said above; prints what is not so
check() {
	grep -v '^#' tests/vm/edges | awk '
		function wrong(why) {
			if (++wrongs <= 20)
				print why ": " $0
		}
		FILENAME == "-" {
			causes = split($4, cause, ";")
			for (i = 1; i <= causes; i++)
				legal[$1, $2, cause[i]] = 1
			next
		}
		FILENAME ~ /pairs$/ {
			server[$1] = $2 " churn-server"
			client[$1] = $3 " churn-client"
			next
		}
		{
			edges++
			id = $1
			owner = $7 " " $8
		}
		!(id in state) && $4 != "CLOSED" && $4 != "LISTEN" {
			wrong("does not begin at the beginning")
		}
		(id in state) && state[id] != $4 {
			wrong("does not go on from " state[id])
		}
		{
			if (!(id in state))
				sockets++
			state[id] = $5
		}
		$5 == "CLOSED" && ++ended[id] > 1 { wrong("ends again") }
		!(($4, $5, $6) in legal) { wrong("not legal") }
		$2 in server && owner != server[$2] { wrong("not its owner") }
		$3 in client && owner != client[$3] { wrong("not its owner") }
		!($2 in server || $3 in client) { wrong("nobody it knows") }
		END {
			for (id in state)
				if (state[id] != "CLOSED")
					wrong("has not ended, " state[id])
			print edges " edges of " sockets " sockets"
			exit wrongs > 0
		}' - "$1" "$2"
}

# check, but with the edges changed by awk PROGRAM, must say WHAT
check_sees() {
	awk "$2" "$dir/edges" >"$dir/changed"
	[[ $(check "$dir/pairs" "$dir/changed") == *"$1"* ]] ||
		fail "was not seen: $1"
}

load ring_kb=32768 segments=none
# Nearly all of them end in TIME_WAIT.
sysctl -q net.ipv4.tcp_max_tw_buckets=100000
"$reader" -w "$dir/trace" -- \
	bash -c 'build/tests/scenario/churn "$1" "$2" apart >"$0/pairs" || exit
		while [[ $(ss -Htan) ]]; do sleep 1; done' \
	"$dir" $((clients * each)) $clients
check_counters
edges "$dir/trace" >"$dir/edges"
rm "$dir/trace"
result=$(check "$dir/pairs" "$dir/edges") || fail "$result"
echo "$result"
[[ $result == *" of $((2 * clients * each + clients)) sockets" ]] ||
	fail "not $((clients * each)) connections"
awk '{ print $4, $5, $6 }' "$dir/edges" | sort | uniq -c

# This test sees:
check_sees 'does not go on' '!($4 == "ESTABLISHED" && !n++)'
check_sees 'has not ended' '!($4 == "TIME_WAIT" && !n++)'
check_sees 'not legal' '{ if ($4 == "TIME_WAIT" && !n++) $6 = "ACK"; print }'
check_sees 'not its owner' '{ if ($5 == "LAST_ACK" && !n++) $7++; print }'

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# 64 clients and their 64 servers open and close 20,000 connections (2,000 on a
# kernel that checks itself), some of them reset. The story of each socket is whole,
# from its first edge to CLOSED; each edge is a legal one and has a cause that it may
# have; and its owner is the process that it must be. There are no other sockets, but
# for those of SYNs that were sent again, and came when their connection was over.
#
# vm: --cpus 4 --timeout 900

. "$(dirname "$0")/lib.sh"

clients=64 each=313
! checks_itself || each=32

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
		!(id in state) && $2 != "CLOSED" && $2 != "LISTEN" {
			wrong("does not begin at the beginning")
		}
		(id in state) && state[id] != $2 {
			wrong("does not go on from " state[id])
		}
		!(id in state) { begun[$3]++ }
		{ state[id] = $3 }
		$2 == "SYN_RCVD" && $3 == "CLOSED" { never++ }
		$3 == "CLOSED" && ++ended[id] > 1 { wrong("ends again") }
		!(($2, $3, $6) in legal) { wrong("not legal") }
		$4 in server && owner != server[$4] { wrong("not its owner") }
		$5 in client && owner != client[$5] { wrong("not its owner") }
		!($4 in server || $5 in client) { wrong("nobody it knows") }
		END {
			for (id in state)
				if (state[id] != "CLOSED")
					wrong("has not ended, " state[id])
			print edges, "edges:", begun["LISTEN"], "listeners,",
				begun["SYN_SENT"], "clients,", begun["SYN_RCVD"],
				"servers,", never + 0, "never established"
			exit wrongs > 0
		}' - "$1" "$2"
}

# check, but with the edges changed by awk PROGRAM, must say WHAT
check_sees() {
	awk "$2" "$dir/edges" >"$dir/changed"
	[[ $(check "$dir/pairs" "$dir/changed") == *"$1"* ]] ||
		fail "was not seen: $1"
}

# SYNs sent again so far
syns_again() {
	nstat -asz TcpExtTCPSynRetrans | awk '/^Tcp/ { print $2 }'
}

# As many sockets as there must be
check_sockets() {
	local connections=$((clients * each)) again=$(($(syns_again) - $1))
	local listen connect accept never

	read -r listen connect accept never < <(sed 's/.*: //; s/[^0-9]\+/ /g' \
		<<<"$result")
	((listen == clients && connect == connections &&
	  accept >= connections && accept <= connections + again &&
	  accept - never <= connections)) ||
		fail "not $connections connections, with $again SYNs sent again"
}

load ring_kb=32768 segments=none
# Nearly all of them end in TIME_WAIT.
sysctl -q net.ipv4.tcp_max_tw_buckets=100000
again=$(syns_again)
"$reader" -w "$dir/trace" -- \
	bash -c 'build/tests/scenario/churn "$1" "$2" apart >"$0/pairs" || exit
		while [[ $(ss -Htan) ]]; do sleep 1; done' \
	"$dir" $((clients * each)) $clients
check_counters
"$reader" --json -r "$dir/trace" | awk -f tests/vm/transitions.awk >"$dir/edges"
rm "$dir/trace"
result=$(check "$dir/pairs" "$dir/edges") || fail "$result"
echo "$result"
check_sockets "$again"
awk '{ print $2, $3, $6 }' "$dir/edges" | sort | uniq -c

# This test sees:
check_sees 'does not go on' '!($2 == "ESTABLISHED" && !n++)'
check_sees 'has not ended' '!($2 == "TIME_WAIT" && !n++)'
check_sees 'not legal' '{ if ($2 == "TIME_WAIT" && !n++) $6 = "ACK"; print }'
check_sees 'not its owner' '{ if ($3 == "LAST_ACK" && !n++) $7++; print }'

# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# What the scenarios have in common, above tests/vm/lib.sh. A file of them:
#
#	#!/bin/bash
#	# vm: --icount
#	. "${0%/*}/lib.sh"
#
#	refused() {
#		start client fails ECONNREFUSED \
#			connect "${address[server]}" 33333
#		expect_edges <<-END
#		client rport=33333 owner=actor: CLOSED -connect-> SYN_SENT
#			-reset/received-> CLOSED
#		END
#	}
#
#	run_scenarios refused
#
# The actors (tests/scenario/actor.c) are in the namespaces that
# tests/vm/lib.sh draws. Where no kernel would do what the other end must do,
# that is a peer of hand-made segments (tests/scenario/peer.c). Both
# namespaces have a TUN device for one, with the same addresses:
#
#	┌── namespace "client" or "server" ──┐
#	│                                    │
#	│  actor              tun0 ──────────┼── peer, which knows only
#	│                     10.8.0.1/24    │   10.8.0.2
#	│                     fd00:8::1/64   │   fd00:8::2
#	└────────────────────────────────────┘
#
# With --icount, the clock counts instructions, and time may be skipped: pass
# SECONDS does that, when all are idle that are to be. There, each scenario lets
# TIME_WAIT pass, so that its end is in the trace, too; else the story of an end
# may stop in TIME_WAIT.
#
# Each transition also has its counterpart in what ftrace records of the same
# run, and the other way round, in the same order for each socket: by the mapping
# of tests/vm/counterpart.sh.
#
# With INTERRUPTED=2 in the environment, the module is interrupted twice at each of
# its instructions meanwhile (tests/vm/interruptions.sh).
#
# Each scenario's records are kept in $TCPSTATE_RESULTS, if that is a directory,
# as NAME.FAMILY. Its edges are printed, each with its cause, as
#
#	EDGE file/NAME FAMILY COUNT OLD NEW CAUSE
#
# of which tests/run makes the table of all scenarios.

. "${BASH_SOURCE[0]%/*}/../lib.sh"
. tests/vm/counterpart.sh
[[ ! ${INTERRUPTED-} ]] || . tests/vm/interruptions.sh

peer=$PWD/build/tests/scenario/peer

# run_scenarios NAME...
run_scenarios() {
	local name

	make_topology
	make_tun client
	make_tun server
	load
	counterpart_place
	keep_clock_steady
	[[ ! ${INTERRUPTED-} ]] || interruptions_begin
	for name; do
		for family in 4 6; do
			use_family $family
			run_scenario "$name"
		done
	done
	[[ ! ${INTERRUPTED-} ]] || interruptions_end
}

run_scenario() {
	echo "$1, IPv$family"
	use_peer_family
	counterpart_whole trace_scenario "$1"
	list_edges
	expect_counterparts "$1"
	keep_results "$1"
	print_edges "$1"
}

trace_scenario() {
	scenario=$1 pid=()
	counterpart_begin
	begin_trace
	"$1"
	[[ ! $scenario ]] || fail "$1 ends without expect_edges"
	counterpart_end "$dir/ftrace"
	[[ ! ${INTERRUPTED-} ]] || interruptions_leave_out "$dir/ftrace"
}

# port_unreachable is its type and code in ICMP.
use_peer_family() {
	if ((family == 4)); then
		address[near]=10.8.0.1 address[peer]=10.8.0.2
		any=0.0.0.0 unrouted=192.0.2.1
		port_unreachable=(3 3)
	else
		address[near]=fd00:8::1 address[peer]=fd00:8::2
		# shellcheck disable=SC2034 # for the tests
		any=:: unrouted=2001:db8::1
		# shellcheck disable=SC2034
		port_unreachable=(1 4)
	fi
}

# The routes are to where the peer's flood comes from.
make_tun() {
	modprobe tun
	ip -n "$1" -batch - <<-END
		tuntap add dev tun0 mode tun
		addr add 10.8.0.1/24 dev tun0
		addr add fd00:8::1/64 dev tun0 nodad
		link set tun0 up
		route add 198.18.0.0/15 dev tun0
		route add fd00:18::/64 dev tun0
	END
}

# It is running, or has done its part already (for poll).
peer_acts() {
	[[ -s $dir/peer.log ]] || ! kill -0 "${pid[peer]}" 2>/dev/null
}

# start_peer client|server VERB...: a peer there, at the same time
start_peer() {
	: >"$dir/peer.log"
	enter "$1" "$peer" tun0 "${address[peer]}" "${address[near]}" \
		limit "$patience" "${@:2}" >"$dir/peer.log" 2>&1 &
	pid[peer]=$!
	poll peer_acts
}

# set_sysctl client|server KEY=VALUE...: till the end of the test
set_sysctl() {
	ip netns exec "$1" sysctl -q -w "${@:2}"
}

# has_count NS STATE COUNT: are so many sockets in it? (for poll)
has_count() {
	local count=0 socket

	list_sockets "$1"
	for socket in "${listed[@]}"; do
		[[ $socket != "${state_number[$2]}:"* ]] || count=$((count + 1))
	done
	((count == $3))
}

# reached STEP: has anybody come to the step of that name? (for poll)
reached() {
	[[ -e $dir/step.$1 ]]
}

# Wait for an actor that a signal is to end.
expect_killed() {
	local status=0

	wait "${pid[$1]}" || status=$?
	((status > 128)) || fail "$1 was not killed:" "$(<"$dir/$1.log")"
	unset "pid[$1]"
}

# lose NS FLAGS MASK: those segments that come in by veth, or $dev, with these TCP
# flags
lose() {
	local family

	tc -n "$1" qdisc add dev "${dev-veth}" clsact
	for family in ip ipv6; do
		tc -n "$1" filter add dev "${dev-veth}" ingress \
			protocol $family flower ip_proto tcp \
			tcp_flags "$2/$3" action drop
	done
}

lose_no_more() {
	tc -n "$1" qdisc del dev "${dev-veth}" clsact
}

# Whenever it is idle, QEMU sets the clock to the next timer: also while the VM
# waits for the host, to read a program. Timers of the kernel would expire
# before anybody could act. So something is always running, but in "pass".
keep_clock_steady() {
	grep -q "^# vm:.*--icount" "$0" || return 0
	chrt --idle 0 bash -c "while :; do :; done" &
	spinner=$!
}

# pass SECONDS: by nothing that would have to be read first
pass() {
	kill -STOP "$spinner"
	wait_for "$1"
	kill -CONT "$spinner"
}

# 2MSL is 60 s, and the timers of that length are rounded up, by some 2 s.
let_time_wait_pass() {
	local name

	[[ ${spinner-} ]] || return 0
	for name in client server; do
		list_sockets $name
		((${#listed[@]} == 0)) || pass 65
	done
}

# expect_edges: the stories of both ends are those on stdin
expect_edges() {
	cat >"$dir/expectation"
	wait_for_actors
	let_time_wait_pass
	pid=()
	end_trace
	if ! "$reader" -r "$records" expect "$dir/expectation" \
			>"$dir/difference" 2>&1; then
		fail "$scenario (IPv$family):" "$(<"$dir/difference")"
	fi
	scenario=''
}

# expect_error ERROR: what was closed in the end had it pending
expect_error() {
	expect_that "its error was $1" \
		'any(.new == "CLOSED" and .err == $error)' --arg error "$1"
}

# Those of the trace to $dir/edges
list_edges() {
	awk -f tests/vm/transitions.awk "$trace" >"$dir/edges"
}

expect_counterparts() {
	local theirs ours

	theirs=$(counterpart_lives "$dir/ftrace")
	ours=$(counterpart_lives "$dir/edges")
	[[ $theirs == "$ours" ]] ||
		fail "$1 (IPv$family):" "$(diff -U 100 --label ftrace \
			--label tcpstate <(echo "$theirs") <(echo "$ours"))"
}

keep_results() {
	[[ ! -d ${TCPSTATE_RESULTS-} ]] ||
		cp "$records" "$TCPSTATE_RESULTS/$1.$family"
}

print_edges() {
	local file=${0##*/}

	awk -v prefix="EDGE ${file%.sh}/$1 $family" '
		{ count[$2 " " $3 " " $6]++ }
		END {
			for (edge in count)
				print prefix, count[edge], edge
		}' "$dir/edges"
}

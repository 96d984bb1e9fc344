# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# What the tests in the VM have in common. A test sources this file, which
# takes it to the top of the repository. Functions fail by ending the test.
#
#   ┌── namespace "client" ──┐            ┌── namespace "server" ──┐
#   │                        │            │                        │
#   │  veth ─────────────────┼────────────┼───────────────── veth  │
#   │  10.9.0.1/24           │            │           10.9.0.2/24  │
#   │  fd00:9::1/64          │            │          fd00:9::2/64  │
#   └────────────────────────┘            └────────────────────────┘
#
# Nothing waits by sleeping and hoping: poll waits for a fact. The limits are
# generous, since emulated machines are slow; a test that passes never comes
# near them.

set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# shellcheck disable=SC2034 # for the tests
reader=$PWD/userspace/tcpstate actor=$PWD/build/tests/scenario/actor
dir=$(mktemp -d)

# Is the kernel one of scripts/debug-kernel, which is slow?
checks_itself() {
	[[ $(uname -r) != *-amd64 ]]
}

# Seconds to wait for a fact at most, and between two looks for it, which take long
# where the kernel checks itself
patience=60 interval=0.01
! checks_itself || patience=300 interval=0.05

fail() {
	printf '%s\n' "$@" >&2
	exit 1
}

# Leave the machine as it was: defer COMMAND... has it run at the test's end,
# the last one first. One that fails then is the test's failure.
deferred=()
defer() {
	deferred=("$(printf '%q ' "$@")" "${deferred[@]}")
}

# shellcheck disable=SC2317 # called by the trap
run_deferred() {
	local status=$? command pids

	trap - EXIT
	mapfile -t pids < <(jobs -p)
	((${#pids[@]} == 0)) || kill "${pids[@]}" 2>/dev/null || true
	wait
	for command in "${deferred[@]}"; do
		eval "$command" || status=1
	done
	exit "$status"
}
trap run_deferred EXIT
defer rm -rf "$dir"

# Nothing ever comes there, which is how to wait without a process for it.
mkfifo "$dir/never"
exec {never}<>"$dir/never"

# wait_for SECONDS, in a subshell: where its time is over before it has begun, as may
# be on a slow machine, bash 5.2's read leaves a signal mask that was never set. With
# SIGCHLD in it, who has ended is a zombie for ever, which `kill -0` takes for alive.
wait_for() {
	(read -rt "$1" -u "$never" _) || true
}

# poll COMMAND...: until it succeeds. With --icount, minutes may go by while a busy
# host fetches the command's program: hence the tries.
poll() {
	local deadline=$((SECONDS + patience)) tries=20

	until "$@"; do
		((SECONDS < deadline || tries-- > 0)) ||
			fail "waited $patience s in vain for: $*"
		wait_for "$interval"
	done
}

# load [PARAMETER=VALUE...]: the module, till the test ends or unloads it
load() {
	insmod tcpstate.ko "$@"
	defer unload
}

# When no socket is left whose timer might hit a hook: see --take-turns in scripts/vm.
unload() {
	[[ -d /sys/module/tcpstate ]] || return 0
	await_no_sockets
	rmmod tcpstate
}

# For a minute, where they must be left to their TIME_WAIT
await_no_sockets() {
	until end_sockets; do
		sleep 0.5
	done
}

# end_sockets [NAMESPACE...]: those here and there, in TIME_WAIT, too, unless the
# kernel cannot do that. Are all gone? (for poll)
# shellcheck disable=SC2120 # tests/soak has one.
end_sockets() {
	local ns

	for ns in '' "$@"; do
		ss ${ns:+-N "$ns"} -K -Htan >/dev/null
		[[ ! $(ss ${ns:+-N "$ns"} -Htan) ]] || return 1
	done
}

# has_readers COUNT: have so many opened the device? (for poll)
has_readers() {
	(($(</sys/module/tcpstate/refcnt) == $1))
}

# start_accounts ARGUMENTS...: an account for each, with such arguments, which tells
# of the Nth in $dir/account.N, N from 0, and whose process is ${pids[N]}
start_accounts() {
	local line args

	pids=()
	for line; do
		read -ra args <<<"$line"
		build/tests/scenario/account "${args[@]}" \
			>"$dir/account.${#pids[@]}" &
		pids+=($!)
	done
	poll has_readers ${#pids[@]}
}

# Nobody records or reads now: has no probe missed a call, and is each record of a
# kind?
check_counters() {
	awk '
		/^missed / && $2 > 0 { print; wrong = 1 }
		/^cpu / && $6 + $8 + $10 != $4 {
			print "not each of one kind: " $0
			wrong = 1
		}
		/^cpu / { cpus++ }
		END { exit wrong || !cpus }' /proc/tcpstate ||
		fail 'in /proc/tcpstate'
}

# expect_warnings PATTERN: of what matches it, and of nothing else, the kernel has
# warned in this test so far. It is forgotten then.
expect_warnings() {
	local others

	others=$(scripts/dmesg-warnings 'test: ' "$1") ||
		fail 'the kernel warned:' "$others"
	dmesg --clear
}

# What a trace of calls has that looks like a warning, for expect_warnings: among
# the functions may be those of lockdep.
# shellcheck disable=SC2034 # for the tests
call_trace='Call Trace|[]]  ([?] )?[a-z_0-9.]+[+]0x'

# Have lines without a level of their own, as those of a trace of calls, be none of
# a warning, till the test ends
quiet_traces() {
	defer sysctl -qw kernel.printk="$(</proc/sys/kernel/printk)"
	sysctl -qw kernel.printk='4 7 1 7'
}

link_is_up() {
	[[ $(ip -n "$1" -o link show dev veth) == *'state UP'* ]]
}

# enter NS COMMAND...: become that, as "ip netns exec" does, which also mounts /sys
# anew, and takes much longer
enter() {
	exec nsenter --net="/run/netns/$1" "${@:2}"
}

# inhabit NS: by a process that waits, whose /proc/PID/net shows what is there
declare -A inhabitant
inhabit() {
	enter "$1" cat <"$dir/never" &
	inhabitant[$1]=$!
	poll inhabits "$1"
}

# shellcheck disable=SC2317 # by poll
inhabits() {
	[[ /proc/${inhabitant[$1]}/ns/net -ef /run/netns/$1 ]]
}

# The namespaces as drawn above, in few processes; with EARLY_DEMUX=0 in the
# environment, without early demux (tests/vm/early-demux.sh)
make_topology() {
	local ns

	defer remove_topology
	for ns in client server; do
		ip netns add $ns
		inhabit $ns
		ip netns exec $ns sysctl -qw \
			net.ipv4.ip_early_demux="${EARLY_DEMUX-1}"
	done
	ip -n client -batch - <<-END
		link set lo up
		link add veth type veth peer name veth netns server
		addr add 10.9.0.1/24 dev veth
		addr add fd00:9::1/64 dev veth nodad
		link set veth up
	END
	ip -n server -batch - <<-END
		link set lo up
		addr add 10.9.0.2/24 dev veth
		addr add fd00:9::2/64 dev veth nodad
		link set veth up
	END
	poll link_is_up client
	poll link_is_up server
}

remove_topology() {
	local ns

	for ns in client server; do
		[[ ! -e /run/netns/$ns ]] || ip netns del $ns
	done
}

set_segments() {
	echo "$1" >/sys/module/tcpstate/parameters/segments
}

# As the kernel numbers them
declare -A state_number=([established]=01 [syn-sent]=02 [syn-recv]=03
	[fin-wait-1]=04 [fin-wait-2]=05 [time-wait]=06 [close-wait]=08
	[last-ack]=09 [listening]=0A [closing]=0B)

# list_sockets NS: those there to the array "listed", "STATE:PORT" by these numbers
# and in hexadecimal. To ask ss takes ten times as long.
list_sockets() {
	local line lines more net=/proc/${inhabitant[$1]}/net

	listed=()
	mapfile -t lines <"$net/tcp"
	mapfile -t more <"$net/tcp6"
	for line in "${lines[@]:1}" "${more[@]:1}"; do
		# shellcheck disable=SC2086 # four words, and more
		set -- $line
		listed+=("$4:${2#*:}")
	done
}

# listens NS PORT: is somebody listening there? (for poll)
listens() {
	local port

	printf -v port %04X "$2"
	list_sockets "$1"
	[[ " ${listed[*]} " == *" ${state_number[listening]}:$port "* ]]
}

# has_state NS STATE: is any socket in it? (for poll)
has_state() {
	list_sockets "$1"
	[[ " ${listed[*]}" == *" ${state_number[$2]}:"* ]]
}

# has_acked COUNT: has so much been acknowledged of what the client's only
# connection sent, its SYN included? (for poll)
has_acked() {
	[[ $(ss -N client -Htni) == *" bytes_acked:$1 "* ]]
}

# in_netns COMMAND...: in a network namespace that goes with it, which is the end
# of TIME_WAIT
in_netns() {
	unshare --net sh -c 'ip link set lo up && exec "$@"' sh "$@"
}

# await_edges COUNT FILTER...: that there are so many of these, since load
await_edges() {
	timeout "$patience" "$reader" -c "$1" "kind transition and (${*:2})" \
		>"$dir/edges" 2>&1 || fail "not $1 edges with ${*:2}:" \
		"$(grep -c -e '->' "$dir/edges"), $(tail -n 1 "$dir/edges")"
}

# await_lives COUNT: that so many sockets have begun, and ended
await_lives() {
	await_edges "$1" new CLOSED
	await_edges "$1" old LISTEN and new SYN_RCVD or old CLOSED
}

# Scenarios: each runs actors, which are scripts of build/tests/scenario/actor
# in the namespaces, with a trace of all that is recorded meanwhile; then
# compares the trace, shown by transcript.jq, with what it must be.

declare -A netns=([client]=client [server]=server)	# where actors act
declare -A address pid

use_family() {
	family=$1
	if ((family == 4)); then
		address=([client]=10.9.0.1 [server]=10.9.0.2)
		mss=1460
	else
		address=([client]=fd00:9::1 [server]=fd00:9::2)
		# shellcheck disable=SC2034 # for the tests
		mss=1440
	fi
}

trace_has_begun() {
	[[ -s $records ]] || ! kill -0 "$reader_pid" 2>/dev/null
}

# What is to be in traces, as an expression
trace_filter=()

# The reader traces while a command runs: here, till we close a FIFO, which
# neither it nor the command must hold open. Its first record is the start.
begin_trace() {
	records=$dir/trace trace=$dir/trace.json
	rm -f "$records" "$dir"/step.*
	[[ -p $dir/fifo ]] || mkfifo "$dir/fifo"
	exec {trace_end}<>"$dir/fifo"
	"$reader" -w "$records" "${trace_filter[@]}" -- \
		cat "$dir/fifo" {trace_end}>&- 2>"$dir/reader.log" &
	reader_pid=$!
	poll trace_has_begun
	[[ -s $records ]] || fail 'the reader:' "$(<"$dir/reader.log")"
}

# start client|server VERB...: an actor, at the same time
start() {
	enter "${netns[$1]}" "$actor" limit "$patience" "${@:2}" \
		>"$dir/$1.log" 2>&1 &
	pid[$1]=$!
}

# tell STEP lets an actor go on that does: await "$dir/step.STEP"
tell() {
	: >"$dir/step.$1"
}

# connect_and_close [ADDRESS]: a connection from the client to port 33333, closed
# by the client, then by the server, which listens at ADDRESS
connect_and_close() {
	start server listen "${1-${address[server]}}" 33333 accept \
		touch "$dir/step.accepted" recv-eof await "$dir/step.acked" \
		close
	poll listens "${netns[server]}" 33333
	# Else the FIN may come while the third ACK makes a child, on another CPU,
	# and make one, too: the kernel drops one of the two.
	start client connect "${address[server]}" 33333 \
		await "$dir/step.accepted" close
	poll has_state "${netns[client]}" fin-wait-2
	tell acked
}

at_rest() {
	list_sockets "$1"
	[[ ! " ${listed[*]}" =~ \ 0[^6]: ]]
}

# Wait for the actors to end, and all sockets to be gone but those in TIME_WAIT.
wait_for_actors() {
	local name

	for name in "${!pid[@]}"; do
		wait "${pid[$name]}" || fail "$name:" "$(<"$dir/$name.log")"
	done
	for name in "${!netns[@]}"; do
		poll at_rest "${netns[$name]}"
	done
}

# In $records it is then, and in $trace as JSON.
end_trace() {
	local first

	wait_for_actors
	exec {trace_end}>&-
	wait "$reader_pid" || fail "the reader:" "$(<"$dir/reader.log")"
	"$reader" --json -r "$records" >"$trace"
	read -r first <"$trace"
	[[ $first == *"\"missing\":[${missing-}]"* ]] ||
		fail 'there is no hook on some function:' "$first"
}

describe_run() {
	local name

	printf '{ "family": %s' "$family"
	for name in client server; do
		printf ', "%s": { "netns": %s, "address": "%s", "pid": %s }' \
			$name "$(stat -Lc %i "/run/netns/${netns[$name]}")" \
			"${address[$name]}" "${pid[$name]-null}"
	done
	echo ' }'
}

# expect_transcript PORT: is what transcript.jq makes of it that on stdin?
expect_transcript() {
	jq -rs -f tests/vm/transcript.jq --argjson port "$1" \
		--argjson run "$(describe_run)" "$trace" >"$dir/transcript"
	diff -U 100 --label "expected (IPv$family)" --label got - \
		"$dir/transcript" >"$dir/difference" ||
		fail "$(<"$dir/difference")"
}

# expect_that WHAT FILTER [ARGUMENT...]: is it true of all records, by jq?
expect_that() {
	jq -es "$2" "${@:3}" "$trace" >/dev/null ||
		fail "not so (IPv$family): $1" "$(jq -c 'del(.ts, .time,
			.laddr, .raddr, .family, .cpu, .options)' "$trace")"
}

# As connect_and_close, to a server at any address: each of the segments is recorded
# once at either end, and nowhere else.
connect_and_count() {
	begin_trace
	connect_and_close 0.0.0.0
	end_trace
	expect_that '7 segments in the namespace of either end, none elsewhere' \
		'[.[] | select(.type == "segment")] | group_by(.netns) |
		 map(length) == [7, 7]'
}

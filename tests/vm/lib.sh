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

# poll COMMAND...: until it succeeds
poll() {
	local deadline=$((SECONDS + 60))

	until "$@"; do
		((SECONDS < deadline)) || fail "waited 60 s in vain for: $*"
		sleep 0.02
	done
}

# load [PARAMETER=VALUE...]: the module, till the test ends or unloads it
load() {
	insmod tcpstate.ko "$@"
	defer unload
}

unload() {
	[[ ! -d /sys/module/tcpstate ]] || rmmod tcpstate
}

link_is_up() {
	[[ $(ip -n "$1" -o link show dev veth) == *'state UP'* ]]
}

# The namespaces as drawn above, in few processes
make_topology() {
	local ns

	for ns in client server; do
		ip netns add $ns
		defer ip netns del $ns
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

# listens NS PORT: is somebody listening there? (for poll)
listens() {
	[[ $(ss -N "$1" -Htln "sport = $2") ]]
}

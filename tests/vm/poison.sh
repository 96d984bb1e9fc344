#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# No byte of any record is one that was there before, and none is of an address of
# the kernel: the rings are filled with a pattern as the module is loaded, and all
# bytes of all records of many kinds of connections are looked at.
#
# vm: --timeout 300

. "${0%/*}/scenarios/lib.sh"

poison=build/fault/$(uname -r)/poison.ko
pattern=0x5a

load_poisoned() {
	insmod "$poison" byte=$pattern
	load segments=all "$@"
	(($(</sys/module/poison/parameters/filled) == $(nproc --all))) ||
		fail 'the rings were not filled'
	rmmod poison
}

# /proc/net tells whom it may where sockets are.
sysctl -q kernel.kptr_restrict=1
note_addresses() {
	ip netns exec "$1" cat /proc/net/tcp /proc/net/tcp6 |
		awk 'length($12) == 16 && $12 ~ /^ff/ { print $12 }' >>"$dir/addresses"
}

# What is there is read, and that is the last of it. check_bytes KIND...: there must be
# some of these
check_bytes() {
	local addresses kind

	touch "$dir/addresses"
	mapfile -t addresses < <(sort -u "$dir/addresses")
	LC_ALL=C dd if=/dev/tcpstate iflag=nonblock bs=1M of="$dir/trace" \
		2>"$dir/dd.log" || grep -q 'temporarily unavailable' "$dir/dd.log"
	python3 tests/vm/bytes.py $pattern "${addresses[@]}" <"$dir/trace" |
		tee "$dir/bytes"
	[[ $(tail -n 1 "$dir/bytes") == clean ]] || fail 'not all were looked at'
	for kind; do
		grep -q " $kind" "$dir/bytes" || fail "no $kind"
	done
	echo "${#addresses[@]} addresses of sockets in none of them"
}

refused() {
	start client fails ECONNREFUSED connect "${address[server]}" 33333
}

reset() {
	start server listen "${address[server]}" 33333 accept \
		touch "$dir/step.accepted" fails ECONNRESET recv 1 close
	poll listens server 33333
	start client connect "${address[server]}" 33333 \
		await "$dir/step.accepted" linger0 close
}

# A FIN that comes again in TIME_WAIT
restarted() {
	start server listen "${address[near]}" 33333 accept close
	poll listens server 33333
	start_peer server to 33333 connect expect FIN,ACK send ACK \
		send FIN,ACK expect ACK send FIN,ACK seq=-1 expect ACK
}

# Requests that are dropped as the listener goes
flooded() {
	start server listen "$any" 33334 backlog 128 \
		await "$dir/step.flooded" close-listener
	poll listens server 33334
	start_peer server to 33334 flood 100
	wait "${pid[peer]}"
	unset "pid[peer]"
	note_addresses server
	tell flooded
}

run_all() {
	local family run

	for family in 4 6; do
		use_family $family
		use_peer_family
		for run in connect_and_close refused reset restarted flooded; do
			echo "$run, IPv$family"
			rm -f "$dir"/step.*
			pid=()
			$run
			note_addresses server
			note_addresses client
			wait_for_actors
		done
	done
	build/tests/scenario/churn 60 6 apart >/dev/null
	note_addresses server
	remove_topology
}

make_topology
make_tun server
load_poisoned
run_all
check_bytes transition segment note
[[ -s $dir/addresses ]] || fail 'no address is known'
unload
load_poisoned ring_kb=4
build/tests/scenario/churn 60 2 >/dev/null
check_bytes transition lost

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The parameter "segments" decides which are recorded, at any moment; wrong
# values of all parameters are refused with a line that says what is right.
#
# vm: --take-turns --timeout 400

. "${0%/*}/lib.sh"

parameter=/sys/module/tcpstate/parameters/segments

# refused TEXT COMMAND...: does it fail with EINVAL, and the kernel log TEXT?
refused() {
	local message

	echo "try: ${*:2}" >/dev/kmsg
	if message=$(LC_ALL=C "${@:2}" 2>&1); then
		fail "not refused: ${*:2}"
	fi
	[[ $message == *Invalid* ]] || fail "not as invalid: $message"
	dmesg | awk -v try="try: ${*:2}" '
		index($0, try) { found = 0 }
		index($0, "tcpstate: '"$1"'") { found = 1 }
		END { exit !found }' || fail "not said: $1" "$(dmesg | tail -n 5)"
}

check_refusals() {
	local text

	text='segments=foo is not allowed: none, control or all'
	refused "$text" insmod tcpstate.ko segments=foo
	for value in 100 abc 0 2 -4 2097152 99999999999; do
		text="ring_kb=$value is not allowed: KiB for each CPU, a power"
		text+=" of two from 4 to 1048576"
		refused "$text" insmod tcpstate.ko ring_kb=$value
	done
	[[ ! -e /sys/module/tcpstate ]] || fail 'loaded nevertheless'
	load segments=none ring_kb=4
	expect_value none
	unload
	load
	expect_value control
	text='segments=foo is not allowed: none, control or all'
	refused "$text" set_segments foo
	expect_value control
}

expect_value() {
	[[ $(<$parameter) == "$1" ]] || fail "$(<$parameter), expected: $1"
}

run_changing() {
	start server listen "${address[server]}" 33333 accept recv 60 \
		recv-eof await "$dir/step.acked" close
	poll listens server 33333
	start client connect "${address[server]}" 33333 \
		await "$dir/step.first" send 10 \
		await "$dir/step.second" send 20 \
		await "$dir/step.third" send 30 \
		await "$dir/step.last" close
	poll has_state server established
	set_segments none
	tell first
	poll has_acked 11
	set_segments all
	tell second
	poll has_acked 31
	set_segments control
	tell third
	poll has_acked 61
	set_segments none
	tell last
	poll has_state client fin-wait-2
	tell acked
}

check_refusals
make_topology
for family in 4 6; do
	use_family $family
	set_segments control
	begin_trace
	run_changing
	end_trace
	expect_transcript 33333 <<-END
	client
		CLOSED -connect-> SYN_SENT
		out SYN 0 [mss $mss,sackOK,TS,wscale]
		in SYN,ACK 0 ack 1 [mss $mss,sackOK,TS,wscale]
		SYN_SENT -SYN,ACK-> ESTABLISHED
		out ACK 1 ack 1 [TS]
		out PSH,ACK 11:31 ack 1 [TS]
		in ACK 1 ack 31 [TS]
		ESTABLISHED -close-> FIN_WAIT_1
		FIN_WAIT_1 -ACK-> FIN_WAIT_2
		FIN_WAIT_2 -FIN-> TIME_WAIT
	server
		in SYN 0 [mss $mss,sackOK,TS,wscale], no conn
		LISTEN -SYN-> SYN_RCVD
		out SYN,ACK 0 ack 1 [mss $mss,sackOK,TS,wscale]
		in ACK 1 ack 1 [TS]
		SYN_RCVD -ACK-> ESTABLISHED
		accepted
		in PSH,ACK 11:31 ack 1 [TS]
		out ACK 1 ack 31 [TS]
		ESTABLISHED -FIN-> CLOSE_WAIT
		CLOSE_WAIT -close-> LAST_ACK
		LAST_ACK -ACK-> CLOSED
	listener
		CLOSED -listen-> LISTEN
		LISTEN -exit-> CLOSED
	END
done

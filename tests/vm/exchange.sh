#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What there is of a connection: its edges and segments in order. A request of
# 3 bytes to port 8000, an answer of 492; the server shuts its side down, and
# gets 100 bytes more before the client closes. segments=control leaves out the
# six segments of the data. The clock counts instructions, lest a busy machine
# makes the kernel send anything again.
#
# vm: --icount --timeout 3600

. "${0%/*}/scenarios/lib.sh"

# Set cookie[NS] to what ss shows of the only connection there.
look_up() {
	cookie[$1]=$(ss -N "$1" -Htne state established)
	cookie[$1]=${cookie[$1]#*sk:} cookie[$1]=${cookie[$1]%% *}
}

run_exchange() {
	start server listen "${address[server]}" 8000 accept \
		touch "$dir/step.accepted" recv 3 send 492 \
		await "$dir/step.received" shutdown recv 100 recv-eof close \
		close-listener
	poll listens server 8000
	start client connect "${address[server]}" 8000 \
		await "$dir/step.accepted" sleep 1000 await "$dir/step.looked" \
		send 3 recv 492 touch "$dir/step.received" recv-eof \
		await "$dir/step.half" send 100 await "$dir/step.acked" close
	poll reached accepted
	look_up client
	look_up server
	tell looked
	poll has_state server fin-wait-2
	tell half
	# Else the ACK of the data may be that of the FIN, too.
	poll has_acked 104
	tell acked
}

# shellcheck disable=SC2154 # mss is that of lib.sh
expected() {
	cat <<-END
	client
		CLOSED -connect-> SYN_SENT
		out SYN 0 [mss $mss,sackOK,TS,wscale]
		in SYN,ACK 0 ack 1 [mss $mss,sackOK,TS,wscale]
		SYN_SENT -SYN,ACK-> ESTABLISHED
		out ACK 1 ack 1 [TS]
		out PSH,ACK 1:4 ack 1 [TS]
		in ACK 1 ack 4 [TS]
		in PSH,ACK 1:493 ack 4 [TS]
		out ACK 4 ack 493 [TS]
		in FIN,ACK 493 ack 4 [TS]
		ESTABLISHED -FIN-> CLOSE_WAIT
		out ACK 4 ack 494 [TS]
		out PSH,ACK 4:104 ack 494 [TS]
		in ACK 494 ack 104 [TS]
		CLOSE_WAIT -close-> LAST_ACK
		out FIN,ACK 104 ack 494 [TS]
		in ACK 494 ack 105 [TS]
		LAST_ACK -ACK-> CLOSED
	server
		in SYN 0 [mss $mss,sackOK,TS,wscale], no conn
		LISTEN -SYN-> SYN_RCVD
		out SYN,ACK 0 ack 1 [mss $mss,sackOK,TS,wscale]
		in ACK 1 ack 1 [TS]
		SYN_RCVD -ACK-> ESTABLISHED
		accepted
		in PSH,ACK 1:4 ack 1 [TS]
		out ACK 1 ack 4 [TS]
		out PSH,ACK 1:493 ack 4 [TS]
		in ACK 4 ack 493 [TS]
		ESTABLISHED -shutdown-> FIN_WAIT_1
		out FIN,ACK 493 ack 4 [TS]
		in ACK 4 ack 494 [TS]
		FIN_WAIT_1 -ACK-> FIN_WAIT_2
		in PSH,ACK 4:104 ack 494 [TS]
		out ACK 494 ack 104 [TS]
		in FIN,ACK 104 ack 494 [TS]
		out ACK 494 ack 105 [TS]
		FIN_WAIT_2 -FIN-> TIME_WAIT
	listener
		CLOSED -listen-> LISTEN
		LISTEN -close-> CLOSED
	END
}

only_control() {
	grep -v -e ':' -e ' ACK 1 ack 4 ' -e ' ACK 4 ack 493 ' \
		-e ' ACK 494 ack 104 '
}

expect_ends() {
	expect_that 'both were ESTABLISHED for the second of the sleep' \
		'[.[] | select(.old == "ESTABLISHED" and .dwell_us >= 1000000)]
		 | length == 2'
	expect_that "ss shows them as ${cookie[client]} and ${cookie[server]}" \
		'[.[] | select(.new == "ESTABLISHED") | { (.old): .conn }] |
		 add == { SYN_SENT: $client, SYN_RCVD: $server }' \
		--arg client "${cookie[client]}" \
		--arg server "${cookie[server]}"
	# A FIN is a byte to the kernel, and the SYN of who connects.
	expect_that 'bytes are those of the exchange' \
		'[.[] | select(.old == "LAST_ACK" or .new == "TIME_WAIT")] |
		 map([.bytes_received, .bytes_acked]) | sort ==
		 [[103 + 1, 492 + 1], [492 + 1, 1 + 103 + 1]]'
}

declare -A cookie
make_topology
load
keep_clock_steady
for family in 4 6; do
	use_family $family

	set_segments all
	begin_trace
	run_exchange
	end_trace
	expect_transcript 8000 < <(expected)
	expect_ends

	set_segments control
	begin_trace
	run_exchange
	end_trace
	expect_transcript 8000 < <(expected | only_control)
done

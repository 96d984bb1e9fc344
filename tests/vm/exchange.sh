#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A request of 3 bytes to port 8000, an answer of 492, closed by the server
# first: ten segments, of which segments=control leaves out those of the data.

. "${0%/*}/lib.sh"

run_exchange() {
	start server listen "${address[server]}" 8000 accept \
		touch "$dir/step.accepted" recv 3 send 492 \
		await "$dir/step.received" close
	poll listens server 8000
	start client connect "${address[server]}" 8000 \
		await "$dir/step.accepted" send 3 recv 492 \
		touch "$dir/step.received" recv-eof await "$dir/step.acked" \
		close
	poll has_state server fin-wait-2
	tell acked
}

expected() {
	cat <<-END
	client
		CLOSED -> SYN_SENT by client
		out SYN 0 [mss $mss,sackOK,TS,wscale] by client
		in SYN,ACK 0 ack 1 [mss $mss,sackOK,TS,wscale]
		SYN_SENT -> ESTABLISHED
		out ACK 1 ack 1 [TS]
		out PSH,ACK 1:4 ack 1 [TS]
		in ACK 1 ack 4 [TS]
		in PSH,ACK 1:493 ack 4 [TS]
		out ACK 4 ack 493 [TS]
		in FIN,ACK 493 ack 4 [TS]
		ESTABLISHED -> CLOSE_WAIT
		out ACK 4 ack 494 [TS]
		CLOSE_WAIT -> LAST_ACK by client
		out FIN,ACK 4 ack 494 [TS] by client
		in ACK 494 ack 5 [TS]
		LAST_ACK -> CLOSED
	server
		in SYN 0 [mss $mss,sackOK,TS,wscale], no conn
		out SYN,ACK 0 ack 1 [mss $mss,sackOK,TS,wscale]
		in ACK 1 ack 1 [TS]
		LISTEN -> SYN_RCVD
		SYN_RCVD -> ESTABLISHED
		in PSH,ACK 1:4 ack 1 [TS]
		out ACK 1 ack 4 [TS]
		out PSH,ACK 1:493 ack 4 [TS]
		in ACK 4 ack 493 [TS]
		ESTABLISHED -> FIN_WAIT_1 by server
		out FIN,ACK 493 ack 4 [TS] by server
		in ACK 4 ack 494 [TS]
		FIN_WAIT_1 -> FIN_WAIT_2
		FIN_WAIT_2 -> CLOSED
		in FIN,ACK 4 ack 494 [TS]
		out ACK 494 ack 5 [TS], no conn
	listener
		CLOSED -> LISTEN by server
		LISTEN -> CLOSED by server
	END
}

only_control() {
	grep -v -e ' 1:' -e ' ACK 1 ack 4 ' -e ' ACK 4 ack 493 '
}

make_topology
load
for family in 4 6; do
	use_family $family

	set_segments all
	begin_trace
	run_exchange
	end_trace
	expect_transcript 8000 < <(expected)

	set_segments control
	begin_trace
	run_exchange
	end_trace
	expect_transcript 8000 < <(expected | only_control)
done

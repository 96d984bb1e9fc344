#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The client shuts its side down; data still flows the other way, in which the
# client is in FIN_WAIT_2 and the server in CLOSE_WAIT; then the server closes.

. "${0%/*}/lib.sh"

run_half_close() {
	start server listen "${address[server]}" 33333 accept \
		touch "$dir/step.accepted" recv 10 recv-eof \
		await "$dir/step.acked" send 5000 \
		await "$dir/step.received" close
	poll listens server 33333
	start client connect "${address[server]}" 33333 \
		await "$dir/step.accepted" send 10 shutdown recv 5000 \
		touch "$dir/step.received" recv-eof close
	poll has_state client fin-wait-2
	tell acked
}

make_topology
load
for family in 4 6; do
	use_family $family
	begin_trace
	run_half_close
	end_trace
	expect_transcript 33333 <<-END
	client
		CLOSED -> SYN_SENT by client
		out SYN 0 [mss $mss,sackOK,TS,wscale] by client
		in SYN,ACK 0 ack 1 [mss $mss,sackOK,TS,wscale]
		SYN_SENT -> ESTABLISHED
		out ACK 1 ack 1 [TS]
		ESTABLISHED -> FIN_WAIT_1 by client
		out FIN,ACK 11 ack 1 [TS] by client
		in ACK 1 ack 12 [TS]
		FIN_WAIT_1 -> FIN_WAIT_2
		in FIN,ACK 5001 ack 12 [TS]
		out ACK 12 ack 5002 [TS]
		FIN_WAIT_2 -> CLOSED
	server
		in SYN 0 [mss $mss,sackOK,TS,wscale], no conn
		out SYN,ACK 0 ack 1 [mss $mss,sackOK,TS,wscale]
		in ACK 1 ack 1 [TS]
		LISTEN -> SYN_RCVD
		SYN_RCVD -> ESTABLISHED
		in FIN,ACK 11 ack 1 [TS]
		ESTABLISHED -> CLOSE_WAIT
		out ACK 1 ack 12 [TS]
		CLOSE_WAIT -> LAST_ACK by server
		out FIN,ACK 5001 ack 12 [TS] by server
		in ACK 12 ack 5002 [TS]
		LAST_ACK -> CLOSED
	listener
		CLOSED -> LISTEN by server
		LISTEN -> CLOSED by server
	END
done

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A connection that its client closes with SO_LINGER 0 is reset.

. "${0%/*}/lib.sh"

run_reset() {
	start server listen "${address[server]}" 33333 accept \
		touch "$dir/step.accepted" fails ECONNRESET recv 1 close
	poll listens server 33333
	start client connect "${address[server]}" 33333 \
		await "$dir/step.accepted" linger0 close
}

make_topology
load
for family in 4 6; do
	use_family $family
	begin_trace
	run_reset
	end_trace
	expect_transcript 33333 <<-END
	client
		CLOSED -> SYN_SENT by client
		out SYN 0 [mss $mss,sackOK,TS,wscale] by client
		in SYN,ACK 0 ack 1 [mss $mss,sackOK,TS,wscale]
		SYN_SENT -> ESTABLISHED
		out ACK 1 ack 1 [TS]
		ESTABLISHED -> CLOSED
		out RST,ACK 1 ack 1 [TS] by client
	server
		in SYN 0 [mss $mss,sackOK,TS,wscale], no conn
		out SYN,ACK 0 ack 1 [mss $mss,sackOK,TS,wscale]
		in ACK 1 ack 1 [TS]
		LISTEN -> SYN_RCVD
		SYN_RCVD -> ESTABLISHED
		in RST,ACK 1 ack 1 [TS]
		ESTABLISHED -> CLOSED
	listener
		CLOSED -> LISTEN by server
		LISTEN -> CLOSED by server
	END
	expect_that "the client's close() was what closed its end" \
		'any(.new == "CLOSED" and .rport == 33333 and
		     .owner.pid == $pid)' --argjson pid "${pid[client]}"
done

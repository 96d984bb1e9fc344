#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Resets among the segments: of a port where nobody listens, and of a client
# that closes with SO_LINGER of 0.

. "${0%/*}/lib.sh"

run_refused() {
	start client fails ECONNREFUSED connect "${address[server]}" 33333
}

# The RST has no number of its own: 0 is what stands there.
expected_of_refused() {
	cat <<-END
	client
		CLOSED -connect-> SYN_SENT
		out SYN 0 [mss $mss,sackOK,TS,wscale]
		in RST,ACK 0 ack 1
		SYN_SENT -reset/received-> CLOSED
	server
		in SYN 0 [mss $mss,sackOK,TS,wscale], no conn
		out RST,ACK 0 ack 1, no conn
	END
}

run_linger0() {
	start server listen "${address[server]}" 33333 accept \
		touch "$dir/step.accepted" fails ECONNRESET recv 1 close
	poll listens server 33333
	start client connect "${address[server]}" 33333 \
		await "$dir/step.accepted" linger0 close
}

expected_of_linger0() {
	cat <<-END
	client
		CLOSED -connect-> SYN_SENT
		out SYN 0 [mss $mss,sackOK,TS,wscale]
		in SYN,ACK 0 ack 1 [mss $mss,sackOK,TS,wscale]
		SYN_SENT -SYN,ACK-> ESTABLISHED
		out ACK 1 ack 1 [TS]
		ESTABLISHED -abort/linger0-> CLOSED
		out RST,ACK 1 ack 1 [TS]
	server
		in SYN 0 [mss $mss,sackOK,TS,wscale], no conn
		LISTEN -SYN-> SYN_RCVD
		out SYN,ACK 0 ack 1 [mss $mss,sackOK,TS,wscale]
		in ACK 1 ack 1 [TS]
		SYN_RCVD -ACK-> ESTABLISHED
		accepted
		in RST,ACK 1 ack 1 [TS]
		ESTABLISHED -reset/received-> CLOSED
	listener
		CLOSED -listen-> LISTEN
		LISTEN -exit-> CLOSED
	END
}

make_topology
load
for family in 4 6; do
	use_family $family
	for run in refused linger0; do
		begin_trace
		"run_$run"
		end_trace
		expect_transcript 33333 < <("expected_of_$run")
	done
done

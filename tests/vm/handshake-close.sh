#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The pair of programs with which a connection is often taught: the client
# connects to port 33333, writes ten bytes, sleeps a second and closes; the
# server reads, sleeps a second too and closes. Who is first there is chance,
# so here the server waits for the client's FIN, and then until its ACK has
# made the client FIN_WAIT_2, lest the ACK leave with the server's own FIN.

. "${0%/*}/lib.sh"

run_pair() {
	start server listen "${address[server]}" 33333 accept \
		touch "$dir/step.accepted" recv 10 sleep 1000 \
		recv-eof await "$dir/step.acked" close
	poll listens server 33333
	start client connect "${address[server]}" 33333 \
		await "$dir/step.accepted" send 10 sleep 1000 \
		await "$dir/step.looked" close
	poll has_state server established
	cookie=$(ss -N server -Htne state established 2>/dev/null)
	cookie=${cookie#*sk:} cookie=${cookie%% *}
	tell looked
	poll has_state client fin-wait-2
	tell acked
}

expect_all() {
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
		FIN_WAIT_2 -> CLOSED
		in FIN,ACK 1 ack 12 [TS]
		out ACK 12 ack 2 [TS], no conn
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
		out FIN,ACK 1 ack 12 [TS] by server
		in ACK 12 ack 2 [TS]
		LAST_ACK -> CLOSED
	listener
		CLOSED -> LISTEN by server
		LISTEN -> CLOSED by server
	END
	expect_that "both were ESTABLISHED for the second of the sleep" \
		'[.[] | select(.old == "ESTABLISHED" and .dwell_us >= 1000000)]
		 | length == 2'
	expect_that "the server's conn is the cookie that ss shows, $cookie" \
		'any(.old == "SYN_RCVD" and .conn == $cookie)' \
		--arg cookie "$cookie"
}

make_topology
load
for family in 4 6; do
	use_family $family
	begin_trace
	run_pair
	end_trace
	expect_all
done

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A connection to a port where nobody listens is refused.

. "${0%/*}/lib.sh"

make_topology
load
for family in 4 6; do
	use_family $family
	begin_trace
	start client fails ECONNREFUSED connect "${address[server]}" 33333
	end_trace
	# The RST has no number of its own: 0 is what stands there.
	expect_transcript 33333 <<-END
	client
		CLOSED -> SYN_SENT by client
		out SYN 0 [mss $mss,sackOK,TS,wscale] by client
		in RST,ACK 0 ack 1
		SYN_SENT -> CLOSED
	server
		in SYN 0 [mss $mss,sackOK,TS,wscale], no conn
		out RST,ACK 0 ack 1, no conn
	END
done

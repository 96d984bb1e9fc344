#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A listener that nobody connects to.

. "${0%/*}/lib.sh"

make_topology
load
for family in 4 6; do
	use_family $family
	begin_trace
	start server listen "${address[server]}" 33333 sleep 1000 close-listener
	end_trace
	expect_transcript 33333 <<-END
	listener
		CLOSED -> LISTEN by server
		LISTEN -> CLOSED by server
	END
	expect_that 'it was LISTEN for the second of the sleep' \
		'any(.old == "LISTEN" and .dwell_us >= 1000000)'
done

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A socket that is connected again has no port of its former life at
# CLOSED -> SYN_SENT, when the kernel has not chosen one yet.

. "${0%/*}/lib.sh"

make_topology
load
for family in 4 6; do
	use_family $family
	begin_trace
	start client fails ECONNREFUSED connect "${address[server]}" 33333 \
		fails ECONNREFUSED connect "${address[server]}" 33333
	end_trace
	expect_that 'one socket, twice without a port, then with one' \
		'[.[] | select(.type == "transition")] |
		 map([.old, .new, .lport > 0]) == [
			["CLOSED", "SYN_SENT", false],
			["SYN_SENT", "CLOSED", true],
			["CLOSED", "SYN_SENT", false],
			["SYN_SENT", "CLOSED", true]] and
		 (map(.conn) | unique | length) == 1'
done

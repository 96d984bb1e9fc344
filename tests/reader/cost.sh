#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What reading costs, in instructions, as valgrind counts them: a connection's
# life of five edges and five segments may take this much, and a tenth more.

. tests/reader/common

# instructions LIVES OPTION...: to read so many
instructions() {
	local lives=$1

	shift
	# One that stays, as on any machine: the model is never empty.
	$mktrace start edge,lport=1 "life,n=$lives" >"$dir/t"
	valgrind --tool=callgrind --callgrind-out-file=/dev/null \
		userspace/tcpstate -r "$dir/t" "$@" 2>&1 >/dev/null |
		awk '/Collected/ { print $NF }'
}

# costs LIMIT OPTION...
costs() {
	local limit=$1 few many each

	shift
	few=$(instructions 1000 "$@")
	many=$(instructions 2000 "$@")
	# What the program takes to begin is in both.
	each=$(((many - few) / 1000))
	((each > 0 && each * 10 <= limit * 11)) ||
		complain "$each instructions rather than $limit: ${*:-text}"
}

costs 4400
costs 28000 --json
costs 900 -w /dev/null

finish

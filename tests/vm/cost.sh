#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Recording costs no more than tests/bench/limits says has been reached on 6.1, and a
# tenth; on other kernels, and a fifth.
#
# vm: --icount --timeout 7200

. "${0%/*}/lib.sh"

! checks_itself || {
	echo 'a kernel that checks itself costs more'
	exit 77
}

count=2000 allowed=120
[[ ! $(uname -r) =~ ^6\.1\.[0-9-]+-amd64$ ]] || allowed=110

# Sets connection and request: what one of each takes
measure() {
	local alone all requests connections end end_alone

	alone=$(tests/bench/session "$1" 0)
	all=$(tests/bench/session "$1" $count)
	read -r _ _ end_alone _ <<<"$alone"
	read -r requests connections end _ <<<"$all"
	request=$((requests / count))
	connection=$(((connections + end - end_alone) / count))
}

# check WHAT ADDED TO-REACH REACHED
check() {
	echo "$1: +$2 (to reach: +$3)"
	(($2 <= $4 * allowed / 100)) || exceeded+=("$1 costs +$2, more than +$4")
}

exceeded=()
measure nothing
base_connection=$connection base_request=$request
while read -r row goal_connection goal_request last_connection last_request; do
	measure "$row"
	check "$row, a connection" $((connection - base_connection)) \
		"$goal_connection" "$last_connection"
	check "$row, a request" $((request - base_request)) \
		"$goal_request" "$last_request"
	echo "COST $row" $((connection - base_connection)) \
		$((request - base_request))
done < <(grep -v '^#' tests/bench/limits)
((!${#exceeded[@]})) || fail "${exceeded[@]}"

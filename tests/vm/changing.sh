#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The parameter "segments" is changed by two processes, as fast as they can, while
# connections come and go: no edge is lost by that, and what is written last holds.
#
# vm: --take-turns --timeout 400

. "${0%/*}/lib.sh"

connections=200 runs=0

# A line for each time
change() {
	until [[ -e $dir/over ]]; do
		set_segments none
		set_segments all
		set_segments control
		echo
	done >>"$dir/changes.$1"
}

# Ten times at least, while connections come and go
have_changed() {
	(($(wc -l <"$dir/changes.1") >= 10 && $(wc -l <"$dir/changes.2") >= 10))
}

change_under_traffic() {
	local changers

	touch "$dir/changes.1" "$dir/changes.2"
	change 1 &
	changers=($!)
	change 2 &
	changers+=($!)
	until have_changed; do
		in_netns build/tests/scenario/churn $connections 4
		runs=$((runs + 1))
	done
	touch "$dir/over"
	wait "${changers[@]}"
}

# Segments recorded so far
segments() {
	awk '/^cpu / { sum += $8 } END { print sum + 0 }' /proc/tcpstate
}

# segments_with MODE: how many there are of some connections then
segments_with() {
	local before

	set_segments "$1"
	before=$(segments)
	in_netns build/tests/scenario/churn 4 1
	echo $(($(segments) - before))
}

load ring_kb=16384
change_under_traffic
# A listener of each thread, and two ends of each connection
await_lives $((runs * (4 + 2 * connections)))
none=$(segments_with none)
control=$(segments_with control)
all=$(segments_with all)
echo "$runs runs; segments: $none, $control, $all"
((none == 0 && control > 0 && all > control)) || fail 'not as written'

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A second copy of the module is refused, and the first one goes on recording.

. "${0%/*}/lib.sh"

recorded() {
	awk '/^cpu / { sum += $4 } END { print sum + 0 }' /proc/tcpstate
}

load
cp tcpstate.ko "$dir/copy.ko"
for copy in tcpstate.ko "$dir/copy.ko"; do
	if message=$(LC_ALL=C insmod "$copy" segments=none 2>&1); then
		fail "$copy was loaded, too"
	fi
	[[ $message == *'File exists' ]] || fail "$message"
done
[[ $(</sys/module/tcpstate/parameters/segments) == control ]] ||
	fail 'its parameter was taken'
before=$(recorded)
in_netns build/tests/scenario/churn 1 1
(($(recorded) > before)) || fail 'recording has ended'

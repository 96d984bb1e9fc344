#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A second copy of the module is refused, also under another name and before it does
# anything, and the first one goes on recording.

. "${0%/*}/lib.sh"

recorded() {
	awk '/^cpu / { sum += $4 } END { print sum + 0 }' /proc/tcpstate
}

# copy NAME: the module, but so called, which is as long as its own. It is the first
# thing in the section.
copy() {
	local offset

	offset=$(objdump -h tcpstate.ko |
		awk '$2 == ".gnu.linkonce.this_module" { print $6 }')
	{
		head -c $((0x$offset)) tcpstate.ko
		tail -c +$((0x$offset + 1)) tcpstate.ko |
			LC_ALL=C sed "0,/tcpstate/s//$1/"
	} >"$dir/$1.ko"
}

# refused FILE MESSAGE
refused() {
	local message

	if message=$(LC_ALL=C insmod "$1" segments=none 2>&1); then
		fail "$1 was loaded, too"
	fi
	[[ $message == *"$2" ]] || fail "$1: $message"
}

load
copy tcpstat2
cp tcpstate.ko "$dir/copy.ko"
refused tcpstate.ko 'File exists'
refused "$dir/copy.ko" 'File exists'
refused "$dir/tcpstat2.ko" 'Invalid module format'
why='tcpstat2: exports duplicate symbol tcpstate_device_name (owned by tcpstate)'
[[ $(dmesg) == *"$why"* ]] || fail 'the kernel does not say why'
[[ $(</sys/module/tcpstate/parameters/segments) == control ]] ||
	fail 'its parameter was taken'
before=$(recorded)
in_netns build/tests/scenario/churn 1 1
(($(recorded) > before)) || fail 'recording has ended'
expect_warnings 'tcpstat2: exports duplicate symbol'

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A reader is killed for want of memory, in the midst of a read that has found
# records, whose pages are not there yet: no other reader is affected, and it
# leaves nothing behind. The first group whose memory is limited has the kernel patch
# itself.
#
# vm: --take-turns --timeout 400

. "${0%/*}/lib.sh"

account=build/tests/scenario/account
group=/sys/fs/cgroup/tcpstate

make_group() {
	[[ -e /sys/fs/cgroup/cgroup.procs ]] || {
		mount -t cgroup2 cgroup2 /sys/fs/cgroup
		defer umount /sys/fs/cgroup
	}
	echo +memory >/sys/fs/cgroup/cgroup.subtree_control
	mkdir $group
	defer rmdir $group
	echo $((8 << 20)) >$group/memory.max
}

# Its read(2)s go on where the last one ended, in a buffer far larger than what
# it may have.
read_too_much() {
	echo $BASHPID >$group/cgroup.procs
	exec dd if=/dev/tcpstate of=/dev/null bs=256M iflag=fullblock
}

killed() {
	grep -q '^oom_kill [1-9]' $group/memory.events
}

quiet_traces
make_group
load ring_kb=16384
"$account" 0 >"$dir/account" &
other=$!
poll has_readers 1
in_netns build/tests/scenario/churn 4000 4
status=0
(read_too_much) || status=$?
((status == 128 + 9)) || fail "dd ended with $status"
killed || fail 'not for want of memory:' "$(<$group/memory.events)"
has_readers 1 || fail "$(</sys/module/tcpstate/refcnt) readers"
(($(grep -c '^reader ' /proc/tcpstate) == 1)) || fail "$(</proc/tcpstate)"
kill $other
wait $other
cat "$dir/account"
read -r _ recorded _ delivered _ lost _ <"$dir/account"
((delivered + lost == recorded)) || fail 'not all are accounted for'
expect_warnings "invoked oom-killer|Memory cgroup out of memory|$call_trace"

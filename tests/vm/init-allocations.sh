#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Each allocation of the module's init fails in turn, where the kernel can do that
# (6.1-debug): insmod fails for want of memory, or the module does without it; and
# nothing stays behind, as KASAN and kmemleak see it.
#
# vm: --timeout 1200

. "${0%/*}/lib.sh"

# The module's error; and where the kernel says that there is no memory, with a
# trace of calls, if not too often. kmemleak has allocations of its own.
expected="tcpstate: not loaded: error -12|vmalloc error|$call_trace"
expected+='|warn_alloc: .* suppressed|kmemleak: Cannot allocate'
expected+='|kobject_add_internal failed for tcpstate .error: -12 '
fault=/sys/module/fault/parameters
debugfs=/sys/kernel/debug

prepare() {
	[[ -d $debugfs/failslab ]] || {
		echo "no fault injection in $(uname -r)"
		exit 77
	}
	insmod "build/fault/$(uname -r)/fault.ko"
	defer rmmod fault
	echo N >$debugfs/failslab/ignore-gfp-wait
	# Whose failure it was, in case; no trace of it
	echo 1 >$debugfs/failslab/verbose
	if [[ -d $debugfs/fail_page_alloc ]]; then
		echo N >$debugfs/fail_page_alloc/ignore-gfp-wait
		echo N >$debugfs/fail_page_alloc/ignore-gfp-highmem
		echo 0 >$debugfs/fail_page_alloc/min-order
		echo 1 >$debugfs/fail_page_alloc/verbose
	fi
	quiet_traces
}

# Load with the Nth failing.
try() {
	echo "allocation $1"
	echo "$1" >$fault/allocation
	if message=$(LC_ALL=C insmod tcpstate.ko ring_kb=4 2>&1); then
		grep -q 'missing 0x0$' /proc/tcpstate ||
			fail "without allocation $1: $(grep hooks /proc/tcpstate)"
		rmmod tcpstate
		survived=$((survived + 1))
		return
	fi
	[[ $message == *'Cannot allocate memory' ]] ||
		fail "allocation $1: $message"
	[[ $(<$fault/done) == Y ]] || fail "allocation $1 did not fail"
	failed=$((failed + 1))
}

prepare
failed=0 survived=0
for ((n = 1; ; n++)); do
	try $n
	[[ $(<$fault/done) == Y ]] || break
	# What has been logged tells which it was; to ask takes as long as a try.
	((n % 10)) || expect_warnings "$expected"
done
expect_warnings "$expected"
echo "$failed of $((n - 1)) had loading fail, $survived did not matter"
((failed > 50)) || fail 'too few: no test'

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Each registration of the module's init fails in turn, while sockets live and
# somebody writes its parameter: insmod tells which error it was, nothing stays
# behind, and the next load succeeds.
#
# vm: --take-turns --timeout 400

. "${0%/*}/lib.sh"

fault=build/fault/$(uname -r)/fault.ko
parameter=/sys/module/tcpstate/parameters/segments

traffic() {
	while :; do
		build/tests/scenario/churn 20 1
	done
}

# Either value has netfilter hooks placed, whenever they may be.
write_parameter() {
	while :; do
		{ echo all >$parameter && echo control >$parameter; } || :
	done 2>/dev/null
}

# What there is of the module: its module, its files, its hooks
left() {
	find /sys/module/tcpstate /dev/tcpstate /proc/tcpstate -maxdepth 0
	cat /sys/kernel/debug/tracing/enabled_functions
	grep -v ' do_one_initcall\| '"$1"'+' /sys/kernel/debug/kprobes/list
} 2>/dev/null

# fails FUNCTION ERROR NTH MESSAGE
fails() {
	local function message

	# Some became macros, around these.
	function=$(grep -oE " ($1|$1_noprof)$" /proc/kallsyms)
	echo "$function() fails with $2"
	insmod "$fault" function="${function# }" error="$2" nth="$3"
	if message=$(LC_ALL=C insmod tcpstate.ko 2>&1); then
		fail 'loaded nevertheless'
	fi
	[[ $message == *"$4" ]] || fail "not $4: $message"
	[[ $(</sys/module/fault/parameters/done) == Y ]] || fail 'not called'
	rmmod fault
	[[ ! $(left "$1") ]] || fail 'left behind:' "$(left "$1")"
}

loads() {
	insmod tcpstate.ko
	build/tests/scenario/churn 10 1
	grep -q '^cpu .* recorded [1-9]' /proc/tcpstate || fail 'records nothing'
	rmmod tcpstate
}

traffic &
write_parameter &
while read -r function error nth message; do
	fails "$function" "$error" "$nth" "$message"
	loads
done <<-END
vzalloc_node			0	2	Cannot allocate memory
register_kretprobe		-12	1	Cannot allocate memory
ftrace_set_filter_ip		-12	9	Cannot allocate memory
register_ftrace_function	-16	1	Device or resource busy
tracepoint_probe_register	-17	1	File exists
register_pernet_subsys		-12	1	Cannot allocate memory
proc_create			0	1	Cannot allocate memory
misc_register			-16	1	Device or resource busy
END
expect_warnings 'tcpstate: (not loaded: error -|ftrace is switched off)'

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Each call of the functions that allocate and register in the module's init fails
# in turn, while sockets live and somebody writes its parameter: insmod tells which
# error it was, nothing stays behind, and the first load without a fault succeeds. So
# too where it is a network namespace that cannot be made.
#
# vm: --take-turns --timeout 900

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
		{
			echo all >$parameter && echo control >$parameter &&
				touch "$dir/written"
		} || :
	done 2>/dev/null
}

# What there is of the module: its module, its files, its hooks
left() {
	find /sys/module/tcpstate /dev/tcpstate /proc/tcpstate -maxdepth 0
	cat /sys/kernel/tracing/enabled_functions
	grep -v ' do_one_initcall\| '"$1"'+' /sys/kernel/debug/kprobes/list
} 2>/dev/null

# try NTH COMMAND...: with the Nth call of "function" failing with "error", if there
# are so many. Does it fail, as "message" says?
try() {
	local said failed=''

	insmod "$fault" "${in[@]}" function="$function" error="$error" nth="$1"
	said=$(LC_ALL=C "${@:2}" 2>&1) || failed=Y
	[[ $(</sys/module/fault/parameters/done) == "${failed:-N}" ]] ||
		fail "call $1 of $function(): $said"
	rmmod fault
	[[ $failed ]] || return
	[[ $said == *"$message" ]] || fail "not $message: $said"
}

# Until there is no such call any more: nth is its number then.
try_each() {
	for ((nth = 1; ; nth++)); do
		try $nth "$@" || break
		[[ ${in[*]} || ! $(left "$function") ]] ||
			fail 'left behind:' "$(left "$function")"
	done
	echo "$((nth - 1)) calls of $function() failed with $error"
	((nth > 1)) || fail 'never called'
}

records() {
	build/tests/scenario/churn 10 1
	grep -q '^cpu .* recorded [1-9]' /proc/tcpstate || fail 'records nothing'
}

fail_loads() {
	local in=()

	while read -r name error message; do
		# Some became macros, around these.
		function=$(grep -oE " ($name|${name}_noprof)$" /proc/kallsyms)
		function=${function# }
		try_each insmod tcpstate.ko
		records
		rmmod tcpstate
	done
}

# The kernel may have hooks of its own in each.
fail_namespaces() {
	local in=(within=copy_net_ns)

	insmod tcpstate.ko
	function=nf_register_net_hook error=-12 message='Cannot allocate memory'
	try_each unshare --net true
	((nth > 4)) || fail 'not for each hook of the module'
	in_netns build/tests/scenario/churn 1 1
	records
	rmmod tcpstate
}

# One more to have hooks in
ip netns add other
defer ip netns del other
traffic &
traffic=$!
write_parameter &
fail_loads <<-END
vzalloc_node			0	Cannot allocate memory
register_kretprobe		-12	Cannot allocate memory
ftrace_set_filter_ip		-12	Cannot allocate memory
register_ftrace_function	-16	Device or resource busy
tracepoint_probe_register	-12	Cannot allocate memory
register_pernet_subsys		-12	Cannot allocate memory
nf_register_net_hook		-12	Cannot allocate memory
proc_create			0	Cannot allocate memory
misc_register			-16	Device or resource busy
END
fail_namespaces
kill -0 $traffic || fail 'the traffic did not last'
[[ -e $dir/written ]] || fail 'the parameter was never written'
expect_warnings 'tcpstate: (not loaded: error -|ftrace is switched off)'

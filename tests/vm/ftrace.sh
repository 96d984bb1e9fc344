# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# The kernel's own record of sock:inet_sock_set_state, to compare with. The
# event does not print which socket it is of, so an event probe on it does; where
# there are none, as on 5.10, kprobes on the two functions that have the event.

tracefs=/sys/kernel/tracing

# What is done once in a test. Not recording the names of tasks matters: for
# them the kernel patches __schedule() when an event is enabled, and QEMU does
# not always stand that; see --take-turns in scripts/vm.
ftrace_place() {
	[[ -e $tracefs/events ]] || mount -t tracefs tracefs "$tracefs"
	echo mono >"$tracefs/trace_clock"
	echo 0 >"$tracefs/options/record-cmd"
	echo 8192 >"$tracefs/buffer_size_kb"
	if grep -q 'e\[:' "$tracefs/README"; then
		ftrace_place_eprobe
	else
		ftrace_place_kprobe inet_sk_set_state
		ftrace_place_kprobe inet_sk_state_store
	fi >>"$tracefs/dynamic_events"
	defer ftrace_remove
}

# shellcheck disable=SC2016 # the dollars are ftrace's
ftrace_place_eprobe() {
	echo 'e:tcpstate/state sock/inet_sock_set_state' \
		'sk=$skaddr:x64 old=$oldstate:u32 new=$newstate:u32' \
		'lport=$sport:u16 rport=$dport:u16 proto=$protocol:u16'
}

# By the offsets in struct sock_common. The local port is that of the bind, which
# a socket that is closed may have given back: then it is 0. The protocol is
# taken for TCP: Debian's 5.10 has no MPTCP.
# shellcheck disable=SC2016 # the dollars are ftrace's
ftrace_place_kprobe() {
	printf '%s %s %s\n' "p:tcpstate/state $1" \
		'sk=$arg1:x64 old=+18($arg1):u8 new=$arg2:u32' \
		'lport=+14($arg1):u16 rport_be=+12($arg1):u16 proto=\6:u16'
}

ftrace_begin() {
	: >"$tracefs/trace"
	echo 1 >"$tracefs/events/tcpstate/state/enable"
}

# ftrace_end FILE: the edges to FILE, as "SOCKET OLD NEW LPORT RPORT". A state
# stored over itself is no edge.
ftrace_end() {
	echo 0 >"$tracefs/events/tcpstate/state/enable"
	[[ $(cat "$tracefs"/per_cpu/*/stats) != *overrun:\ [1-9]* ]] ||
		fail "ftrace's buffer is too small for this"
	awk '
		BEGIN {
			split("ESTABLISHED SYN_SENT SYN_RCVD FIN_WAIT_1 " \
			      "FIN_WAIT_2 TIME_WAIT CLOSED CLOSE_WAIT " \
			      "LAST_ACK LISTEN CLOSING", name)
		}
		/: state: / {
			for (i = 1; i <= NF; i++)
				if (split($i, part, "=") == 2)
					value[part[1]] = part[2]
			if ("rport_be" in value)
				value["rport"] = value["rport_be"] % 256 * 256 + \
					int(value["rport_be"] / 256)
			if (value["proto"] == 6 && value["old"] != value["new"])
				print value["sk"], name[value["old"]],
				      name[value["new"]], value["lport"],
				      value["rport"]
		}' "$tracefs/trace" >"$1"
}

# shellcheck disable=SC2317 # called when the test ends
ftrace_remove() {
	echo 0 >"$tracefs/events/tcpstate/state/enable"
	echo '-:tcpstate/state' >>"$tracefs/dynamic_events"
}

# All of them closed or in TIME_WAIT, of which ftrace knows nothing (for poll)
no_sockets() {
	[[ ! $(ss -Htan exclude time-wait) ]]
}

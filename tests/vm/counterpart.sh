# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# What ftrace says of sockets, in our words: from the kernel's own event of
# state changes, and from event probes where it has none or tells less, makes
# the edges that tcpstate must have, by this mapping.
#
# ftrace				ours
#
# a request is put in the hash		LISTEN -> SYN_RCVD, there and then
# LISTEN -> SYN_RECV			nothing: the request's edge was that one;
#					but of a child without a request in the
#					hash (SYN cookie, Fast Open) it is its
#					LISTEN -> SYN_RCVD
# a request is dropped, without a child	SYN_RCVD -> CLOSED
# a request is dropped that its child	nothing: the connection goes on in the
#   has replaced			child
# both edges of a child that lost the	nothing: the connection is the other
#   race for its request		one's
# both edges of a child that MPTCP	SYN_RCVD -> CLOSED, at the latter drop
#   refuses, and a request is dropped
#   that it has replaced
# X -> CLOSE in tcp_time_wait() for	X -> TIME_WAIT
#   TIME_WAIT
# X -> CLOSE in tcp_time_wait() for	nothing: it is FIN_WAIT_2 already, and
#   FIN_WAIT2				goes on so in a small socket
# X -> CLOSE in tcp_time_wait() that	X -> CLOSED
#   gets no small socket
# FIN_WAIT1 -> FIN_WAIT2 and that, in	FIN_WAIT_1 -> TIME_WAIT, or CLOSED
#   one segment
# the timer of a small socket in	FIN_WAIT_2 -> TIME_WAIT
#   FIN_WAIT2 is set anew
# a small socket is killed		FIN_WAIT_2 or TIME_WAIT -> CLOSED
# any other event			the same edge
#
# A pair of ports must be one end of one connection at a time: small sockets
# are known by nothing else.

. tests/vm/ftrace.sh

# probe NAME FUNCTION [ARGUMENT...]
counterpart_probe() {
	echo "$kind:tcpstate/$1 ${*:2}" >>"$tracefs/dynamic_events"
	defer counterpart_remove "$1"
}

# shellcheck disable=SC2317 # called when the test ends
counterpart_remove() {
	echo 0 >"$tracefs/events/tcpstate/$1/enable"
	echo "-:tcpstate/$1" >>"$tracefs/dynamic_events"
}

# The ports of a struct sock_common, of which the second is in network order.
# What makes it hashed is skc_node.pprev, at 112.
counterpart_ports() {
	echo "lport=+14(\$arg$1):u16 rport_be=+12(\$arg$1):u16"
}

# By fprobes, where there are any: those are not skipped where kprobes are, see
# counterpart_missed.
# shellcheck disable=SC2016,SC2046 # the dollars are ftrace's; words are split
counterpart_place() {
	local hashed=inet_twsk_hashdance kind=p

	! grep -q " ${hashed}_schedule\$" /proc/kallsyms || hashed+=_schedule
	ftrace_place
	! grep -q ' f\[:' "$tracefs/README" || kind=f
	counterpart_probe connect tcp_connect 'sk=$arg1:x64' \
		$(counterpart_ports 1)
	counterpart_probe segment tcp_rcv_state_process 'sk=$arg1:x64'
	counterpart_probe request inet_csk_reqsk_queue_hash_add \
		$(counterpart_ports 2)
	counterpart_probe child inet_csk_complete_hashdance 'sk=$arg2:x64' \
		'own=$arg4:u8' $(counterpart_ports 3)
	counterpart_probe drop __inet_csk_reqsk_queue_drop \
		'hashed=+112($arg2):u64' $(counterpart_ports 2)
	counterpart_probe time_wait tcp_time_wait 'sk=$arg1:x64' 'to=$arg2:u32'
	counterpart_probe small "$hashed" 'sk=$arg2:x64'
	counterpart_probe timer __inet_twsk_schedule 'again=$arg3:u8' \
		$(counterpart_ports 1)
	counterpart_probe kill inet_twsk_kill $(counterpart_ports 1)
}

# It goes on till the test ends: to switch it off and on takes longer than many a
# scenario.
counterpart_begin() {
	missed_before=$(counterpart_missed)
	: >"$tracefs/trace"
	echo 1 >"$tracefs/events/tcpstate/enable"
}

# counterpart_end FILE: our edges to FILE, "SOCKET OLD NEW LPORT RPORT SECONDS",
# with the ports as they are known in the end; and to $missed, how many hits of
# its probes ftrace missed: without them, nothing can be compared.
counterpart_end() {
	[[ $(cat "$tracefs"/per_cpu/*/stats) != *overrun:\ [1-9]* ]] ||
		fail "ftrace's buffer is too small for this"
	awk -f tests/vm/counterpart.awk "$tracefs/trace" >"$1"
	missed=$(($(counterpart_missed) - missed_before))
	((missed == 0)) || echo "ftrace missed $missed of its own; so far:" \
		"$(awk '$3 { print $1, $3 }' "$tracefs/kprobe_profile" | paste -s -d,)"
}

# Nothing can be compared with what ftrace has missed, so do COMMAND, which ends
# with counterpart_end, once more then. (Not "COMMAND || ...", since what fails in
# COMMAND would be ignored.)
counterpart_whole() {
	local tries=4

	missed=1
	while ((missed)); do
		((tries--)) || fail 'ftrace missed some each time'
		"$@"
	done
}

# How many so far: a kprobe is skipped when it is hit while another one runs on
# that CPU, as when a softirq comes then.
counterpart_missed() {
	local count sum=0

	while read -r _ _ count; do
		sum=$((sum + count))
	done <"$tracefs/kprobe_profile"
	echo "$sum"
}

# counterpart_lives FILE: sockets from their first edge to CLOSED, a line each:
# the ports as they are known in the end, and the states. In: edges, as above, or
# those of a trace, each beginning with "CONN OLD NEW LPORT RPORT".
counterpart_lives() {
	awk '
		function finish(id) {
			print lport[id], rport[id], states[id]
			delete lport[id]
			delete rport[id]
			delete states[id]
		}
		{
			if (!($1 in states))
				states[$1] = $2
			states[$1] = states[$1] " " $2 ">" $3
			lport[$1] = $4 ? $4 : lport[$1] + 0
			rport[$1] = $5 ? $5 : rport[$1] + 0
			if ($3 == "CLOSED")
				finish($1)
		}
		END {
			for (id in states)
				finish(id)
		}' "$1" | sort
}

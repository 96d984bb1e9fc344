#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Segments that arrive while a process holds the socket's lock: they wait in the
# backlog, and their edges are made by the process, when it lets go, rather than by
# the softirq that brought them. The causes are the segments all the same, and the
# process' system call is none. A timer that expires meanwhile is run then, too.
#
# vm: --icount --timeout 3600

. "${0%/*}/connection.sh"

# The client is in recv(), and has ten bytes, but not the page to put them.
hold=(recv-held 10 "$dir/step.held" "$dir/step.release")

# Is there anything in the client's backlog? (for poll)
has_backlog() {
	[[ $(ss -N client -Htnm) =~ ,bl[1-9] ]]
}

# The client lets go when it has something in its backlog.
release() {
	client=${pid[client]}
	poll reached held
	poll has_backlog
	tell release
}

# half_close VERB...: the client, which holds its socket when it has sent a FIN and had
# the ACK of it: that may be delayed, and a reset be there first.
half_close() {
	connect shutdown await "$dir/step.half" "${hold[@]}" "$@"
	poll has_state client fin-wait-2
	tell half
}

# expect_by_process EVENT: ftrace has it of the client's process, in no softirq. Of the
# letters before the time, s is that of a softirq, in a column that RT has elsewhere.
expect_by_process() {
	grep -Eq -- "-$client +\[[0-9]+\] [^ hHsZz]+ .*: $1" "$tracefs/trace" ||
		fail "not by process $client (IPv$family): $1" \
			"$(<"$tracefs/trace")"
}

# expect_by_softirq EVENT: likewise
expect_by_softirq() {
	grep -Eq -- "\[[0-9]+\] [^ ]*s[^ ]* .*: $1" "$tracefs/trace" ||
		fail "not by a softirq (IPv$family): $1" "$(<"$tracefs/trace")"
}

# expect_both FUNCTION: of the same run
expect_both() {
	expect_by_process "segment: \($1\+"
	expect_by_softirq "segment: \($1\+"
}

fin() {
	serve send 10 await "$dir/step.held" shutdown recv-eof close
	connect "${hold[@]}" recv-eof await "$dir/step.acked" close
	release
	poll has_state server fin-wait-2
	tell acked
	expect_edges <<-END
	client rport=33333 owner=actor: $opened_client $closed_second
	server lport=33333 owner=actor: $opened_server -shutdown-> FIN_WAIT_1
		-ACK-> FIN_WAIT_2 -FIN-> TIME_WAIT -timer/2MSL-> CLOSED
	$listener
	END
	expect_by_process 'state: .* old=1 new=8 '
}

# The FIN that ends what the client has half closed
last_fin() {
	serve send 10 recv-eof await "$dir/step.held" close
	half_close recv-eof close
	release
	expect_edges <<-END
	client rport=33333 owner=actor: $opened_client -shutdown-> FIN_WAIT_1
		-ACK-> FIN_WAIT_2 -FIN-> TIME_WAIT -timer/2MSL-> CLOSED
	server lport=33333 owner=actor: $opened_server $closed_second
	$listener
	END
	expect_both tcp_rcv_state_process
}

reset() {
	serve send 10 await "$dir/step.held" linger0 close
	connect "${hold[@]}" fails ECONNRESET recv 1 close
	release
	expect_edges <<-END
	client rport=33333 owner=actor: $opened_client
		-reset/received-> CLOSED
	server lport=33333 owner=actor: $opened_server -abort/linger0-> CLOSED
	$listener
	END
	expect_by_process 'state: .* old=1 new=7 '
}

# The same after a half-close
reset_in_fin_wait_2() {
	serve send 10 recv-eof await "$dir/step.held" linger0 close
	half_close fails ECONNRESET recv 1 close
	release
	expect_edges <<-END
	client rport=33333 owner=actor: $opened_client -shutdown-> FIN_WAIT_1
		-ACK-> FIN_WAIT_2 -reset/received-> CLOSED
	server lport=33333 owner=actor: $opened_server -FIN-> CLOSE_WAIT
		-abort/linger0-> CLOSED
	$listener
	END
	expect_both tcp_rcv_state_process
}

# Have ftrace tell of a socket's timer, from now on: removing events empties the trace.
trace_write_timer() {
	local event=$tracefs/events/tcpstate/write_timer

	[[ ! -e $event ]] || return 0
	echo 'p:tcpstate/write_timer tcp_write_timer_handler' \
		>>"$tracefs/dynamic_events"
	echo 1 >"$event/enable"
	defer counterpart_remove write_timer
}

# The process runs the timer that sends its FIN once more, and later closes: it is not
# that timer that ends the connection.
timer_before_linger2() {
	trace_write_timer
	serve send 10 recv-eof await "$dir/step.reset" fails EPIPE send 1 close
	connect set linger2 -1 touch "$dir/step.ready" await "$dir/step.cut" \
		shutdown "${hold[@]}" await "$dir/step.acked" close
	client=${pid[client]}
	poll reached ready
	cut_off
	poll reached held
	pass 1
	repair client
	tell release
	expect_linger2_at_close
	expect_by_process 'write_timer: '
}

run_scenarios fin last_fin reset reset_in_fin_wait_2 timer_before_linger2

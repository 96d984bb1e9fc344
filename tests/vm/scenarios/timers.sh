#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Connections that a timer gives up, or that are given up for want of memory. The
# client's segments get lost from some moment on; in the end the server closes,
# too, and is told that nobody is there any more.
#
# vm: --icount --timeout 3600

. "${0%/*}/connection.sh"

# Once the client has given up
join_again() {
	poll at_rest client
	repair client
	tell gone
}

# expect_given_up EDGE...: by the client, after it was open
expect_given_up() {
	expect_edges <<-END
	client rport=33333 owner=actor: $opened_client $*
	server lport=33333 owner=actor: $opened_server -close-> FIN_WAIT_1
		-reset/received-> CLOSED
	$listener
	END
}

# expect_timed_out EDGE...: likewise, by a timer
expect_timed_out() {
	expect_given_up "$@"
	expect_error ETIMEDOUT
}

keepalive() {
	serve await "$dir/step.gone" close
	connect set keepalive 1 set keepidle 2 set keepintvl 1 set keepcnt 3 \
		touch "$dir/step.ready" fails ETIMEDOUT recv 1 close
	poll reached ready
	cut_off
	pass 10
	join_again
	expect_timed_out '-timer/keepalive-> CLOSED'
}

# The probes are keepalive's, the limit is not.
keepalive_user_timeout() {
	serve await "$dir/step.gone" close
	connect set keepalive 1 set keepidle 2 set keepintvl 1 set keepcnt 9 \
		set user-timeout 3500 touch "$dir/step.ready" \
		fails ETIMEDOUT recv 1 close
	poll reached ready
	cut_off
	pass 20
	join_again
	expect_timed_out '-timer/user-timeout-> CLOSED'
}

retransmission() {
	set_sysctl client net.ipv4.tcp_retries2=3
	serve await "$dir/step.gone" close
	connect touch "$dir/step.ready" await "$dir/step.cut" send 10 \
		fails ETIMEDOUT recv 1 close
	poll reached ready
	cut_off
	pass 20
	join_again
	expect_timed_out '-timer/retransmission-> CLOSED'
	set_sysctl client net.ipv4.tcp_retries2=15
}

# The same where the server has closed its side, which waits in FIN_WAIT_2
retransmission_in_close_wait() {
	set_sysctl client net.ipv4.tcp_retries2=3
	serve shutdown await "$dir/step.gone" close
	connect recv-eof touch "$dir/step.ready" await "$dir/step.cut" \
		send 10 await "$dir/step.gone" fails ETIMEDOUT send 1 close
	poll reached ready
	poll has_state server fin-wait-2
	cut_off
	pass 20
	join_again
	wait_for_actor server
	# The end of the server's FIN_WAIT_2
	pass 65
	expect_edges <<-END
	client rport=33333 owner=actor: $opened_client -FIN-> CLOSE_WAIT
		-timer/retransmission-> CLOSED
	server lport=33333 owner=actor: $opened_server -shutdown-> FIN_WAIT_1
		-ACK-> FIN_WAIT_2 -timer/fin-wait-2-> CLOSED
	$listener
	END
	expect_error ETIMEDOUT
	set_sysctl client net.ipv4.tcp_retries2=15
}

user_timeout() {
	serve await "$dir/step.gone" close
	connect set user-timeout 1500 touch "$dir/step.ready" \
		await "$dir/step.cut" send 10 fails ETIMEDOUT recv 1 close
	poll reached ready
	cut_off
	pass 10
	join_again
	expect_timed_out '-timer/user-timeout-> CLOSED'
}

# It is not the timer that finds that it has been too long, but an ICMP error, by
# which it is to expire sooner (RFC 6069): tcp_ld_RTO_revert(). It comes when more than
# half of the time to the fourth retransmission is over.
user_timeout_by_icmp() {
	local -a unreachable=(icmp 3 1)

	((family == 4)) || unreachable=(icmp 1 0)
	start_peer client accept deaf "$dir/step.limited" "${unreachable[@]}"
	start client connect "${address[peer]}" 44444 send 10 \
		touch "$dir/step.sent" await "$dir/step.passed" \
		set user-timeout 100 touch "$dir/step.limited" \
		fails ETIMEDOUT recv 1 close
	poll reached sent
	pass 2.7
	tell passed
	expect_edges <<-END
	client rport=44444 owner=actor: $opened_client
		-timer/user-timeout-> CLOSED
	END
	expect_error ETIMEDOUT
}

# The FIN, of a connection that has no process any more, ...
fin_retransmission() {
	set_sysctl client net.ipv4.tcp_orphan_retries=2
	serve await "$dir/step.gone" close
	connect touch "$dir/step.ready" await "$dir/step.cut" close
	poll reached ready
	cut_off
	pass 20
	join_again
	expect_timed_out '-close-> FIN_WAIT_1 -timer/retransmission-> CLOSED'
	set_sysctl client net.ipv4.tcp_orphan_retries=0
}

# ... also where the server closed first
last_fin_retransmission() {
	set_sysctl client net.ipv4.tcp_orphan_retries=2
	serve shutdown await "$dir/step.gone" close
	connect recv-eof touch "$dir/step.ready" await "$dir/step.cut" close
	poll reached ready
	poll has_state server fin-wait-2
	cut_off
	pass 20
	join_again
	wait_for_actor server
	# The end of the server's FIN_WAIT_2
	pass 65
	expect_edges <<-END
	client rport=33333 owner=actor: $opened_client -FIN-> CLOSE_WAIT
		-close-> LAST_ACK -timer/retransmission-> CLOSED
	server lport=33333 owner=actor: $opened_server -shutdown-> FIN_WAIT_1
		-ACK-> FIN_WAIT_2 -timer/fin-wait-2-> CLOSED
	$listener
	END
	expect_error ETIMEDOUT
	set_sysctl client net.ipv4.tcp_orphan_retries=0
}

# A server that does not read what the client keeps sending
serve_without_reading() {
	start server limit 200 open-listener "$family" set-listener rcvbuf 4000 \
		listen "${address[server]}" 33333 accept \
		touch "$dir/step.accepted" await "$dir/step.gone" close
	poll listens server 33333
}

# Waits for a window, with nothing on its way (for poll)
is_probing() {
	[[ $(ss -N client -Htno) == *timer:\(persist,* ]]
}

# expect_window_given_up EDGE...: the server never read what had come
expect_window_given_up() {
	expect_edges <<-END
	client rport=33333 owner=actor: $opened_client $*
	server lport=33333 owner=actor: $opened_server
		-abort/unread-data-> CLOSED
	$listener
	END
	expect_error ETIMEDOUT
}

zero_window() {
	set_sysctl client net.ipv4.tcp_retries2=3
	serve_without_reading
	connect limit 200 fill touch "$dir/step.full" fails ETIMEDOUT recv 1 close
	poll reached full
	pass 2
	poll is_probing
	cut_off
	pass 60
	join_again
	expect_window_given_up '-timer/probe-> CLOSED'
	set_sysctl client net.ipv4.tcp_retries2=15
}

# Nothing is lost here: it is the server that takes too long.
zero_window_user_timeout() {
	serve_without_reading
	connect set user-timeout 1500 fill touch "$dir/step.full" \
		fails ETIMEDOUT recv 1 close
	poll reached full
	pass 10
	poll at_rest client
	tell gone
	expect_window_given_up '-timer/user-timeout-> CLOSED'
}

zero_window_of_orphan() {
	set_sysctl client net.ipv4.tcp_orphan_retries=2
	serve_without_reading
	connect fill close
	poll has_state client fin-wait-1
	pass 2
	poll is_probing
	cut_off
	pass 60
	join_again
	expect_window_given_up '-close-> FIN_WAIT_1 -timer/probe-> CLOSED'
	set_sysctl client net.ipv4.tcp_orphan_retries=0
}

# tcp_check_oom(): there are more than -1 orphans, whatever the kernel counts.
too_many_orphans() {
	sysctl -q -w net.ipv4.tcp_max_orphans=-1
}

# Once the client has been killed, and before the server becomes an orphan
orphans_as_before() {
	poll at_rest client
	sysctl -q -w net.ipv4.tcp_max_orphans="$max_orphans"
}

# At the end of close(), ...
no_memory_for_orphan() {
	serve await "$dir/step.gone" close
	connect touch "$dir/step.ready" await "$dir/step.cut" close
	poll reached ready
	too_many_orphans
	cut_off
	orphans_as_before
	join_again
	expect_given_up '-close-> FIN_WAIT_1 -memory-> CLOSED'
}

# ... or when its timer runs out next, by tcp_out_of_resources().
no_memory_at_timer() {
	serve await "$dir/step.gone" close
	connect touch "$dir/step.ready" await "$dir/step.cut" close
	poll reached ready
	cut_off
	poll has_state client fin-wait-1
	too_many_orphans
	pass 20
	orphans_as_before
	join_again
	expect_given_up '-close-> FIN_WAIT_1 -memory-> CLOSED'
}

max_orphans=$(sysctl -n net.ipv4.tcp_max_orphans)
run_scenarios keepalive keepalive_user_timeout retransmission \
	retransmission_in_close_wait user_timeout user_timeout_by_icmp \
	fin_retransmission \
	last_fin_retransmission zero_window zero_window_user_timeout \
	zero_window_of_orphan no_memory_for_orphan no_memory_at_timer

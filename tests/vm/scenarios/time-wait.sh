#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# How TIME_WAIT ends, and FIN_WAIT_2 of a connection whose process has closed
# it, which the kernel keeps in a small socket, too.
#
# vm: --icount --timeout 3600

. "${0%/*}/connection.sh"

ended_by_2msl() {
	serve recv-eof await "$dir/step.acked" close
	close_first
	tell acked
	expect_edges <<-END
	client rport=33333 owner=actor: $opened_client $closed_first
		-FIN-> TIME_WAIT -timer/2MSL-> CLOSED
	server lport=33333 owner=actor: $opened_server $closed_second
	$listener
	END
	expect_that 'that was after 60 s, and what timers are rounded up by' \
		'any(.old == "TIME_WAIT" and .dwell_us >= 60000000 and
		     .dwell_us < 65000000)'
}

# The server closes first, and the client comes again from the same port.
reused_by_syn() {
	serve close accept touch "$dir/step.again" recv-eof \
		await "$dir/step.acked" close
	start client bind "${address[client]}" 5000 \
		connect "${address[server]}" 33333 recv-eof \
		await "$dir/step.half" close await "$dir/step.closed" \
		bind "${address[client]}" 5000 \
		connect "${address[server]}" 33333 await "$dir/step.again" close
	poll has_state server fin-wait-2
	tell half
	poll has_state server time-wait
	pass 2
	tell closed
	poll has_state client fin-wait-2
	tell acked
	expect_edges <<-END
	client lport=5000 owner=actor: $opened_client $closed_second
	again lport=5000 owner=actor: $opened_client $closed_first
		-FIN-> TIME_WAIT -timer/2MSL-> CLOSED
	server rport=5000 owner=actor: $opened_server $closed_first
		-FIN-> TIME_WAIT -reuse/syn-> CLOSED
	server-again rport=5000 owner=actor: $opened_server $closed_second
	$listener
	END
}

# The client closes first, and connects again from the same port.
reused_by_connect() {
	set_sysctl client net.ipv4.tcp_tw_reuse=1
	serve recv-eof await "$dir/step.acked" close \
		accept touch "$dir/step.again" recv-eof \
		await "$dir/step.acked-again" close
	start client bind "${address[client]}" 5000 \
		connect "${address[server]}" 33333 \
		await "$dir/step.accepted" close await "$dir/step.closed" \
		bind "${address[client]}" 5000 \
		connect "${address[server]}" 33333 await "$dir/step.again" close
	poll has_state client fin-wait-2
	tell acked
	poll has_state client time-wait
	# It must be more than a second ago.
	pass 2
	tell closed
	poll has_state client fin-wait-2
	tell acked-again
	expect_edges <<-END
	client lport=5000 owner=actor: $opened_client $closed_first
		-FIN-> TIME_WAIT -reuse/connect-> CLOSED
	again lport=5000 owner=actor: $opened_client $closed_first
		-FIN-> TIME_WAIT -timer/2MSL-> CLOSED
	server x2 rport=5000 owner=actor: $opened_server $closed_second
	$listener
	END
	set_sysctl client net.ipv4.tcp_tw_reuse=2
}

# Each segment waits for the end of what the one before has done: what comes
# earlier goes to the backlog of the full socket, in which an ACK and a FIN are
# made one segment, and a RST is for nobody.
reset() {
	start_peer client accept expect FIN,ACK send ACK \
		await "$dir/step.acked" send FIN,ACK expect ACK \
		await "$dir/step.over" send RST
	start client connect "${address[peer]}" 44444 close
	poll has_state client fin-wait-2
	tell acked
	poll has_state client time-wait
	tell over
	expect_edges <<-END
	client rport=44444 owner=actor: $opened_client $closed_first
		-FIN-> TIME_WAIT -reset/received-> CLOSED
	END
}

# "TIME-WAIT assassination", RFC 1337: a FIN that comes twice is acknowledged
# twice, the second time to a peer that is CLOSED by then and resets. Without
# the delay both would meet it in its own close().
assassinated() {
	serve recv-eof await "$dir/step.acked" close
	close_first
	impair server delay 200ms duplicate 100%
	tell acked
	poll has_state server last-ack
	pass 1
	repair server
	expect_edges <<-END
	client rport=33333 owner=actor: $opened_client $closed_first
		-FIN-> TIME_WAIT -FIN-> TIME_WAIT -reset/received-> CLOSED
	server lport=33333 owner=actor: $opened_server $closed_second
	$listener
	END
}

# The server does not get the last ACK, and sends its FIN again and again.
last_ack_lost() {
	serve recv-eof await "$dir/step.acked" close
	close_first
	lose server 0x10 0x17
	tell acked
	poll has_state client time-wait
	pass 10
	lose_no_more server
	pass 20
	expect_edges <<-END
	client rport=33333 owner=actor: $opened_client $closed_first
		-FIN-> TIME_WAIT -FIN-> TIME_WAIT ... TIME_WAIT
		-timer/2MSL-> CLOSED
	server lport=33333 owner=actor: $opened_server $closed_second
	$listener
	END
	expect_that 'the last FIN began 2MSL anew' \
		'any(.old == "TIME_WAIT" and .dwell_us >= 70000000)'
}

# No small socket for TIME_WAIT, ...
no_bucket() {
	set_sysctl client net.ipv4.tcp_max_tw_buckets=0
	serve recv-eof await "$dir/step.acked" close
	connect shutdown recv-eof close
	poll has_state client fin-wait-2
	tell acked
	expect_edges <<-END
	client rport=33333 owner=actor: $opened_client -shutdown-> FIN_WAIT_1
		-ACK-> FIN_WAIT_2 -overflow/tw-buckets-> CLOSED
	server lport=33333 owner=actor: $opened_server $closed_second
	$listener
	END
	set_sysctl client net.ipv4.tcp_max_tw_buckets=65536
}

# ... nor for FIN_WAIT_2, ...
no_bucket_for_orphan() {
	set_sysctl client net.ipv4.tcp_max_tw_buckets=0
	serve recv-eof await "$dir/step.gone" close
	connect close touch "$dir/step.closed"
	poll reached closed
	poll at_rest client
	tell gone
	expect_edges <<-END
	client rport=33333 owner=actor: $opened_client $closed_first
		-overflow/tw-buckets-> CLOSED
	server lport=33333 owner=actor: $opened_server -FIN-> CLOSE_WAIT
		-close-> LAST_ACK -reset/received-> CLOSED
	$listener
	END
	set_sysctl client net.ipv4.tcp_max_tw_buckets=65536
}

# ... nor where one segment brings the ACK of our FIN and a FIN
no_bucket_at_once() {
	set_sysctl client net.ipv4.tcp_max_tw_buckets=0
	start_peer client accept expect FIN,ACK send FIN,ACK expect ACK
	start client connect "${address[peer]}" 44444 close
	expect_edges <<-END
	client rport=44444 owner=actor: $opened_client -close-> FIN_WAIT_1
		-overflow/tw-buckets-> CLOSED
	END
	set_sysctl client net.ipv4.tcp_max_tw_buckets=65536
}

# A new connection's SYN, for which FIN_WAIT_2 makes no room as TIME_WAIT does
syn_in_fin_wait_2() {
	start_peer client accept expect FIN,ACK send ACK \
		await "$dir/step.small" send SYN seq=+100 \
		expect RST,ACK seq=any ack=+101
	start client connect "${address[peer]}" 44444 close
	poll has_state client fin-wait-2
	tell small
	expect_edges <<-END
	client rport=44444 owner=actor: $opened_client $closed_first
		-reset/sent-> CLOSED
	END
}

fin_wait_2_timeout() {
	set_sysctl client net.ipv4.tcp_fin_timeout=2
	serve recv-eof await "$dir/step.gone" close
	close_first
	pass 5
	tell gone
	expect_edges <<-END
	client rport=33333 owner=actor: $opened_client $closed_first
		-timer/fin-wait-2-> CLOSED
	server lport=33333 owner=actor: $opened_server -FIN-> CLOSE_WAIT
		-close-> LAST_ACK -reset/received-> CLOSED
	$listener
	END
	set_sysctl client net.ipv4.tcp_fin_timeout=60
}

# One that is longer than 2MSL begins in the full socket.
fin_wait_2_long_timeout() {
	set_sysctl client net.ipv4.tcp_fin_timeout=90
	serve recv-eof limit 200 await "$dir/step.gone" close
	close_first
	pass 110
	tell gone
	expect_edges <<-END
	client rport=33333 owner=actor: $opened_client $closed_first
		-timer/fin-wait-2-> CLOSED
	server lport=33333 owner=actor: $opened_server -FIN-> CLOSE_WAIT
		-close-> LAST_ACK -reset/received-> CLOSED
	$listener
	END
	set_sysctl client net.ipv4.tcp_fin_timeout=60
}

# With less of it left when the timer comes than 2MSL, it ends there, by a reset.
fin_wait_2_timeout_shortened() {
	set_sysctl client net.ipv4.tcp_fin_timeout=90
	serve recv-eof await "$dir/step.gone" close
	close_first
	set_sysctl client net.ipv4.tcp_fin_timeout=30
	pass 35
	tell gone
	expect_edges <<-END
	client rport=33333 owner=actor: $opened_client $closed_first
		-timer/fin-wait-2-> CLOSED
	server lport=33333 owner=actor: $opened_server -FIN-> CLOSE_WAIT
		-reset/received-> CLOSED
	$listener
	END
	set_sysctl client net.ipv4.tcp_fin_timeout=60
}

late_fin() {
	serve recv-eof await "$dir/step.acked" close
	close_first
	pass 30
	tell acked
	expect_edges <<-END
	client rport=33333 owner=actor: $opened_client $closed_first
		-FIN-> TIME_WAIT -timer/2MSL-> CLOSED
	server lport=33333 owner=actor: $opened_server $closed_second
	$listener
	END
	expect_that 'FIN_WAIT_2 lasted the 30 s, and TIME_WAIT 2MSL' \
		'any(.old == "FIN_WAIT_2" and .dwell_us >= 30000000) and
		 any(.old == "TIME_WAIT" and .dwell_us >= 60000000)'
}

# Its FIN is long enough after the close() that the socket was full till then,
# having been shut down first.
late_fin_of_half_closed() {
	serve recv-eof await "$dir/step.closed" close
	connect shutdown await "$dir/step.acked" close
	poll has_state client fin-wait-2
	tell acked
	wait_for_actor client
	pass 10
	tell closed
	expect_edges <<-END
	client rport=33333 owner=actor: $opened_client -shutdown-> FIN_WAIT_1
		-ACK-> FIN_WAIT_2 -FIN-> TIME_WAIT -timer/2MSL-> CLOSED
	server lport=33333 owner=actor: $opened_server $closed_second
	$listener
	END
}

run_scenarios ended_by_2msl reused_by_syn reused_by_connect reset \
	assassinated last_ack_lost no_bucket no_bucket_for_orphan \
	no_bucket_at_once syn_in_fin_wait_2 fin_wait_2_timeout \
	fin_wait_2_long_timeout fin_wait_2_timeout_shortened late_fin \
	late_fin_of_half_closed

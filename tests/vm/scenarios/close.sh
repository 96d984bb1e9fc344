#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# How connections are closed, or given up by the end that closes.
#
# vm: --icount --timeout 3600

. "${0%/*}/connection.sh"

# Data still flows the other way while the client is in FIN_WAIT_2.
half_closed() {
	serve recv 10 recv-eof await "$dir/step.acked" send 5000 \
		await "$dir/step.received" close
	connect send 10 shutdown recv 5000 touch "$dir/step.received" \
		recv-eof close
	poll has_state client fin-wait-2
	pass 50
	tell acked
	expect_edges <<-END
	client rport=33333 owner=actor: $opened_client -shutdown-> FIN_WAIT_1
		-ACK-> FIN_WAIT_2 -FIN-> TIME_WAIT -timer/2MSL-> CLOSED
	server lport=33333 owner=actor: $opened_server -FIN-> CLOSE_WAIT
		-close-> LAST_ACK -ACK-> CLOSED
	$listener
	END
	expect_that 'both were half closed for the 50 s' \
		'[.[] | select((.old == "FIN_WAIT_2" or .old == "CLOSE_WAIT")
			       and .dwell_us >= 50000000)] | length == 2'
}

shut_down_both_ways() {
	serve recv-eof await "$dir/step.acked" close
	connect shutdown-rdwr await "$dir/step.acked" close
	poll has_state client fin-wait-2
	tell acked
	expect_edges <<-END
	client rport=33333 owner=actor: $opened_client -shutdown-> FIN_WAIT_1
		-ACK-> FIN_WAIT_2 -FIN-> TIME_WAIT -timer/2MSL-> CLOSED
	server lport=33333 owner=actor: $opened_server -FIN-> CLOSE_WAIT
		-close-> LAST_ACK -ACK-> CLOSED
	$listener
	END
}

# What an exit closes, it closes as close() does.
left_to_exit() {
	serve recv-eof await "$dir/step.acked"
	connect sleep 0
	poll has_state client fin-wait-2
	tell acked
	expect_edges <<-END
	client rport=33333 owner=actor: $opened_client -exit-> FIN_WAIT_1
		-ACK-> FIN_WAIT_2 -FIN-> TIME_WAIT -timer/2MSL-> CLOSED
	server lport=33333 owner=actor: $opened_server -FIN-> CLOSE_WAIT
		-exit-> LAST_ACK -ACK-> CLOSED
	$listener
	END
}

unread_data() {
	serve await "$dir/step.sent" close
	connect send 10 touch "$dir/step.sent" fails ECONNRESET recv 1 close
	expect_edges <<-END
	client rport=33333 owner=actor: $opened_client
		-reset/received-> CLOSED
	server lport=33333 owner=actor: $opened_server
		-abort/unread-data-> CLOSED
	$listener
	END
}

unread_data_before_fin() {
	serve await "$dir/step.acked" close
	connect send 10 close
	poll has_state client fin-wait-2
	tell acked
	expect_edges <<-END
	client rport=33333 owner=actor: $opened_client -close-> FIN_WAIT_1
		-ACK-> FIN_WAIT_2 -reset/received-> CLOSED
	server lport=33333 owner=actor: $opened_server -FIN-> CLOSE_WAIT
		-abort/unread-data-> CLOSED
	$listener
	END
}

linger_0() {
	serve fails ECONNRESET recv 1 close
	connect linger0 close
	expect_edges <<-END
	client rport=33333 owner=actor: $opened_client -abort/linger0-> CLOSED
	server lport=33333 owner=actor: $opened_server
		-reset/received-> CLOSED
	$listener
	END
}

# TCP_LINGER2 < 0: no orphan in FIN_WAIT_2, at its close() ...
linger2_at_close() {
	serve recv-eof await "$dir/step.reset" fails EPIPE send 1 close
	connect set linger2 -1 shutdown await "$dir/step.acked" close
	expect_linger2_at_close
}

# ... or when it would come to that
linger2_later() {
	serve recv-eof await "$dir/step.reset" close
	connect set linger2 -1 close touch "$dir/step.closed"
	poll reached closed
	poll at_rest client
	tell reset
	expect_edges <<-END
	client rport=33333 owner=actor: $opened_client -close-> FIN_WAIT_1
		-ACK-> FIN_WAIT_2 -abort/linger2-> CLOSED
	server lport=33333 owner=actor: $opened_server -FIN-> CLOSE_WAIT
		-reset/received-> CLOSED
	$listener
	END
}

# Data for somebody who has closed, in the small socket of FIN_WAIT_2 ...
late_data() {
	serve recv-eof await "$dir/step.acked" send 10 await "$dir/step.reset" \
		close
	connect close
	poll has_state client fin-wait-2
	tell acked
	poll has_count server close-wait 0
	tell reset
	expect_edges <<-END
	client rport=33333 owner=actor: $opened_client -close-> FIN_WAIT_1
		-ACK-> FIN_WAIT_2 -abort/late-data-> CLOSED
	server lport=33333 owner=actor: $opened_server -FIN-> CLOSE_WAIT
		-reset/received-> CLOSED
	$listener
	END
}

# ... before the ACK of the FIN ...
late_data_before_ack() {
	start_peer client accept touch "$dir/step.accepted" expect FIN,ACK \
		send ACK ack=-1 len=10 expect RST seq=-1
	start client connect "${address[peer]}" 44444 \
		await "$dir/step.accepted" close
	expect_edges <<-END
	client rport=44444 owner=actor: $opened_client -close-> FIN_WAIT_1
		-abort/late-data-> CLOSED
	END
}

# ... and with it
late_data_with_ack() {
	start_peer client accept touch "$dir/step.accepted" expect FIN,ACK \
		send ACK len=10 expect RST
	start client connect "${address[peer]}" 44444 \
		await "$dir/step.accepted" close
	expect_edges <<-END
	client rport=44444 owner=actor: $opened_client -close-> FIN_WAIT_1
		-ACK-> FIN_WAIT_2 -abort/late-data-> CLOSED
	END
}

disconnected() {
	serve fails ECONNRESET recv 1 close
	connect disconnect close
	expect_edges <<-END
	client rport=33333 owner=actor: $opened_client -disconnect-> CLOSED
	server lport=33333 owner=actor: $opened_server
		-reset/received-> CLOSED
	$listener
	END
}

# Nobody has accepted it when its listener goes.
never_accepted() {
	start server listen "${address[server]}" 33333 \
		await "$dir/step.connected" close-listener
	poll listens server 33333
	start client connect "${address[server]}" 33333 \
		touch "$dir/step.connected" fails ECONNRESET recv 1 close
	expect_edges <<-END
	client rport=33333 owner=actor: $opened_client
		-reset/received-> CLOSED
	server lport=33333 owner=actor: $opened_server
		-abort/listener-closed-> CLOSED
	listener lport=33333 rport=0 owner=actor: CLOSED -listen-> LISTEN
		-close-> CLOSED
	END
}

listener_shut_down() {
	start server listen "${address[server]}" 33333 shutdown-listener \
		close-listener
	expect_edges <<-END
	listener lport=33333 rport=0 owner=actor: CLOSED -listen-> LISTEN
		-shutdown-> CLOSED
	END
}

# Which system call it is, only those of 64 bits tell.
listener_shut_down_by_32_bits() {
	start server listen "${address[server]}" 33333 shutdown-listener-32 \
		close-listener
	expect_edges <<-END
	listener lport=33333 rport=0 owner=actor: CLOSED -listen-> LISTEN
		-syscall-> CLOSED
	END
}

listener_disconnected() {
	start server listen "${address[server]}" 33333 disconnect-listener \
		close-listener
	expect_edges <<-END
	listener lport=33333 rport=0 owner=actor: CLOSED -listen-> LISTEN
		-disconnect-> CLOSED
	END
}

run_scenarios half_closed shut_down_both_ways left_to_exit unread_data \
	unread_data_before_fin linger_0 linger2_at_close linger2_later \
	late_data late_data_before_ack late_data_with_ack disconnected \
	never_accepted listener_shut_down listener_shut_down_by_32_bits \
	listener_disconnected

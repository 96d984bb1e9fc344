#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The third ACK comes when the accept queue is full: a queue of one, with the
# client in it, whose handshake began later and ended sooner than the peer's.
#
# vm: --icount --timeout 3600

. "${0%/*}/lib.sh"

# overflow ABORT VERB...: with tcp_abort_on_overflow, after the peer's ACK
overflow() {
	set_sysctl server net.ipv4.tcp_abort_on_overflow="$1" \
		net.ipv4.tcp_synack_retries=1
	start server listen "$any" 33333 backlog 0 await "$dir/step.over" \
		accept recv-eof await "$dir/step.acked" close \
		await "$dir/step.last" close-listener
	poll listens server 33333
	start_peer server to 33333 send SYN expect SYN,ACK \
		touch "$dir/step.half" await "$dir/step.full" send ACK "${@:2}"
	poll reached half
	start client connect "${address[server]}" 33333 \
		await "$dir/step.over" close
	poll has_state server established
	tell full
}

finish() {
	tell last
	poll has_count server syn-recv 0
	tell over
	poll has_state client fin-wait-2
	tell acked
}

# expect_all CAUSE: of the end of the peer's request
expect_all() {
	expect_edges <<-END
	client rport=33333 owner=actor: CLOSED -connect-> SYN_SENT
		-SYN,ACK-> ESTABLISHED -close-> FIN_WAIT_1 -ACK-> FIN_WAIT_2
		-FIN-> TIME_WAIT -timer/2MSL-> CLOSED
	server lport=33333 raddr=${address[client]} owner=actor:
		LISTEN -SYN-> SYN_RCVD -ACK-> ESTABLISHED -FIN-> CLOSE_WAIT
		-close-> LAST_ACK -ACK-> CLOSED
	overflown lport=33333 raddr=${address[peer]} owner=actor:
		LISTEN -SYN-> SYN_RCVD -$1-> CLOSED
	listener lport=33333 rport=0 owner=actor: CLOSED -listen-> LISTEN
		-close-> CLOSED
	END
}

# The ACK is ignored; so are those of the SYN-ACKs that are sent again.
ignored() {
	overflow 0 expect SYN,ACK seq=-1 send ACK
	pass 4
	finish
	expect_all timer/synack-retries
}

# The ACK is ignored, and the one after it finds a place.
accepted_later() {
	overflow 0 touch "$dir/step.over" expect SYN,ACK seq=-1 send ACK \
		expect RST,ACK
	poll has_state client fin-wait-2
	tell acked
	pass 4
	poll has_count server established 1
	tell last
	expect_edges <<-END
	client rport=33333 owner=actor: CLOSED -connect-> SYN_SENT
		-SYN,ACK-> ESTABLISHED -close-> FIN_WAIT_1 -ACK-> FIN_WAIT_2
		-FIN-> TIME_WAIT -timer/2MSL-> CLOSED
	server lport=33333 raddr=${address[client]} owner=actor:
		LISTEN -SYN-> SYN_RCVD -ACK-> ESTABLISHED -FIN-> CLOSE_WAIT
		-close-> LAST_ACK -ACK-> CLOSED
	late lport=33333 raddr=${address[peer]} owner=actor:
		LISTEN -SYN-> SYN_RCVD -ACK-> ESTABLISHED
		-abort/listener-closed-> CLOSED
	listener lport=33333 rport=0 owner=actor: CLOSED -listen-> LISTEN
		-close-> CLOSED
	END
}

reset() {
	overflow 1 expect RST
	finish
	expect_all overflow/accept-queue
}

run_scenarios ignored accepted_later reset

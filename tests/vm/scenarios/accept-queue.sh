#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The third ACK comes when the accept queue is full: a queue of two, with two
# clients in it, whose handshakes began later and ended sooner than the peer's. Or
# it is a SYN that comes then.
#
# vm: --icount --timeout 3600

. "${0%/*}/lib.sh"

# overflow ABORT VERB...: with tcp_abort_on_overflow; after the peer's ACK
overflow() {
	set_sysctl server net.ipv4.tcp_abort_on_overflow="$1" \
		net.ipv4.tcp_synack_retries=2
	start server listen "$any" 33333 backlog 1 await "$dir/step.over" \
		accept recv-eof close accept recv-eof close \
		await "$dir/step.last" close-listener
	poll listens server 33333
	start_peer server to 33333 send SYN expect SYN,ACK \
		touch "$dir/step.half" await "$dir/step.full" ignore-again \
		send ACK "${@:2}"
	poll reached half
	start client fork '{' connect "${address[server]}" 33333 \
			await "$dir/step.over" close '}' \
		await "$dir/step.second" connect "${address[server]}" 33333 \
		await "$dir/step.over" close join
	# With both their SYNs and the peer's, the second is sent a cookie.
	poll has_count server established 1
	tell second
	poll has_count server established 2
	tell full
}

# expect_stories REST: of the peer's request, from SYN_RCVD on
expect_stories() {
	expect_edges <<-END
	client x2 rport=33333 owner=actor: CLOSED -connect-> SYN_SENT
		-SYN,ACK-> ESTABLISHED -close-> FIN_WAIT_1 ... TIME_WAIT
		-timer/2MSL-> CLOSED
	server x2 lport=33333 raddr=${address[client]} owner=actor: LISTEN
		-SYN-> SYN_RCVD -ACK-> ESTABLISHED -FIN-> CLOSE_WAIT
		-close-> LAST_ACK -ACK-> CLOSED
	peer lport=33333 raddr=${address[peer]} owner=actor: LISTEN
		-SYN-> SYN_RCVD $1
	listener lport=33333 rport=0 owner=actor: CLOSED -listen-> LISTEN
		-close-> CLOSED
	END
}

# The ACK is ignored, and the SYN-ACK sent again till the retries end.
ignored() {
	overflow 0
	pass 8
	poll has_count server syn-recv 0
	tell over
	tell last
	expect_stories '-overflow/accept-queue-> CLOSED'
}

# The ACK of the SYN-ACK that is sent again finds a place.
accepted_later() {
	overflow 0 touch "$dir/step.over" await "$dir/step.room" \
		silent 2500 send ACK expect RST,ACK
	poll has_count client established 0
	tell room
	pass 4
	poll has_count server established 1
	tell last
	expect_stories '-ACK-> ESTABLISHED -abort/listener-closed-> CLOSED'
}

reset() {
	overflow 1 expect RST touch "$dir/step.over"
	tell last
	expect_stories '-overflow/accept-queue-> CLOSED'
}

overflows() {
	ip netns exec server nstat -asz TcpExtListenOverflows |
		awk '/^Tcp/ { print $2 }'
}

# (for poll)
has_overflown() {
	(($(overflows) > $1))
}

# It is dropped, and finds a place when it is sent again.
syn_dropped() {
	local before

	before=$(overflows)
	start server listen "$any" 33333 backlog 1 await "$dir/step.room" \
		accept recv-eof close accept recv-eof close \
		accept recv-eof close close-listener
	poll listens server 33333
	start client fork '{' connect "${address[server]}" 33333 \
			await "$dir/step.over" close '}' \
		fork '{' connect "${address[server]}" 33333 \
			await "$dir/step.over" close '}' \
		await "$dir/step.full" connect "${address[server]}" 33333 \
		await "$dir/step.over" close join join
	poll has_count server established 2
	tell full
	poll has_overflown "$before"
	tell room
	poll has_count client established 3
	tell over
	expect_edges <<-END
	client x3 rport=33333 owner=actor: CLOSED -connect-> SYN_SENT
		-SYN,ACK-> ESTABLISHED -close-> FIN_WAIT_1 ... TIME_WAIT
		-timer/2MSL-> CLOSED
	server x3 lport=33333 raddr=${address[client]} owner=actor: LISTEN
		-SYN-> SYN_RCVD -ACK-> ESTABLISHED -FIN-> CLOSE_WAIT
		-close-> LAST_ACK -ACK-> CLOSED
	listener lport=33333 rport=0 owner=actor: CLOSED -listen-> LISTEN
		-close-> CLOSED
	END
	expect_that 'the listener has a note of that SYN' '
		map(select(.what == "queue-full")) as $notes |
		map(select(.old == "SYN_SENT")) as $clients |
		($notes | length > 0) and all($notes[];
			.detail == "accept-queue" and .lport == 33333 and
			.rport == $clients[-1].lport and
			.raddr == $clients[-1].laddr) and
		([$notes[].conn] | unique) ==
			[.[] | select(.new == "LISTEN").conn]'
}

run_scenarios syn_dropped ignored accepted_later reset

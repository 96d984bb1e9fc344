#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# SYN_RCVD from the SYN on: what becomes of a request for a connection.
#
# vm: --icount --timeout 3600

. "${0%/*}/lib.sh"

listener='listener lport=33333 rport=0 owner=actor: CLOSED -listen-> LISTEN
	-close-> CLOSED'

# listen_till STEP [VERB...]: and close then, at a server that does that first
listen_till() {
	set_sysctl server net.ipv4.tcp_synack_retries=1
	start server listen "$any" 33333 "${@:2}" await "$dir/step.$1" \
		close-listener
	poll listens server 33333
}

# The request's cookie, by ss, to $cookie
look_up_request() {
	cookie=$(ss -N server -Htane state syn-recv)
	[[ $cookie == *sk:* ]] || fail "no cookie: $cookie"
	cookie=${cookie#*sk:} cookie=${cookie%% *}
}

# The client is satisfied with the SYN-ACK, while the server gets no ACK.
third_ack_lost() {
	lose server 0x10 0x17
	listen_till gone
	start client connect "${address[server]}" 33333 \
		await "$dir/step.gone" close
	poll has_state server syn-recv
	poll has_state client established
	look_up_request
	pass 4
	poll has_count server syn-recv 0
	lose_no_more server
	tell gone
	expect_edges <<-END
	client rport=33333 owner=actor: CLOSED -connect-> SYN_SENT
		-SYN,ACK-> ESTABLISHED -close-> FIN_WAIT_1
		-reset/received-> CLOSED
	server lport=33333 owner=actor: LISTEN -SYN-> SYN_RCVD
		-timer/synack-retries-> CLOSED
	$listener
	END
	expect_that "all that time it was the socket that ss shows as $cookie" \
		'any(.old == "SYN_RCVD" and .conn == $cookie and
		     .dwell_us >= 3000000)' --arg cookie "$cookie"
	expect_that 'its SYN-ACK was sent twice, and that counted once' \
		'any(.old == "SYN_RCVD" and .retrans == 1) and
		 (map(select(.type == "segment" and .dir == "out" and
			     .flags == "SYN,ACK" and .conn == $cookie)) |
		  length == 2)' --arg cookie "$cookie"
}

third_ack_late() {
	listen_till gone accept
	start_peer server to 33333 send SYN expect SYN,ACK \
		touch "$dir/step.syn" expect SYN,ACK seq=-1 send ACK \
		expect FIN,ACK send RST
	poll reached syn
	pass 2
	poll has_state server established
	tell gone
	expect_edges <<-END
	server lport=33333 owner=actor: LISTEN -SYN-> SYN_RCVD -ACK-> ESTABLISHED
		-exit-> FIN_WAIT_1 -reset/received-> CLOSED
	$listener
	END
}

# The SYN was one that had been under way for long: its sender knows nothing
# of it any more.
old_duplicate_syn() {
	listen_till gone
	start_peer server to 33333 send SYN expect SYN,ACK send RST \
		touch "$dir/step.gone"
	expect_edges <<-END
	server lport=33333 owner=actor: LISTEN -SYN-> SYN_RCVD
		-reset/received-> CLOSED
	$listener
	END
}

# A second SYN of the same sender, which the first one's SYN-ACK answers again
repeated_syn() {
	listen_till gone
	start_peer server to 33333 send SYN expect SYN,ACK send SYN seq=-1 \
		expect SYN,ACK seq=-1 send RST touch "$dir/step.gone"
	expect_edges <<-END
	server lport=33333 owner=actor: LISTEN -SYN-> SYN_RCVD
		-reset/received-> CLOSED
	$listener
	END
}

# A SYN in the window of the request, which no end of a connection sends: the
# kernel answers it with a reset, and drops the request.
syn_in_window() {
	listen_till gone
	start_peer server to 33333 send SYN expect SYN,ACK send SYN seq=+100 \
		expect RST,ACK seq=any ack=+101 touch "$dir/step.gone"
	expect_edges <<-END
	server lport=33333 owner=actor: LISTEN -SYN-> SYN_RCVD
		-reset/sent-> CLOSED
	$listener
	END
}

# expect_answer FLAGS: it was sent, and nothing in the name of the listener
expect_answer() {
	expect_that "its answer was $1, and no listener's" \
		'(map(select(.new == "LISTEN").conn)) as $listeners |
		 map(select(.type == "segment" and .dir == "out")) |
		 any(.flags == $flags) and
		 all(.conn as $conn | $listeners | index($conn) | not)' \
		--arg flags "$1"
}

# Neither an ACK beyond the window nor one of what was never sent ends a request.
wrong_acks() {
	listen_till gone
	start_peer server to 33333 send SYN expect SYN,ACK \
		send ACK seq=+100000 expect ACK send ACK ack=+5 expect RST seq=+5 \
		send RST touch "$dir/step.gone"
	expect_edges <<-END
	server lport=33333 owner=actor: LISTEN -SYN-> SYN_RCVD
		-reset/received-> CLOSED
	$listener
	END
	expect_answer ACK
	expect_answer RST
}

# The SYN-ACK cannot be delivered; the SYN that came last is not to blame.
undeliverable() {
	local type=3 code=1

	((family == 4)) || type=1 code=4
	listen_till gone
	start_peer server to 33333 send SYN expect SYN,ACK send SYN seq=-1 \
		expect SYN,ACK seq=-1 icmp $type $code touch "$dir/step.gone"
	expect_edges <<-END
	server lport=33333 owner=actor: LISTEN -SYN-> SYN_RCVD -icmp-> CLOSED
	$listener
	END
}

# Nobody waits for it any more when the SYN-ACK would be sent again.
listener_closed() {
	listen_till asked
	start_peer server to 33333 send SYN expect SYN,ACK \
		touch "$dir/step.asked"
	poll reached asked
	pass 4
	expect_edges <<-END
	server lport=33333 owner=actor: LISTEN -SYN-> SYN_RCVD
		-abort/listener-closed-> CLOSED
	$listener
	END
}

# With TCP_DEFER_ACCEPT, the third ACK is not enough; the data is.
deferred() {
	listen_till gone set-listener defer-accept 3 accept recv 10
	start_peer server to 33333 connect send ACK len=10 expect ACK \
		touch "$dir/step.gone" expect FIN,ACK send RST
	expect_edges <<-END
	server lport=33333 owner=actor: LISTEN -SYN-> SYN_RCVD -ACK-> ESTABLISHED
		-exit-> FIN_WAIT_1 -reset/received-> CLOSED
	$listener
	END
}

run_scenarios third_ack_lost third_ack_late old_duplicate_syn repeated_syn \
	syn_in_window wrong_acks undeliverable listener_closed deferred

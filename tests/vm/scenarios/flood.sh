#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# 2,000 SYNs from addresses that are made up, so that nobody answers. Few find
# a place in the listener's queue; with SYN cookies, the others are answered
# all the same, and whoever answers that has a connection.
#
# vm: --icount --timeout 3600

. "${0%/*}/lib.sh"

# flood COOKIES: and count the requests there are then, to $requests, each of which
# is given up after 15 s: a flood takes longer where the kernel checks itself.
flood() {
	set_sysctl server net.ipv4.tcp_syncookies="$1" \
		net.ipv4.tcp_max_syn_backlog=128 net.ipv4.tcp_synack_retries=3
	start server listen "$any" 33333 backlog 128 await "$dir/step.flooded" \
		"${@:2}" close-listener
	poll listens server 33333
	start_peer server to 33333 flood 2000 touch "$dir/step.sent"
	poll reached sent
	requests=$(ss -N server -Htan state syn-recv | wc -l)
	((requests > 0 && requests < 2000)) || fail "$requests requests"
}

# expect_full COUNT: so many SYNs found the listener's queue full.
expect_full() {
	expect_that "$1 SYNs found the queue full" '
		map(select(.what == "queue-full")) |
		length == $count and all(.[]; .detail == "syn-queue" and
			.lport == 33333 and .rport > 0 and .owner.comm == "actor") and
		(map(.conn) | unique | length == 1)' --argjson count "$1"
}

without_cookies() {
	flood 0
	pass 20
	poll has_count server syn-recv 0
	tell flooded
	expect_edges <<-END
	flooded x$requests lport=33333 owner=actor: LISTEN -SYN-> SYN_RCVD
		-timer/synack-retries-> CLOSED
	listener lport=33333 rport=0 owner=actor: CLOSED -listen-> LISTEN
		-close-> CLOSED
	END
	expect_full $((2000 - requests))
}

with_cookies() {
	flood 1 accept recv-eof close
	start client connect "${address[server]}" 33333 await "$dir/step.open" \
		close
	poll has_state client established
	tell open
	poll has_state client fin-wait-2
	pass 20
	poll has_count server syn-recv 0
	tell flooded
	expect_edges <<-END
	flooded x$requests lport=33333 owner=actor: LISTEN -SYN-> SYN_RCVD
		-timer/synack-retries-> CLOSED
	client rport=33333 owner=actor: CLOSED -connect-> SYN_SENT
		-SYN,ACK-> ESTABLISHED -close-> FIN_WAIT_1 -ACK-> FIN_WAIT_2
		-FIN-> TIME_WAIT -timer/2MSL-> CLOSED
	server lport=33333 owner=actor: LISTEN -syncookie-> SYN_RCVD
		-ACK-> ESTABLISHED -FIN-> CLOSE_WAIT -close-> LAST_ACK
		-ACK-> CLOSED
	listener lport=33333 rport=0 owner=actor: CLOSED -listen-> LISTEN
		-close-> CLOSED
	END
	expect_full $((2001 - requests))
}

# Cookies for everybody, and no queue at all
only_cookies() {
	set_sysctl server net.ipv4.tcp_syncookies=2
	connect_and_close
	set_sysctl server net.ipv4.tcp_syncookies=1
	expect_edges <<-END
	client rport=33333 owner=actor: CLOSED -connect-> SYN_SENT
		-SYN,ACK-> ESTABLISHED -close-> FIN_WAIT_1 -ACK-> FIN_WAIT_2
		-FIN-> TIME_WAIT -timer/2MSL-> CLOSED
	server lport=33333 owner=actor: LISTEN -syncookie-> SYN_RCVD
		-ACK-> ESTABLISHED -FIN-> CLOSE_WAIT -close-> LAST_ACK
		-ACK-> CLOSED
	listener lport=33333 rport=0 owner=actor: CLOSED -listen-> LISTEN
		-exit-> CLOSED
	END
	expect_that 'no queue was full' 'all(.[]; .what != "queue-full")'
}

run_scenarios without_cookies with_cookies only_cookies

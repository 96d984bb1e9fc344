#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Connections of other kinds: Fast Open, IPv4 by sockets of IPv6, several
# listeners at one port, sockets of the kernel.
#
# vm: --icount --timeout 3600

. "${0%/*}/connection.sh"

fast_opened_server='LISTEN -fastopen-> SYN_RCVD -ACK-> ESTABLISHED'

# serve_fast_open VERB...: the server, of several connections
serve_fast_open() {
	set_sysctl server net.ipv4.tcp_fastopen=3
	start server open-listener "$family" set-listener fastopen 5 \
		listen "${address[server]}" 33333 "$@"
	poll listens server 33333
}

# The first connection brings the client a cookie, unless it has one, with which
# the second one's SYN brings data.
fast_open() {
	# It is an error if there is none.
	ip -n client tcp_metrics flush "${address[server]}" || true
	serve_fast_open accept touch "$dir/step.accepted" recv 10 recv-eof \
		await "$dir/step.acked" close \
		accept touch "$dir/step.again" recv 10 recv-eof \
		await "$dir/step.acked-again" close
	start client connect-send "${address[server]}" 33333 10 \
		await "$dir/step.accepted" close await "$dir/step.closed" \
		connect-send "${address[server]}" 33333 10 \
		await "$dir/step.again" close
	poll has_state client fin-wait-2
	tell acked
	poll has_state client time-wait
	tell closed
	poll has_state client fin-wait-2
	tell acked-again
	expect_edges <<-END
	client x2 rport=33333 owner=actor: $opened_client $closed_first
		-FIN-> TIME_WAIT -timer/2MSL-> CLOSED
	first lport=33333 owner=actor: $opened_server $closed_second
	second lport=33333 owner=actor: $fast_opened_server $closed_second
	$listener
	END
}

# By connect(), which does nothing then, and send(). Has the cookie of before.
fast_open_by_send() {
	serve_fast_open accept touch "$dir/step.accepted" recv 10 recv-eof \
		await "$dir/step.acked" close
	start client open "$family" set fastopen-connect 1 \
		connect "${address[server]}" 33333 send 10 \
		await "$dir/step.accepted" close
	poll has_state client fin-wait-2
	tell acked
	expect_edges <<-END
	client rport=33333 owner=actor: $opened_client $closed_first
		-FIN-> TIME_WAIT -timer/2MSL-> CLOSED
	server lport=33333 owner=actor: $fast_opened_server $closed_second
	$listener
	END
}

# Without cookies, for a peer that has none
serve_fast_open_to_peer() {
	serve_fast_open "$@"
	set_sysctl server net.ipv4.tcp_fastopen=0x203
}

# The server is done before the third ACK. In the backlog, that and the FIN would be
# made one segment.
fast_open_closed_in_syn_rcvd() {
	address[server]=${address[near]}
	serve_fast_open_to_peer accept recv 10 close
	start_peer server to 33333 send SYN len=10 expect SYN,ACK \
		expect FIN,ACK send ACK await "$dir/step.acked" \
		send FIN,ACK expect ACK
	poll has_state server fin-wait-2
	tell acked
	expect_edges <<-END
	server lport=33333 owner=actor: LISTEN -fastopen-> SYN_RCVD
		$closed_first -FIN-> TIME_WAIT -timer/2MSL-> CLOSED
	$listener
	END
}

fast_open_reset_in_syn_rcvd() {
	address[server]=${address[near]}
	serve_fast_open_to_peer accept recv 10 fails ECONNRESET recv 1
	start_peer server to 33333 send SYN len=10 expect SYN,ACK send RST
	expect_edges <<-END
	server lport=33333 owner=actor: LISTEN -fastopen-> SYN_RCVD
		-reset/received-> CLOSED
	$listener
	END
}

# Neither the third ACK nor anything else comes ...
fast_open_never_acknowledged() {
	address[server]=${address[near]}
	set_sysctl server net.ipv4.tcp_synack_retries=1
	serve_fast_open_to_peer accept recv 10 fails ETIMEDOUT recv 1
	start_peer server to 33333 send SYN len=10 expect SYN,ACK \
		touch "$dir/step.half" expect SYN,ACK seq=any \
		expect SYN,ACK seq=any
	poll reached half
	pass 8
	expect_edges <<-END
	server lport=33333 owner=actor: LISTEN -fastopen-> SYN_RCVD
		-timer/synack-retries-> CLOSED
	$listener
	END
	set_sysctl server net.ipv4.tcp_synack_retries=5
}

# ... nor after the server has closed: it is the SYN-ACK that is sent again.
fast_open_closed_and_never_acknowledged() {
	address[server]=${address[near]}
	set_sysctl server net.ipv4.tcp_synack_retries=1
	serve_fast_open_to_peer accept recv 10 close
	start_peer server to 33333 send SYN len=10 expect SYN,ACK \
		expect FIN,ACK touch "$dir/step.half" \
		expect SYN,ACK seq=any expect SYN,ACK seq=any
	poll reached half
	pass 8
	expect_edges <<-END
	server lport=33333 owner=actor: LISTEN -fastopen-> SYN_RCVD
		-close-> FIN_WAIT_1 -timer/synack-retries-> CLOSED
	$listener
	END
	set_sysctl server net.ipv4.tcp_synack_retries=5
}

# A server that listens at ::, and a client of either family
mapped() {
	local to=10.9.0.2

	((family == 4)) || to=::ffff:$to
	address[server]=::
	serve recv-eof await "$dir/step.acked" close
	address[server]=$to
	connect close
	poll has_state client fin-wait-2
	tell acked
	expect_edges <<-END
	client family=$family raddr=10.9.0.2 rport=33333 owner=actor: $opened_client
		$closed_first -FIN-> TIME_WAIT -timer/2MSL-> CLOSED
	server family=6 laddr=::ffff:10.9.0.2 raddr=::ffff:10.9.0.1 owner=actor: $opened_server
		$closed_second
	listener family=6 laddr=:: lport=33333 rport=0 owner=actor: CLOSED
		-listen-> LISTEN -exit-> CLOSED
	END
}

# start_sharer NAME: a server that accepts and closes till it is killed
start_sharer() {
	local verbs=()

	while ((${#verbs[@]} < 2 * 16)); do
		verbs+=(accept close)
	done
	ip netns exec server "$actor" open-listener "$family" \
		set-listener reuseport 1 listen "${address[server]}" 33333 \
		"${verbs[@]}" await "$dir/step.never" >"$dir/$1.log" 2>&1 &
	pid[$1]=$!
}

two_listen() {
	(($(ss -N server -Htln 'sport = 33333' | wc -l) == 2))
}

# Two servers at one port, each with some of the connections
shared_port() {
	local verbs=() one two

	start_sharer one
	start_sharer two
	one=${pid[one]} two=${pid[two]}
	poll two_listen
	while ((${#verbs[@]} < 16 * 5)); do
		verbs+=(connect "${address[server]}" 33333 recv-eof close)
	done
	start client "${verbs[@]}"
	wait_for_actor client
	kill "$one" "$two"
	expect_killed one
	expect_killed two
	expect_edges <<-END
	client x16 rport=33333 owner=actor: $opened_client $closed_second
	server x16 lport=33333 owner=actor: $opened_server
		-close-> FIN_WAIT_1 ... TIME_WAIT -timer/2MSL-> CLOSED
	one lport=33333 rport=0 owner=actor pid=$one: CLOSED -listen-> LISTEN
		-exit-> CLOSED
	two lport=33333 rport=0 owner=actor pid=$two: CLOSED -listen-> LISTEN
		-exit-> CLOSED
	END
	expect_that 'each connection has one owner from the SYN on, of both' \
		'map(select(.type == "transition" and .lport == 33333 and
			    .rport != 0)) | group_by(.conn) |
		 map(map(.owner.pid) | unique) | unique ==
		 ([[$one], [$two]] | sort)' \
		--argjson one "$one" --argjson two "$two"
}

# The kernel's own, which a mount of SMB opens: nobody listens.
kernel_socket() {
	mount_smb 33333
	expect_edges <<-END
	client rport=33333 kernel owner=kernel: CLOSED -connect-> SYN_SENT
		-reset/received-> CLOSED
	server lport=33333: none
	END
}

run_scenarios fast_open fast_open_by_send fast_open_closed_in_syn_rcvd \
	fast_open_reset_in_syn_rcvd fast_open_never_acknowledged \
	fast_open_closed_and_never_acknowledged mapped shared_port kernel_socket

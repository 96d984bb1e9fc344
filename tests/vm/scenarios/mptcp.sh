#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Subflows of MPTCP are connections of TCP, opened and closed by the kernel.
#
# vm: --icount --timeout 3600

. "${0%/*}/connection.sh"

if [[ ! -e /proc/sys/net/mptcp ]]; then
	echo 'this kernel has no MPTCP'
	exit 77
fi

# A second address at each end, of which a second subflow makes use
prepare_mptcp() {
	second=10.9.1.1
	((family == 4)) || second=fd00:9:1::1
	ip -n client addr replace 10.9.1.1/24 dev veth
	ip -n client addr replace fd00:9:1::1/64 dev veth nodad
	ip -n server addr replace 10.9.1.2/24 dev veth
	ip -n server addr replace fd00:9:1::2/64 dev veth nodad
	ip -n client mptcp limits set subflow 2
	ip -n server mptcp limits set subflow 2
	ip -n client mptcp endpoint flush
	ip -n client mptcp endpoint add "$second" subflow
}

# serve_mptcp VERB...: as serve() does, by MPTCP
serve_mptcp() {
	start server open-listener "mptcp$family" \
		listen "${address[server]}" 33333 accept \
		touch "$dir/step.accepted" "$@"
	poll listens server 33333
}

run_mptcp() {
	serve_mptcp recv 10 recv-eof await "$dir/step.joined" close
	start client open "mptcp$family" connect "${address[server]}" 33333 \
		await "$dir/step.accepted" send 10 await "$dir/step.joined" \
		close
	poll has_count server established 2
	tell joined
}

# That of who closes first
closed='-shutdown-> FIN_WAIT_1 ... TIME_WAIT -timer/2MSL-> CLOSED'

# Both are shut down by MPTCP, after the ends have agreed on the end of data: by
# its workers, whose FINs may cross. And the second one is opened by a worker of
# the kernel, not by a process.
two_subflows() {
	prepare_mptcp
	run_mptcp
	expect_edges <<-END
	first laddr=${address[client]} rport=33333 mptcp owner=actor: $opened_client
		$closed
	second laddr=$second rport=33333 mptcp owner=none: $opened_client
		$closed
	server x2 lport=33333 mptcp owner=actor: $opened_server ...
		-ACK|timer/2MSL-> CLOSED
	listener lport=33333 rport=0 mptcp owner=actor: CLOSED -listen-> LISTEN
		-exit-> CLOSED
	END
}

# The server wants no second subflow: that is reset when its handshake is over.
refused_subflow() {
	prepare_mptcp
	ip -n server mptcp limits set subflow 0
	serve_mptcp recv 10 recv-eof close
	start client open "mptcp$family" connect "${address[server]}" 33333 \
		await "$dir/step.accepted" send 10 await "$dir/step.refused" \
		close
	poll reached accepted
	pass 1
	tell refused
	expect_edges <<-END
	first laddr=${address[client]} rport=33333 mptcp owner=actor: $opened_client
		$closed
	second laddr=$second rport=33333 mptcp owner=none: $opened_client
		-reset/received-> CLOSED
	server lport=33333 raddr=${address[client]} mptcp owner=actor: $opened_server ...
		-ACK|timer/2MSL-> CLOSED
	refused lport=33333 raddr=$second mptcp owner=actor: LISTEN
		-SYN-> SYN_RCVD -abort/mptcp-> CLOSED
	listener lport=33333 rport=0 mptcp owner=actor: CLOSED -listen-> LISTEN
		-exit-> CLOSED
	END
}

# The client knows nothing of MPTCP.
plain_client() {
	serve_mptcp recv-eof await "$dir/step.acked" close
	close_first
	tell acked
	expect_edges <<-END
	client rport=33333 owner=actor: $opened_client $closed_first
		-FIN-> TIME_WAIT -timer/2MSL-> CLOSED
	server lport=33333 owner=actor: $opened_server $closed_second
	listener lport=33333 rport=0 mptcp owner=actor: CLOSED -listen-> LISTEN
		-exit-> CLOSED
	END
	expect_that 'no socket is ever called one of the kernel' \
		'all(.kernel | not)'
}

run_scenarios two_subflows refused_subflow plain_client

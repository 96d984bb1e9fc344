#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Sockets that `ss -K` destroys, in many states.
#
# vm: --icount --timeout 3600

. "${0%/*}/connection.sh"

# destroy NS STATE
destroy() {
	ss -N "$1" -K -Htn state "$2" >"$dir/destroyed"
	[[ -s $dir/destroyed ]] || fail "ss -K found nothing in $2"
}

destroyed_listener() {
	start server listen "${address[server]}" 33333 fails EINVAL accept
	poll listens server 33333
	destroy server listening
	expect_edges <<-END
	listener lport=33333 owner=actor: CLOSED -listen-> LISTEN
		-abort/destroyed-> CLOSED
	END
}

destroyed_syn_sent() {
	start_peer client drop SYN expect RST
	start client fails ECONNABORTED connect "${address[peer]}" 44444
	poll has_state client syn-sent
	destroy client syn-sent
	kill "${pid[peer]}"
	unset "pid[peer]"
	expect_edges <<-END
	client rport=44444 owner=actor: CLOSED -connect-> SYN_SENT
		-abort/destroyed-> CLOSED
	END
}

# The third ACK does not come in, nor does the client know.
destroyed_syn_rcvd() {
	start server listen "${address[server]}" 33333 await "$dir/step.end"
	poll listens server 33333
	lose server 0x10 0x17
	start client connect "${address[server]}" 33333 \
		await "$dir/step.destroyed" close
	poll has_state server syn-recv
	destroy server syn-recv
	lose_no_more server
	tell destroyed
	poll at_rest client
	tell end
	expect_edges <<-END
	client rport=33333 owner=actor: $opened_client -close-> FIN_WAIT_1
		-reset/received-> CLOSED
	server lport=33333 owner=actor: LISTEN -SYN-> SYN_RCVD
		-abort/destroyed-> CLOSED
	$listener
	END
}

destroyed_established() {
	serve fails ECONNRESET recv 1 close
	connect touch "$dir/step.ready" fails ECONNABORTED recv 1 close
	poll reached ready
	destroy client established
	expect_edges <<-END
	client rport=33333 owner=actor: $opened_client
		-abort/destroyed-> CLOSED
	server lport=33333 owner=actor: $opened_server
		-reset/received-> CLOSED
	$listener
	END
}

# The other end is FIN_WAIT_2 in a small socket, which the RST finds.
destroyed_close_wait() {
	serve recv-eof await "$dir/step.destroyed" close
	close_first
	destroy server close-wait
	tell destroyed
	expect_edges <<-END
	client rport=33333 owner=actor: $opened_client $closed_first
		-reset/received-> CLOSED
	server lport=33333 owner=actor: $opened_server -FIN-> CLOSE_WAIT
		-abort/destroyed-> CLOSED
	$listener
	END
}

run_scenarios destroyed_listener destroyed_syn_sent destroyed_syn_rcvd \
	destroyed_established destroyed_close_wait

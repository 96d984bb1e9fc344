#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Connections by a link with 200 ms of delay and 10 % of loss each way.
#
# vm: --icount --timeout 3600

. "${0%/*}/connection.sh"

connections=10

# The server listens until the last connection is closed. How long that takes is
# chance; besides, much time goes by while the client's program is being read.
pass_until_closed() {
	local tries=60

	while ((tries--)) && ! at_rest server; do
		pass 10
	done
}

# What is lost is chance: so the client's FIN may be answered by an ACK first,
# and the last ACK may be lost; there is no other choice.
lossy() {
	local server=(listen "${address[server]}" 33333) client=() i

	for ((i = 0; i < connections; i++)); do
		server+=(accept recv 3000 send 3000 recv-eof close)
		client+=(connect "${address[server]}" 33333 send 3000 recv 3000
			 close)
	done
	resolve_neighbours
	impair client delay 200ms loss 10%
	impair server delay 200ms loss 10%
	start server limit 0 "${server[@]}"
	poll listens server 33333
	start client limit 0 "${client[@]}"
	pass_until_closed
	wait_for_actor client
	wait_for_actor server
	repair client
	repair server
	expect_edges <<-END
	client x$connections rport=33333 owner=actor: $opened_client
		-close-> FIN_WAIT_1 ... TIME_WAIT -timer/2MSL-> CLOSED
	server x$connections lport=33333 owner=actor: $opened_server
		$closed_second
	$listener
	END
	expect_that 'each handshake takes one round trip at least' \
		'[.[] | select(.old == "SYN_SENT" or .old == "SYN_RCVD")] |
		 length == 2 * $count and all(.dwell_us >= 400000)' \
		--argjson count $connections
	expect_that 'something was retransmitted' \
		'any(.type == "transition" and .retrans > 0)'
}

run_scenarios lossy

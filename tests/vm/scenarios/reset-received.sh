#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A reset arrives in every synchronized state. Of SYN_RCVD, see half-open.sh
# and simultaneous.sh; of SYN_SENT, open.sh.
#
# vm: --icount --timeout 3600

. "${0%/*}/lib.sh"

opened='CLOSED -connect-> SYN_SENT -SYN,ACK-> ESTABLISHED'

# run PEER... -- ACTOR...: both have a connection, and then do that
run() {
	local mine=()

	while [[ $1 != -- ]]; do
		mine+=("$1")
		shift
	done
	start_peer client accept await "$dir/step.connected" "${mine[@]}"
	start client connect "${address[peer]}" 44444 \
		touch "$dir/step.connected" "${@:2}"
}

# expect_reset CHAIN: to what was opened
expect_reset() {
	expect_edges <<-END
	client rport=44444 owner=actor: $opened $1
	END
}

in_established() {
	run send RST -- fails ECONNRESET recv 1 close
	expect_reset '-reset/received-> CLOSED'
	expect_error ECONNRESET
}

in_fin_wait_1() {
	run expect FIN,ACK send RST -- close
	expect_reset '-close-> FIN_WAIT_1 -reset/received-> CLOSED'
}

# Still a process's ...
in_fin_wait_2() {
	run expect FIN,ACK send ACK await "$dir/step.there" send RST -- \
		shutdown fails ECONNRESET recv 1 close
	poll has_state client fin-wait-2
	tell there
	expect_reset '-shutdown-> FIN_WAIT_1 -ACK-> FIN_WAIT_2
		-reset/received-> CLOSED'
}

# ... or nobody's: a small socket
in_fin_wait_2_orphaned() {
	run expect FIN,ACK send ACK await "$dir/step.there" send RST -- close
	poll has_state client fin-wait-2
	tell there
	expect_reset '-close-> FIN_WAIT_1 -ACK-> FIN_WAIT_2
		-reset/received-> CLOSED'
}

in_close_wait() {
	run send FIN,ACK expect ACK send RST touch "$dir/step.reset" -- \
		recv-eof await "$dir/step.reset" close
	expect_reset '-FIN-> CLOSE_WAIT -reset/received-> CLOSED'
}

# It may send its FIN again before the reset.
in_closing() {
	run expect FIN,ACK send FIN,ACK ack=-1 expect ACK ignore-again \
		await "$dir/step.there" send RST -- close
	poll has_state client closing
	tell there
	expect_reset '-close-> FIN_WAIT_1 -FIN-> CLOSING
		-reset/received-> CLOSED'
}

in_last_ack() {
	run send FIN,ACK expect ACK touch "$dir/step.acked" expect FIN,ACK \
		send RST -- recv-eof await "$dir/step.acked" close
	expect_reset '-FIN-> CLOSE_WAIT -close-> LAST_ACK
		-reset/received-> CLOSED'
}

# "TIME_WAIT assassination", which tcp_rfc1337 would forbid.  The ACK leaves before the
# socket is in TIME_WAIT.
in_time_wait() {
	run expect FIN,ACK send FIN,ACK expect ACK await "$dir/step.there" \
		send RST -- close
	poll has_state client time-wait
	tell there
	expect_reset '-close-> FIN_WAIT_1 -FIN,ACK-> TIME_WAIT
		-reset/received-> CLOSED'
}

# In the window, but not the next number: the kernel asks again, and the reset
# that answers is right.
after_a_challenge() {
	run send RST seq=+100 expect ACK send RST -- \
		fails ECONNRESET recv 1 close
	expect_reset '-reset/received-> CLOSED'
}

# A SYN that no end of a connection sends: the kernel asks, likewise.
after_a_late_syn() {
	run send SYN seq=+100 expect ACK send RST -- \
		fails ECONNRESET recv 1 close
	expect_reset '-reset/received-> CLOSED'
}

run_scenarios in_established in_fin_wait_1 in_fin_wait_2 \
	in_fin_wait_2_orphaned in_close_wait in_closing in_last_ack \
	in_time_wait after_a_challenge after_a_late_syn

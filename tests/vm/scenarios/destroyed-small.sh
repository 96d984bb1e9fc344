#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Small sockets, of FIN_WAIT_2 and TIME_WAIT, that `ss -K` destroys, on a kernel
# that lets it.
#
# vm: --icount --timeout 3600

. "${0%/*}/connection.sh"

# destroy_small STATE: the client's
destroy_small() {
	ss -N client -K -Htn state "$1" >"$dir/destroyed"
	[[ ! -s $dir/destroyed ]] || return 0
	has_state client "$1" || fail "ss -K found nothing in $1"
	echo 'this kernel does not destroy small sockets'
	exit 77
}

# No RST here: the small socket has none to send.
destroyed_fin_wait_2() {
	serve recv-eof await "$dir/step.destroyed" close
	close_first
	destroy_small fin-wait-2
	tell destroyed
	expect_edges <<-END
	client rport=33333 owner=actor: $opened_client $closed_first
		-abort/destroyed-> CLOSED
	server lport=33333 owner=actor: $opened_server -FIN-> CLOSE_WAIT
		-close-> LAST_ACK -reset/received-> CLOSED
	$listener
	END
}

destroyed_time_wait() {
	serve recv-eof await "$dir/step.acked" close
	close_first
	tell acked
	poll has_state client time-wait
	destroy_small time-wait
	expect_edges <<-END
	client rport=33333 owner=actor: $opened_client $closed_first
		-FIN-> TIME_WAIT -abort/destroyed-> CLOSED
	server lport=33333 owner=actor: $opened_server $closed_second
	$listener
	END
}

run_scenarios destroyed_fin_wait_2 destroyed_time_wait

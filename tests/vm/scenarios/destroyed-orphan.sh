#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A socket that its process has closed, and that `ss -K` destroys, on a kernel that
# then does: 5.10 just stops its timer, and leaves it for good.
#
# vm: --icount --timeout 3600

. "${0%/*}/connection.sh"

destroyed_fin_wait_1() {
	start_peer client accept expect FIN,ACK ignore-again expect RST,ACK
	start client connect "${address[peer]}" 44444 close
	poll has_state client fin-wait-1
	ss -N client -K -Htn state fin-wait-1 >"$dir/destroyed"
	[[ -s $dir/destroyed ]] || fail 'ss -K found nothing in fin-wait-1'
	if has_state client fin-wait-1; then
		echo 'this kernel does not destroy orphans'
		exit 77
	fi
	expect_edges <<-END
	client rport=44444 owner=actor: $opened_client -close-> FIN_WAIT_1
		-abort/destroyed-> CLOSED
	END
}

run_scenarios destroyed_fin_wait_1

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Hooks that a kernel lacks: with each of them taken away in turn, the module says
# so, in dmesg and in the start record, and what depends on it is unknown or
# absent; all else is recorded as ever.
#
# A hook is taken away by a change of the function's name in a copy of the module,
# to one that no kernel has.
#
# vm: --icount --timeout 3600

. "${0%/*}/scenarios/lib.sh"

# One connection opened and closed, one reset while half open
run_connections() {
	connect_and_close
	wait_for_actors
	let_time_wait_pass
	pid=()
	rm -f "$dir"/step.*
	start server listen "$any" 33333 await "$dir/step.gone" close-listener
	poll listens server 33333
	start_peer server to 33333 send SYN expect SYN,ACK send RST \
		touch "$dir/step.gone"
	wait_for_actors
	pid=()
}

# What was recorded, without what differs from run to run
describe() {
	jq -r 'select(.type == "transition" or .type == "note") |
		[if .rport == 0 then "listener"
		 elif .lport == 33333 then "server"
		 else "client" end,
		 .what // "\(.old) -> \(.new) by \(.cause)/\(.detail)"] |
		join(" ")' "$trace" | sort
}

trace_connections() {
	insmod "$1"
	begin_trace
	run_connections
	end_trace
	rmmod tcpstate
	describe
}

# without NAME FUNCTION...: the hook of that name is on this function, or where it
# is called otherwise on that; what differs is on stdin, as by diff.
without() {
	local function copy=$dir/without.ko

	cat >"$dir/expected"
	cp "$dir/all.ko" "$copy"
	for function in "${@:2}"; do
		sed -i "s/\x00$function\x00/\x00${function^^}\x00/" "$copy"
	done
	# shellcheck disable=SC2034 # for end_trace
	missing="\"$1\""
	trace_connections "$copy" >"$dir/got"
	[[ $(dmesg) == *"tcpstate: no hook on ${2^^}()"* ]] ||
		fail "$2() is not in dmesg"
	diff "$dir/all" "$dir/got" | grep '^[<>]' >"$dir/difference" || :
	diff -U 100 --label "expected without $2" --label got \
		"$dir/expected" "$dir/difference"
}

make_topology
make_tun server
keep_clock_steady
use_family 4
use_peer_family
strip -g -o "$dir/all.ko" tcpstate.ko
trace_connections "$dir/all.ko" >"$dir/all"
cat "$dir/all"
without syn_rcvd tcp_v4_send_synack <<-END
< server LISTEN -> SYN_RCVD by segment/SYN
< server LISTEN -> SYN_RCVD by segment/SYN
> server LISTEN -> SYN_RCVD by unknown/null
END
without request_segment tcp_check_req <<-END
< server SYN_RCVD -> CLOSED by reset/received
> server SYN_RCVD -> CLOSED by unknown/null
END
without request_segment tcp_req_err </dev/null
without request_end __inet_csk_reqsk_queue_drop <<-END
< server SYN_RCVD -> CLOSED by reset/received
END
# No queue is full here.
without queues tcp_conn_request </dev/null
# Of each child, as nobody knows that it was a request before
without child inet_csk_clone_lock <<-END
> listener LISTEN -> SYN_RCVD by unknown/null
END
without accept security_sock_graft <<-END
< server accepted
END
# Each of these may be what ended it.
while read -r name function; do
	without "$name" "$function" <<-END
	< server LAST_ACK -> CLOSED by segment/ACK
	> server LAST_ACK -> CLOSED by unknown/null
	END
done <<-END
	arrival		tcp_rcv_state_process
	reset		tcp_reset
	timer		tcp_write_timer_handler
	timer		tcp_retransmit_timer
	timer		tcp_enter_loss
	keepalive	tcp_keepalive_timer
	abort		tcp_abort
	time_wait	tcp_time_wait
END
# Nobody knows that a small socket takes its place.
without tw_begin inet_twsk_hashdance_schedule inet_twsk_hashdance <<-END
> client FIN_WAIT_2 -> CLOSED by unknown/null
END
for hook in 'tw_segment tcp_timewait_state_process' \
		'tw_restart __inet_twsk_schedule'; do
	# shellcheck disable=SC2086 # two words
	without $hook <<-END
	< client FIN_WAIT_2 -> TIME_WAIT by segment/FIN
	END
done
without tw_early inet_twsk_deschedule_put <<-END
< client TIME_WAIT -> CLOSED by timer/2MSL
> client TIME_WAIT -> CLOSED by unknown/null
END
without tw_end inet_twsk_kill <<-END
< client TIME_WAIT -> CLOSED by timer/2MSL
END
# Nor is the other family's request told of: its child would tell again.
without syn_rcvd tcp_v6_send_synack <<-END
< server LISTEN -> SYN_RCVD by segment/SYN
< server LISTEN -> SYN_RCVD by segment/SYN
> server LISTEN -> SYN_RCVD by unknown/null
END
use_family 6
use_peer_family
without syn_rcvd tcp_v6_send_synack <<-END
< server LISTEN -> SYN_RCVD by segment/SYN
< server LISTEN -> SYN_RCVD by segment/SYN
> server LISTEN -> SYN_RCVD by unknown/null
END
expect_warnings 'tcpstate: no hook on '

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The views of edges, following the device: what they say of a connection whose
# server does not close it. Their words in full are tested on traces.

. "${0%/*}/lib.sh"

# Have a view follow the device, from now until "finish".
follow() {
	rm -f "$dir"/{begun,finish}
	# shellcheck disable=SC2016 # the dollars are of the COMMAND
	"$reader" "$@" -- sh -c 'touch "$1/begun"
		until [ -e "$1/finish" ]; do sleep 0.02; done' - "$dir" \
		>"$dir/out" 2>"$dir/log" &
	follower=$!
	poll test -e "$dir/begun"
}

finish() {
	touch "$dir/finish"
	wait "$follower" || fail "status $?" "$(<"$dir/log")"
}

# shows PATTERN: a line of the view does
shows() {
	grep -Eq -- "$1" "$dir/out" || fail "no line $1:" "$(<"$dir/out")"
}

# half_close: the client does, the server does not
half_close() {
	rm -f "$dir"/step.*
	start server listen "${address[server]}" 33333 accept \
		touch "$dir/step.accepted" recv-eof await "$dir/step.end" close
	poll listens server 33333
	start client connect "${address[server]}" 33333 \
		await "$dir/step.accepted" close
	poll has_state server close-wait
	poll has_state client fin-wait-2
}

end_server() {
	tell end
	wait_for_actors
	pid=()
}

make_topology
load
use_family 4

follow summary
half_close
finish
shows '^actor\[[0-9]+\] +here +here .* 10\.9\.0\.1:[0-9]+ > 10\.9\.0\.2:33333 +closed by the client, not by the server for '
shows '^actor\[[0-9]+\] +peer +peer .* 10\.9\.0\.2:33333 > 10\.9\.0\.1:[0-9]+ +closed by the client, not by the server for '
# Others may have left their TIME_WAIT in this VM.
shows '^1 client, 1 server, ([0-9]+ of before, )?1 listener: 3 open(, [0-9]+ clean)?$'

# It is listed now, and so seen by one that comes later, whom it is too much for.
status=0
"$reader" watch --fail-on 'CLOSE_WAIT>0' -- true >"$dir/out" 2>"$dir/log" ||
	status=$?
((status == 1)) || fail "status $status" "$(<"$dir/log")"
grep -qx 'tcpstate: CLOSE_WAIT: 1, more than 0' "$dir/log" ||
	fail "$(<"$dir/log")"
shows '^CLOSE_WAIT by owner +1$'
shows "^  actor\[[0-9]+\] +1 "
"$reader" watch --fail-on 'CLOSE_WAIT>1' -- true >"$dir/out" 2>"$dir/log" ||
	fail "status $?" "$(<"$dir/log")"

"$reader" metrics -o "$dir/tcpstate.prom" --interval 0.1 2>"$dir/log" &
metrics=$!
has_figure() {
	grep -qsx "$1" "$dir/tcpstate.prom"
}
poll has_figure 'tcpstate_sockets{state="CLOSE_WAIT"} 1'
follow graph --sides
end_server
finish
shows '^CLOSE_WAIT  -> LAST_ACK +1 .* close 1$'
shows '^LAST_ACK    -> CLOSED +1 .* ACK 1$'
poll has_figure 'tcpstate_sockets{state="CLOSE_WAIT"} 0'
poll has_figure 'tcpstate_edges_total{from="CLOSE_WAIT",to="LAST_ACK",cause="close"} 1'
kill "$metrics"
wait "$metrics" || fail "metrics: status $?" "$(<"$dir/log")"

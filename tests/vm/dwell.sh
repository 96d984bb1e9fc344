#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The time spent in each state is the one that follows from ftrace's own stamps,
# to 1 ms: of all ten states, and with times from microseconds to 2MSL. Where there
# is a round-trip time, it and the congestion window are those that ss shows.
#
# vm: --icount --timeout 3600

. "${0%/*}/scenarios/connection.sh"

# SYN_RCVD for as long as the server does not get the third ACK, FIN_WAIT_2 in a
# small socket, TIME_WAIT
run_slowly() {
	start server listen "${address[server]}" 33333 accept recv-eof \
		await "$dir/step.waited" close
	poll listens server 33333
	lose server 0x10 0x17
	start client connect "${address[server]}" 33333 \
		await "$dir/step.looked" close
	poll has_state server syn-recv
	pass 0.5
	lose_no_more server
	poll has_state server established
	tell looked
	poll has_state client fin-wait-2
	pass 3
	tell waited
}

# FIN_WAIT_2 till its timer
run_to_fin_timeout() {
	set_sysctl client net.ipv4.tcp_fin_timeout=2
	start server listen "${address[server]}" 33333 accept recv-eof \
		await "$dir/step.gone" close
	poll listens server 33333
	start client connect "${address[server]}" 33333 close
	poll has_state client fin-wait-2
	pass 3
	tell gone
	set_sysctl client net.ipv4.tcp_fin_timeout=60
}

# 5 ms each way, and more data than fits into the first window
run_with_delay() {
	impair client delay 5ms
	impair server delay 5ms
	serve recv-eof await "$dir/step.acked" close
	connect send 30000 await "$dir/step.looked" close
	poll has_acked 30001
	shown=$(ss -N client -Htni)
	tell looked
	poll has_state client fin-wait-2
	tell acked
	poll has_state client time-wait
	repair client
	repair server
}

# Two FINs that cross
run_crossing() {
	serve await "$dir/step.cross" close
	connect await "$dir/step.cross" close
	poll reached accepted
	impair client delay 500ms
	impair server delay 500ms
	tell cross
	poll has_state client time-wait
	poll has_state server time-wait
	repair client
	repair server
}

# As ss has shown them before the close
expect_figures() {
	[[ $shown =~ \ rtt:([0-9.]+)/ ]] || fail "no round-trip time: $shown"
	local rtt=${BASH_REMATCH[1]}
	[[ $shown =~ \ cwnd:([0-9]+) ]] || fail "no window: $shown"
	expect_that "its figures are those of ss: $shown" \
		'any(.old == "ESTABLISHED" and .new == "FIN_WAIT_1" and
		     .srtt_us == ($rtt * 1000 | round) and .cwnd == $cwnd and
		     .srtt_us >= 10000 and .srtt_us < 20000)' \
		--argjson rtt "$rtt" --argjson cwnd "${BASH_REMATCH[1]}"
}

# The edges of each socket with the time in the old state, in microseconds or
# null: "LPORT RPORT NUMBER OLD NEW DWELL", where NUMBER tells apart the edges
# of sockets with the same ports. In: "SOCKET OLD NEW LPORT RPORT SECONDS".
dwell_of_stamps() {
	awk '{
		dwell = $1 in last ? sprintf("%.0f", ($6 - last[$1]) * 1e6) : \
			"null"
		last[$1] = $6
		print $4, $5, ++count[$4, $5], $2, $3, dwell
	}' "$1" | sort -k 1,1n -k 2,2n -k 3,3n
}

dwell_of_trace() {
	jq -r 'select(.type == "transition") |
		"\(.lport) \(.rport) \(.old) \(.new) \(.dwell_us)"' "$1" |
		awk '{ print $1, $2, ++count[$1, $2], $3, $4, $5 }' |
		sort -k 1,1n -k 2,2n -k 3,3n
}

# Pairs of lines to compare on stdin, from here and there
check_pairs() {
	awk '
		function differs(why) {
			print "not so: " why ": " $0
			exit 1
		}
		$1 $2 $3 $4 $5 != $7 $8 $9 $10 $11 { differs("other edges") }
		($6 == "null") != ($12 == "null") { differs("known or not") }
		$6 != "null" {
			off = $6 < $12 ? $12 - $6 : $6 - $12
			if (off > 1000)
				differs(off " us apart")
			print $4, $6, off
		}'
}

# What was compared, of each state; all must be among it.
summarize() {
	awk '
		{
			count[$1]++
			longest[$1] = $2 > longest[$1] ? $2 : longest[$1]
			most[$1] = $3 > most[$1] ? $3 : most[$1]
		}
		END {
			for (state in count) {
				states++
				printf "%s: %d times, up to %.6f s, at most " \
				       "%d us apart\n", state, count[state], \
				       longest[state] / 1e6, most[state]
			}
			exit states != 10
		}' "$1"
}

# The ports that the kernel chooses are the socket's from the start, here.
expect_same_dwell() {
	counterpart_end "$dir/ftrace"
	dwell_of_stamps "$dir/ftrace" >"$dir/stamps"
	jq -s -c 'map(select(.type == "transition")) |
		(map(select(.lport > 0) | { key: .conn, value: .lport }) |
		 from_entries) as $lport |
		.[] | .lport = $lport[.conn]' "$trace" >"$dir/edges"
	dwell_of_trace "$dir/edges" >"$dir/dwell"
	(($(wc -l <"$dir/stamps") == $(wc -l <"$dir/dwell"))) ||
		fail "$(diff "$dir/stamps" "$dir/dwell")"
	paste -d ' ' "$dir/stamps" "$dir/dwell" | check_pairs >"$dir/pairs" ||
		fail "$(<"$dir/pairs")"
	cat "$dir/pairs" >>"$dir/compared"
}

make_topology
load
keep_clock_steady
counterpart_place
for family in 4 6; do
	use_family $family
	for run in slowly to_fin_timeout with_delay crossing; do
		counterpart_begin
		begin_trace
		"run_$run"
		wait_for_actors
		let_time_wait_pass
		end_trace
		expect_same_dwell
		[[ $run != with_delay ]] || expect_figures
	done
done
summarize "$dir/compared"

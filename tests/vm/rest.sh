#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# At 20 points of rest the sockets that live by the stream are those of `ss -a`,
# in every state, with the same cookies: what is recorded since the module was
# loaded is enough to tell, with no list to begin with.
#
# vm: --icount --timeout 3600

. "${0%/*}/scenarios/connection.sh"

# What there is since the module was loaded: a read of it all
read_stream() {
	dd if=/dev/tcpstate of="$dir/stream" iflag=nonblock bs=1M \
		2>"$dir/dd.log" || grep -q 'temporarily unavailable' "$dir/dd.log"
	"$reader" --json -r "$dir/stream"
}

# "NETNS COOKIE STATE", by the last edge of each socket
live_by_stream() {
	read_stream | jq -rs 'map(select(.type == "transition")) |
		group_by([.netns, .conn])[] | last | select(.new != "CLOSED") |
		"\(.netns) \(.conn) \(.new)"' | sort
}

live_by_ss() {
	local ns number

	for ns in client server; do
		number=$(stat -Lc %i /run/netns/$ns)
		ss -N $ns -Htane 2>/dev/null | awk -v number="$number" '
			BEGIN {
				split("ESTAB ESTABLISHED SYN-SENT SYN_SENT " \
				      "SYN-RECV SYN_RCVD " \
				      "FIN-WAIT-1 FIN_WAIT_1 " \
				      "FIN-WAIT-2 FIN_WAIT_2 " \
				      "TIME-WAIT TIME_WAIT " \
				      "CLOSE-WAIT CLOSE_WAIT " \
				      "LAST-ACK LAST_ACK LISTEN LISTEN " \
				      "CLOSING CLOSING", word)
				for (i = 1; i in word; i += 2)
					name[word[i]] = word[i + 1]
			}
			{
				match($0, /sk:[0-9a-f]+/)
				print number, substr($0, RSTART + 3, \
						     RLENGTH - 3), name[$1]
			}'
	done | sort
}

# at_rest_with STATE...: these are what there is, and the same by both. A
# transition may still be under way at first.
points=0
at_rest_with() {
	local tries states

	for ((tries = 0; tries < 20; tries++)); do
		live_by_stream >"$dir/stream.live"
		live_by_ss >"$dir/ss.live"
		! cmp -s "$dir/stream.live" "$dir/ss.live" || break
		sleep 0.05
	done
	diff -U 100 --label ss --label stream "$dir/ss.live" \
		"$dir/stream.live" || fail "not the same (IPv$family): $*"
	states=$(awk '{ print $3 }' "$dir/ss.live" | sort -u | tr '\n' ' ')
	[[ $states == "${*:+$* }" ]] || fail "IPv$family: $states, not $*"
	points=$((points + 1))
	sort "$dir/ss.live" | awk '{ print $3 }' | sort | uniq -c | tr '\n' ' '
	echo
}

# act NAME NS VERB...: one more actor
act() {
	ip netns exec "$2" "$actor" limit 0 "${@:3}" >"$dir/$1.log" 2>&1 &
	pid[$1]=$!
}

# go NAME VERB...: a client that connects, does that, and lets us know
go() {
	act "$1" client connect "${address[server]}" 33333 "${@:2}"
}

open_three() {
	local child=("{" recv-eof await "$dir/step.close" close "}")

	act server server listen "${address[server]}" 33333 \
		accept fork "${child[@]}" close accept fork "${child[@]}" close \
		accept fork "{" await "$dir/step.both" close "}" close \
		await "$dir/step.rest" close-listener join
	poll listens server 33333
	at_rest_with LISTEN
	go orphan touch "$dir/step.1" await "$dir/step.half" close
	poll reached 1
	go half touch "$dir/step.2" await "$dir/step.half" shutdown recv-eof close
	poll reached 2
	go both touch "$dir/step.3" await "$dir/step.both" close
	poll has_count server established 3
	at_rest_with ESTABLISHED LISTEN
}

# One to whom nobody answers, and one whose third ACK is lost
open_halfway() {
	start_peer client deaf "$dir/step.refuse"
	act silent client fails ECONNABORTED connect "${address[peer]}" 44444
	poll has_state client syn-sent
	lose server 0x10 0x17
	go lost await "$dir/step.lost" close
	poll has_state server syn-recv
	at_rest_with ESTABLISHED LISTEN SYN_RCVD SYN_SENT
	ss -N client -K -Htn state syn-sent >"$dir/killed"
	ss -N server -K -Htn state syn-recv >>"$dir/killed"
	tell refuse
	lose_no_more server
	tell lost
	poll has_count client established 3
	at_rest_with ESTABLISHED LISTEN
}

# An orphan in FIN_WAIT_2, and one that is open; then the last ACKs are lost.
close_two() {
	tell half
	poll has_count client fin-wait-2 2
	at_rest_with CLOSE_WAIT ESTABLISHED FIN_WAIT_2 LISTEN
	lose server 0x10 0x17
	tell close
	poll has_count client time-wait 2
	at_rest_with ESTABLISHED LAST_ACK LISTEN TIME_WAIT
	lose_no_more server
	poll no_last_ack
}

no_last_ack() {
	! has_state server last-ack
}

# FINs that cross. To look takes longer on a kernel that checks itself.
close_both() {
	local delay=3

	! checks_itself || delay=15
	resolve_neighbours
	impair client delay ${delay}s
	impair server delay ${delay}s
	tell both
	poll has_state client fin-wait-1
	poll has_state server fin-wait-1
	at_rest_with FIN_WAIT_1 LISTEN TIME_WAIT
	pass $((delay + 1))
	at_rest_with CLOSING LISTEN TIME_WAIT
	pass $((3 * delay + 1))
	repair client
	repair server
}

make_topology
make_tun client
load
keep_clock_steady
for family in 4 6; do
	use_family $family
	use_peer_family
	rm -f "$dir"/step.*
	pid=()
	open_three
	open_halfway
	close_two
	close_both
	tell rest
	wait_for_actors
	at_rest_with TIME_WAIT
	pass 65
	at_rest_with
done
echo "$points points"
((points == 20))

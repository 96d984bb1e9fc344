#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Packets that nobody should send, from a TUN device, with all segments recorded:
# what is sound is there, once, and as tcpdump has it; what is malformed is not;
# each socket's story is whole, with causes that are known; all is accounted for;
# and no view minds.
#
#	tests/vm/packets.sh [COUNT [SEED]]

. "${0%/*}/scenarios/lib.sh"

account=build/tests/scenario/account
count=${1-3000} seed=${2-1}
views=('' --json --csv ladder graph summary dump pcap watch metrics)

tcpdump_begin() {
	ip netns exec server tcpdump -Z root -nn -S -l -i tun0 -Q in -B 65536 \
		'src net 198.18.0.0/16 or src net fd00:18::/112' \
		>"$dir/tcpdump" 2>"$dir/tcpdump.log" &
	tcpdump=$!
	poll grep -q '^listening' "$dir/tcpdump.log"
}

# shellcheck disable=SC2317 # by poll
tcpdump_has_all() {
	(($(wc -l <"$dir/tcpdump") >= sound4 + sound6))
}

tcpdump_end() {
	poll tcpdump_has_all
	kill -INT "$tcpdump"
	wait "$tcpdump"
	grep '^0 packets dropped' "$dir/tcpdump.log" >/dev/null ||
		fail "$(<"$dir/tcpdump.log")"
}

start_readers() {
	local pause

	for pause in 0 50000; do
		"$account" $pause >"$dir/account.$pause" &
		readers[pause]=$!
	done
	"$reader" >"$dir/live" 2>"$dir/live.log" &
	live=$!
	poll has_readers $((${#readers[@]} + 1))
}

inject() {
	ip netns exec server build/tests/scenario/fickle "$seed" &
	fickle=$!
	poll listens server 33333
	ip netns exec server build/tests/scenario/inject tun0 "$count" "$seed" |
		tee "$dir/injected"
	[[ $(tail -n 1 "$dir/injected") == injected ]] || fail 'not to its end'
	read -r _ sound4 _ sound6 _ odd4 _ odd6 <"$dir/injected"
	kill $fickle
	wait $fickle || true
	# What is left of them would try again for minutes.
	ss -N server -K -Hta >/dev/null
}

end_readers() {
	local pause recorded delivered lost wanted

	kill -INT $live
	wait $live || fail "the reader:" "$(tail -n 3 "$dir/live.log")"
	kill "${readers[@]}"
	wanted=$(awk '/^cpu / { sum += $4 } END { print sum + 0 }' /proc/tcpstate)
	for pause in "${!readers[@]}"; do
		wait "${readers[pause]}" || fail "account $pause"
		read -r _ recorded _ delivered _ lost _ <"$dir/account.$pause"
		echo "pause $pause µs: $(<"$dir/account.$pause")"
		((recorded == wanted && delivered + lost == recorded)) ||
			fail "recorded $wanted: not all are accounted for"
	done
}

# expect_count WHAT WANTED PATTERN: so many segments came in from there
expect_count() {
	local got

	got=$(grep -cE "$3" "$dir/dump") || true
	echo "$1: $got"
	((got == $2)) || fail "$1: $got segments, not $2"
}

# As far as tcpdump goes on when options are malformed; no protocol above TCP
comparable() {
	sed -nE 's/^[^ ]* (IP6? .*)/\1/; T; s/, options \[.*//;
		s/(, length [0-9]+).*/\1/; p' "$1"
}

check_segments() {
	"$reader" dump -Q in -r "$records" >"$dir/dump"
	expect_count 'sound, IPv4' "$sound4" ' IP 198\.18\.'
	expect_count 'sound, IPv6' "$sound6" ' IP6 fd00:18::[0-9a-f]{0,4}\.[0-9]+ >'
	expect_count 'malformed' 0 \
		' IP 198\.19\.([0-9]{1,2}|1[01][0-9]|12[0-7])\.| IP6 fd00:18::1:'
	expect_count 'odd, IPv4' "$odd4" ' IP 198\.19\.(1[2-9][0-9]|2[0-9][0-9])\.'
	expect_count 'odd, IPv6' "$odd6" ' IP6 fd00:18::2:'
	grep -E ' IP 198\.18\.| IP6 fd00:18::[0-9a-f]{0,4}\.[0-9]+ >' "$dir/dump" \
		>"$dir/sound"
	diff -U 2 --label tcpdump --label tcpstate \
		<(comparable "$dir/tcpdump") \
		<(comparable "$dir/sound") >"$dir/difference" ||
		fail "$(head -n 40 "$dir/difference")"
}

check_stories() {
	awk -f tests/vm/continuity.awk "$trace" "$trace" >"$dir/gaps"
	[[ ! -s $dir/gaps ]] || fail "$(head -n 20 "$dir/gaps")"
	list_edges
	family=46 print_edges packets | LC_ALL=C sort -k5,7 -k2,3 |
		awk -f tests/edges.awk tests/vm/edges - ||
		fail 'unknown causes, or illegal ones'
}

check_views() {
	local view words

	for view in "${views[@]}"; do
		read -ra words <<<"$view"
		"$reader" "${words[@]}" -r "$records" >"$dir/out" 2>"$dir/err" ||
			fail "view $view: status $?" "$(tail -n 3 "$dir/err")"
	done
}

readers=()
make_topology
make_tun server
use_family 4
load segments=all ring_kb=16384
echo "seed $seed"
start_readers
begin_trace
tcpdump_begin
inject
tcpdump_end
end_trace
end_readers
check_segments
check_stories
check_views

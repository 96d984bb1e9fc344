#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What tcpdump, tshark and capinfos read in the packets of `tcpstate pcap`.

. tests/reader/common
. tests/reader/device

# pcap TRACE [ARGUMENT...]: its packets
pcap() {
	tcpstate pcap -r "$1" "${@:2}"
	expect 0
}

# fields FIELD...: of each packet, as tshark has them, checksums verified
fields() {
	tshark -r "$dir/out" -o ip.check_checksum:TRUE \
		-o tcp.check_checksum:TRUE -T fields "${@/#/-e}" \
		2>"$dir/tshark.log" || { cat "$dir/tshark.log" >&2; return 1; }
}

# expect_fields FIELD...: are they what is on stdin?
expect_fields() {
	{ fields "$@" | diff -u /dev/fd/3 -; } 3<&0 || complain 'not these packets'
}

# shellcheck disable=SC2317 # by wait_until
has_packets() {
	capinfos -Mc "$dir/out" 2>/dev/null | grep -q ": *$1$"
}

# What caused an edge, and whose, at both ends of a connection
pcap tests/golden/exchange.trace
netns=$(jq -r 'select(.new == "SYN_SENT").netns' <(userspace/tcpstate --json \
	-r tests/golden/exchange.trace))
fields frame.interface_name frame.comment | grep "^net:\[$netns\]" | cut -f 2 |
	sed 's/actor\[[0-9]*\]/actor/; s/conn [0-9a-f]*/conn/' |
	diff -u <(cat <<-END
		CLOSED -> SYN_SENT by connect,conn, owner actor
		SYN_SENT -> ESTABLISHED by SYN,ACK,conn, owner actor
		conn, owner actor
		conn, owner actor
		conn, owner actor
		conn, owner actor
		conn, owner actor
		ESTABLISHED -> CLOSE_WAIT by FIN,conn, owner actor
		CLOSE_WAIT -> LAST_ACK by close,conn, owner actor
		LAST_ACK -> CLOSED by ACK,conn, owner actor
	END
	) - || complain 'not these comments'

# Length as on the wire, of which the headers are there; sums that are right, or
# where there is more than headers, none
pcap tests/golden/exchange.trace -Q out
expect_fields tcp.len frame.len frame.cap_len ip.checksum.status \
	tcp.checksum.status <<-END
	0	60	60	1	1
	0	60	60	1	1
	0	52	52	1	1
	3	55	52	1	2
	0	52	52	1	1
	492	544	52	1	2
	0	52	52	1	1
	0	52	52	1	1
	0	52	52	1	1
	0	52	52	1	1
END
pcap tests/golden/loopback6.trace -Q in
fields ipv6.plen tcp.len tcp.checksum.status | sort | uniq -c | tr -s ' ' |
	diff -u <(printf ' %s\n' "6 32$(printf '\t')0$(printf '\t')1" \
		"2 33$(printf '\t')1$(printf '\t')2" \
		"2 40$(printf '\t')0$(printf '\t')1") - ||
	complain 'not these lengths'

# Times to the nanosecond
pcap tests/golden/exchange.trace
userspace/tcpstate --json -r tests/golden/exchange.trace |
	jq -r 'select(.type == "segment").time' >"$dir/times"
fields frame.time_epoch | sed 's/.*\(\..*\)/\1/' |
	diff - <(sed 's/.*\(\..*\)Z/\1/' "$dir/times") ||
	complain 'not these times'

# A reset by a timer, before its edge; a loss
$mktrace start segment,flags=4,conn=2a lost,count=7 segment,conn=2a \
	edge,conn=2a,old=1,new=7,cause=4,detail=48 >"$dir/t"
pcap "$dir/t"
expect_fields frame.comment <<-END
	conn 2a, owner -
	7 records lost before this,conn 2a, owner -
END
# A reset that is sent causes its edge, as any segment may that came.
$mktrace start segment,conn=2a edge,conn=2a,old=4,new=7,cause=4,detail=49 >"$dir/t"
pcap "$dir/t"
expect_fields frame.comment <<-END
	FIN_WAIT_1 -> CLOSED by reset/sent,conn 2a, owner -
END
$mktrace start lost,count=7 segment,conn=2a \
	edge,conn=2a,old=2,new=1,cause=1,detail=2 >"$dir/t"
pcap "$dir/t"
expect_fields frame.comment <<-END
	7 records lost before this,SYN_SENT -> ESTABLISHED by SYN,ACK, behind a gap,conn 2a, owner -
END
$mktrace start segment,conn=2a lost,count=8 >"$dir/t"
tcpstate pcap -r "$dir/t"
expect 0 'tcpstate: 8 records lost behind the last packet'
pcap tests/golden/tour.trace
fields frame.comment | grep 'ESTABLISHED -> CLOSED by timer/keepalive,' >/dev/null ||
	complain 'no keepalive'

# A damaged record may have any time, and holds no other one up.
$mktrace start segment,ts=0xfffffffffa0a1eff segment,conn=2b >"$dir/t"
pcap "$dir/t"
expect_fields frame.comment <<-END
	conn 2a, owner -
	conn 2b, owner -
END

# capinfos accepts it, also where traces follow one another
cat tests/golden/exchange.trace tests/golden/loopback6.trace >"$dir/t"
pcap "$dir/t"
capinfos -M "$dir/out" >"$dir/infos" 2>&1 || complain 'capinfos does not read it'
grep -q '^Number of packets: *40$' "$dir/infos" || complain "$(<"$dir/infos")"
grep -q '^File timestamp precision: *nanoseconds' "$dir/infos" ||
	complain "$(<"$dir/infos")"

# tcpdump reads of them what dump shows, options that are cut and all. Such a
# line ends there for tcpdump.
without_cut() {
	sed 's/,\? *\[|tcp\].*//; s/ *\[remaining caplen.*//; s/, *$//'
}

$mktrace start options,n=20000 >"$dir/t"
pcap "$dir/t"
tcpdump -nn -S -r "$dir/out" 2>/dev/null | sed 's/md5 snaplen too short/md5 shared secret not supplied with -M/' |
	without_cut >"$dir/tcpdump"
tcpstate dump -r "$dir/t"
expect_lines 20000
without_cut <"$dir/out" | diff "$dir/tcpdump" - >"$dir/difference" ||
	complain "$(head -n 6 "$dir/difference")"

# Of the device, packets come at once, even if nothing else happens.
device start segment,ts=1,conn=2a edge,ts=2,old=1,new=7,conn=2a
live_in_background pcap
wait_until has_packets 1
kill -INT "$reader"
reap

# Another trace may have a connection of the same cookie.
$mktrace start edge,conn=1,old=7,new=2,cause=2,detail=16 \
	start segment,conn=1,tcp=2,flags=4 >"$dir/t"
tcpstate pcap -r "$dir/t"
expect 0
grep -q 'CLOSED -> SYN_SENT' "$dir/out" && complain "an edge of the trace before"

# Not to a terminal
script -qec "userspace/tcpstate pcap -r $dir/t" "$dir/typescript" >/dev/null
status=$?
((status == 2)) || complain "exit status $status at a terminal"
grep -q 'packets are not for a terminal' "$dir/typescript" ||
	complain 'nothing said at a terminal'

finish

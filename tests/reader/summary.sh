#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# summary: what the tour has not, see tests/golden/tour.summary. Sockets that were
# there before, a loss, one trace behind another; colours.

. tests/reader/common

$mktrace start edge,old=7,new=2,conn=1,cause=2,detail=16,comm=client \
	socket,state=1,conn=2,flags=0x10 socket,conn=0 lost,ts=3600000001000,count=3 \
	edge,old=1,new=7,conn=3,cause=4,detail=48 socket,state=8,conn=4 \
	start edge,old=7,new=2,conn=5 edge,old=2,new=7,conn=5,cause=4,detail=48 \
	>"$dir/t"
tcpstate summary -r "$dir/t"
expect 0
ends=$(printf '%-44s' '10.9.0.1:45714 > 10.9.0.2:8000')
diff -u - <(sed -n '2,/^$/p' "$dir/out") <<-END || complain 'another summary'
	client[1234] here  -          - 2.00µs      0      0    0 $ends  not known: records were lost
	-            -     -          -      -      0      0    0 $ends  reset by the peer after some time; its beginning was lost
	kernel       -     -          -      -      0      0    0 $ends  open for over 4 µs
	-            -     -          -      -      0      0    0 $ends  closed by the peer, not by this end for over 0 µs
	-            here  -          - 1.00µs      0      0    0 $ends  refused

END
expect_line '2 clients, 3 of before: 2 open, 1 refused, 1 reset, 1 unknown'
expect_line '0 bytes in, 0 out, 0 segments retransmitted, 3 records lost'

# The longest ends of IPv4 leave the verdict in its column.
address=255.255.255.255
$mktrace start edge,old=1,new=7,conn=1,laddr=$address,raddr=$address,lport=65535,rport=65535 \
	>"$dir/longest"
tcpstate summary -r "$dir/longest"
expect 0
awk 'NR == 1 { at = index($0, "HOW IT ENDED") }
	NR == 2 && substr($0, at, 5) != "ended" { exit 1 }' "$dir/out" ||
	complain 'not aligned'

TERM=xterm script -qec "userspace/tcpstate summary -r $dir/t" /dev/null \
	</dev/null | tr -d '\r' >"$dir/out"
escape=$'\e'
expect_line ".* $escape\[33mnot known: records were lost$escape\[0m"
expect_line ".* $escape\[31mreset by the peer after some time; its beginning was lost$escape\[0m"
expect_line ".* $escape\[32mopen for over 4 µs$escape\[0m"

finish

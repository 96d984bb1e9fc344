#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# watch: limits that are exceeded, blocks as time passes, in place on a terminal.
# What is in a block, tests/golden/tour.watch tells.

. tests/reader/common
. tests/reader/device

# watch LIMITS: of the tour
watch() {
	tcpstate -r tests/golden/tour.trace watch --fail-on "$1"
}

watch 'CLOSE_WAIT>2,orphans>1,resets>4,lost>0,accept_queue>1'
expect 0
watch 'CLOSE_WAIT>1'
expect 1 'tcpstate: CLOSE_WAIT: 2, more than 1'
watch 'CLOSE_WAIT>2,LISTEN<2,accept_queue>0'
expect 1 'tcpstate: LISTEN: 1, less than 2
tcpstate: accept_queue: 1, more than 0'
(($(grep -c '^CLOSE_WAIT by owner' "$dir/out") == 1)) || complain "two blocks"

# Also of those that were listed, whoever closed them
$mktrace start socket,state=5,conn=1,orphan=1 socket,state=5,conn=2 >"$dir/t"
tcpstate -r "$dir/t" watch --fail-on 'orphans>0'
expect 1 'tcpstate: orphans: 1, more than 0'

wrong="is not NAME>NUMBER or NAME<NUMBER"
for limits in '' CLOSE_WAIT 'CLOSE_WAIT>' 'CLOSE_WAIT>x' 'CLOSE_WAIT=1'; do
	watch "$limits"
	expect 2 "tcpstate: --fail-on: '$limits' $wrong"
done
watch 'CLOSE_WAIT>1,'
expect 2 "tcpstate: --fail-on: '' $wrong"
watch 'CLOSEWAIT>1'
expect 2 "tcpstate: --fail-on: no figure is called 'CLOSEWAIT': see tcpstate(8)"
for number in 1x 99999999999999999999; do
	watch "lost>$number"
	expect 2 "tcpstate: --fail-on: '$number' is not a number"
done

watch "$(printf 'lost>0,%.0s' {1..17})"
expect 2 'tcpstate: --fail-on: more than 16 limits'

# A filter chooses sockets by their edges; where they are now, and that they are no
# more, other edges tell. A client is none of another port's once it has one.
$mktrace start life edge,old=2,new=1 edge,old=1,new=8 \
	edge,conn=2b,lport=0 edge,conn=2b,old=2,new=1 \
	edge,conn=2c,lport=0 >"$dir/t"
tcpstate -r "$dir/t" watch --fail-on 'ESTABLISHED>1,CLOSE_WAIT<1' new ESTABLISHED
expect 0
expect_line '..:..:.. ESTABLISHED 1 CLOSE_WAIT 1'
tcpstate -r "$dir/t" watch not src portrange 32768-60999
expect 0
expect_line '..:..:.. SYN_SENT 1'

# The most first, then the oldest, then by name
$mktrace start socket,state=8,conn=1,comm=b socket,state=8,conn=2,flags=0x10 \
	socket,state=8,conn=3,comm=b socket,ts=3600000003000,state=8,conn=4,comm=a \
	>"$dir/t"
tcpstate -r "$dir/t" watch
expect 0
diff -u - <(sed -n 3,5p "$dir/out") <<-END || complain 'another order'
	  b[1234]                                           2 2.00µs
	  a[1234]                                           1 1.00µs
	  kernel                                            1 1.00µs
END

# 565 of 28,232 ports are two of a hundred, and three some; those that clients have
# not are none.
sockets=()
for ((i = 0; i < 565; i++)); do
	sockets+=("socket,state=6,conn=$(printf %x $((i + 4096))),lport=$((i + 40000))")
done
$mktrace start "${sockets[@]}" socket,state=6,conn=ffff,lport=80 \
	socket,state=6,conn=ff{01,02,03},raddr=10.9.0.3 \
	note,what=3,detail=98 note,what=3,detail=96 note,what=3,detail=96 \
	lost,ts=1,count=3 >"$dir/t"
tcpstate -r "$dir/t" watch
expect 0
expect_line 'TIME_WAIT, local ports 32768 to 60999  *568'
expect_line '  2 % of ports to 10.9.0.2:8000  *565 .*'
expect_line '  <1 % of ports to 10.9.0.3:8000  *3 .*'
expect_line 'accept queue full, by listener  *2'
expect_line '  10.9.0.1:45714 -  *2'
expect_line 'SYN queue full, by listener  *1'
expect_line '  10.9.0.1:45714 -  *1'
expect_line 'records lost  *3'

# A block each time, and the end when there are too many
# shellcheck disable=SC2317 # by wait_until
has_blocks() {
	(($(grep -c '^records lost' "$dir/out") >= $1))
}

device start socket,state=8,conn=1
live_in_background watch --interval 0.01 --fail-on 'CLOSE_WAIT>1'
wait_until has_blocks 3
$mktrace socket,state=8,conn=2 >&9
reap
expect 1 'tcpstate: CLOSE_WAIT: 2, more than 1
tcpstate: 0 transitions, 0 lost'
[[ $(grep '^CLOSE_WAIT by' "$dir/out" | awk '{ print $NF }' | uniq |
	tr '\n' ' ') == '1 2 ' ]] || complain "not 1, then 2"

# A full disk ends it, also while nothing is recorded.
device start
output=/dev/full live_in_background watch --interval 0.01
reap
expect 1 'tcpstate: standard output: No space left on device
tcpstate: 0 transitions, 0 lost'

# On a terminal with eleven lines, ten of them are used, in place.
stty_and_watch="stty rows 11 cols 80; userspace/tcpstate -r tests/golden/tour.trace watch"
TERM=xterm script -qec "$stty_and_watch" /dev/null >"$dir/out" </dev/null
grep -q $'^\x1b\[2J\x1b\[H' "$dir/out" || complain "not in place"
(($(grep -c $'\x1b\[K' "$dir/out") == 10)) ||
	complain "$(grep -c $'\x1b\[K' "$dir/out") lines"
grep -q $'\x1b\[J' "$dir/out" || complain "what was there remains"

# What is said stays there.
TERM=xterm script -qec "$stty_and_watch --fail-on 'CLOSE_WAIT>1'" /dev/null \
	>"$dir/out" </dev/null
[[ $(<"$dir/out") == *$'\e[J'*'tcpstate: CLOSE_WAIT: 2, more than 1'* ]] ||
	complain 'what is wrong is covered'

# Narrow and short: no line is too long, nor are there too many, and what is in
# them has its figure, if not all of its name.
address=2001:db8:1111:2222:3333:4444:5555
ends=v6=1,laddr=$address:6666,raddr=$address:7777
sockets=()
for state in {1..11}; do
	sockets+=("socket,state=$state,conn=$state,flags=0x10,$ends")
done
$mktrace start "${sockets[@]}" >"$dir/t"
TERM=xterm script -qec "stty rows 12 cols 60; userspace/tcpstate -r $dir/t watch" \
	/dev/null >"$dir/typescript" </dev/null
tr -d '\r' <"$dir/typescript" | sed 's/µ/u/
	s/\x1b\[[0-9;?]*[A-Za-z]//g' >"$dir/out"
awk 'length > 60' "$dir/out" | grep . && complain 'too long'
(($(grep -c $'\x1b\[K' "$dir/typescript") == 11)) || complain 'not in 11 lines'
expect_line "  \[$address:6666\]:4   *1 .*"
for state in FIN_WAIT_2 CLOSING; do
	grep -q " $state 1" "$dir/out" || complain "no $state"
done
grep -q $'\x1b\[?7l.*ESTABLISHED' "$dir/typescript" || complain 'it may wrap'
tail -n 1 "$dir/typescript" | grep -q $'\x1b\[?7h' || complain 'nothing wraps again'

finish

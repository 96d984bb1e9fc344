#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Sequence diagrams of what no scenario has: too much of a connection, a loss,
# one end only. tests/reader/golden.sh has the others.

. tests/reader/common
. tests/reader/device

# ladder RECORD...: that of a made-up trace
ladder() {
	$mktrace start "$@" >"$dir/t"
	tcpstate ladder -r "$dir/t"
	expect 0
}

# many COUNT WHAT: so many of them
many() {
	printf "$2%.0s\n" $(seq "$1")
}

opened=('edge,old=7,new=2,conn=2a,lport=0' 'segment,flags=4,conn=2a'
	'edge,old=2,new=1,conn=2a')

# 2,000 of 2,102 are kept: two edges and 2,100 segments
mapfile -t segments < <(many 2099 segment,conn=2a)
ladder "${opened[@]}" "${segments[@]}"
too_much='what happened then, 102 records, is too much to draw'
expect_line ": *$too_much *:"
for form in --svg --mermaid; do
	tcpstate ladder $form -r "$dir/t"
	expect 0
	(($(grep -c "$too_much" "$dir/out") == 1)) ||
		complain "$form does not tell of it"
done

# When 500,000 are kept of others, one more has a diagram without any.
{ $mktrace start life,n=56000,open=56000 | head -c $((128 * (1 + 9 * 56000)))
	$mktrace edge,old=7,new=2,conn=2a,rport=9 \
		edge,old=2,new=7,conn=2a,rport=9; } >"$dir/full"
for form in '' --svg --mermaid; do
	# shellcheck disable=SC2086 # none or one word
	tcpstate ladder $form -r "$dir/full"
	expect 0
	(($(grep -c 'what happened then, 2 records, is too much' "$dir/out") == 1)) ||
		complain "$form does not tell of one of which nothing is kept"
done
tcpstate report -r "$dir/full"
expect 0
grep -q '^"ladders_omitted":1,$' "$dir/out" ||
	complain "report does not tell of one of which nothing is kept"
rm "$dir/full"

# The second half begins a diagram of its own, without a client's beginning.
ladder "${opened[@]}" lost,count=7 segment,conn=2a edge,old=1,new=4,conn=2a
expect_line '-- 7 records lost on CPU 0: overwritten before they were read'
(($(grep -c '^conn 2a' "$dir/out") == 2)) || complain 'not two diagrams'
expect_line ': *what happened then is not known: records were lost *:'
expect_line '\* FIN_WAIT_1  unknown, behind a gap  [0-9:.]* *|'

tcpstate ladder --mermaid -r "$dir/t"
expect 0 'tcpstate: 7 records are lost, at which the diagrams are cut'

# A segment restarts the time of TIME_WAIT.
ladder edge,old=5,new=6,conn=2a note,what=2,detail=4,conn=2a
expect_line '.* 2MSL restarted .*'

# The trace ends while a FIN that was sent again is on its way.
head -c $((128 * 22)) tests/golden/lossy.trace >"$dir/t"
tcpstate ladder -r "$dir/t"
expect 0
expect_line '| *retransmitted, has not arrived yet *|'

# The other end is elsewhere: nothing of what leaves is lost.
ladder "${opened[@]}" segment,flags=4,conn=2a edge,old=1,new=7,conn=2a
expect_line '.*[^ ]  *(not recorded)'
grep -q lost "$dir/out" && complain 'something is lost'

# A listener has no diagram, and one that failed before it had a port has one.
ladder edge,old=7,new=10,conn=1,rport=0 edge,old=7,new=2,conn=2,lport=0 \
	edge,old=2,new=7,conn=2,lport=0
(($(grep -c '^conn' "$dir/out") == 1)) || complain 'not one diagram'
expect_line '10.9.0.1:\* .*'

# So has what no other record can be told to belong to.
ladder edge,old=1,new=7,conn=0 socket,conn=0
expect_lines 0

# On a wide terminal, as wide as in a file
script -qec "stty cols 200; userspace/tcpstate ladder -r tests/golden/exchange.trace" \
	/dev/null </dev/null | tr -d '\r' | diff tests/golden/exchange.ladder - ||
	complain 'not that diagram on a terminal'

# What is told is in the order of the times that it is told with, also where
# segments are under way at the same time.
for trace in tests/golden/*.trace; do
	for form in '' --mermaid; do
		tcpstate ladder $form -r "$trace"
		expect 0
		awk '/^$|participant c/ { last = "" }
			match($0, /[0-9][0-9]:[0-9][0-9]:[0-9][0-9]\.[0-9]+/) {
				time = substr($0, RSTART, RLENGTH)
				if (time < last)
					print
				last = time
			}' "$dir/out" >"$dir/early"
		[[ ! -s $dir/early ]] ||
			complain "$trace $form: $(head -n 1 "$dir/early")"
	done
done

# Connections between the same ends, one after the other
$mktrace start life,n=20 >"$dir/t"
tcpstate ladder -r "$dir/t"
expect 0
(($(grep -c '^conn' "$dir/out") == 20)) || complain 'not 20 diagrams'

# What other programs read: all of a trace, and names that mean something to them
$mktrace start 'edge,old=7,new=2,conn=2a,comm=a;b#c%d"<e>&' >"$dir/t"
for trace in tests/golden/tour.trace "$dir/t"; do
	tcpstate ladder --svg -r "$trace"
	expect 0
	xmllint --noout "$dir/out" || complain "not an SVG of $trace"
	tcpstate ladder --mermaid -r "$trace"
	expect 0
	[[ $(tests/mermaid.mjs <"$dir/out") == sequence ]] ||
		complain "Mermaid does not read it of $trace"
done

# One trace after the other, each by its own clock
$mktrace start >"$dir/t"
cat tests/golden/exchange.trace "$dir/t" >"$dir/both"
tcpstate ladder -r "$dir/both"
expect 0
diff <(head -n "$(wc -l <tests/golden/exchange.ladder)" "$dir/out") \
	tests/golden/exchange.ladder || complain 'not that diagram'

# Of the device, each is drawn when it is over, and nothing else happens.
device start edge,ts=1,old=1,new=4,conn=2a segment,ts=2,conn=2a \
	edge,ts=3,old=4,new=7,conn=2a edge,ts=4,old=1,new=4,conn=2b,lport=9999
live_in_background ladder
wait_until has_lines 9
(($(grep -c '^conn 2a' "$dir/out") == 1)) || complain 'not that diagram'
grep -q '^conn 2b' "$dir/out" && complain 'a diagram of what is not over'
kill -INT "$reader"
reap
expect 0 "tcpstate: 3 transitions, 1 segments, 0 lost"
grep -q '^conn 2b' "$dir/out" || complain 'nothing of what is not over'

tcpstate ladder --svg --mermaid
expect 2 'tcpstate: ladder: --mermaid or --svg: choose one'
tcpstate --svg ladder
expect 2 "tcpstate: wrong option '--svg': see tcpstate --help"
tcpstate dump --svg
expect 2 "tcpstate: wrong option '--svg': see tcpstate --help"
tcpstate dump -Q
expect 2 'tcpstate: -Q needs an argument'

finish

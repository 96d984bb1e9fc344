#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# tcpstate expect: its exit status, what it says of differences and of wrong
# files, from a trace and while a COMMAND runs.

. tests/reader/common

t=$dir/t e=$dir/e
export FAKEDEV=$dir/device

declare -A states=([ESTABLISHED]=1 [SYN_SENT]=2 [SYN_RCVD]=3 [FIN_WAIT_1]=4
	[FIN_WAIT_2]=5 [TIME_WAIT]=6 [CLOSED]=7 [CLOSE_WAIT]=8 [LAST_ACK]=9
	[LISTEN]=10 [CLOSING]=11)
declare -A causes=([unknown]='0,0' [SYN]='1,1' ['SYN,ACK']='1,2'
	[ACK]='1,3' [FIN]='1,4' [connect]='2,16' [listen]='2,17'
	[close]='2,18' [timer/2MSL]='3,32' [reset/received]='4,48')

# edges CONN MORE STATE [CAUSE STATE]...: of a connection, for mktrace, to
# $records; MORE is what all of its records have besides
edges() {
	local conn=$1 more=$2 old=$3 cause

	shift 3
	while (($#)); do
		cause=${causes[$1]}
		records+=("edge,ts=1,conn=$conn,old=${states[$old]},new=${states[$2]},cause=${cause%,*},detail=${cause#*,}$more")
		old=$2
		shift 2
	done
}

client() {
	edges "$1" "${2-}" CLOSED connect SYN_SENT SYN,ACK ESTABLISHED \
		close FIN_WAIT_1 ACK FIN_WAIT_2 FIN TIME_WAIT timer/2MSL CLOSED
}

at_server=,lport=8000,rport=45714,laddr=10.9.0.2,raddr=10.9.0.1,comm=actor
server() {
	edges "$1" $at_server LISTEN SYN SYN_RCVD ACK ESTABLISHED \
		FIN CLOSE_WAIT close LAST_ACK ACK CLOSED
}

# What was recorded since the last time is the trace.
trace() {
	$mktrace start "${records[@]}" >"$t"
	records=()
}

# given STATUS [LINE]: the trace and what is expected, from standard input
given() {
	cat >"$e"
	tcpstate -r "$t" expect "$e"
	expect "$@"
}

# That the last run said just this, from standard input
said() {
	diff -u --label expected - --label said "$dir/out" ||
		complain "another output"
}

quiet() {
	expect_lines 0
}

records=()
client 1a2b
server 1a2c
edges 3 ,lport=8000,rport=0,raddr=0.0.0.0 CLOSED listen LISTEN close CLOSED
trace

# The places of options, and the standard input for the file.
given 0 <<-END
	# both ends
	client rport=8000: CLOSED -connect-> SYN_SENT -SYN,ACK-> ESTABLISHED
		-close-> FIN_WAIT_1 -ACK-> FIN_WAIT_2 -FIN-> TIME_WAIT ...
	server lport=8000 rport=45714 owner=actor pid=1234 uid=0: LISTEN
		-SYN-> SYN_RCVD -ACK-> ESTABLISHED
		-FIN-> CLOSE_WAIT -close-> LAST_ACK -ACK-> CLOSED
	listener lport=8000: CLOSED -listen-> LISTEN -close-> CLOSED
	nobody rport=9: none
END
said <<-END
	4 rules, 3 connections: as expected
END
for place in "expect $e -r $t" "expect -r $t $e" "-r $t expect $e --"; do
	# shellcheck disable=SC2086
	tcpstate $place
	if [[ $place = *-- ]]; then
		expect 2 "tcpstate: -- needs a COMMAND after it"
	else
		expect 0
		expect_lines 1
	fi
done
tcpstate expect -r "$t" - <"$e"
expect 0
expect_lines 1

# One rule and no difference: silence
given 0 <<<"all x3: ..."
quiet

# Missing, extra, caused otherwise
given 1 <<-END
	client rport=8000: CLOSED -connect-> SYN_SENT -SYN,ACK-> ESTABLISHED
		-close-> FIN_WAIT_1 -ACK-> CLOSING -FIN-> TIME_WAIT
		-timer/2MSL|reset-> CLOSED
END
said <<-END
	client (line 1): differs, connection 1a2b 10.9.0.1:45714 > 10.9.0.2:8000
	      CLOSED
	      -connect->    SYN_SENT
	      -SYN,ACK->    ESTABLISHED
	      -close->      FIN_WAIT_1
	    - -ACK->        CLOSING      expected
	    + -ACK->        FIN_WAIT_2   got
	      -FIN->        TIME_WAIT
	      -timer/2MSL-> CLOSED
END
given 1 <<-END
	server raddr=10.9.0.1: LISTEN -SYN-> SYN_RCVD -ACK-> ESTABLISHED
		-FIN-> CLOSE_WAIT -exit|timer-> LAST_ACK -ACK-> CLOSED
END
said <<-END
	server (line 1): differs, connection 1a2c 10.9.0.2:8000 > 10.9.0.1:45714
	      LISTEN
	      -SYN->        SYN_RCVD
	      -ACK->        ESTABLISHED
	      -FIN->        CLOSE_WAIT
	    - -exit|timer-> LAST_ACK     expected
	    + -close->      LAST_ACK     got
	      -ACK->        CLOSED
END
given 1 <<<'listener rport=0: CLOSED -listen-> LISTEN'
said <<-END
	listener (line 1): differs, connection 3 10.9.0.1:8000 > *:*
	      CLOSED
	      -listen-> LISTEN
	    + -close->  CLOSED       got
END
given 1 <<<'listener rport=0: CLOSED -listen-> LISTEN ... TIME_WAIT'
said <<-END
	listener (line 1): differs, connection 3 10.9.0.1:8000 > *:*
	      CLOSED
	      -listen-> LISTEN
	      -close->  CLOSED
	    - TIME_WAIT              expected
END

# The owner alone
given 1 <<<'server raddr=10.9.0.1 owner=worker uid=7: LISTEN ... CLOSED'
said <<-END
	server (line 1): differs, connection 1a2c 10.9.0.2:8000 > 10.9.0.1:45714
	      LISTEN
	      -SYN->   SYN_RCVD
	      -ACK->   ESTABLISHED
	      -FIN->   CLOSE_WAIT
	      -close-> LAST_ACK
	      -ACK->   CLOSED
	    - owner=worker uid=7  expected
	    + owner=actor uid=0 pid=1234  got
END
given 1 <<<'client rport=8000 uid=7: CLOSED ...'
expect_line '    - uid=7  expected'
expect_line '    + owner=none  got'
given 1 <<<'server raddr=10.9.0.1 pid=7: LISTEN ...'
expect_line '    - pid=7  expected'

# Both in colours on a terminal
TERM=xterm script -qec "userspace/tcpstate -r $t expect $e" /dev/null </dev/null |
	tr -d '\r' >"$dir/out"
escape=$'\e'
expect_line "    $escape\[31m- pid=7  expected$escape\[0m"
expect_line "    $escape\[32m+ owner=actor uid=0 pid=1234  got$escape\[0m"

# Rules without connections, connections without rules
given 1 <<-END
	client x3 rport=8000: CLOSED ...
	nobody lport=8000 rport=0: none
	elsewhere rport=8001: ...
END
said <<-END
	client (line 1): missing, 2 of 3 connections: the filters choose 1 of the 3 in the trace
	nobody (line 2): none is expected, connection 3 10.9.0.1:8000 > *:*
	    + CLOSED                 got
	    + -listen-> LISTEN       got
	    + -close->  CLOSED       got
	elsewhere (line 3): missing, 1 of 1 connection: the filters choose 0 of the 3 in the trace
END
given 1 <<<'server lport=8000: LISTEN -SYN-> ...'
said <<-END
	server (line 1): extra, connection 3 10.9.0.1:8000 > *:*
	    + CLOSED                 got
	    + -listen-> LISTEN       got
	    + -close->  CLOSED       got
END

# Of many alike, some are shown and the others counted.
for ((i = 1; i <= 20; i++)); do
	client "$i"
done
trace
given 0 <<<'clients x20: CLOSED ... TIME_WAIT -timer-> CLOSED'
quiet
given 1 <<<'clients x20: CLOSED ... TIME_WAIT -reset-> CLOSED'
(($(grep -c ': differs, connection ' "$dir/out") == 3)) ||
	complain "not three are shown"
expect_line 'clients (line 1): and 17 connections more like that'
given 1 <<<'clients x16: CLOSED ... TIME_WAIT -timer-> CLOSED'
expect_line 'clients (line 1): and 1 connection more like that'
expect_line 'clients (line 1): extra, connection 17 .*'

# Of a long story, the beginning is compared.
for ((i = 0; i < 2050; i++)); do
	records+=('edge,conn=1,old=4,new=5' 'edge,conn=1,old=5,new=4')
done
trace
given 1 <<<'a: FIN_WAIT_1'
expect_line '      and 5 edges more'

# Sockets that were listed, and notes; another trace begins other stories.
records=('socket,conn=1,state=10'
	'socket,conn=2,state=5'
	'edge,conn=2,old=5,new=6,cause=1,detail=4'
	'note,conn=2,what=2,detail=4'
	'edge,conn=2,old=6,new=7,cause=3,detail=32'
	start 'edge,conn=1,old=10,new=7,cause=2,detail=18')
trace
given 0 <<-END
	listener: LISTEN
	peer: FIN_WAIT_2 -FIN-> TIME_WAIT -FIN-> TIME_WAIT -timer/2MSL-> CLOSED
	again: LISTEN -close-> CLOSED
END

# What no record tells of is shown as such.
records=('edge,conn=1,old=7,new=2,cause=2,detail=16'
	'edge,conn=1,old=1,new=4,cause=2,detail=18')
trace
given 1 <<<'a: CLOSED -> SYN_SENT ... FIN_WAIT_1'
said <<-END
	a (line 1): differs, connection 1 10.9.0.1:45714 > 10.9.0.2:8000
	      CLOSED
	      -connect->    SYN_SENT
	    + (no record)-> ESTABLISHED  got
	      -close->      FIN_WAIT_1
END

# A loss, or a damaged trace, is no answer.
records=('lost,count=7')
client 1
records+=('lost,count=3')
trace
given 1 "tcpstate: whether all is as expected cannot be told: records lost: 10" \
	<<<'a: ...'
quiet
client 1
records+=('edge,old=99')
trace
given 1 "tcpstate: $t: skipped malformed records: 1; the trace is damaged" \
	<<<'a: ...'
quiet
: >"$t"
given 1 "tcpstate: $t: empty: not even a start record" <<<'a: none'
quiet

# A namespace by its name, which this machine need not have
given 2 "tcpstate: $e:1: 'netns=../self': neither a number nor in /run/netns" \
	<<<'a netns=../self: CLOSED'
trace
given 1 <<<'a netns=1: CLOSED'

# Wrong files and command lines, before anything is opened or run
given 2 "tcpstate: $e:2: 'closed': no such state" <<-END
	a: CLOSED
	b: closed
END
given 2 "tcpstate: $e:1: nothing is expected here" </dev/null
given 2 "tcpstate: $e:1: a NUL byte: this is no text" < <(printf 'a\0')
given 2 "tcpstate: $e: too large for what somebody expects" \
	< <(head -c 2000000 /dev/zero)
tcpstate expect "$dir/none" -- touch "$dir/ran"
expect 2 "tcpstate: $dir/none: No such file or directory"
tcpstate expect "$dir"
expect 2 "tcpstate: $dir: Is a directory"
tcpstate expect
expect 2 "tcpstate: expect needs a FILE after it"
tcpstate expect -- touch "$dir/ran"
expect 2 "tcpstate: expect needs a FILE after it"
tcpstate expect "$e" --json
expect 2 "tcpstate: --json is for what expect does not show: choose one"
tcpstate expect "$e" -w "$dir/w"
expect 2 "tcpstate: expect shows records, -w writes them: choose one"
tcpstate expect "$e" -r "$t" -- touch "$dir/ran"
expect 2 "tcpstate: -r reads a trace, so there is no COMMAND to trace"
[[ ! -e $dir/ran && ! -e $dir/w ]] || complain "something was done"

# While a COMMAND runs: differences come before its status
while_running() {
	local exit_status=$1

	client 1
	rm -f "$FAKEDEV"
	mkfifo "$FAKEDEV"
	exec 9<>"$FAKEDEV"
	$mktrace start >&9
	status=0
	LD_PRELOAD=build/tests/fakedev.so timeout 60 userspace/tcpstate \
		expect "$e" -- sh -c "$mktrace ${records[*]} >\$FAKEDEV
			sleep 0.1; exit $exit_status" \
		>"$dir/out" 2>"$dir/err" 9>&- || status=$?
	records=()
}

count='tcpstate: 6 transitions, 0 lost'
echo 'client: CLOSED -connect-> ...' >"$e"
while_running 0
expect 0 "$count"
quiet
while_running 5
expect 5 "$count"
quiet
echo 'client: CLOSED -listen-> ...' >"$e"
while_running 5
expect 1 "$count"
expect_line 'client (line 1): differs, connection 1 .*'

# What cannot be written is no success either.
printf 'a: CLOSED ...\nb rport=9: none\n' >"$e"
client 1
trace
userspace/tcpstate -r "$t" expect "$e" >/dev/full 2>"$dir/err"
status=$?
expect 1 "tcpstate: standard output: No space left on device"

finish

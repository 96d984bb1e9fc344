#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Following the device, of which a FIFO plays the part (tests/fakedev.c): the
# ends by signal and by COMMAND. Times of records are before now, or far after.

# What nohup(1) has ignored, no shell can undo.
[[ ${HUP-} ]] || HUP=default exec env --default-signal=HUP "$0"

. tests/reader/common
. tests/reader/device

edge=edge,ts=1
late=edge,ts=0xffffffffffffffff

# shellcheck disable=SC2317 # by wait_until
is_stopped() {
	grep -q '^State:	T' "/proc/$reader/status"
}

# What can keep us from it
live_without() {
	FAKEDEV_ERRNO=$1 live
	expect 1 "tcpstate: /dev/tcpstate: $2"
	expect_lines 0
}

for errno in 2 6 19; do		# ENOENT ENXIO ENODEV
	live_without $errno "no such device: load the module first (insmod tcpstate.ko)"
done
for errno in 1 13; do		# EPERM EACCES
	live_without $errno "permission denied: be root, or have CAP_NET_ADMIN"
done
live_without 16 "Device or resource busy"

# Signals end it, with the count.
for signal in INT TERM HUP; do
	device start life lost,count=41
	live_in_background
	wait_until has_lines 7
	kill -$signal $reader
	reap
	expect 0 "tcpstate: 5 transitions, 41 lost"
	expect_lines 7
done

# A SIGHUP that nohup(1) ignores does not.
device start life
(trap '' HUP; live_in_background; wait_until has_lines 6
	kill -HUP $reader; $mktrace $edge >&9; wait_until has_lines 7
	kill -INT $reader; reap; expect 0 "tcpstate: 6 transitions, 0 lost"
	finish) || complain "SIGHUP is not ignored"

# What had been recorded by then is shown, and nothing later: there is more
# than a single read takes, at the first of which the signal has come already.
device start $edge
live_in_background
wait_until has_lines 2
kill -STOP $reader
wait_until is_stopped
mapfile -t many < <(yes $edge | head -2100)
$mktrace "${many[@]}" $late $edge >&9
kill -INT $reader
kill -CONT $reader
reap
expect 0 "tcpstate: 2101 transitions, 0 lost"
expect_lines 2102

# But a loss has the time of what came after it, and may be one of before.
device start $edge
live_in_background
wait_until has_lines 2
kill -STOP $reader
wait_until is_stopped
$mktrace $edge lost,count=5,ts=0xffffffffffffffff \
	lost,count=7,cpu=1,ts=0xffffffffffffffff $late $edge >&9
kill -INT $reader
kill -CONT $reader
reap
expect 0 "tcpstate: 2 transitions, 12 lost"
expect_lines 5

# Stored as it is shown
device start life
live_in_background -w "$dir/trace"
wait_until test -s "$dir/trace"
kill -INT $reader
reap
expect 0 "tcpstate: 5 transitions, 5 segments, 0 lost"
expect_lines 0
cmp <($mktrace start life) "$dir/trace" || complain "-w FILE differs"

device start life
live -c 2
expect 0 "tcpstate: 2 transitions, 0 lost"
expect_lines 3

# An output that takes nothing: the first signal waits for it, as does one soon
# after, such as that of timeout(1) for its group; a later one does not.
device start life,n=50
mkfifo "$dir/stuck"
exec 8<>"$dir/stuck"
output=$dir/stuck live_in_background --json
wait_until grep -q pipe_w "/proc/$reader/wchan"
kill -INT $reader
wait_until grep -q '^ShdPnd:	0*$' "/proc/$reader/status"
kill -INT $reader
sleep 1.1
kill -0 $reader || complain "died of the first signals"
kill -INT $reader
reap 2>/dev/null
((status == 130)) || complain "exit status $status after three signals"

# COMMAND: its records alone, and its exit status
device start life
live -- sh -c "$mktrace $edge $edge >\$FAKEDEV; exit 3"
expect 3 "tcpstate: 2 transitions, 0 lost"
expect_lines 3
# It may have ended before the device is first read.
device start,ts=0xffffffffffffffff
FAKEDEV_SLEEP=500000 live -- sh -c 'kill -9 $$'
expect 137 "tcpstate: 0 transitions, 0 lost"
expect_lines 1
device start
live -- "$dir/none"
expect 127 "tcpstate: $dir/none: No such file or directory"
device start
live -- no-such-command
expect 127 "tcpstate: no-such-command: No such file or directory"
device start
live -- "$dir/err"
expect 126 "tcpstate: $dir/err: Permission denied"

# A file is written anew, but not for a COMMAND that does not start.
yes precious | head -99 >"$dir/precious"
device start
live -w "$dir/precious" -- no-such-command
expect 127 "tcpstate: no-such-command: No such file or directory"
(($(grep -cx precious "$dir/precious") == 99)) || complain "-w FILE is lost"
device start
live -w "$dir/precious" -- true
expect 0 "tcpstate: 0 transitions, 0 segments, 0 lost"
cmp <($mktrace start) "$dir/precious" || complain "-w FILE is not written anew"

# It gets its own options, and SIGPIPE as ever.
device start
live -- sh -c 'exit $#' -c -r --json
expect 2 "tcpstate: 0 transitions, 0 lost"
device start
live -- sh -c 'kill -PIPE $$; echo alive'
expect 141 "tcpstate: 0 transitions, 0 lost"

# After COUNT the COMMAND is waited for.
device start
live -c 1 -- sh -c "$mktrace $edge $edge >\$FAKEDEV; sleep 0.2; exit 4"
expect 4 "tcpstate: 1 transitions, 0 lost"

# A signal is for the COMMAND.
device start
live_in_background -- sleep 60
wait_until has_lines 1
kill -TERM $reader
reap
expect 143 "tcpstate: 0 transitions, 0 lost"

# Also after COUNT
device start
live_in_background -c 1 -- sh -c "$mktrace $edge >\$FAKEDEV; exec sleep 5"
wait_until grep -q '1 transitions' "$dir/err"
kill -TERM $reader
reap
expect 143 "tcpstate: 1 transitions, 0 lost"

# It may take many of them and end when it likes, be our output stuck or not.
cat >"$dir/stubborn" <<'EOF'
trap 'echo >>"$1"; ((++n))' INT TERM
: >"$1"
until ((n >= 3)); do
	sleep 0.05
done
exit 5
EOF
stubborn=(bash "$dir/stubborn" "$dir/taken")

# shellcheck disable=SC2317 # by wait_until
has_taken() {
	[[ -e $dir/taken ]] && (($(wc -l <"$dir/taken") >= $1))
}

device start
output=$dir/stuck live_in_background --json -- sh -c \
	"$mktrace life,n=50 >\$FAKEDEV; exec ${stubborn[*]}"
wait_until grep -q pipe_w "/proc/$reader/wchan"
for i in 0 1 2; do
	wait_until has_taken $i
	kill -TERM $reader
done
wait_until has_taken 3
cat "$dir/stuck" >/dev/null &
reap
kill $!
expect 5 "tcpstate: 250 transitions, 250 segments, 0 lost"

# Whoever started us may ignore what tells of a child's end.
device start
status=0
LD_PRELOAD=build/tests/fakedev.so env --ignore-signal=CHLD \
	userspace/tcpstate -- sh -c 'exit 3' >"$dir/out" 2>"$dir/err" 9>&- || status=$?
expect 3 "tcpstate: 0 transitions, 0 lost"

# A view that writes a file needs nobody at its standard output.
device start
mkfifo "$dir/nobody"
true <"$dir/nobody" &
output=$dir/nobody live_in_background metrics --interval 0.1 -o "$dir/metrics"
wait_until test -s "$dir/metrics"
rm "$dir/metrics"
wait_until test -s "$dir/metrics"
kill -TERM "$reader"
reap
expect 0 "tcpstate: 0 transitions, 0 lost"

# Those of the terminal it has had already.
device start
rm "$dir/taken"
mkfifo "$dir/keys"
exec 7<>"$dir/keys"
timeout 60 script -qec "exec env LD_PRELOAD=build/tests/fakedev.so \
	userspace/tcpstate -- ${stubborn[*]}" /dev/null \
	<"$dir/keys" >"$dir/out" 9>&- &
reader=$!
for i in 0 1 2; do
	wait_until has_taken $i
	printf '\3' >&7
done
reap
((status == 5)) || complain "exit status $status after three ^C"
grep -q 'tcpstate: 0 transitions, 0 lost' "$dir/out" ||
	complain "^C for a COMMAND ends us"

# Each view and form shows of the device what it shows of a trace, where that has
# no ages in it; before each is how many records that are, by what it shows.
echo 'client: CLOSED ... CLOSED' >"$dir/expect"
$mktrace start life >"$dir/t"
while read -ra words; do
	count=${words[0]}
	words=("${words[@]:1}")
	tcpstate -r "$dir/t" "${words[@]}"
	expect 0
	mv "$dir/out" "$dir/of-trace"
	device start life
	live -c "$count" "${words[@]}"
	((status == 0)) || complain "exit status $status of ${words[*]}"
	grep -qxE 'tcpstate: [35] transitions(, 5 segments)?, 0 lost' "$dir/err" ||
		complain "${words[*]}: $(cat "$dir/err")"
	case ${words[*]} in
	watch | metrics*)	[[ -s $dir/out ]] ;;
	*)			cmp -s "$dir/of-trace" "$dir/out" ;;
	esac || complain "live, ${words[*]} shows something else"
done <<-END
	5
	10 --json
	10 --csv
	5 expect $dir/expect
	10 ladder
	10 ladder --mermaid
	10 ladder --svg
	5 graph --sides
	5 graph --mermaid
	5 graph --dot
	5 graph --svg
	5 summary
	5 dump
	10 pcap
	5 metrics
	5 metrics --openmetrics
	5 watch
	10 report
END

# A source that goes bad fails what would have passed.
device start
live -- sh -c "$mktrace start,version=9 >\$FAKEDEV; sleep 0.2"
expect 1 "tcpstate: /dev/tcpstate: ABI version 9: this tcpstate reads 2 only: use the module's own
tcpstate: 0 transitions, 0 lost"

finish

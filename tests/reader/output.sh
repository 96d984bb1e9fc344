#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Where output goes: files that are full, pipes that nobody reads, terminals.

. tests/reader/common
. tests/reader/device

small=$dir/small
large=$dir/large
$mktrace start life >"$small"
$mktrace start life,n=10000 >"$large"

for trace in "$small" "$large"; do
	for option in '' --json '-w -'; do
		# shellcheck disable=SC2086 # none or two words
		userspace/tcpstate $option -r "$trace" >/dev/full 2>"$dir/err"
		status=$?
		expect 1 "tcpstate: standard output: No space left on device"
	done
	tcpstate -r "$trace" -w /dev/full
	expect 1 "tcpstate: /dev/full: No space left on device"
done

# So is a disk for what there is more of than memory: a limit stands for that.
for view in report 'ladder --svg'; do
	# shellcheck disable=SC2086 # one or two words
	(trap '' XFSZ; ulimit -f 8
		userspace/tcpstate $view -r tests/golden/tour.trace) \
		2>"$dir/err" | cat >/dev/null
	status=${PIPESTATUS[0]}
	expect 1 "tcpstate: a temporary file in /tmp: File too large"
done

# Of the device, it ends then: nothing that comes later would be kept.
for view in report 'ladder --svg'; do
	device start life,n=500
	# shellcheck disable=SC2086 # several words
	(trap '' XFSZ; ulimit -f 8; LD_PRELOAD=build/tests/fakedev.so \
		timeout 20 userspace/tcpstate $view 2>"$dir/err" 9>&- | cat >"$dir/out"
		exit "${PIPESTATUS[0]}")
	status=$?
	expect 1 "tcpstate: a temporary file in /tmp: File too large
tcpstate: 2500 transitions, 2500 segments, 0 lost"
done

# What -o names and is no file stays what it is, a link is one still, and what is
# read is not written.
cp tests/golden/tour.trace "$dir/same"
for view in metrics report; do
	tcpstate $view -r tests/golden/tour.trace
	mv "$dir/out" "$dir/wanted"
	mkfifo "$dir/pipe"
	timeout 20 cat "$dir/pipe" >"$dir/got" &
	tcpstate $view -r tests/golden/tour.trace -o "$dir/pipe"
	expect 0
	[[ -p $dir/pipe ]] || complain "$view: the FIFO is none any more"
	wait $!
	cmp "$dir/wanted" "$dir/got" || complain "$view: not that in the FIFO"
	for target in /dev/null linked; do
		ln -s $target "$dir/link"
		tcpstate $view -r tests/golden/tour.trace -o "$dir/link"
		expect 0
		[[ $(readlink "$dir/link") == "$target" ]] ||
			complain "$view: the link to $target is none any more"
		rm "$dir/link"
	done
	cmp "$dir/wanted" "$dir/linked" || complain "$view: not behind the link"
	ln -s linked "$dir/link"
	echo old >"$dir/linked"
	tcpstate $view -r tests/golden/tour.trace -o "$dir/link"
	[[ -L $dir/link ]] || complain "$view: the link is none any more"
	cmp "$dir/wanted" "$dir/linked" || complain "$view: the old one"
	rm "$dir/link" "$dir/linked" "$dir/pipe"
	tcpstate $view -r "$dir/same" -o "$dir/same"
	expect 1 "tcpstate: $dir/same: cannot be read and written at once"
	cmp tests/golden/tour.trace "$dir/same" || complain "$view: the trace is lost"
done

# A reader that has gone is told in one line, not by a signal, which whoever
# runs this may have ignored already.
for option in '' --json '-w -'; do
	# shellcheck disable=SC2086
	env --default-signal=PIPE userspace/tcpstate $option -r "$large" \
		2>"$dir/err" | head -c 1 >/dev/null
	status=${PIPESTATUS[0]}
	expect 1 "tcpstate: standard output: Broken pipe"
done

# So is one that goes away while there is nothing to tell it.
mkfifo "$dir/fifo"
exec 9<>"$dir/fifo"
cat "$small" >&9
timeout 20 userspace/tcpstate -r "$dir/fifo" 2>"$dir/err" | head -1 >/dev/null
status=${PIPESTATUS[0]}
expect 1 "tcpstate: standard output: Broken pipe"

# So is one at the other end of a socket.
timeout 20 perl -MSocket -e '
	socketpair(OURS, THEIRS, AF_UNIX, SOCK_STREAM, 0) or die;
	if (!fork) {
		open(STDOUT, ">&THEIRS") or die;
		exec(@ARGV);
	}
	close(THEIRS);
	<OURS> for (1 .. 6);	# all, for the rest would be an error
	close(OURS);
	wait;
	exit($? >> 8)' userspace/tcpstate -r "$dir/fifo" 2>"$dir/err" &
reader=$!
cat "$small" >&9
status=0
wait $reader || status=$?
expect 1 "tcpstate: standard output: Broken pipe"

# One that does not block, and is slow: nothing gets lost.
perl -MFcntl -e 'fcntl(STDOUT, F_SETFL, O_WRONLY | O_NONBLOCK) or die;
	exec(@ARGV)' userspace/tcpstate -r "$large" 2>"$dir/err" |
	(sleep 0.3; cat) >"$dir/out"
status=${PIPESTATUS[0]}
expect 0
expect_lines 50001

userspace/tcpstate -r "$small" 2>"$dir/err" >&-
status=$?
expect 1 "tcpstate: standard output: Bad file descriptor"

# On a terminal of that width
on_terminal() {
	local columns=$1

	shift
	script -qec "stty cols $columns; $* userspace/tcpstate -r $small" \
		/dev/null </dev/null | tr -d '\r' >"$dir/out"
}

escape=$'\e'
on_terminal 120 TERM=xterm NO_COLOR=
expect_lines 6
expect_line ".* $escape\[32mESTABLISHED$escape\[0m -> $escape\[33mFIN_WAIT_1$escape\[0m .*"
small=tests/golden/tour.trace on_terminal 120 TERM=xterm NO_COLOR=
expect_line ".* $escape\[34mLISTEN$escape\[0m *-> $escape\[36mSYN_RCVD$escape\[0m .*"
expect_line ".* $escape\[35mTIME_WAIT$escape\[0m *-> .*"
on_terminal 90 TERM=xterm NO_COLOR=1
grep -q "$escape" "$dir/out" && complain "colours in spite of NO_COLOR"
expect_lines 12
expect_line '                10\.9\.0\.1:45714 > 10\.9\.0\.2:8000'
on_terminal 120 TERM=dumb NO_COLOR=
grep -q "$escape" "$dir/out" && complain "colours on a dumb terminal"
expect_lines 6

# A trace is not for a terminal.
status=0
script -qec "userspace/tcpstate -r $small -w -" "$dir/out" >/dev/null || status=$?
((status == 2)) || complain "exit status $status of -w - at a terminal"
grep -q 'a trace is not for a terminal' "$dir/out" || complain 'nothing said of -w -'

# Nor is what is said for a trace, with a standard error that is closed.
$mktrace start 99 edge >"$dir/t"
userspace/tcpstate -r - -w "$dir/out" 2>&- <"$dir/t"
(($(stat -c %s "$dir/out") % 128 == 0)) || complain 'more than records in a trace'

# In a file it is a line an edge, plain, whatever the terminal.
tcpstate -r "$small"
expect_lines 6
grep -q "$escape" "$dir/out" && complain "colours in a file"

finish

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Sources that are not as they should be: one line on stderr, exit status 1,
# and what was good before the fault is shown.

. tests/reader/common

t=$dir/t

tcpstate -r "$dir/none"
expect 1 "tcpstate: $dir/none: No such file or directory"

tcpstate -r "$dir"
expect 1 "tcpstate: $dir: Is a directory"

: >"$t"
tcpstate -r "$t"
expect 1 "tcpstate: $t: empty: not even a start record"
expect_lines 0

seq 100 >"$t"
tcpstate -r "$t"
expect 1 "tcpstate: $t: not a trace of tcpstate"

echo hello >"$t"
tcpstate -r "$t"
expect 1 "tcpstate: $t: not a trace of tcpstate"

# Begins in the middle.
$mktrace edge >"$t"
tcpstate -r "$t"
expect 1 "tcpstate: $t: not a trace of tcpstate"

$mktrace start,magic=0x5443505354415445 life >"$t"
tcpstate -r "$t"
expect 1 "tcpstate: $t: of a machine with the other byte order: read it on such a one"
expect_lines 0

$mktrace start,version=3 life >"$t"
tcpstate -r "$t"
expect 1 "tcpstate: $t: ABI version 3: this tcpstate reads 2 only: use the module's own"
expect_lines 0

$mktrace start,size=256 life >"$t"
tcpstate -r "$t"
expect 1 "tcpstate: $t: records of 256 bytes: this tcpstate reads 128 only: use the module's own"

# Five edges, the last of which comes up short
$mktrace start life | head -c -1 >"$t"
tcpstate -r "$t"
expect 1 "tcpstate: $t: truncated: 127 bytes after the last whole record"
expect_lines 5
tcpstate --json -r "$t"
expect 1 "tcpstate: $t: truncated: 127 bytes after the last whole record"
expect_lines 10
tcpstate -r - <"$t"
expect 1 "tcpstate: standard input: truncated: 127 bytes after the last whole record"

$mktrace start | head -c 100 >"$t"
tcpstate -r "$t"
expect 1 "tcpstate: $t: truncated: 100 bytes after the last whole record"

# An end by a signal leaves the rest unread.
mkfifo "$dir/fifo"
exec 9<>"$dir/fifo"
$mktrace start life >&9
for signal in INT TERM; do
	: >"$dir/out"		# what wait_until may be about to look at
	userspace/tcpstate -r "$dir/fifo" >"$dir/out" 2>"$dir/err" 9>&- &
	wait_until has_lines 6
	kill -$signal $!
	status=0
	wait $! || status=$?
	expect 1 "tcpstate: $dir/fifo: interrupted"
	expect_lines 6
	$mktrace start life >&9
done

# Of another version from the middle on
$mktrace start life start,version=7 life >"$t"
tcpstate -r "$t"
expect 1 "tcpstate: $t: ABI version 7: this tcpstate reads 2 only: use the module's own"
expect_lines 6

# A kind to come is no fault.
$mktrace start 99 life 0 >"$t"
tcpstate -r "$t"
expect 0 "tcpstate: $t: skipped records of unknown kind: 2; a newer tcpstate may know them"
expect_lines 6

# Damage is one, but what is sound is shown.
$mktrace start edge,new=12 edge,old=0 edge,comm=0123456789abcdef start,magic=1 \
	life >"$t"
tcpstate -r "$t"
expect 1 "tcpstate: $t: skipped malformed records: 4; the trace is damaged"
expect_lines 6

# No standard input at all
timeout 20 userspace/tcpstate -r - >"$dir/out" 2>"$dir/err" <&-
status=$?
expect 1 "tcpstate: standard input: Bad file descriptor"

finish

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# -w and -r: what is stored is what was read. -c: no more than asked for.

. tests/reader/common

t=$dir/t
copy=$dir/copy

# Larger than any buffer of the reader, with everything in it
$mktrace start life,n=1000 lost,count=7 99 edge,new=12 start life >"$t"
tcpstate -r "$t" -w "$copy"
((status == 1)) || complain "malformed records make no fault"
expect_lines 0
cmp "$t" "$copy" || complain "-w FILE is not what was read"

tcpstate -r "$t" -w -
cmp "$t" "$dir/out" || complain "-w - is not what was read"

# shellcheck disable=SC2002 # in pieces
cat "$t" | (tcpstate -r - -w "$copy"; expect 1 \
	"tcpstate: standard input: skipped records of unknown kind: 1; a newer tcpstate may know them
tcpstate: standard input: skipped malformed records: 1; the trace is damaged"
	exit "$failures") || complain "-r - of a pipe"
cmp "$t" "$copy" || complain "-w of standard input is not what was read"

# What a fault ends is stored up to there.
$mktrace start life >"$t"
{ cat "$t"; echo rest; } >"$dir/bad"
tcpstate -r "$dir/bad" -w "$copy"
expect 1 "tcpstate: $dir/bad: truncated: 5 bytes after the last whole record"
cmp "$t" "$copy" || complain "-w of a truncated trace is not what was good"

# No output is made, or lost, for an input that is not there.
tcpstate -r "$dir/none" -w "$dir/new"
[[ ! -e $dir/new ]] || complain "-w FILE is made without a source"
tcpstate -r "$t" -w "$t"
expect 1 "tcpstate: $t: cannot be read and written at once"
cmp "$t" "$copy" || complain "-w of what is read destroys it"
status=0
# shellcheck disable=SC2094 # is what we are after
timeout 5 userspace/tcpstate -r "$t" -w - >>"$t" 2>"$dir/err" || status=$?
expect 1 "tcpstate: standard output: cannot be read and written at once"
cmp "$t" "$copy" || complain "-w - to what is read appends to it"
cp "$copy" "$t"
tcpstate -r "$t" -w "$dir/none/file"
expect 1 "tcpstate: $dir/none/file: No such file or directory"

# Traces one after the other: what was known in the first is not in the second.
$mktrace start edge,conn=5 start edge,conn=5,old=2,new=1 >"$t"
tcpstate --json -r "$t"
expect 0
expect_lines 4
[[ $(jq -s '.[3].dwell_us' "$dir/out") == null ]] ||
	complain "time spent in a state over another start record"

# A loss hides what was known, and only that.
$mktrace start edge,conn=5 lost edge,conn=5,old=2,new=1 edge,conn=5,old=1,new=4 \
	>"$t"
tcpstate --json -r "$t"
[[ $(jq -sc 'map(.dwell_us)' "$dir/out") == '[null,null,null,null,1]' ]] ||
	complain "time spent in a state over a loss"

# A list is only forgotten for a loss from after it.
for ts in 1 0xffffffffffffffff; do
	$mktrace start socket,conn=5,comm=lister lost,ts=$ts \
		edge,conn=5,old=1,new=4 >"$t"
	tcpstate --json -r "$t"
	jq -r 'select(.old).owner.comm' "$dir/out"
done >"$dir/owners"
[[ $(cat "$dir/owners") == lister$'\n'null ]] || complain "owners over losses"

# -c counts what is shown: of a life's 10 records, 5 are edges
$mktrace start lost life,n=2 >"$t"
tcpstate -c 3 -r "$t"
expect 0
expect_lines 5			# with the header and the loss
tcpstate --json -c 3 -r "$t"
expect 0
expect_lines 5			# with the start and the loss
expect_line '.*"type":"segment".*"flags":"SYN,ACK".*'
tcpstate -w - -c 3 -r "$t"
expect 0
cmp <(head -c $((5 * 128)) "$t") "$dir/out" || complain "-c 3 -w"
tcpstate -c 10 -r "$t"
expect 0
expect_lines 12
tcpstate -c 11 -r "$t"
expect 0
expect_lines 12

# What was there before is shown, but does not count; notes do.
$mktrace start socket note edge note >"$t"
for option in '' --json; do
	# shellcheck disable=SC2086
	tcpstate $option -c 2 -r "$t"
	expect 0
	expect_lines 4		# with the header or the start
done
tcpstate -w - -c 2 -r "$t"
expect 0
cmp <(head -c $((4 * 128)) "$t") "$dir/out" || complain "-c 2 -w"

finish

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A trace of a million records through each view, in no more memory than live
# connections take, of which there is one at a time.

. tests/reader/common

# Of address space, the program and the C library included
limit_kb=16384

$mktrace start life,n=100000 >"$dir/t"
(($(stat -c %s "$dir/t") > 1000000 * 128)) || complain "the trace is too short"

# through WORDS...: by that view
through() {
	status=0
	(
		ulimit -v $limit_kb
		exec userspace/tcpstate -r "$dir/t" "$@"
	) >"$dir/out" 2>"$dir/err" || status=$?
	expect 0
	[[ -s $dir/out ]] || complain "nothing of $*"
}

through --csv
expect_lines 1000002
through
expect_lines 500001
through --json
expect_lines 1000001
through -w -
cmp -s "$dir/t" "$dir/out" || complain "-w is not what was read"
through summary
expect_lines 100010
through metrics
through watch
through report
through graph --sides
expect_lines 8
through dump
expect_lines 500000
through pcap
for form in '' --mermaid --svg; do
	through ladder $form
done

finish

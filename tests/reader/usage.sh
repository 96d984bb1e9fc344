#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Wrong command lines: one line, exit status 2, and nothing is opened.

. tests/reader/common

wrong() {
	local said=$1

	shift
	tcpstate "$@"
	expect 2 "tcpstate: $said"
	expect_lines 0
}

wrong "unknown option '-x': see tcpstate --help" -x
wrong "unknown option '-x': see tcpstate --help" -xc 1
wrong "wrong option '--xyz': see tcpstate --help" --xyz
wrong "wrong option '--json=1': see tcpstate --help" --json=1
wrong "wrong option '--help=1': see tcpstate --help" --help=1
wrong "unknown option '-x': see tcpstate --help" --json -xh
wrong "-c needs an argument" -c
wrong "-r needs an argument" -r
wrong "-w needs an argument" -w
for count in 0 -1 +1 x 1x 1.5 '' ' 1' 99999999999999999999; do
	wrong "-c: '$count' is not a number above 0" -c "$count"
done
wrong "filter: syntax error
  file name
  ^^^^" -c 1 file name -- true
wrong "filter: syntax error
  true
  ^^^^" -w -- true
wrong "--interval needs an argument" watch --interval
wrong "-- needs a COMMAND after it" --
wrong "--json shows records, -w writes them: choose one" --json -w "$dir/t"
wrong "-r reads a trace, so there is no COMMAND to trace" -r "$dir/t" -- true
for option in "-c 1" "-r $dir/t" "-w $dir/t" "-- true" "port 80" --csv; do
	# shellcheck disable=SC2086 # each is several
	wrong "status shows no records: it takes no option but --json" \
		status $option
done
[[ ! -e $dir/t && ! -e ./-- ]] || complain "a wrong command line made a file"

for option in -h --help; do
	tcpstate $option
	expect 0
	expect_line 'Usage: tcpstate .*'
	grep -qE '.{81}' "$dir/out" && complain "$option is too wide"
done
tcpstate --version
expect 0
expect_lines 1
expect_line 'tcpstate [0-9.]*'

for option in --help --version; do
	userspace/tcpstate $option >/dev/full 2>"$dir/err"
	status=$?
	expect 1 "tcpstate: standard output: No space left on device"
done

finish

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A trace of a million records through each view and format, each in less than ten
# seconds, those of the CPU, which others may use, too, and in no more memory than
# live connections take: there is one at a time, and then a thousand.

. tests/reader/common

# Of address space, the program and the C library included
limit_kb=16384
# expect compares at the end, and keeps all that it was told to choose from till then.
expect_kb=40960

# What Graphviz takes is its own.
mkdir "$dir/bin"
cat >"$dir/bin/dot" <<END
#!/bin/sh
ulimit -Sv unlimited
exec $(command -v dot) "\$@"
END
chmod +x "$dir/bin/dot"

# through WORDS...: by that view
through() {
	status=0
	(
		ulimit -Sv "$limit_kb" -t 10
		PATH=$dir/bin:$PATH exec userspace/tcpstate -r "$dir/t" "$@"
	) >"$dir/out" 2>"$dir/err" || status=$?
	expect 0
}

# shows WORDS...: the same, of a view that shows something
shows() {
	through "$@"
	[[ -s $dir/out ]] || complain "nothing of $*"
}

# With two rules, a line tells that all are as expected.
cat >"$dir/expect" <<-END
	client x100000: CLOSED -connect-> SYN_SENT ... CLOSED
	nobody rport=9: none
END

for lives in n=100000 n=100000,open=1000; do
	$mktrace start "life,$lives" >"$dir/t"
	(($(stat -c %s "$dir/t") > 1000000 * 128)) ||
		complain "the trace is too short"
	shows --csv
	expect_lines 1000002
	shows
	expect_lines 500001
	shows --json
	expect_lines 1000001
	shows -w -
	cmp -s "$dir/t" "$dir/out" || complain "-w is not what was read"
	shows summary
	expect_lines 100010
	shows metrics
	shows metrics --openmetrics
	through metrics -o "$dir/metrics"
	[[ -s $dir/metrics ]] || complain "no metrics in the file"
	shows watch
	shows report
	through report -o "$dir/page"
	[[ -s $dir/page ]] || complain "no page in the file"
	shows graph --sides
	expect_lines 8
	for form in --mermaid --dot --svg; do
		shows graph $form
	done
	shows dump
	expect_lines 500000
	shows pcap
	for form in '' --mermaid --svg; do
		shows ladder $form
	done
	limit_kb=$expect_kb shows expect "$dir/expect"
done

# choose FILTER...: with this one through each view that keeps something
choose() {
	through "$@"
	through graph --sides "$@"
	for view in metrics watch summary report ladder; do
		through "$view" "$@"
	done
}

# Filters that leave out how connections end: one by one, and as soon as it has a
# local port; then what a module delivers for that
choose new ESTABLISHED
choose src portrange 0-1023
userspace/tcpstate -r "$dir/t" -w "$dir/two" old CLOSED or old SYN_SENT
mv "$dir/two" "$dir/t"
choose not src portrange 32768-60999

finish

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What the views make of the traces in tests/golden, to the letter:
#
#	TRACE.WORDS	is what comes of `tcpstate -r TRACE.trace WORDS`,
#			with a blank for each + in WORDS; of a page of report,
#			the data, as the rest is report.html and what is with it
#
# `tests/reader/golden.sh update` writes them anew, for git diff to show.

. tests/reader/common

update=${1-}

# compare FILE: of the name above
compare() {
	local name=${1##*/} words

	IFS=+ read -ra words <<<"${name#*.}"
	tcpstate -r "tests/golden/${name%%.*}.trace" "${words[@]}"
	expect 0
	[[ ${words[0]-} != report ]] ||
		sed -i '1,/^<script .* id="trace">$/d' "$dir/out"
	if [[ $update ]]; then
		cp "$dir/out" "$1"
	else
		diff -u "$1" "$dir/out" || complain "not as in $1"
	fi
}

compared=0
for file in tests/golden/*.*; do
	case $file in
	*.trace | *.sh | *.png)	continue ;;
	esac
	compare "$file"
	compared=$((compared + 1))
done
((compared)) || complain "nothing to compare"

finish

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The page for a browser: what is in it, and, by report.py, what Chromium makes of
# it.
#
# `tests/reader/report.sh update` takes the picture in README.md anew.

. tests/reader/common
. tests/reader/device

page=$dir/page.html

if [[ ${1-} == update ]]; then
	tcpstate -r tests/golden/exchange.trace report -o "$dir/exchange.html"
	expect 0
	/usr/bin/python3 tests/reader/report.py "$dir" "$dir/picture.png" ||
		complain "the browser"
	pngquant --force --output tests/golden/report.png 64 "$dir/picture.png" ||
		complain "no picture"
	finish
fi

# page_data: what the page has behind its scripts, in JSON
page_data() {
	sed '1,/^<script type="application\/json" id="trace">$/d
		$s|</script>$||' "$page"
}

# data_has CONDITION: of jq
data_has() {
	page_data | jq -e "$1" >"$dir/jq" 2>&1 || complain "not $1: $(cat "$dir/jq")"
}

# has_hash TAG DIRECTIVE: what is between <TAG> and </TAG> is what the policy allows
has_hash() {
	local hash

	hash=$(/usr/bin/python3 -c 'import base64, hashlib, sys
page = open(sys.argv[1], "rb").read()
tag = sys.argv[2].encode()
text = page.split(b"<" + tag + b">", 1)[1].split(b"</" + tag + b">", 1)[0]
print(base64.b64encode(hashlib.sha256(text).digest()).decode())' "$page" "$1")
	grep -qF "$2 'sha256-$hash'" "$page" || complain "no $2 for $1"
}

# In a file, all of it or nothing; and on the standard output
tcpstate -r tests/golden/tour.trace report -o "$page"
expect 0
expect_lines 0
[[ $(ls -A "$dir") == $'err\nout\npage.html' ]] || complain "$(ls -A "$dir")"
[[ $(stat -c %a "$page") == 644 ]] || complain "its rights"
chmod 600 "$page"
tcpstate report -r "$dir/t" -o "$page"
[[ $(stat -c %a "$page") == 600 ]] || complain "others' rights than it had"
tcpstate -r tests/golden/tour.trace report
expect 0
cmp "$page" "$dir/out" || complain "another page on the standard output"

# It names nothing that is elsewhere, and its policy allows nothing else.
grep -oE '(https?:)?//[^ "]*\.[^ "]*' "$page" | grep -vx 'http://www.w3.org/2000/svg' &&
	complain "that is elsewhere"
grep -q "content=\"default-src 'none';" "$page" || complain "no policy"
has_hash style style-src
has_hash script script-src

# The sockets, edges and ladders of other views
data_has '.sockets | length == 34'
data_has ".edges | length == $(grep -c -- '->' tests/golden/tour.graph) + 1"
data_has '[.edges[] | select(.[3] == 1)] | length == 1'
data_has '.lost + .sockets_omitted + .ladders_omitted == 0'
data_has '[.ladders[].rows | length] | add > 200'

cp "$page" "$dir/tour.html"
tcpstate -r tests/golden/lossy.trace report -o "$dir/lossy.html"
expect 0

# Names that would end the data, or begin something, stand there as names.
$mktrace start edge,old=7,new=2,conn=1,comm='</script><hr>' \
	edge,old=7,new=2,conn=2,comm='<!--<script>' \
	edge,old=7,new=2,conn=3,comm="\"]}'&quot;" >"$dir/trace"
tcpstate -r "$dir/trace" report -o "$page"
expect 0
page_data | grep '<' && complain "a <"
data_has '[.sockets[][2]] | contains(["</script><hr>[1234]", "<!--<script>[1234]"])'
cp "$page" "$dir/hostile.html"

$mktrace start life,n=10000 edge,old=7,new=2,conn=1,lport=4242,comm=odd \
	>"$dir/trace"
tcpstate -r "$dir/trace" report -o "$dir/many.html"
expect 0

# More than a page holds, and what the module lost, are told of.
$mktrace start life,n=50010 lost,count=7 >"$dir/trace"
tcpstate -r "$dir/trace" report -o "$page"
expect 0
data_has '(.sockets | length) == 50000 and .sockets_omitted == 10'
data_has '(.ladders | length) == 50000 and .ladders_omitted == 10'
data_has '.lost == 7'
data_has '.edges[1][2] == 50010'
cp "$page" "$dir/cut.html"

# So is what one connection has too much of, and no segment is nobody's.
mapfile -t many < <(yes segment | head -n 2100)
$mktrace start edge,old=7,new=2 "${many[@]}" segment,conn=0,rport=7 >"$dir/trace"
tcpstate -r "$dir/trace" report -o "$dir/long.html"
expect 0

# One socket before and after a loss: its ladder is that of after it.
$mktrace start socket lost,ts=9000000000000,count=1 socket,ts=9000000000100 \
	edge,ts=9000000000200,old=1,new=8 >"$dir/trace"
tcpstate -r "$dir/trace" report -o "$dir/loss.html"
expect 0

timeout 400 /usr/bin/python3 tests/reader/report.py "$dir" || complain "the browser"

# What stands when records are lost, or another trace follows, is in it once.
$mktrace start edge,old=7,new=2 lost,ts=9000000000000,count=7 start \
	edge,old=7,new=2 >"$dir/trace"
tcpstate -r "$dir/trace" report -o "$page"
data_has '.sockets | length == 2'
data_has '.sockets[0][9] == "not known: records were lost"'

# Of the device, at the end
device start life
live -c 5 report -o "$page"
expect 0 "tcpstate: 2 transitions, 3 segments, 0 lost"
data_has '.sockets | length == 1'

# A COMMAND has its standard files, what the test has, and none of ours.
device start
live report -o "$page" -- sh -c "ls -l /proc/self/fd >$dir/fds"
expect 0 "tcpstate: 0 transitions, 0 segments, 0 lost"
grep deleted "$dir/fds" && complain "COMMAND has a temporary file"

# A file that cannot be written is told of, and is as it was.
tcpstate -r tests/golden/tour.trace report -o "$dir/none/x.html"
expect 1 "tcpstate: $dir/none/x.html: No such file or directory"
device start
live report -o "$dir/none/x.html" -- touch "$dir/ran"
expect 1 "tcpstate: $dir/none/x.html: No such file or directory"
[[ ! -e $dir/ran ]] || complain "a COMMAND ran for nothing"
mkdir "$dir/x.html"
tcpstate -r tests/golden/tour.trace report -o "$dir/x.html"
expect 1 "tcpstate: $dir/x.html: Is a directory"
compgen -G "$dir/.x.html.*" && complain "something is left"
userspace/tcpstate -r tests/golden/tour.trace report >/dev/full 2>"$dir/err" &&
	complain "a full disk"
grep -q 'No space left' "$dir/err" || complain "$(cat "$dir/err")"
script -qec "userspace/tcpstate -r tests/golden/tour.trace report" "$dir/typescript" \
	>/dev/null </dev/null
grep -q 'a page is not for a terminal: add -o FILE' "$dir/typescript" ||
	complain "a page on a terminal"

finish

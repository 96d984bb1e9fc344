#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# --json as a parser sees it, and all the bytes that a name can be made of.

. tests/reader/common

t=$dir/t

# has KIND JQ-CONDITION: true for all of the records of that kind, if any
has() {
	jq -es "map(select(.type == \"$1\")) | length > 0 and all($2)" \
		"$dir/out" >/dev/null || complain "not so in each $1: $2"
}

names=()
for ((byte = 1; byte < 256; byte++)); do
	# = and , would end the name for mktrace
	((byte == 44 || byte == 61)) && continue
	printf -v hex %02x "$byte"
	printf -v name %b "edge,comm=a\\x$hex"
	names+=("$name" "${name}b" "$name"$'\x80')
done
$mktrace start,missing=8 life note socket,state=10 lost,count=3 edge,v6=1,laddr=fd00::1,raddr=fd00::2 \
	"${names[@]}" >"$t"
records=$(($(stat -c %s "$t") / 128))

tcpstate --json -r "$t"
expect 0
expect_lines "$records"
iconv -f UTF-8 -t UTF-8 "$dir/out" >/dev/null || complain "not UTF-8"
lines=$(jq -c . "$dir/out" | wc -l)
((lines == records)) || complain "not JSON: $lines objects in $records lines"

has start '.version == 2 and .missing == ["accept"] and .segments == "control" and
	.time == "2026-11-20T04:00:00.000000000Z"'
has note '.what == "accepted" and .conn == "2a" and has("seq") and has("cpu")'
has socket '.state == "LISTEN" and .conn == "2a" and has("ts")'
has lost '.count == 3 and has("seq") and has("ts") and has("cpu")'
has transition '(keys - ["bytes_acked", "bytes_received", "err", "cwnd",
	"retrans", "srtt_us"]) == ["cause", "conn", "cpu", "detail",
	"dwell_us", "family", "laddr", "lport", "netns", "new", "old", "owner",
	"raddr", "rport", "seq", "time", "ts", "type"]'
has transition '[.cause, .detail] | . == ["unknown", null] or
	. == ["syscall", "connect"] or . == ["segment", "SYN,ACK"] or
	. == ["syscall", "close"] or . == ["segment", "ACK"] or
	. == ["overflow", "tw-buckets"]'
# Whoever acted owns it until it ends.
has transition '.conn != "1001" or
	.owner == { pid: 1234, comm: "client", uid: 1000 } and .cwnd == 10'
has transition '.owner == null or (.owner | keys) == ["comm", "pid", "uid"]'
has segment '[has("conn", "netns", "family", "laddr", "lport", "raddr", "rport",
	"dir", "flags", "seqno", "ackno", "win", "len", "options")] | all'
# The one without a cookie is joined by its ends.
has segment '.conn == "1001" and .lport == 45714 and .owner.comm == "client"'
[[ $(jq -r 'select(.type == "segment") | .dir + " " + .flags' "$dir/out" |
	tr '\n' ';') == "out SYN;in SYN,ACK;out ACK;out FIN,ACK;in FIN,ACK;" ]] ||
	complain "directions and flags"
[[ $(jq -sc 'map(select(.conn == "1001" and .old) | .dwell_us)' "$dir/out") == \
	'[null,7,5,7,3]' ]] || complain "time spent in the states"

# Text shows none of the bytes that could steer a terminal.
tcpstate -r "$t"
expect 0
LC_ALL=C grep -q $'[\x01-\x09\x0b-\x1f\x7f]' "$dir/out" &&
	complain "control characters in text"
LC_ALL=C grep -q '[^ -~]' <(sed 's/µ/u/' "$dir/out") &&
	complain "bytes beyond ASCII in text"

finish

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The tcpdump transcript of the seed document, out of a like exchange: the same
# segments with the same flags, numbers, windows, options and lengths; of options,
# just the values differ. tests/vm/dump.sh compares with tcpdump itself.

. tests/reader/common

# Numbers are relative there, as tcpdump shows them without -S: those of a SYN are
# not, and here they are 0.
transcript() {
	cat <<-END
	client [S], seq 0, win 64240, options [mss,sackOK,TS,nop,wscale], length 0
	server [S.], seq 0, ack 1, win 65160, options [mss,sackOK,TS,nop,wscale], length 0
	client [.], ack 1, win 502, options [nop,nop,TS], length 0
	client [P.], seq 1:4, ack 1, win 502, options [nop,nop,TS], length 3
	server [.], ack 4, win 510, options [nop,nop,TS], length 0
	server [P.], seq 1:493, ack 4, win 510, options [nop,nop,TS], length 492
	server [F.], seq 493, ack 4, win 510, options [nop,nop,TS], length 0
	client [.], ack 493, win 501, options [nop,nop,TS], length 0
	client [F.], seq 4, ack 494, win 501, options [nop,nop,TS], length 0
	server [.], ack 5, win 510, options [nop,nop,TS], length 0
	END
}

relative() {
	sed -E 's/(mss|wscale) [0-9]+/\1/g
		s/ val [0-9]+ ecr [0-9]+//; s/^.* IP .* > .*\.8000: Flags/client/
		s/^.* IP .*\.8000 > .*: Flags/server/' |
	awk '{
		match($0, /seq [0-9]+/)
		if (/\[S/)
			isn[$1] = substr($0, RSTART + 4, RLENGTH - 4)
		other = $1 == "client" ? "server" : "client"
		if (match($0, /seq [0-9]+:[0-9]+/)) {
			split(substr($0, RSTART + 4, RLENGTH - 4), n, ":")
			sub(/seq [0-9]+:[0-9]+/, sprintf("seq %d:%d",
				n[1] - isn[$1], n[2] - isn[$1]))
		} else if (match($0, /seq [0-9]+/)) {
			n[1] = substr($0, RSTART + 4, RLENGTH - 4)
			sub(/seq [0-9]+/, "seq " n[1] - isn[$1])
		}
		if (match($0, /ack [0-9]+/)) {
			n[1] = substr($0, RSTART + 4, RLENGTH - 4)
			sub(/ack [0-9]+/, "ack " n[1] - isn[other])
		}
		print
	}'
}

tcpstate dump -Q out -r tests/golden/exchange.trace
expect 0
relative <"$dir/out" | diff -u <(transcript) - || complain 'not that exchange'

# COUNT is of those that are shown.
for direction in in out; do
	tcpstate dump -Q $direction -c 3 -r tests/golden/exchange.trace
	expect 0
	expect_lines 3
done

# What tests/reader/pcap.sh cannot compare: tcpdump has no such data, and records
# no urgent pointer
options() {
	$mktrace start "segment,opt=$1" >"$dir/t"
	tcpstate dump -r "$dir/t"
	expect 0
	expect_line ".*, options \\[$2\\], length 0"
}

options 02040578 'mss 1400'
options 0402fd0400ff 'sackOK,unknown-253 0x00ff'
options 020311 'mss 0x11'
options 0204 '\[bad opt\]'
options 0102 'nop,\[bad opt\]'
options 0100 'nop,eol'
$mktrace start segment,tcp=0x38 >"$dir/t"
tcpstate dump -r "$dir/t"
expect 0
expect_line '.*: Flags \[P\.U\], ack 1068669255, win 65160, urg ?, length 0'

tcpstate dump -Q sideways -r tests/golden/exchange.trace
expect 2 "tcpstate: -Q: 'sideways' is not in, out or inout"

finish

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# `tcpstate dump` against tcpdump itself, which listens to the same loopback: a
# request and an answer; a refused connection; one that is reset; a segment lost,
# with SACKs, and without timestamps these are whole; ECN. What is compared are
# whole lines but for the time, and of options that the records cut, the line up
# to there.
#
# vm: --cpus 1 --timeout 600

. "${0%/*}/scenarios/connection.sh"

# shellcheck disable=SC2034 # for lib.sh
netns=([client]=client [server]=client)

use_loopback() {
	family=$1
	if ((family == 4)); then
		address=([client]=127.0.0.1 [server]=127.0.0.1)
	else
		address=([client]=::1 [server]=::1)
	fi
}

tcpdump_begin() {
	ip netns exec client tcpdump -Z root -nn -S -l -i lo tcp \
		>"$dir/tcpdump" 2>"$dir/tcpdump.log" &
	tcpdump=$!
	poll grep -q '^listening' "$dir/tcpdump.log"
}

dump() {
	"$reader" dump -r "$records" "$@"
}

# shellcheck disable=SC2317 # by poll
tcpdump_has_all() {
	(($(wc -l <"$dir/tcpdump") >= $(dump -Q out | wc -l)))
}

tcpdump_end() {
	poll tcpdump_has_all
	kill -INT "$tcpdump"
	wait "$tcpdump"
}

without_time() {
	sed 's/^[^ ]* //'
}

# Of two lines side by side, what is behind options that are cut goes.
as_far_as_kept() {
	awk -F '\t' '{
		if (at = index($2, " [|tcp]")) {
			$1 = substr($1, 1, at - 1)
			$2 = substr($2, 1, at - 1)
		}
		print $1 >one
		print $2 >other
	}' one="$1" other="$2"
}

# expect_same ARGUMENT...: does dump show with them what tcpdump did?
expect_same() {
	paste <(without_time <"$dir/tcpdump") <(dump "$@" | without_time) |
		as_far_as_kept "$dir/one" "$dir/other"
	diff -U 100 --label tcpdump --label "dump $*" "$dir/one" "$dir/other" >&2 ||
		fail "$scenario, IPv$family: not the same"
}

# Some time after the segments were sent
shows() {
	poll grep -qE "$1" "$dir/tcpdump"
}

exchange() {
	serve recv 3 send 492 recv-eof close
	connect send 3 recv 492 close
	wait_for_actors
	shows 'Flags \[P\.\], seq [0-9]+:[0-9]+, ack .*, length 492$'
}

refused() {
	start client fails ECONNREFUSED connect "${address[server]}" 33333
	wait_for_actors
	shows 'Flags \[R\.\], seq 0, ack [0-9]+, win 0, length 0$'
}

reset() {
	serve recv 1 linger0 close
	connect send 1 fails ECONNRESET recv 1
	wait_for_actors
	shows 'Flags \[R\.\], seq [0-9]+,'
}

# The data are lost, so that the FIN behind them is answered with a SACK.
lost() {
	serve recv 100 recv-eof close
	connect touch "$dir/step.there" await "$dir/step.losing" send 100 \
		shutdown touch "$dir/step.sent" recv-eof close
	poll reached there
	dev=lo lose client 0x8 0x8
	tell losing
	poll reached sent
	dev=lo lose_no_more client
	wait_for_actors
	shows ',sack 1 {'
}

lost_without_timestamps() {
	set_sysctl client net.ipv4.tcp_timestamps=0
	lost
	set_sysctl client net.ipv4.tcp_timestamps=1
	shows 'options \[nop,nop,sack 1 {'
}

ecn() {
	set_sysctl client net.ipv4.tcp_ecn=1
	exchange
	set_sysctl client net.ipv4.tcp_ecn=2
	shows 'Flags \[SEW\]'
	shows 'Flags \[S\.E\]'
}

lossless=(exchange refused reset ecn)

make_topology
load segments=all
for family in 4 6; do
	use_loopback $family
	for scenario in "${lossless[@]}" lost lost_without_timestamps; do
		pid=()
		tcpdump_begin
		begin_trace
		$scenario
		end_trace
		tcpdump_end
		expect_same -Q out
		[[ " ${lossless[*]} " != *" $scenario "* ]] ||
			expect_same -Q in
		echo "$scenario, IPv$family: $(wc -l <"$dir/tcpdump") lines"
	done
done

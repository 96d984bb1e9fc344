#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Filters, one reader each, all at the same time: what the kernel lets through
# is what passes when the trace of everything is read from a file, and what is
# shown is the same, with owners and times. Each word, both families.
#
# vm: --icount --timeout 3600

. "${0%/*}/scenarios/lib.sh"

# What each is to let through, and leave out, some of
expressions() {
	local client=${address[client]} server=${address[server]}
	local ip=ip net=10.9.0.0/24 other=10.0.0.0/30 inode
	# tcp[N] is of IPv4 only.
	local flags='tcp[tcpflags]'

	inode=$(stat -Lc %i /run/netns/client)
	((family == 4)) || ip=ip6 net=fd00:9::/64 other=fd00:9::4/126 \
		flags='ip6[40+tcpflags]'
	cat <<-END
		kind transition
		kind segment
		kind note
		state SYN_RCVD
		old SYN_SENT
		new TIME_WAIT
		cause close
		cause timer
		cause timer/2MSL or cause SYN,ACK
		netns client
		netns $inode and kind segment
		conn $cookie
		dst host $server
		src host $client
		src net $net and dst host $client
		port 33333 and not host $server or kind note
		dst port 33333
		src portrange 32768-33332 or src portrange 33334-60999
		src port 33333 and not kind segment
		portrange 33000-33332 or src portrange 33333-33334
		$ip host $server and (dst port 80 or dst port 33333)
		$ip and not src host $client
		not (src host $server or net $other) and port 33333
		$flags & (tcp-syn|tcp-fin) != 0
		$flags = tcp-ack and $ip
	END
}

# follow NAME ARGUMENT...: a reader that runs till the FIFO is closed
follow() {
	"$reader" "${@:2}" -- \
		sh -c 'touch "$1"; exec cat "$2"' - "$dir/ready.$1" "$dir/fifo" \
		{trace_end}>&- >"$dir/$1.text" 2>"$dir/$1.log" &
	pids[$1]=$!
}

start_readers() {
	local i name

	rm -f "$dir"/{ready,trace}.* "$dir/fifo"
	mkfifo "$dir/fifo"
	exec {trace_end}<>"$dir/fifo"
	follow all -w "$dir/trace.all"
	for i in "${!filters[@]}"; do
		follow "$i" -w "$dir/trace.$i" "${filters[i]}"
		! is_shown "$i" || follow "text.$i" "${filters[i]}"
	done
	for name in "${!pids[@]}"; do
		poll test -e "$dir/ready.$name"
	done
}

# Some of them also as text: what the model needs does not depend on the word.
is_shown() {
	(($1 % 4 == 1))
}

# The listener, whose cookie is to be filtered by, is there before the readers.
run_connection() {
	rm -f "$dir"/step.*
	start server listen "${address[server]}" 33333 accept \
		touch "$dir/step.accepted" recv 10 recv-eof \
		await "$dir/step.acked" close
	poll listens server 33333
	cookie=$(ss -N server -Htlne 2>/dev/null | sed -n 's/.* sk:\([0-9a-f]*\) .*/\1/p')
	mapfile -t filters < <(expressions)
	start_readers
	start client connect "${address[server]}" 33333 \
		await "$dir/step.accepted" send 10 close
	poll has_state client fin-wait-2
	tell acked
	wait_for_actors
	let_time_wait_pass
}

# needed FILTER: what the module is to let through if it is shown, as a filter. Some
# of it is for owners and times alone, which if it is not about connections may be
# told by any transition.
needed() {
	local clients='new SYN_SENT or old SYN_SENT'
	local listeners='new LISTEN or (old LISTEN and new CLOSED)'

	if [[ $1 =~ (kind|state|old|new|cause)' '|'[' ]]; then
		echo 'not kind segment'
	else
		echo "not kind segment and (($1) or $listeners or $clients)"
	fi
}

# delivered NAME: how many records the module has, all being accounted for
delivered() {
	"$reader" status --json | jq --argjson pid "${pids[$1]}" '
		.readers[] | select(.pid == $pid) |
		if .recorded == .delivered + .filtered + .lost and
		   .pending == 0 and .lost == 0
		then .delivered else error("not accounted for: \(.)") end'
}

# records FILE: without the start, and what is listed rather than recorded
records() {
	"$reader" -r "$1" -w - not kind socket | tail -c +129
}

count_delivered() {
	local i

	for i in "${!filters[@]}"; do
		delivered=$(delivered "$i") || fail "${filters[i]}"
		counts[i]=$delivered
		is_shown "$i" || continue
		delivered=$(delivered "text.$i") || fail "${filters[i]}"
		shown_counts[i]=$delivered
	done
}

check() {
	local i size all

	records "$dir/trace.all" >"$dir/all"
	all=$(($(stat -c %s "$dir/all") / 128))
	for i in "${!filters[@]}"; do
		records "$dir/trace.$i" >"$dir/got"
		"$reader" -r "$dir/trace.all" -w "$dir/passed" "${filters[i]}"
		records "$dir/passed" >"$dir/wanted"
		cmp "$dir/wanted" "$dir/got" || fail "not so: ${filters[i]}"
		size=$(($(stat -c %s "$dir/got") / 128))
		((size && size < all)) || fail "no test: ${filters[i]}"
		# The module let through no more than that.
		((size == counts[i])) ||
			fail "${counts[i]} instead of $size: ${filters[i]}"
		! is_shown "$i" || check_text "$i"
	done
	echo "IPv$family: ${#filters[@]} filters of $all records"
}

# Sockets are listed by each reader at another time.
check_text() {
	local size

	"$reader" -r "$dir/trace.all" "${filters[$1]}" | sed '/ = /d' \
		>"$dir/wanted"
	sed '/ = /d' "$dir/text.$1.text" >"$dir/got"
	diff -U 100 "$dir/wanted" "$dir/got" || fail "shown: ${filters[$1]}"
	"$reader" -r "$dir/trace.all" -w "$dir/passed" "$(needed "${filters[$1]}")"
	size=$(($(records "$dir/passed" | wc -c) / 128))
	((size == shown_counts[$1])) ||
		fail "${shown_counts[$1]} instead of $size for text: ${filters[$1]}"
}

end_readers() {
	local name

	exec {trace_end}>&-
	for name in "${!pids[@]}"; do
		wait "${pids[$name]}" || fail "reader:" "$(<"$dir/$name.log")"
	done
}

load
make_topology
keep_clock_steady
for family in 4 6; do
	declare -A pids=()
	counts=() shown_counts=()
	use_family $family
	run_connection
	count_delivered
	end_readers
	check
done

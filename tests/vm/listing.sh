#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The sockets that were there before the reader, and before the module: the list
# is what ss says, and what happens to them next begins where it left them.
#
# vm: --timeout 300

. "${0%/*}/lib.sh"

# Where the kernel has no MPTCP, there are plain connections instead.
mptcp=mptcp subflows=4
[[ -e /proc/sys/net/mptcp ]] || mptcp='' subflows=0

# act NAMESPACE VERB...: an actor, until it is told to go on
actors=()
act() {
	local log=$dir/actor.${#actors[@]}

	enter "$1" "$actor" limit 0 "${@:2}" >"$log" 2>&1 &
	actors+=($!)
}

# What leaves the server for this address of the client goes astray.
lead_astray() {
	ip -n server neigh replace "$1" lladdr 02:00:00:00:00:01 dev veth \
		nud permanent
}

lead_home() {
	ip -n server neigh del "$1" dev veth
}

# One that is used by those only who bind to it
add_address() {
	if ((family == 4)); then
		ip -n client addr add "$1/24" dev veth
	else
		ip -n client addr add "$1/64" dev veth nodad preferred_lft 0
	fi
}

# await_listeners FAMILY PORT...: listens() would take the other family's for them.
await_listeners() {
	local port

	for port in "${@:2}"; do
		poll has_in server "$1" listening "$port"
	done
}

# Those that last, and each kind on a port of its own
make_lasting() {
	local server step=$dir/step

	use_family "$1"
	server=${address[server]}
	# ESTABLISHED, on one end with two processes
	act server listen "$server" 8001 accept \
		fork '{' await "$step.go" '}' recv-eof await "$step.go" close join
	# the same, but not accepted; of another user
	act server become 1000 listen "$server" 8002 await "$step.end"
	# ESTABLISHED, subflows of MPTCP
	act server open-listener "$mptcp$1" listen "$server" 8006 accept recv-eof
	await_listeners "$1" 8001 8002 8006
	act client connect "$server" 8001 await "$step.go" close
	act client connect "$server" 8002 await "$step.end"
	act client open "$mptcp$1" connect "$server" 8006 await "$step.go"
}

# What passing ones need, and takes long where the kernel checks itself
prepare_passing() {
	use_family "$1"
	add_address "${address[client]}1"
	lead_astray "${address[client]}1"
}

# Those that the kernel ends after a minute, hence the last to be made
make_passing() {
	local server silent step=$dir/step

	use_family "$1"
	server=${address[server]} silent=${address[client]}1
	# FIN_WAIT_2 of nobody, CLOSE_WAIT
	act server listen "$server" 8003 accept touch "$step.$1.8003" recv-eof \
		await "$step.go" close
	# TIME_WAIT
	act server listen "$server" 8004 accept touch "$step.$1.8004" recv-eof \
		close await "$step.end"
	# SYN_SENT, SYN_RCVD
	act server listen "$server" 8005 accept recv-eof close
	await_listeners "$1" 8003 8004 8005
	# Not at once: see connect_and_close()
	act client connect "$server" 8003 await "$step.$1.8003" close
	act client connect "$server" 8004 await "$step.$1.8004" close
	act client bind "$silent" 0 connect "$server" 8005
}

# Two whose ends are closed while nothing that leaves the server arrives: LAST_ACK
# and CLOSING there, by who is first, and FIN_WAIT_1 at the client
make_stuck() {
	local server deaf step=$dir/step.$1

	use_family "$1"
	server=${address[server]} deaf=${address[client]}2
	act server listen "$server" 8007 accept recv-eof shutdown \
		await "$dir/step.go" close
	act server listen "$server" 8008 accept await "$step.astray" shutdown \
		touch "$step.shut" recv-eof await "$dir/step.go" close
	await_listeners "$1" 8007 8008
	add_address "$deaf"
	act client bind "$deaf" 0 connect "$server" 8007 \
		await "$step.astray" shutdown recv-eof close
	act client bind "$deaf" 0 connect "$server" 8008 \
		await "$step.shut" shutdown recv-eof close
	for port in 8007 8008; do
		poll has_in server "$1" established $port
		poll has_in client "$1" established $port
	done
	lead_astray "$deaf"
	touch "$step.astray"
}

# has_in NAMESPACE FAMILY STATE PORT: is there such a socket? (for poll) To ask ss
# takes seconds where the kernel checks itself.
has_in() {
	local net=/proc/${inhabitant[$1]}/net/tcp port

	(($2 == 4)) || net+=6
	printf -v port %04X "$4"
	[[ $(<"$net") =~ :$port(\ [0-9A-F]+:[0-9A-F]+)?\ ${state_number[$3]}\  ]]
}

wait_for_states() {
	for port in 8001 8002 8006; do
		poll has_in server "$1" established $port
		poll has_in client "$1" established $port
	done
	poll has_in client "$1" fin-wait-2 8003
	poll has_in server "$1" close-wait 8003
	poll has_in client "$1" time-wait 8004
	poll has_in client "$1" syn-sent 8005
	poll has_in server "$1" syn-recv 8005
	poll has_in server "$1" last-ack 8007
	poll has_in client "$1" fin-wait-1 8007
	poll has_in server "$1" closing 8008
}

# What ss says: NAMESPACE STATE LOCAL REMOTE COOKIE NAME/PID/UID, and that for
# the first process of several
ask_ss() {
	local ns

	for ns in client server; do
		ss -N $ns -Htanpe 2>/dev/null | awk -v ns="$(inode $ns)" '
			BEGIN {
				name["LISTEN"] = "LISTEN"
				name["SYN-SENT"] = "SYN_SENT"
				name["SYN-RECV"] = "SYN_RCVD"
				name["ESTAB"] = "ESTABLISHED"
				name["FIN-WAIT-1"] = "FIN_WAIT_1"
				name["FIN-WAIT-2"] = "FIN_WAIT_2"
				name["CLOSING"] = "CLOSING"
				name["CLOSE-WAIT"] = "CLOSE_WAIT"
				name["LAST-ACK"] = "LAST_ACK"
				name["TIME-WAIT"] = "TIME_WAIT"
			}
			{
				owner = "-"
				uid = 0
				if (match($0, / uid:[0-9]+/))
					uid = substr($0, RSTART + 5, RLENGTH - 5)
				while (match($0, /"[^"]+",pid=[0-9]+/)) {
					split(substr($0, RSTART + 1, RLENGTH - 1),
					      who, /",pid=/)
					if (owner == "-" || who[2] + 0 < pid) {
						pid = who[2] + 0
						owner = who[1] "/" pid "/" uid
					}
					sub(/"[^"]+",pid=[0-9]+/, "")
				}
				match($0, / sk:[0-9a-f]+/)
				print ns, name[$1], $4, $5,
					substr($0, RSTART + 4, RLENGTH - 4), owner
			}'
	done | sort
}

inode() {
	stat -Lc %i "/run/netns/$1"
}

# The same, by the list
ask_list() {
	jq -r --arg rest "$(inode client) $(inode server)" '
		def at($address; $port):
			(if .family == 6 then "[\($address)]" else $address end) +
			":\(if $port == 0 then "*" else $port end)";
		select(.type == "socket" and
		       (.netns | tostring | inside($rest))) |
		"\(.netns) \(.state) \(at(.laddr; .lport)) " +
		"\(at(.raddr; .rport)) \(.conn) " +
		(.owner | if . then "\(.comm)/\(.pid)/\(.uid)" else "-" end)' \
		"$trace" | sort
}

# The trace as far as it is, which may end within a record
show_trace() {
	"$reader" --json -r "$records" >"$trace" 2>/dev/null || true
}

# find_gaps CLOSED: are all sockets closed in the end?
find_gaps() {
	awk -v closed="$1" -f tests/vm/continuity.awk "$trace" "$trace"
}

expect_continuity() {
	find_gaps "$1" >"$dir/gaps"
	[[ ! -s $dir/gaps ]] || fail 'gaps:' "$(head -n 20 "$dir/gaps")"
}

all_closed() {
	show_trace
	[[ ! $(find_gaps 1) ]]
}

# has_gone_on NAMESPACE: what can (for poll)
has_gone_on() {
	[[ ! $(ss -N "$1" -Htan state connected exclude time-wait \
		'sport != 8002 and dport != 8002') ]]
}

# The list is what ss says, and has all there is to be listed.
check_list() {
	ask_ss >"$dir/ss"
	show_trace
	ask_list >"$dir/list"
	diff -U 100 --label ss --label list "$dir/ss" "$dir/list" \
		>"$dir/difference" || fail "$(<"$dir/difference")"
	cut -d ' ' -f 2 "$dir/list" | sort -u | tr '\n' ' ' >"$dir/states"
	[[ $(<"$dir/states") == 'CLOSE_WAIT CLOSING ESTABLISHED FIN_WAIT_1 FIN_WAIT_2 LAST_ACK LISTEN SYN_RCVD SYN_SENT TIME_WAIT ' ]] ||
		fail "states: $(<"$dir/states")"
	(($(grep -c ' actor/[0-9]*/1000$' "$dir/list") == 2)) ||
		fail 'not two listeners of another user'
	(($(jq -s 'map(select(.type == "socket" and .mptcp and
		.state == "ESTABLISHED")) | length' "$trace") == subflows)) ||
		fail "not $subflows subflows"
}

# go_on: all that waits, to the end or to TIME_WAIT
go_on() {
	for family in 4 6; do
		use_family $family
		lead_home "${address[client]}1"
		lead_home "${address[client]}2"
	done
	touch "$dir/step.go"
	poll has_gone_on client
	poll has_gone_on server
}

# A reader that comes now, and has the history since the module was loaded, says
# what was there at the beginning of it, of what is still there.
check_history() {
	local history=$dir/history known

	ask_ss >"$dir/before"
	records=$history trace=$dir/history.json
	"$reader" -w "$history" 2>"$dir/history.log" &
	poll test -s "$history"
	kill -INT $!
	wait $! || fail 'the reader:' "$(<"$dir/history.log")"
	show_trace
	expect_continuity 0
	ask_list >"$dir/history.list"
	ask_ss >"$dir/after"
	known=$(keep_known "$dir/list")
	(($(wc -l <<<"$known") >= 10)) || fail 'hardly any are left'
	diff -U 100 --label 'first list' --label 'list with history' - \
		<(keep_known "$dir/history.list") <<<"$known" ||
		fail 'a list with history is another one'
	[[ ! $(join -v 2 <(conns "$dir/before") <(conns "$dir/history.list")) ]] ||
		fail 'it lists what is not there'
}

# Namespace and cookie as one word
conns() {
	awk '{ print $1 "/" $5 }' "$1" | sort
}

# Those that were there both before and after, without their owners: some have
# none any more
keep_known() {
	awk '{ print $1 "/" $5, $2, $3, $4 }' "$1" | sort |
		join - <(join <(conns "$dir/before") <(conns "$dir/after"))
}

chmod go+x "$dir"	# for whoever is not root
make_topology
for make in make_lasting prepare_passing make_stuck make_passing wait_for_states; do
	for family in 4 6; do
		$make $family
	done
done
load
begin_trace
check_list
go_on
(check_history)
touch "$dir/step.end"
for pid in "${actors[@]}"; do
	wait "$pid" || fail "an actor:" "$(cat "$dir"/actor.*)"
done
# What is in TIME_WAIT goes with them.
remove_topology
poll all_closed
exec {trace_end}>&-
wait "$reader_pid" || fail 'the reader:' "$(<"$dir/reader.log")"
show_trace
expect_continuity 1

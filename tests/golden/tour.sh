#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The connections of tour.trace, most ways for them to end: see tests/golden/record,
# which runs this in a VM and keeps what comes out.
#
# vm: --icount

# shellcheck disable=SC2154 # what lib.sh sets
set -euo pipefail

cd "${0%/*}/../.."
. tests/vm/scenarios/connection.sh

# who NAME VERB...: an actor that is called so where it acts
who() {
	local actor=$dir/$1

	ln -sf "$PWD/build/tests/scenario/actor" "$actor"
	start "$@"
}

# serve VERB...: the server, in the background, till its verbs end
serve() {
	who server listen "$any" 33333 "$@"
	poll listens server 33333
}

connect() {
	who client connect "${address[server]}" 33333 "$@"
}

gone() {
	wait_for_actor "$1"
	unset "pid[$1]"
}

closed_cleanly() {
	serve accept touch "$dir/step.in" recv 10 send 5000 recv-eof \
		await "$dir/step.acked" close
	connect await "$dir/step.in" send 10 recv 5000 sleep 300 close
	pass 1
	poll has_state client fin-wait-2
	tell acked
	gone client
	gone server
	rm "$dir"/step.*
}

# The client comes again from the same port.
reused() {
	serve accept close accept touch "$dir/step.again" recv-eof \
		await "$dir/step.acked" close
	who client bind "${address[client]}" 5000 \
		connect "${address[server]}" 33333 recv-eof \
		await "$dir/step.half" close await "$dir/step.closed" \
		bind "${address[client]}" 5000 \
		connect "${address[server]}" 33333 await "$dir/step.again" close
	poll has_state server fin-wait-2
	tell half
	poll has_state server time-wait
	pass 2
	tell closed
	poll has_state client fin-wait-2
	tell acked
	gone client
	gone server
	rm "$dir"/step.*
}

refused() {
	who client fails ECONNREFUSED connect "${address[server]}" 9
	gone client
}

unanswered() {
	set_sysctl client net.ipv4.tcp_syn_retries=1
	start_peer client drop SYN touch "$dir/step.syn" drop SYN
	who client fails ETIMEDOUT connect "${address[peer]}" 44444
	poll reached syn
	pass 4
	gone client
	gone peer
	rm "$dir"/step.*
}

half_open() {
	set_sysctl server net.ipv4.tcp_synack_retries=1
	serve await "$dir/step.gone" close-listener
	start_peer server to 33333 send SYN expect SYN,ACK \
		touch "$dir/step.syn" expect SYN,ACK seq=-1
	poll reached syn
	pass 4
	poll has_count server syn-recv 0
	tell gone
	gone server
	gone peer
	rm "$dir"/step.*
}

unread_data() {
	serve accept await "$dir/step.sent" close
	connect send 10 touch "$dir/step.sent" fails ECONNRESET recv 1 close
	gone client
	gone server
	rm "$dir"/step.*
}

keepalive() {
	serve accept touch "$dir/step.in" await "$dir/step.gone" close
	connect set keepalive 1 set keepidle 2 set keepintvl 1 set keepcnt 3 \
		await "$dir/step.in" touch "$dir/step.ready" \
		fails ETIMEDOUT recv 1 close
	poll reached ready
	impair client loss 100%
	pass 10
	poll at_rest client
	repair client
	tell gone
	gone client
	gone server
	rm "$dir"/step.*
}

closed_at_once() {
	start_peer client accept touch "$dir/step.in" expect FIN,ACK \
		send FIN,ACK ack=-1 expect ACK send ACK
	who client connect "${address[peer]}" 44444 await "$dir/step.in" close
	gone client
	gone peer
	rm "$dir"/step.*
}

# Two SYNs cross, and the client is closed before the ACK of its own.
closed_while_opening() {
	start_peer client expect SYN send SYN expect SYN,ACK seq=-1 \
		touch "$dir/step.half" expect FIN,ACK send ACK send FIN,ACK \
		expect ACK
	who client connect-start "${address[peer]}" 44444 \
		await "$dir/step.half" close
	gone client
	gone peer
	rm "$dir"/step.*
}

accept_queue_full() {
	set_sysctl server net.ipv4.tcp_abort_on_overflow=1
	serve backlog 1 await "$dir/step.over" accept recv-eof close \
		accept recv-eof close close-listener
	start_peer server to 33333 send SYN expect SYN,ACK \
		touch "$dir/step.half" await "$dir/step.full" ignore-again \
		send ACK expect RST touch "$dir/step.over"
	poll reached half
	who client fork '{' connect "${address[server]}" 33333 \
			await "$dir/step.over" close '}' \
		connect "${address[server]}" 33333 await "$dir/step.over" close \
		join
	poll has_count server established 2
	tell full
	gone client
	gone server
	gone peer
	rm "$dir"/step.*
}

# What still stands when the trace ends: a leak of 65 s and more, of which the
# client has given up its part, and one of 5 s; an open connection, and one that
# is half open.
standing() {
	serve limit 300 fork '{' accept recv-eof touch "$dir/step.leaked" \
			await "$dir/step.end" '}' \
		await "$dir/step.old" fork '{' accept recv-eof \
			touch "$dir/step.again" await "$dir/step.end" '}' \
		await "$dir/step.again" accept touch "$dir/step.open" \
		await "$dir/step.end"
	connect close
	poll reached leaked
	pass 70
	tell old
	connect close
	poll reached again
	connect limit 300 touch "$dir/step.there" await "$dir/step.end"
	poll reached open
	start_peer server to 33333 send SYN expect SYN,ACK touch "$dir/step.syn"
	poll reached syn
}

keep_clock_steady
make_topology
make_tun client
make_tun server
load
use_family 4
use_peer_family
begin_trace
closed_cleanly
pass 65
for part in refused unanswered half_open unread_data keepalive closed_at_once \
		closed_while_opening accept_queue_full; do
	$part
done
pass 65
reused
standing
# The actors that are still there hold the FIFO open; this ends its reader.
kill "$reader_pid"
wait "$reader_pid" || (($? == 128 + 15))
cat "$records"

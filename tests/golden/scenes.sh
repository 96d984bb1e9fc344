#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The traces with all segments, a connection each, for the views of these, and
# "unseen", without segments, of what other tools do not see: all, or those of the
# arguments. See tests/golden/record, which runs this in a VM and keeps the tar
# that comes out.
#
# vm: --icount

# shellcheck disable=SC2154 # what lib.sh sets
set -euo pipefail

cd "${0%/*}/../.."
. tests/vm/scenarios/connection.sh

scenes=$dir/scenes

# As in the tcpdump transcript of the seed document: three bytes, an answer of 492,
# and the server closes at once. The client, a millisecond away, acknowledges the
# data and then the FIN with its own.
exchange() {
	impair client delay 1ms
	impair server delay 1ms
	start server listen "${address[server]}" 8000 accept recv 3 send 492 \
		close close-listener
	poll listens server 8000
	start client connect "${address[server]}" 8000 send 3 recv 492 \
		recv-eof close
	wait_for_actors
	repair client
	repair server
}

# The SYN, data and a FIN get lost, each once.
lossy() {
	lose server 0x2 0x12
	serve recv 100 recv-eof close
	connect touch "$dir/step.there" await "$dir/step.losing" send 100 \
		touch "$dir/step.sent" await "$dir/step.come" close
	poll has_state client syn-sent
	lose_no_more server
	poll reached there
	lose server 0x8 0x8
	tell losing
	poll reached sent
	lose_no_more server
	poll has_acked 101
	lose server 0x1 0x1
	tell come
	poll has_state client fin-wait-1
	lose_no_more server
}

refused() {
	start client fails ECONNREFUSED connect "${address[server]}" 33333
}

unread() {
	serve await "$dir/step.come" close
	connect send 10 touch "$dir/step.come" fails ECONNRESET recv 1
}

# Both ends in one namespace
loopback() {
	netns[server]=client
	address[server]=$localhost
	serve recv 1 send 1 recv-eof close
	connect send 1 recv 1 close
	wait_for_actors
	netns[server]=server
}

# serve_at PORT VERB...: a server; connect_to PORT VERB...: a client, accepted there
serve_at() {
	start server listen "${address[server]}" "$1" accept \
		touch "$dir/step.accepted" "${@:2}"
	poll listens server "$1"
}

connect_to() {
	start client connect "${address[server]}" "$1" \
		await "$dir/step.accepted" "${@:2}"
}

# The server closes when the client is in FIN_WAIT_2.
close_there() {
	poll has_state client fin-wait-2
	tell acked
}

next_actors() {
	wait_for_actors
	pid=()
	rm -f "$dir"/step.*
}

# A connection that is older than the trace ...
before_unseen() {
	set_segments none
	serve_at 8001 recv-eof await "$dir/step.acked" close
	connect_to 8001 touch "$dir/step.there" await "$dir/step.close" close
	poll reached there
}

# ... and the others, each at a port of its own
unseen() {
	tell close
	close_there
	next_actors
	half_open
	fin_again
	another_syn
	orphan
	cookie
	heir
	mount_smb 8008
	set_segments all
}

# The third ACK is lost.
half_open() {
	set_sysctl server net.ipv4.tcp_synack_retries=1
	lose server 0x10 0x17
	start server listen "${address[server]}" 8002 \
		await "$dir/step.gone" close-listener
	poll listens server 8002
	start client connect "${address[server]}" 8002 \
		await "$dir/step.gone" close
	poll has_state client established
	pass 4
	lose_no_more server
	tell gone
	next_actors
}

# The ACK of the server's FIN is lost, so that it sends it again.
fin_again() {
	serve_at 8003 recv-eof await "$dir/step.acked" close
	connect_to 8003 close
	poll has_state client fin-wait-2
	lose server 0x10 0x17
	tell acked
	poll has_state client time-wait
	pass 0.5
	lose_no_more server
	pass 65
	next_actors
}

# The client comes again from the same port while the server is in TIME_WAIT.
another_syn() {
	serve_at 8004 close accept touch "$dir/step.again" recv-eof \
		await "$dir/step.acked" close
	start client bind "${address[client]}" 5000 \
		connect "${address[server]}" 8004 recv-eof \
		await "$dir/step.half" close await "$dir/step.closed" \
		bind "${address[client]}" 5000 \
		connect "${address[server]}" 8004 await "$dir/step.again" close
	poll has_state server fin-wait-2
	tell half
	poll has_state server time-wait
	pass 2
	tell closed
	close_there
	pass 65
	next_actors
}

# The server never closes, and the client's process has gone.
orphan() {
	set_sysctl client net.ipv4.tcp_fin_timeout=2
	serve_at 8005 recv-eof await "$dir/step.gone" close
	connect_to 8005 close
	poll has_state client fin-wait-2
	pass 5
	tell gone
	next_actors
	set_sysctl client net.ipv4.tcp_fin_timeout=60
}

cookie() {
	set_sysctl server net.ipv4.tcp_syncookies=2
	serve_at 8006 recv-eof await "$dir/step.acked" close
	connect_to 8006 close
	close_there
	next_actors
	set_sysctl server net.ipv4.tcp_syncookies=1
}

# One listens, and its child accepts.
heir() {
	start server listen "${address[server]}" 8007 fork '{' accept \
		touch "$dir/step.accepted" recv-eof await "$dir/step.acked" \
		close '}' join
	poll listens server 8007
	connect_to 8007 close
	close_there
	next_actors
}

record() {
	scenario=$1 pid=()
	echo "$1, IPv$family" >&2
	use_family $family
	localhost=127.0.0.1
	((family == 4)) || localhost=::1
	! declare -F "before_$1" >/dev/null || "before_$1"
	begin_trace
	$scenario
	wait_for_actors
	let_time_wait_pass
	end_trace
	cp "$records" "$scenes/$scenario${family/4/}.trace"
}

# As tests/each does it, for expect_warnings
echo 'test: scenes' >/dev/kmsg
mkdir "$scenes"
keep_clock_steady
make_topology
load segments=all
(($#)) || set -- exchange lossy refused unread loopback unseen \
	exchange6 loopback6
for scene; do
	family=4
	[[ $scene != *6 ]] || family=6
	record "${scene%6}"
done
tar -c -C "$scenes" .

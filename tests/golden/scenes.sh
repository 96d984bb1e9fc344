#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The traces with all segments, a connection each, for the views of these: see
# tests/golden/record, which runs this in a VM and keeps the tar that comes out.
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

record() {
	scenario=$1 pid=()
	echo "$1, IPv$family" >&2
	use_family $family
	localhost=127.0.0.1
	((family == 4)) || localhost=::1
	begin_trace
	$scenario
	wait_for_actors
	let_time_wait_pass
	end_trace
	cp "$records" "$scenes/$scenario${family/4/}.trace"
}

mkdir "$scenes"
keep_clock_steady
make_topology
load segments=all
family=4
for scene in exchange lossy refused unread loopback; do
	record $scene
done
family=6
for scene in exchange loopback; do
	record $scene
done
tar -c -C "$scenes" .

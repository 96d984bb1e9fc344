#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Network namespaces that go while there are connections: the client is in one
# more, "guest", that has a link of its own to the server's.
#
# vm: --icount --timeout 3600

. "${0%/*}/connection.sh"

guest_is_up() {
	[[ $(ip -n guest -o link show dev out) == *'state UP'* ]]
}

make_guest() {
	ip netns add guest
	inhabit guest
	ip -n guest link add out type veth peer name guest netns server
	ip -n guest addr add 10.9.2.1/24 dev out
	ip -n guest addr add fd00:9:2::1/64 dev out nodad
	ip -n guest link set out up
	ip -n server addr add 10.9.2.2/24 dev guest
	ip -n server addr add fd00:9:2::2/64 dev guest nodad
	ip -n server link set guest up
	poll guest_is_up
	netns[client]=guest
	((family == 4)) && address[server]=10.9.2.2 ||
		address[server]=fd00:9:2::2
}

# The name goes at once, the namespace with the last process, and full socket,
# in it; some time later its devices do.
delete_guest() {
	kill "${inhabitant[guest]}"
	wait "${inhabitant[guest]}" || true
	ip netns del guest
	netns[client]=client
}

guest_has_gone() {
	[[ ! $(ip -n server -o link show type veth) == *guest* ]]
}

# Small sockets keep no namespace.
deleted_in_time_wait() {
	make_guest
	serve recv-eof await "$dir/step.acked" close
	connect close
	poll has_state guest fin-wait-2
	tell acked
	poll has_state guest time-wait
	wait_for_actor client
	delete_guest
	poll guest_has_gone
	pass 1
	expect_edges <<-END
	client rport=33333 owner=actor: $opened_client $closed_first
		-FIN-> TIME_WAIT -netns-> CLOSED
	server lport=33333 owner=actor: $opened_server $closed_second
	$listener
	END
}

# An open connection goes on; then FIN_WAIT_2 ends with the client's process,
# and the server has no route any more. So its FIN does not get out, which is
# for the same timer as a window of 0 to try again.
deleted_while_open() {
	set_sysctl server net.ipv4.tcp_orphan_retries=1
	make_guest
	serve recv-eof await "$dir/step.gone" close
	connect touch "$dir/step.ready" await "$dir/step.deleted" close
	poll reached ready
	delete_guest
	tell deleted
	poll guest_has_gone
	pass 1
	tell gone
	pass 10
	expect_edges <<-END
	client rport=33333 owner=actor: $opened_client $closed_first
		-netns-> CLOSED
	server lport=33333 owner=actor: $opened_server -FIN-> CLOSE_WAIT
		-close-> LAST_ACK -timer/probe-> CLOSED
	$listener
	END
	set_sysctl server net.ipv4.tcp_orphan_retries=0
}

run_scenarios deleted_in_time_wait deleted_while_open

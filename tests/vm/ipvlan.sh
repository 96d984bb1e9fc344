#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# ipvlan's L3 modes hand what goes out to LOCAL_OUT a second time, in the namespace of
# the device below: it is recorded once, in the one that sent it. The client is in a
# namespace of its own, above the usual client's veth.

. "${0%/*}/lib.sh"

modprobe -q ipvlan || {
	echo 'this kernel has no ipvlan'
	exit 77
}

# Nobody there answers for its address.
make_guest() {
	local veth

	ip netns add guest
	defer ip netns del guest
	ip -n client link add ipvlan link veth netns guest type ipvlan mode l3
	ip -n guest -batch - <<-END
		addr add 10.9.0.3/32 dev ipvlan
		link set ipvlan up
		route add default dev ipvlan
	END
	veth=$(ip netns exec client cat /sys/class/net/veth/address)
	ip -n server neigh add 10.9.0.3 lladdr "$veth" dev veth
	inhabit guest
	netns[client]=guest
}

make_topology
use_family 4
make_guest
load
connect_and_count

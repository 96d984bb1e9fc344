#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# IPVS hands what it forwards to LOCAL_OUT, as if it were sent here. The server's
# namespace is a director: connections to port 33333, of a client and of its own, go to
# another namespace. There and at the client they are recorded, each segment once.

. "${0%/*}/lib.sh"

modprobe -qa ip_vs ip_vs_rr || {
	echo 'this kernel has no IPVS'
	exit 77
}

make_real_server() {
	ip netns add real
	defer ip netns del real
	ip -n server -batch - <<-END
		link add inner type veth peer name veth netns real
		addr add 10.9.1.1/24 dev inner
		link set inner up
	END
	ip -n real -batch - <<-END
		addr add 10.9.1.2/24 dev veth
		link set veth up
		route add default via 10.9.1.1
	END
	poll link_is_up real
	inhabit real
	netns[server]=real
}

make_director() {
	ip netns exec server sysctl -q net.ipv4.ip_forward=1
	ip netns exec server ipvsadm -R <<-END
		-A -t ${address[server]}:33333 -s rr
		-a -t ${address[server]}:33333 -r 10.9.1.2 -m
	END
}

# connect_from CLIENT'S NAMESPACE
connect_from() {
	rm -f "$dir"/step.*
	netns[client]=$1
	connect_and_count
}

make_topology
use_family 4
make_real_server
make_director
load
connect_from client
connect_from server

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A VRF device hands what goes out to LOCAL_OUT a second time: it is recorded
# once. The server's veth is in a VRF; its listener is not.

. "${0%/*}/lib.sh"

put_server_into_vrf() {
	modprobe vrf
	ip -n server -batch - <<-END
		link add red type vrf table 10
		link set red up
		link set veth master red
	END
	ip netns exec server sysctl -q net.ipv4.tcp_l3mdev_accept=1
	poll link_is_up server
}

make_topology
put_server_into_vrf
load
use_family 4
connect_and_count

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A transparent proxy gets connections to an address and a port that nobody has here:
# TPROXY gives their segments its listener. A SYN has no cookie all the same, and the
# listener's owns the child.

. "${0%/*}/lib.sh"

modprobe -q nft_tproxy || {
	echo 'this kernel has no TPROXY for nftables'
	exit 77
}

make_proxy() {
	ip -n client route add 192.0.2.1 via "${address[server]}"
	ip -n server rule add fwmark 1 lookup 100
	ip -n server route add local default dev lo table 100
	ip netns exec server nft -f - <<-END
		table ip divert {
			chain prerouting {
				type filter hook prerouting priority mangle
				ip daddr 192.0.2.1 tcp dport 80 \\
					tproxy to :33333 meta mark set 1 accept
			}
		}
	END
}

connect_by_proxy() {
	start server open-listener 4 set-listener transparent 1 \
		listen 0.0.0.0 33333 accept recv-eof close
	poll listens server 33333
	start client connect 192.0.2.1 80 close
	wait_for_actors
}

make_topology
use_family 4
make_proxy
load
begin_trace
connect_by_proxy
end_trace
expect_that 'the listener is not whose the SYN is' '
	[.[] | select(.type == "segment" and .lport == 80)] |
	map(select(.dir == "in" and .flags == "SYN").conn) == [null]'
expect_that 'the child has the address that was connected to' '
	[.[] | select(.type == "transition" and .lport == 80)] |
	map(.new) == ["SYN_RCVD", "ESTABLISHED", "CLOSE_WAIT", "LAST_ACK", "CLOSED"]'

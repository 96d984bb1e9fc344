#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Namespaces that are made after the module was loaded, and made again after
# they have gone, are recorded like others.

. "${0%/*}/lib.sh"

run_pair() {
	start server listen "${address[server]}" 33333 accept \
		touch "$dir/step.accepted" recv-eof await "$dir/step.acked" close
	poll listens server 33333
	# Else the FIN may come while the third ACK makes a child, on another CPU,
	# and make one, too: the kernel drops one of the two.
	start client connect "${address[server]}" 33333 \
		await "$dir/step.accepted" close
	poll has_state client fin-wait-2
	tell acked
}

load
for family in 4 6; do
	use_family $family
	make_topology
	begin_trace
	run_pair
	end_trace
	expect_that '5 edges of either end, 7 segments in either namespace' \
		'group_by(.netns) |
		 map(map(select(.rport != 0).type) | group_by(.) |
		     map({ (.[0]): length }) | add) |
		 [.[] | select(.transition)] ==
		 [range(2) | { segment: 7, transition: 5 }]'
	remove_topology
done

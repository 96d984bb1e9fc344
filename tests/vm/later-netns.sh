#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Namespaces that are made after the module was loaded, and made again after
# they have gone, are recorded like others.

. "${0%/*}/lib.sh"

load
for family in 4 6; do
	use_family $family
	make_topology
	begin_trace
	connect_and_close
	end_trace
	expect_that '5 edges of either end, 7 segments in either namespace' \
		'group_by(.netns) |
		 map(map(select(.rport != 0).type) | group_by(.) |
		     map({ (.[0]): length }) | add) |
		 [.[] | select(.transition)] ==
		 [range(2) | { segment: 7, transition: 5 }]'
	remove_topology
done

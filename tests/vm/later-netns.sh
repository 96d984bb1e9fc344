#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Namespaces that are made after the module was loaded, and made again after
# they have gone, are recorded like others.

. "${0%/*}/lib.sh"

# By the namespaces, of which there are no more afterwards
expect_in_namespaces() {
	"$reader" -r "$records" expect - <<-END ||
	client family=$family netns=client owner=actor: CLOSED ... TIME_WAIT
	server netns=server raddr=${address[client]} owner=actor: LISTEN ... CLOSED
	END
		fail "not so (IPv$family)"
	expect_that '7 segments in either namespace' \
		'[.[] | select(.type == "segment")] | group_by(.netns) |
		 map(length) == [7, 7]'
}

load
for family in 4 6; do
	use_family $family
	make_topology
	begin_trace
	connect_and_close
	end_trace
	expect_in_namespaces
	remove_topology
done

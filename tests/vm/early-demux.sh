#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Without early demux, by which a segment that comes in has its socket already, the
# module looks the socket up: what there is of a connection is the same, to the
# segment, and so are the edges and causes of scenarios. The sysctl is of IPv6, too.
#
# vm: --icount --timeout 3600

for test in exchange scenarios/simultaneous scenarios/half-open; do
	echo "$test"
	EARLY_DEMUX=0 tests/vm/$test.sh || exit
done

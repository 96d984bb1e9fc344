#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The module is interrupted wherever it may be, and preempted where the kernel does
# that, while connections are opened, closed and reset: the edges are the same, with
# the same causes and owners, as in the scenarios alone.
#
# vm: --icount --timeout 3600

. "${0%/*}/lib.sh"

# A kernel that checks itself takes ten times as long for each.
times=2
! checks_itself || times=1
for scenarios in open close reset-received simultaneous; do
	echo "$scenarios"
	INTERRUPTED=$((times * ${TIMES:-1})) tests/vm/scenarios/$scenarios.sh
done

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The module is interrupted wherever it may be, and preempted where the kernel does
# that, while connections are opened, closed and reset: the edges are the same, with
# the same causes and owners, as in the scenarios alone.
#
# vm: --icount --timeout 3600

# A kernel that checks itself takes ten times as long for each.
times=2
[[ $(uname -r) == *-amd64 ]] || times=1
for scenarios in open close reset-received simultaneous; do
	echo "$scenarios"
	INTERRUPTED=$((times * ${TIMES:-1})) tests/vm/scenarios/$scenarios.sh || exit
done

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Hostile calls on the device and the parameters from 8 threads, while others read:
# nothing goes wrong, all records are accounted for, and the module can go. There are
# 200,000 * $TIMES of them, or a million * $TIMES on a kernel that checks itself.
#
#	tests/vm/abuse.sh [CALLS [SEED]]
#
# vm: --timeout 600

. "$(dirname "$0")/lib.sh"

calls=200000 seed=${2-1}
! checks_itself || calls=1000000
calls=${1-$((calls * ${TIMES:-1}))}
readers=('0' '5000' '1000 closed')

# Each, and all alike
check_readers() {
	local i recorded delivered lost filtered

	kill "${pids[@]}"
	for i in "${!readers[@]}"; do
		wait "${pids[i]}" || fail "reader ${readers[i]}"
		read -r _ recorded _ delivered _ lost _ filtered <"$dir/account.$i"
		echo "${readers[i]}: $(<"$dir/account.$i")"
		((recorded == wanted)) || fail "recorded $recorded, not $wanted"
		((delivered && delivered + filtered + lost == recorded)) ||
			fail 'not all are accounted for'
	done
}

load ring_kb=64
start_accounts "${readers[@]}"
echo "seed $seed"
build/tests/scenario/abuse "$calls" 8 "$seed" | tee "$dir/abuse"
[[ $(tail -n 1 "$dir/abuse") == abused ]] || fail 'it did not come to its end'
wanted=$(awk '/^cpu / { sum += $4 } END { print sum + 0 }' /proc/tcpstate)
check_readers

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# 64 clients and their servers on 4 CPUs, small rings, and 8 readers: fast,
# slow, stopped, filtered by kind and by program, killed and opened again. For
# 60 seconds nothing may go wrong, and in the end for each of them, exactly:
# recorded = delivered + filtered out + lost.
#
# vm: --cpus 4 --timeout 900

. "$(dirname "$0")/lib.sh"

account=build/tests/scenario/account
duration=60 clients=64 batch=1280
# PAUSE_US [FILTER] of each
readers=('0' '0' '2000' '50000' '0 edges' '1000 closed' '3000')
stopped=6 reopened=7

# The last: killed while it reads, time and again, and in the end left alone
reopen() {
	local victim end=$((SECONDS + duration / 2))

	while ((SECONDS < end)); do
		"$account" 1000 &
		victim=$!
		poll has_readers $((reopened + 1))
		sleep 0.5
		kill -KILL $victim
		wait $victim 2>/dev/null || :
		echo >>"$dir/killed"
	done
	exec "$account" 1000 >"$dir/account.$reopened"
}

# Is nothing counted twice, at any moment?
check_status() {
	awk '
		/^reader-cpu / && $6 + $8 + $10 > $4 {
			print "more than recorded: " $0
			wrong = 1
		}
		/^reader-cpu / { lines++ }
		/^cpu / && $6 + $8 + $10 < $4 {
			print "not of any kind: " $0
			wrong = 1
		}
		END { exit wrong || !lines }' /proc/tcpstate ||
		fail 'in /proc/tcpstate'
}

make_traffic() {
	local end=$((SECONDS + duration))

	while ((SECONDS < end)); do
		build/tests/scenario/churn $batch $clients apart >"$dir/pairs"
		connections=$((connections + batch))
		check_status
	done
	await_no_sockets
}

end_readers() {
	local pid

	kill -CONT "${pids[stopped]}"
	kill "${pids[@]}"
	for pid in "${pids[@]}"; do
		wait "$pid"
	done
}

# check I LOSES FILTERS: is all accounted for, as the I-th reader says?
check() {
	local recorded delivered lost filtered

	echo "${readers[$1]}: $(<"$dir/account.$1")"
	read -r _ recorded _ delivered _ lost _ filtered <"$dir/account.$1"
	((recorded == wanted)) || fail "recorded $recorded, not $wanted"
	((delivered + filtered + lost == recorded)) ||
		fail 'not all are accounted for'
	((delivered)) || fail 'nothing was delivered'
	[[ ! $2 ]] || ((lost)) || fail 'nothing was lost: no test of loss'
	[[ ! $3 ]] || ((filtered)) || fail 'nothing was filtered out'
}

check_all() {
	local wanted

	check_counters
	wanted=$(awk '/^cpu / { sum += $4 } END { print sum + 0 }' /proc/tcpstate)
	echo "$connections connections, $wanted records," \
	     "$(wc -l <"$dir/killed") readers killed"
	check 0 '' ''
	check 1 '' ''
	check 2 '' ''
	check 3 loses ''
	check 4 '' filters
	check 5 '' filters
	check 6 loses ''
	check 7 loses ''
	[[ -s $dir/killed ]] || fail 'no reader was killed'
	# At least so many edges: ten a connection, but for resets
	((wanted > 10 * connections)) || fail 'too few records'
}

connections=0
load ring_kb=64 segments=all
start_accounts "${readers[@]}"
# With its device open it is there for good.
kill -STOP "${pids[stopped]}"
reopen &
pids[reopened]=$! readers[reopened]='reopened'
make_traffic
poll has_readers ${#pids[@]}
end_readers
check_all

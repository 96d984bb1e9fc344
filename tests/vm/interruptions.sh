# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# Scenarios in which the module is interrupted, $INTERRUPTED times at each of its
# instructions where softirqs may come, by one that has it record two edges
# (tests/fault/interrupt.c): of connections to port 33399, in a namespace of their
# own. A scenario's edges must be what they are without, and there must be those two
# for each time.
#
# shellcheck disable=SC2154 # dir, reader and actor are those of lib.sh

injected=33399
# shellcheck disable=SC2034 # for begin_trace
trace_filter=(not port "$injected")

# The ways from the kernel into what records, but for the kretprobe's handlers: a
# kprobe in these is missed, as another one is being handled, and on 6.1 only
# preemption is off. Offsets of their second instructions: before these ftrace patches
functions() {
	objdump -t tcpstate.ko | while read -r offset _ type section _ name; do
		# Others have their unlikely parts.
		[[ $type$section == F.text ]] || continue
		case $name in
		call_handler | state_changes | tcpstate_segment_*)
			echo $((0x$offset + 5)) ;;
		esac
	done | paste -s -d,
}

# have_patience NS PEER...: a segment takes so long on its way that else its sender
# would send it again.
have_patience() {
	local peer

	for peer in "${@:2}"; do
		echo "route add 10.$peer rto_min 5s"
		echo "route add fd00:${peer/.0./::} rto_min 5s"
	done | ip -n "$1" -batch -
}

# What interrupts may be left to ksoftirqd: then it comes at once where the kernel is
# preempted, and else none of it is dropped.
handle_at_once() {
	local pid

	for pid in $(pgrep ksoftirqd/); do
		chrt -f -p 1 "$pid"
	done
	sysctl -qw net.core.netdev_max_backlog=100000
}

interruptions_begin() {
	[[ $(functions) == *,*,*,*,*,* ]] || fail 'not all ways into the module'
	handle_at_once
	have_patience client '9.0.2 dev veth' '8.0.2 dev tun0'
	have_patience server '9.0.1 dev veth' '8.0.2 dev tun0'
	ip netns add elsewhere
	defer ip netns del elsewhere
	make_tun elsewhere
	ip -n elsewhere link set lo up
	"$reader" -w "$dir/injected" port $injected 2>"$dir/injected.log" &
	injected_pid=$!
	poll test -s "$dir/injected"
	enter elsewhere "$actor" limit 0 listen 0.0.0.0 $injected \
		await "$dir/ended" >"$dir/elsewhere.log" 2>&1 &
	listener_pid=$!
	# shellcheck disable=SC2034 # for listens
	inhabitant[elsewhere]=$listener_pid
	poll listens elsewhere $injected
	ip netns exec elsewhere insmod "build/fault/$(uname -r)/interrupt.ko" \
		device=tun0 saddr=10.8.0.2 daddr=10.8.0.1 port=$injected \
		times="$INTERRUPTED" functions="$(functions)" \
		size=$((0x$(objdump -h tcpstate.ko | awk '$2 == ".text" { print $3 }'))) \
		text="$(</sys/module/tcpstate/sections/.text)"
	# It has the device, without which no namespace goes.
	defer interruptions_stop
}

interruptions_stop() {
	[[ ! -d /sys/module/interrupt ]] || rmmod interrupt
}

# check_result REACHED INTERRUPTED COUNT: hundreds, half of them with interrupts off
check_result() {
	(($1 > 500 && 4 * $2 > $1 && $3 >= $2)) ||
		fail 'few instructions were interrupted'
}

interruptions_end() {
	local reached places count

	read -r _ reached _ places _ count \
		</sys/module/interrupt/parameters/result
	echo "$reached instructions reached, $places interrupted, $count times"
	interruptions_stop
	touch "$dir/ended"
	wait "$listener_pid"
	kill -INT "$injected_pid"
	wait "$injected_pid"
	check_result "$reached" "$places" "$count"
	"$reader" -r "$dir/injected" expect - <<-END
	listener lport=$injected rport=0: CLOSED -listen-> LISTEN -exit-> CLOSED
	interrupting x$count lport=$injected: LISTEN -SYN-> SYN_RCVD
		-reset/received-> CLOSED
	END
}

# interruptions_leave_out FILE: of what ftrace has
interruptions_leave_out() {
	awk -v port=$injected '$4 != port' "$1" >"$dir/left"
	mv "$dir/left" "$1"
}

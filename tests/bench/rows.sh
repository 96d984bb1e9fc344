# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# The rows of the table, above tests/vm/lib.sh. Of each there is
#
#	title[ROW]	what it is called in the table
#	begin_ROW	load and start it, to be undone by defer; one that reads is
#			started by "reads" and ready when the function returns
#	check_ROW	if it needs one: fail unless it saw COUNT connections
#
# A reader shows what it reads, to /dev/null if it can, and is ended by SIGINT.

# shellcheck disable=SC2154 # dir and reader are of tests/vm/lib.sh
# shellcheck disable=SC2034 # title is for tests/bench/run

tracing=/sys/kernel/tracing
set_state=$tracing/events/sock/inet_sock_set_state

rows=()
declare -A title

row() {
	rows+=("$1")
	title[$1]=$2
}

# reads COMMAND...: a reader, at the same time. (Bash has it ignore SIGINT.)
reads() {
	env --default-signal=INT "$@" 2>"$dir/errors" &
	reader_pid=$!
}

# lives: is the reader still there? (for poll)
lives() {
	kill -0 "$reader_pid" 2>/dev/null ||
		fail "$(tail -n 1 "$dir/errors" | grep . || echo 'it ended')"
}

title[nothing]='nothing'
begin_nothing() {
	:
}

# The floor

load_floor() {
	insmod "build/bench/$(uname -r)/floor.ko" "$@"
	defer rmmod floor
}

row probe 'an empty probe on the tracepoint'
begin_probe() {
	load_floor
}

row hook 'that, and an empty netfilter hook in and out'
begin_hook() {
	load_floor hook=1
}

# Ours

# Ten edges each: "cpu 0 recorded 20000 ..."
recorded() {
	local count

	read -r _ _ _ count _ < <(grep '^cpu 0 ' /proc/tcpstate)
	((count >= 10 * $1)) || fail 'saw nothing'
}

row none 'tcpstate, segments=none'
begin_none() {
	load segments=none
}
check_none() {
	recorded "$1"
}

row control 'tcpstate, segments=control'
begin_control() {
	load segments=control
}
check_control() {
	recorded "$1"
}

row all 'tcpstate, segments=all'
begin_all() {
	load segments=all
}
check_all() {
	recorded "$1"
}

# our_reader COMMAND...: with the module as it is by default
our_reader() {
	load
	reads "$@"
	poll is_read
}

is_read() {
	lives
	has_readers 1
}

row text 'tcpstate, read as text'
begin_text() {
	our_reader "$reader" >/dev/null
}

row json 'tcpstate, read as JSON, with the segments'
begin_json() {
	our_reader "$reader" --json >/dev/null
}

row write 'tcpstate, read by -w FILE'
begin_write() {
	our_reader "$reader" -w "$dir/trace"
}

row cat 'tcpstate, read by cat'
begin_cat() {
	our_reader cat /dev/tcpstate >/dev/null
}

# Others

enable_event() {
	[[ -e $tracing/events ]] || mount -t tracefs tracefs $tracing
	echo >$tracing/trace
	echo 1 >$set_state/enable
	defer disable_event
}

ftrace_stat() {
	sed -n "s/^$1: //p" $tracing/per_cpu/cpu0/stats
}

# shellcheck disable=SC2317 # called when the row ends
disable_event() {
	echo 0 >$set_state/enable
}

row ftrace "ftrace's event sock:inet_sock_set_state"
begin_ftrace() {
	enable_event
}
check_ftrace() {
	(($(ftrace_stat entries) + $(ftrace_stat overrun) >= 10 * $1)) ||
		fail 'saw nothing'
}

declare -A syscall=([read]=0 [poll]=7 [recvmsg]=47 [epoll_wait]=232)

# waits_in SYSCALL FILE: does the reader wait for events, with that file open?
# (for poll)
waits_in() {
	local number

	lives
	read -r number _ <"/proc/$reader_pid/syscall"
	[[ $number == "${syscall[$1]}" &&
	   $(readlink "/proc/$reader_pid"/fd/*) == *"$2"* ]]
}

row trace_pipe "ftrace's event, read by cat trace_pipe"
begin_trace_pipe() {
	enable_event
	reads cat $tracing/trace_pipe >/dev/null
	poll waits_in read trace_pipe
}
check_trace_pipe() {
	(($(ftrace_stat overrun) == 0)) ||
		note "lost $(ftrace_stat overrun) events"
}

row perf 'perf record of that event'
begin_perf() {
	reads perf record -q -e sock:inet_sock_set_state -a -o "$dir/perf.data"
	poll waits_in poll perf.data
}

row bpftrace 'bpftrace, printing a line for that event'
begin_bpftrace() {
	reads bpftrace -e 'tracepoint:sock:inet_sock_set_state {
		printf("%s %d %d -> %d\n", comm, args->sport, args->oldstate,
		       args->newstate);
	}' >/dev/null
	poll waits_in epoll_wait eventpoll
}

row tcpstates "libbpf-tools' tcpstates"
begin_tcpstates() {
	reads tcpstates >/dev/null
	poll waits_in epoll_wait eventpoll
}

row tcplife "libbpf-tools' tcplife"
begin_tcplife() {
	reads tcplife >/dev/null
	poll waits_in epoll_wait eventpoll
}

row tcpdump 'tcpdump of SYN, FIN and RST, by -w FILE'
begin_tcpdump() {
	reads tcpdump -Z root -i lo -w "$dir/pcap" \
		'tcp[tcpflags] & (tcp-syn|tcp-fin|tcp-rst) != 0'
	poll is_dumping
}

is_dumping() {
	lives
	grep -q 'listening on' "$dir/errors"
}

track() {
	nft -f - <<-END
	table inet bench {
		chain in {
			type filter hook input priority 0
			ct state invalid counter
		}
	}
	END
	defer nft delete table inet bench
}

row conntrack 'conntrack, for one rule of nft'
begin_conntrack() {
	track
}
check_conntrack() {
	(($(conntrack -C) >= $1)) || fail 'saw nothing'
}

row conntrack-E 'conntrack -E'
begin_conntrack-E() {
	track
	reads conntrack -E >/dev/null
	poll waits_in recvmsg socket
}

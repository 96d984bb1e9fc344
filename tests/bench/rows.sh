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

row none 'tcpstate, segments=none'
begin_none() {
	load segments=none
}

row control 'tcpstate, segments=control'
begin_control() {
	load segments=control
}

row all 'tcpstate, segments=all'
begin_all() {
	load segments=all
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

# "20000 transitions, 28000 segments, 0 lost": ten edges each
saw_all() {
	local transitions lost

	read -r _ transitions _ _ _ lost _ < <(tail -n 1 "$dir/errors")
	((transitions >= 10 * $1)) || fail "saw nothing"
	((lost == 0)) || note "lost $lost records"
}

row text 'tcpstate, read as text'
begin_text() {
	our_reader "$reader" >/dev/null
}
check_text() {
	saw_all "$1"
}

row json 'tcpstate, read as JSON, with the segments'
begin_json() {
	our_reader "$reader" --json >/dev/null
}
check_json() {
	saw_all "$1"
}

row write 'tcpstate, read by -w FILE'
begin_write() {
	our_reader "$reader" -w "$dir/trace"
}
check_write() {
	saw_all "$1"
}

row cat 'tcpstate, read by cat'
begin_cat() {
	our_reader cat /dev/tcpstate >/dev/null
}

# Others

enable_event() {
	[[ -e $tracing/events ]] || mount -t tracefs tracefs $tracing
	echo 1 >$set_state/enable
	defer disable_event
}

# shellcheck disable=SC2317 # called when the row ends
disable_event() {
	echo 0 >$set_state/enable
}

row ftrace "ftrace's event sock:inet_sock_set_state"
begin_ftrace() {
	enable_event
}

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The figures, as promtool, a strict parser of OpenMetrics, and a real node
# exporter and Prometheus on loopback read them.

. tests/reader/common
. tests/reader/device

scripts/prometheus || complain "no Prometheus"
bin=$PWD/build/prometheus/usr/bin
text=$dir/text
mkdir "$text"
started=()
trap 'kill "${started[@]}" 2>/dev/null; wait "${started[@]}"; rm -rf "$dir"' EXIT

# free_port: one that nobody listens at, to $port
free_port() {
	port=$((20000 + RANDOM % 10000))
	while [[ $(ss -Htln "sport = :$port") ]]; do
		port=$((20000 + RANDOM % 10000))
	done
}

start_node_exporter() {
	free_port
	exporter=127.0.0.1:$port
	"$bin/prometheus-node-exporter" --web.listen-address="$exporter" \
		--collector.disable-defaults --collector.textfile \
		--collector.textfile.directory="$text" >"$dir/exporter.log" 2>&1 &
	started+=($!)
}

start_prometheus() {
	free_port
	prometheus=127.0.0.1:$port
	cat >"$dir/prometheus.yml" <<-END
	global:
	  scrape_interval: 1s
	scrape_configs:
	  - job_name: node
	    static_configs:
	      - targets: ["$exporter"]
	END
	"$bin/prometheus" --config.file="$dir/prometheus.yml" \
		--storage.tsdb.path="$dir/tsdb" \
		--web.listen-address="$prometheus" >"$dir/prometheus.log" 2>&1 &
	started+=($!)
}

# shellcheck disable=SC2317 # by wait_until
# ask QUERY: what Prometheus answers, in one number
ask() {
	curl -fsS --get --data-urlencode "query=$1" \
		"http://$prometheus/api/v1/query" 2>/dev/null |
		jq -r '.data.result[].value[1]'
}

# shellcheck disable=SC2317 # by wait_until
answers() {
	[[ $(ask "$1") == "$2" ]]
}

# The figures themselves, as promtool and the strict parser read them
tcpstate -r tests/golden/tour.trace metrics
expect 0
"$bin/promtool" check metrics <"$dir/out" || complain "promtool"
tcpstate -r tests/golden/tour.trace metrics --openmetrics
expect 0
/usr/bin/python3 -c 'import sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families
kinds = {f.name: f.type for f in text_string_to_metric_families(sys.stdin.read())}
assert kinds["tcpstate_edges"] == "counter", kinds
assert kinds["tcpstate_dwell_seconds"] == "histogram", kinds' <"$dir/out" ||
	complain "no OpenMetrics"

# Sockets that were there before count as such.
$mktrace start socket,state=8 >"$dir/t"
tcpstate -r "$dir/t" metrics
expect_line 'tcpstate_sockets{state="CLOSE_WAIT"} 1'

# A sum of more ns than 64 bits count
dwell=()
for conn in 1 2 3; do
	dwell+=("edge,ts=1,old=7,new=2,conn=$conn"
		"edge,ts=9000000000000000002,old=2,new=1,conn=$conn")
done
$mktrace start "${dwell[@]}" >"$dir/t"
tcpstate -r "$dir/t" metrics
expect_line 'tcpstate_dwell_seconds_sum{state="SYN_SENT"} 27000000000\.000000003'

# In a file for node exporter: nobody finds half of it there.
tcpstate -r tests/golden/tour.trace metrics -o "$text/tcpstate.prom"
expect 0
expect_lines 0
[[ $(ls -A "$text") == tcpstate.prom ]] || complain "$(ls -A "$text")"
[[ $(stat -c %a "$text/tcpstate.prom") == 644 ]] || complain "its rights"

start_node_exporter
start_prometheus
wait_until answers 'node_textfile_scrape_error' 0
wait_until answers 'tcpstate_edges_total{from="SYN_SENT",to="ESTABLISHED",cause="SYN,ACK"}' 11
wait_until answers 'sum(tcpstate_edges_total)' \
	"$(userspace/tcpstate -r tests/golden/tour.trace --json |
		jq -s 'map(select(.type == "transition")) | length')"
wait_until answers 'tcpstate_sockets{state="CLOSE_WAIT"}' 2
wait_until answers 'tcpstate_half_open' 1
wait_until answers 'tcpstate_resets_total{cause="reset/received"}' 3
wait_until answers 'tcpstate_oldest_seconds{state="CLOSE_WAIT"} > bool 60' 1
wait_until answers 'tcpstate_records_lost_total' 0
# Three quarters of the connections opened here were so within a millisecond.
wait_until answers 'tcpstate_dwell_seconds_bucket{state="SYN_SENT",le="0.001048576"} > bool 10' 1
wait_until answers 'histogram_quantile(0.99, tcpstate_dwell_seconds_bucket{state="TIME_WAIT"}) > bool 60' 1


# Following the device, it is written by the interval; whoever reads it meanwhile
# always finds all of it.
# shellcheck disable=SC2317 # by wait_until
has_connects() {
	grep -qsx "tcpstate_edges_total{from=\"CLOSED\",to=\"SYN_SENT\",cause=\"connect\"} $1" \
		"$dir/live.prom"
}

device start life
live_in_background metrics -o "$dir/live.prom" --interval 0.01
wait_until has_connects 1
for ((i = 2; i < 20; i++)); do
	$mktrace "life,n=1" >&9
	cp "$dir/live.prom" "$dir/copy"
	[[ $(tail -n 1 "$dir/copy") == 'tcpstate_records_lost_total 0' ]] ||
		complain "half a file: $(tail -n 1 "$dir/copy")"
done
wait_until has_connects 19
$mktrace lost,count=7 >&9
kill -TERM "$reader"
reap
expect 0 "tcpstate: 95 transitions, 7 lost"
grep -qx 'tcpstate_records_lost_total 7' "$dir/live.prom" ||
	complain "not written at the end"

# A file that cannot be written is told of, and is as it was.
tcpstate -r tests/golden/tour.trace metrics -o "$dir/none/x.prom"
expect 1 "tcpstate: $dir/none/x.prom: No such file or directory"
long=$(printf 'x%.0s' {1..5000})
tcpstate -r tests/golden/tour.trace metrics -o "$long"
expect 1 "tcpstate: $long: File name too long"
(trap '' XFSZ; ulimit -f 8
	userspace/tcpstate -r tests/golden/tour.trace metrics -o "$dir/f.prom") \
	2>"$dir/err"
status=$?
expect 1 "tcpstate: $dir/f.prom: File too large"
compgen -G "$dir/*f.prom*" && complain "half a file is left"
mkdir "$dir/x.prom"
tcpstate -r tests/golden/tour.trace metrics -o "$dir/x.prom"
expect 1 "tcpstate: $dir/x.prom: Is a directory"
compgen -G "$dir/.x.prom.*" && complain "something is left"

mkdir "$dir/going"
device start life
live_in_background metrics -o "$dir/going/x.prom" --interval 0.01
wait_until test -e "$dir/going/x.prom"
# It may be about to put something there.
until rm -r "$dir/going" 2>/dev/null; do :; done
reap
expect 1 "tcpstate: $dir/going/x.prom: No such file or directory
tcpstate: 5 transitions, 0 lost"

tcpstate metrics --interval 5
expect 2 'tcpstate: metrics: --interval is for a file: add -o FILE'
for wrong in 0 x '' 1e3 -1 86401; do
	tcpstate metrics -o "$dir/y" --interval "$wrong"
	expect 2 "tcpstate: --interval: '$wrong' is not a number of seconds from 0.01 to 86400"
done

finish

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# status: as text and as JSON, and where there is no module.

. tests/reader/common

# status FILE [OPTION]: with that as /proc/tcpstate
status() {
	cp "$1" "$dir/tcpstate"
	LD_PRELOAD=build/tests/fakedev.so FAKEDEV_STATUS=$dir \
		tcpstate status "${@:2}"
}

cat >"$dir/idle" <<-END
	version 2
	hooks 17 missing 0x0
	missed 0
	cpu 0 recorded 3 transition 1 segment 2 note 0
END
cat >"$dir/busy" <<-END
	version 2
	hooks 17 missing 0x8001
	missed 3
	cpu 0 recorded 10 transition 5 segment 4 note 1
	cpu 3 recorded 20 transition 20 segment 0 note 0
	reader 567 a b\\012"
	reader-cpu 0 recorded 10 delivered 4 filtered 3 lost 2
	reader-cpu 3 recorded 20 delivered 20 filtered 0 lost 0
	reader 568 $(printf 'd\303\251')
END
echo 1024 >"$dir/ring_kb"
echo control >"$dir/segments"

status "$dir/idle"
expect 0
diff -u - "$dir/out" <<-END || complain 'another status, idle'
	ABI        version 2
	hooks      17 of 17 in place
	ring_kb    1024
	segments   control
	recorded   3: 1 transitions, 2 segments, 0 notes
	missed     0, by a probe that could not run
	readers    none
END

status "$dir/busy"
expect 0
diff -u - "$dir/out" <<-END || complain 'another status, busy'
	ABI        version 2
	hooks      15 of 17 in place, missing: syn_rcvd, request_segment
	ring_kb    1024
	segments   control
	recorded   30: 25 transitions, 4 segments, 1 notes
	  CPU 0    10
	  CPU 3    20
	missed     3, by a probe that could not run

	READER                    DELIVERED     FILTERED       LOST    PENDING
	a b\\012"[567]                    24            3          2          1
	d??[568]                          0            0          0          0
END

status "$dir/busy" --json
expect 0
diff -u - <(jq -c . "$dir/out") <<-'END' || complain 'another status in JSON'
	{"type":"status","version":2,"hooks":17,"missing":["syn_rcvd","request_segment"],"ring_kb":1024,"segments":"control","missed":3,"cpus":[{"cpu":0,"recorded":10,"transitions":5,"segments":4,"notes":1},{"cpu":3,"recorded":20,"transitions":20,"segments":0,"notes":0}],"readers":[{"pid":567,"comm":"a b\\012\"","recorded":30,"delivered":24,"filtered":3,"lost":2,"pending":1},{"pid":568,"comm":"dé","recorded":0,"delivered":0,"filtered":0,"lost":0,"pending":0}]}
END

: >"$dir/nothing"
status "$dir/nothing"
expect 1 "tcpstate: /proc/tcpstate: cannot be read to its end: is the module another version's?"
: >"$dir/segments"
status "$dir/idle"
expect 1 'tcpstate: /sys/module/tcpstate/parameters/segments: empty'
rm "$dir/tcpstate"
LD_PRELOAD=build/tests/fakedev.so FAKEDEV_STATUS=$dir tcpstate status
expect 1 'tcpstate: /proc/tcpstate: no such file: load the module first (insmod tcpstate.ko)'

finish

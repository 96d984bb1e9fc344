#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# --csv as a parser sees it: the same as --json, whatever a process is called.

. tests/reader/common

# Compare $dir/csv with $dir/json: null, and what is not there, is empty.
compare() {
	python3 - "$dir/csv" "$dir/json" <<-'END' || complain "not as JSON has it"
	import csv, json, sys

	def flat(record):
	    owner = record.pop("owner", None)
	    record.update(owner or {})
	    if "comm" in record:
	        record["comm"] = "".join(
	            c if " " <= c <= "~" else "?" for c in record["comm"])
	    if record["type"] == "start":
	        record = {k: record[k] for k in ("type", "ts", "time")}
	    return record

	def text(value):
	    if value is None:
	        return ""
	    return "true" if value is True else str(value)

	rows = csv.DictReader(open(sys.argv[1], newline=""), strict=True)
	# Numbers as they stand there
	objects = [json.loads(line, parse_float=str)
	           for line in open(sys.argv[2])]
	count = 0
	for row, record in zip(rows, map(flat, objects), strict=True):
	    options = row.pop("options")
	    bytes.fromhex(options)
	    record.pop("options", None)
	    assert None not in row, row
	    assert set(record) <= set(row), record
	    for key in row:
	        assert row[key] == text(record.get(key)), (key, row, record)
	    count += 1
	assert count > 0
	END
}

# compare_trace FILE
compare_trace() {
	tcpstate --json -r "$1"
	expect 0
	mv "$dir/out" "$dir/json"
	tcpstate --csv -r "$1"
	expect 0
	mv "$dir/out" "$dir/csv"
	compare
}

compare_trace tests/golden/tour.trace

$mktrace start life note note,what=2,detail=5 socket,state=10 lost,count=3 \
	edge,v6=1,laddr=fd00::1,raddr=fd00::2 'edge,comm=a"b' 'edge,comm="' \
	'edge,comm="a' $'edge,comm=a\nb' $'edge,comm=\x1b[0m' \
	edge,flags=8,err=110 edge,flags=8,err=9999 edge,flags=0x30 edge,conn=0 \
	segment,conn=0 edge,conn=77,old=1,new=4 start >"$dir/t"
compare_trace "$dir/t"
(($(grep -c ',ESTABLISHED,FIN_WAIT_1,unknown,,,true,' "$dir/csv") == 1)) ||
	complain "no gap"
grep -q '"a""b"' "$dir/csv" || complain "quotes are not doubled"
(($(grep -c ^type, "$dir/csv") == 1)) || complain "another header"

finish

# SPDX-License-Identifier: GPL-2.0
#
# The edges of a trace in JSON, a line each, the cause as in tests/vm/edges:
#
#	CONN OLD NEW LPORT RPORT CAUSE PID COMM
#
# The start of jq alone takes as long as all else that is done to a short trace, and
# with it a long one would take minutes.

function value(key,	at, rest)
{
	at = index($0, "\"" key "\":")
	if (!at)
		return "null"
	rest = substr($0, at + length(key) + 3)
	if (rest ~ /^"/)
		return substr(rest, 2, index(substr(rest, 2), "\"") - 1)
	match(rest, /[,}]/)
	return substr(rest, 1, RSTART - 1)
}

/^{"type":"transition"/ {
	cause = value("cause")
	detail = value("detail")
	if (detail == "null")
		;
	else if (cause == "segment" || cause == "syscall")
		cause = detail
	else
		cause = cause "/" detail
	print value("conn"), value("old"), value("new"), value("lport"),
	      value("rport"), cause, value("pid"), value("comm")
}

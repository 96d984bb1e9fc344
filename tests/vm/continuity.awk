# SPDX-License-Identifier: GPL-2.0
#
# Of the JSON lines of a trace, which is given twice: a line for each connection
# whose story has a gap. It must begin with a birth, or with being listed, once,
# and each edge must begin with the state that the one before ended in. With
# -v closed=1, all of them must be closed in the end.
#
# What was there no more when the list was made is not listed: it may have any
# beginning. An old loss ends what is known, but of a socket that was listed and
# had no edge yet, and there must be no other: see userspace/listing.h. From the last
# record of its CPU on, edges may be missing between those of the others.

# The value of a key, which is a number or a string without a quote in it
function value(key) {
	if (!match($0, "\"" key "\":\"?[^\",}]*"))
		return ""
	key = substr($0, RSTART, RLENGTH)
	sub(/^[^:]*:"?/, "", key)
	return key
}

function take_socket() {
	if (id in state)
		print id ": listed, but known"
	state[id] = value("state")
	listed[id] = 1
}

function take_edge(old, new, birth) {
	birth = old == "CLOSED" || (old == "LISTEN" && new == "SYN_RCVD")
	if ((id in listed) && birth)
		print id ": listed, but not born yet"
	if (!(id in state))
		unknown[id] = !birth
	else if (state[id] != old && !losses)
		print id ": is " state[id] ", but " old " -> " new
	if (unknown[id] && value("ts") + 0 > listed_at)
		print id ": " old " -> " new " without a beginning"
	state[id] = new
	delete listed[id]
	if (new == "CLOSED")
		forget(id)
}

function forget(which) {
	delete state[which]
	delete listed[which]
	delete unknown[which]
}

function take_loss() {
	if (value("ts") + 0 > listed_at)
		print "lost: " value("count")
	for (id in state)
		if (!(id in listed))
			forget(id)
	losses--
}

# The first time: since when the list is, and behind which lines losses begin
function look_ahead(cpu) {
	if (type == "socket")
		listed_at = value("ts") + 0
	if (type == "start" || type == "socket")
		return
	cpu = value("cpu")
	if (type == "lost")
		begins[last[cpu] + 0]++
	last[cpu] = FNR
}

{ type = value("type") }
NR == FNR { look_ahead(); next }
FNR == 1 { losses = begins[0] }
{ id = value("netns") " " value("conn") }
type == "socket" { take_socket() }
type == "transition" { take_edge(value("old"), value("new")) }
type == "lost" { take_loss() }
{ losses += begins[FNR] }

END {
	for (id in state)
		if (unknown[id])
			print id ": no beginning"
		else if (closed)
			print id ": ends as " state[id]
}

# SPDX-License-Identifier: GPL-2.0
#
# The mapping of counterpart.sh. A life is a socket from its first edge to
# CLOSED, whatever structures the kernel has for it meanwhile:
#
#	full[SK]	the life of a full socket
#	request[ENDS]	that of a request in the hash
#	small[ENDS]	that of a small socket, which is in state[ENDS]
#	newborn[SK]	when a child was made of which there is no more yet
#	unfit[ENDS]	there was a child that was closed at once
#	port[SK]	the local port of a full socket, which may not have it any
#			more when it is closed

BEGIN {
	split("ESTABLISHED SYN_SENT SYN_RCVD FIN_WAIT_1 FIN_WAIT_2 TIME_WAIT " \
	      "CLOSED CLOSE_WAIT LAST_ACK LISTEN CLOSING", name)
}

function edge(life, from, to, when) {
	edges++
	edge_of[edges] = life
	edge_states[edges] = from " " to
	edge_time[edges] = when
}

# FIN_WAIT_1 -> FIN_WAIT_2 waits for what else its segment does.
function end_delay(sk) {
	if (sk in delayed)
		edge(full[sk], "FIN_WAIT_1", "FIN_WAIT_2", delayed[sk])
	delete delayed[sk]
}

function begin_life() {
	return ++lives
}

# A child that has replaced its request goes on with its life.
function inherit(sk) {
	full[sk] = request[ends]
	delete request[ends]
	delete newborn[sk]
	delete unfit[ends]
}

# One without a request, or one too many: then "loser" says so in the end.
function stand_alone(sk, to) {
	full[sk] = begin_life()
	alone[full[sk]] = 1
	if (to == "CLOSED")
		unfit[ends] = 1
	edge(full[sk], "LISTEN", "SYN_RCVD", newborn[sk])
	delete newborn[sk]
}

function know_port(sk) {
	if (value["lport"])
		port[sk] = value["lport"]
	value["lport"] = port[sk]
	ends = value["lport"] " " value["rport"]
}

function take_event(sk, from, to) {
	know_port(sk)
	if (from == "LISTEN" && to == "SYN_RCVD") {
		newborn[sk] = time
		return
	}
	if (sk in newborn && to == "ESTABLISHED" && ends in request)
		inherit(sk)
	if (sk in newborn)
		stand_alone(sk, to)
	if (!(sk in full))
		full[sk] = begin_life()
	if (value["lport"])
		lport[full[sk]] = value["lport"]
	if (value["rport"])
		rport[full[sk]] = value["rport"]
	if (from == "FIN_WAIT_1" && to == "FIN_WAIT_2") {
		delayed[sk] = time
		return
	}
	# A socket that is closed may have given its port back.
	ends = lport[full[sk]] " " rport[full[sk]]
	if (to == "CLOSED")
		end_full(sk, from)
	else
		edge(full[sk], from, to, time)
}

function end_full(sk, from) {
	to = "CLOSED"
	# One segment brought the ACK of our FIN and a FIN.
	if (sk in delayed && sk in into && into[sk] == "TIME_WAIT") {
		from = "FIN_WAIT_1"
		delete delayed[sk]
	}
	end_delay(sk)
	if (sk in got_small)
		to = into[sk]
	if (from != to)
		edge(full[sk], from, to, time)
	delete into[sk]
	delete got_small[sk]
	delete port[sk]
	delete full[sk]
}

# From now on another CPU may take a segment for it, though the full one is still to
# be closed.
function begin_small(sk) {
	ends = lport[full[sk]] " " rport[full[sk]]
	small[ends] = full[sk]
	state[ends] = into[sk]
	got_small[sk] = 1
}

# Split "key=value" of the line; set time, event, ends.
function parse() {
	for (i = 1; i <= NF; i++) {
		if ($i ~ /^[0-9]+\.[0-9]+:$/) {
			time = substr($i, 1, length($i) - 1)
			event = substr($(i + 1), 1, length($(i + 1)) - 1)
		} else if (split($i, part, "=") == 2) {
			value[part[1]] = part[2]
			if (part[1] == "rport_be")
				value["rport"] = part[2] % 256 * 256 + \
					int(part[2] / 256)
		}
	}
	ends = value["lport"] " " value["rport"]
	sk = value["sk"]
}

/^#/ { next }
{ parse() }

event == "state" && value["proto"] == 6 && value["old"] != value["new"] {
	take_event(sk, name[value["old"]], name[value["new"]])
}
event == "connect" { port[sk] = value["lport"] }
event == "segment" { end_delay(sk) }
event == "request" {
	request[ends] = begin_life()
	lport[lives] = value["lport"]
	rport[lives] = value["rport"]
	edge(lives, "LISTEN", "SYN_RCVD", time)
}
event == "child" && value["own"] && ends in request { inherit(sk) }
# By now the kernel has closed it.
event == "child" && !value["own"] { loser[ends] = 1 }
# One that is not in the hash any more has its child in its place, with which it
# goes on, unless that has been closed.
event == "drop" && ends in request && (value["hashed"] || ends in unfit) {
	edge(request[ends], "SYN_RCVD", "CLOSED", time)
	delete request[ends]
	if (!value["hashed"])
		loser[ends] = 1
}
event == "time_wait" { into[sk] = name[value["to"]] }
event == "small" && sk in full { begin_small(sk) }
event == "timer" && value["again"] && state[ends] == "FIN_WAIT_2" {
	edge(small[ends], "FIN_WAIT_2", "TIME_WAIT", time)
	state[ends] = "TIME_WAIT"
}
event == "kill" {
	edge(small[ends], state[ends], "CLOSED", time)
	delete small[ends]
	delete state[ends]
}

END {
	for (sk in delayed)
		end_delay(sk)
	for (i = 1; i <= edges; i++) {
		life = edge_of[i]
		if (life in alone && (lport[life] " " rport[life]) in loser)
			continue
		print life, edge_states[i], lport[life] + 0, rport[life] + 0, \
		      edge_time[i]
	}
}

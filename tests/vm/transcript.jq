# SPDX-License-Identifier: GPL-2.0
#
# What the JSON lines of a trace say of one connection, as lines to compare:
#
#	client
#	CLOSED -connect-> SYN_SENT
#	out SYN 0 [mss 1460,sackOK,TS,wscale]
#	in SYN,ACK 0 ack 1 [mss 1460,sackOK,TS,wscale]
#	SYN_SENT -SYN,ACK-> ESTABLISHED
#	out ACK 1 ack 1 [TS]
#	out PSH,ACK 1:11 ack 1 [TS]
#	...
#	server
#	...
#	listener
#	...
#
# Numbers are relative to the initial ones of both directions, as in tcpdump,
# so "ack 1" is the SYN's number plus one. FIN and payload count, as ever.
# "no conn" says that a record belongs to no known connection. Causes are as
# `tcpstate expect` has them.
#
# What is right or wrong in any scenario is not shown if right; what is wrong
# comes last as lines that begin with "problem:".
#
# Arguments: $port, the listener's; $run, an object:
#	client, server: { "netns": ..., "address": ..., "pid": ... } each
#	family: 4 or 6

def role:
	if .type == "lost" or .netns == null then "stranger"
	elif .lport == $port and .rport == 0 then "listener"
	elif .lport == $port then "server"
	elif .rport == $port then "client"
	else "stranger" end;

def other: if . == "client" then "server" else "client" end;

# Whose process is an end's? The listener is the server's.
def actor: if . == "client" then "client" else "server" end;

def show_cause:
	if .cause == "segment" or .cause == "syscall" then .detail
	elif .detail then "\(.cause)/\(.detail)"
	else .cause end;

def show_options:
	[.options | to_entries[] |
	 if .key == "mss" then "mss \(.value)"
	 elif .key == "tsval" then "TS"
	 elif .key == "tsecr" then empty
	 else .key end] |
	if . == [] then "" else " [\(join(","))]" end;

# Serial numbers are modulo 2^32.
def minus($base): (. - $base + 4294967296) % 4294967296;

def show_numbers($isn):
	role as $role |
	(if .dir == "out" then $role else $role | other end) as $sender |
	(.seqno | minus($isn[$sender])) as $seq |
	(if .len > 0 then "\($seq):\($seq + .len)" else "\($seq)" end) +
	if .flags | test("ACK") then
		" ack \(.ackno | minus($isn[$sender | other]))"
	else "" end;

def show($isn):
	(if .type == "transition" then "\(.old) -\(show_cause)-> \(.new)"
	 elif .type == "note" then .what
	 elif .type == "segment" then
		"\(.dir) \(.flags) \(show_numbers($isn))\(show_options)"
	 else tojson end) +
	if .conn == null then ", no conn" else "" end;

def show_end($name; $isn):
	map(select(role == $name)) |
	if . == [] then empty else $name, (.[] | show($isn)) end;

def initial($flags): [.[] | select(.flags == $flags).seqno][0] // 0;

def problem($what; $records):
	$records | select(. != []) | "problem: \($what): \(tojson)";

# Everybody's cookie is one, and nobody else's.
def conns: [.[] | .conn | select(.)] | unique;
def conn_problems:
	group_by(role) | map({ (.[0] | role): conns }) | add // {} |
	(to_entries[] | select(.value | length > 1) |
	 "problem: several conns of \(.key): \(.value)"),
	(([.[][]] | group_by(.)[] | select(length > 1)) |
	 "problem: conn of several ends: \(.[0])");

# Remembered from connect(), or listen() for what comes in, to the end of the
# connection; our reset comes behind that.
def owner_problems:
	problem("wrong owner";
		map(select(.owner !=
			if .conn and [.dir, .flags] != ["out", "RST,ACK"] then
				{ pid: $run[role | actor].pid, comm: "actor",
				  uid: 0 }
			else null end)));

def listener_problems:
	[.[] | select(role == "listener").conn][0] as $listener |
	problem("wrong listener";
		map(select(.old == "LISTEN" and .new == "SYN_RCVD" and
			   .listener != $listener)));

# dwell_us is the time since the edge before, and null for the first.
def dwell_problems:
	map(select(.type == "transition")) | group_by(role)[] |
	[null] + . | range(1; length) as $i |
	.[$i - 1] as $before | .[$i] |
	select(.dwell_us != if $before then (.ts - $before.ts) / 1000
			    else null end) |
	"problem: dwell_us of \(role): \(tojson)";

# What the network did not change
def carried: [.flags, .seqno, .ackno, .len, .win, .options];
def carriage_problems:
	map(select(.type == "segment" and role != "stranger")) |
	("client", "server") as $sender |
	map(select(.dir == "out" and role == $sender) | carried) as $sent |
	map(select(.dir == "in" and role == ($sender | other)) | carried) as $came |
	problem("sent by \($sender), but did not come in"; $sent - $came),
	problem("came in, but not sent by \($sender)"; $came - $sent);

def segment_problems:
	map(select(.type == "segment")) |
	[.[] | select(.flags == "SYN").options.tsval][0] as $tsval |
	problem("ackno without ACK";
		map(select((.flags | test("ACK") | not) and .ackno != 0))),
	problem("no window";
		map(select((.flags | test("RST") | not) and .win == 0))),
	problem("the SYN-ACK does not echo the SYN's timestamp";
		map(select(.flags == "SYN,ACK" and .options.tsecr != $tsval)));

def place_problems:
	map(select(role != "stranger")) |
	problem("wrong namespace";
		map(select(.netns != $run[role | actor].netns))),
	problem("wrong family"; map(select(.family != $run.family))),
	problem("wrong local address";
		map(select(.laddr != $run[role | actor].address))),
	problem("wrong remote address";
		map(select(.raddr != if role != "listener" then
				$run[role | actor | other].address
			elif .family == 4 then "0.0.0.0" else "::" end))),
	# The client's is not chosen yet when it goes to SYN_SENT.
	([.[] | if role == "client" then .lport
		elif role == "server" then .rport else empty end |
	  select(. != 0)] | unique | select(length > 1) |
	 "problem: several ports of the client: \(tojson)");

def order_problems:
	problem("older than the record before";
		[range(1; length) as $i | select(.[$i].ts < .[$i - 1].ts) |
		 .[$i]]),
	problem("seq not above that before on its CPU";
		[group_by(.cpu)[] | range(1; length) as $i |
		 select(.[$i].seq <= .[$i - 1].seq) | .[$i]]);

# What TIME_WAIT there still is may be of an earlier run.
map(select(.type != "start" and .type != "socket" and .old != "TIME_WAIT")) |
{ client: initial("SYN"), server: initial("SYN,ACK") } as $isn |
(("client", "server", "listener", "stranger") as $name |
 show_end($name; $isn)),
order_problems, place_problems, segment_problems, carriage_problems,
conn_problems, owner_problems, listener_problems, dwell_problems

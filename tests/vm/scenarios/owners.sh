#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Who owns a connection whose processes end, become others, fork, or pass their
# descriptors on: the last one that acted on it.
#
# vm: --icount --timeout 3600

. "${0%/*}/connection.sh"

# What actors that become others do to files
let_others_write() {
	chmod a+rwx "$dir"
}

# What the kernel closes for a process that is killed
killed() {
	serve await "$dir/step.never"
	connect touch "$dir/step.ready" await "$dir/step.never"
	poll reached ready
	kill -9 "${pid[client]}"
	expect_killed client
	poll has_state client fin-wait-2
	kill -9 "${pid[server]}"
	expect_killed server
	expect_edges <<-END
	client rport=33333 owner=actor: $opened_client -exit-> FIN_WAIT_1
		-ACK-> FIN_WAIT_2 -FIN-> TIME_WAIT -timer/2MSL-> CLOSED
	server lport=33333 owner=actor: $opened_server -FIN-> CLOSE_WAIT
		-exit-> LAST_ACK -ACK-> CLOSED
	$listener
	END
}

# ... with data that it has not read
killed_with_unread_data() {
	serve await "$dir/step.never"
	connect send 10 touch "$dir/step.sent" fails ECONNRESET recv 1 close
	poll reached sent
	kill -9 "${pid[server]}"
	expect_killed server
	expect_edges <<-END
	client rport=33333 owner=actor: $opened_client
		-reset/received-> CLOSED
	server lport=33333 owner=actor: $opened_server
		-abort/unread-data-> CLOSED
	$listener
	END
}

# ... and while connections wait to be accepted
killed_listener() {
	start server listen "${address[server]}" 33333 await "$dir/step.never"
	poll listens server 33333
	start client connect "${address[server]}" 33333 fails ECONNRESET recv 1 \
		close
	poll has_state server established
	kill -9 "${pid[server]}"
	expect_killed server
	expect_edges <<-END
	client rport=33333 owner=actor: $opened_client
		-reset/received-> CLOSED
	server lport=33333 owner=actor: $opened_server
		-abort/listener-closed-> CLOSED
	$listener
	END
}

# Another program in the same process
executed() {
	local id

	ln -sf "$actor" "$dir/another"
	serve recv-eof await "$dir/step.acked" close
	connect exec "$dir/another" close
	id=${pid[client]}
	poll has_state client fin-wait-2
	tell acked
	expect_edges <<-END
	client rport=33333 owner=another pid=$id: $opened_client
		$closed_first -FIN-> TIME_WAIT -timer/2MSL-> CLOSED
	server lport=33333 owner=actor: $opened_server $closed_second
	$listener
	END
	expect_that 'it was opened before' \
		'any(.new == "SYN_SENT" and .owner.comm == "actor" and
		     .owner.pid == $pid)' --argjson pid "$id"
}

# Descriptors that exec closes. An actor keeps its own, Perl does not.
closed_on_exec() {
	serve recv-eof await "$dir/step.acked" close
	# shellcheck disable=SC2016 # the dollars are Perl's
	ip netns exec client perl -MIO::Socket::IP -e '
		$s = IO::Socket::IP->new(PeerHost => $ARGV[0],
			PeerPort => 33333, Timeout => 30) or die $@;
		select(undef, undef, undef, 0.01) until -e $ARGV[1];
		exec "sleep", "1"' \
		"${address[server]}" "$dir/step.accepted" >"$dir/client.log" 2>&1 &
	pid[client]=$!
	poll has_state client fin-wait-2
	tell acked
	pass 2
	expect_edges <<-END
	client rport=33333 pid=${pid[client]}: $opened_client
		$closed_first -FIN-> TIME_WAIT -timer/2MSL-> CLOSED
	server lport=33333 owner=actor: $opened_server $closed_second
	$listener
	END
}

# The child of a fork is the last to close.
forked() {
	serve recv-eof await "$dir/step.acked" close
	connect fork '{' await "$dir/step.parent" become 1234 close '}' \
		close touch "$dir/step.parent" join
	poll has_state client fin-wait-2
	tell acked
	expect_edges <<-END
	client rport=33333 owner=actor uid=1234: $opened_client $closed_first
		-FIN-> TIME_WAIT -timer/2MSL-> CLOSED
	server lport=33333 owner=actor uid=0: $opened_server $closed_second
	$listener
	END
}

# ... and the child of another one accepts.
forked_to_accept() {
	let_others_write
	start server listen "${address[server]}" 33333 \
		fork '{' become 1234 accept touch "$dir/step.accepted" recv-eof \
			await "$dir/step.acked" close '}' join
	poll listens server 33333
	close_first
	tell acked
	expect_edges <<-END
	client rport=33333 owner=actor uid=0: $opened_client $closed_first
		-FIN-> TIME_WAIT -timer/2MSL-> CLOSED
	server lport=33333 owner=actor uid=1234: $opened_server $closed_second
	$listener
	END
}

# ... which is all that it does: the client resets.
accepted_only() {
	let_others_write
	start server listen "${address[server]}" 33333 \
		fork '{' become 1234 accept touch "$dir/step.accepted" \
			fails ECONNRESET recv 1 '}' join
	poll listens server 33333
	connect linger0 close
	expect_edges <<-END
	client rport=33333 owner=actor uid=0: $opened_client
		-abort/linger0-> CLOSED
	server lport=33333 owner=actor uid=1234: $opened_server
		-reset/received-> CLOSED
	$listener
	END
}

# A descriptor goes to another process, which closes it.
passed_on() {
	let_others_write
	serve recv-eof await "$dir/step.acked" close
	ip netns exec client "$actor" become 1234 take-from "$dir/socket.$family" \
		await "$dir/step.passed" close >"$dir/taker.log" 2>&1 &
	pid[taker]=$!
	connect pass-to "$dir/socket.$family" close
	wait_for_actor client
	tell passed
	poll has_state client fin-wait-2
	tell acked
	expect_edges <<-END
	client rport=33333 owner=actor uid=1234: $opened_client $closed_first
		-FIN-> TIME_WAIT -timer/2MSL-> CLOSED
	server lport=33333 owner=actor uid=0: $opened_server $closed_second
	$listener
	END
}

run_scenarios killed killed_with_unread_data killed_listener executed \
	closed_on_exec forked forked_to_accept accepted_only passed_on

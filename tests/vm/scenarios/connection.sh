# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# What scenarios of a connection between the two namespaces have in common,
# above lib.sh. It is to port 33333, and the client acts when the server has
# accepted: else a FIN, say, could come with the third ACK.

. "${BASH_SOURCE[0]%/*}/lib.sh"

# shellcheck disable=SC2034 # these are for the scenarios
{
	opened_client='CLOSED -connect-> SYN_SENT -SYN,ACK-> ESTABLISHED'
	opened_server='LISTEN -SYN-> SYN_RCVD -ACK-> ESTABLISHED'
	closed_first='-close-> FIN_WAIT_1 -ACK-> FIN_WAIT_2'
	closed_second='-FIN-> CLOSE_WAIT -close-> LAST_ACK -ACK-> CLOSED'
	listener='listener lport=33333 rport=0 owner=actor: CLOSED -listen->
		LISTEN -exit-> CLOSED'
}

# serve VERB...: the server, which accepts and does that
serve() {
	start server listen "${address[server]}" 33333 accept \
		touch "$dir/step.accepted" "$@"
	poll listens "${netns[server]}" 33333
}

# connect VERB...: the client, which does that when it has been accepted
connect() {
	start client connect "${address[server]}" 33333 \
		await "$dir/step.accepted" "$@"
}

# close_first: the client closes, and is FIN_WAIT_2, which the server, then in
# recv-eof, can await as step "acked"
close_first() {
	connect close
	poll has_state client fin-wait-2
}

# The client, with TCP_LINGER2 of -1, awaits step "acked" in FIN_WAIT_2 and closes; the
# server awaits step "reset".
expect_linger2_at_close() {
	poll has_state client fin-wait-2
	tell acked
	poll at_rest client
	tell reset
	expect_edges <<-END
	client rport=33333 owner=actor: $opened_client -shutdown-> FIN_WAIT_1
		-ACK-> FIN_WAIT_2 -abort/linger2-> CLOSED
	server lport=33333 owner=actor: $opened_server -FIN-> CLOSE_WAIT
		-reset/received-> CLOSED
	$listener
	END
}

# One that ends before the scenario does
wait_for_actor() {
	wait "${pid[$1]}" || fail "$1:" "$(<"$dir/$1.log")"
}

# impair NS NETEM...: what goes out there by veth
impair() {
	tc -n "$1" qdisc replace dev veth root netem "${@:2}"
}

repair() {
	tc -n "$1" qdisc del dev veth root
}

# From now on, nothing of the client's arrives.
cut_off() {
	impair client loss 100%
	tell cut
}

# As if each had resolved the other's address: where a link delays or loses much, the
# questions for it may have no answer in time, and then there is no route to the host.
resolve_neighbours() {
	local end

	for end in client:server server:client; do
		ip -n "${end%:*}" neigh replace "${address[${end#*:}]}" dev veth \
			nud permanent lladdr \
			"$(ip netns exec "${end#*:}" cat /sys/class/net/veth/address)"
	done
}

# mount_smb PORT: have the client's kernel connect there, in vain, which it tells
mount_smb() {
	modprobe cifs
	! ip netns exec client mount -i -t cifs //server/share /mnt -o \
		"vers=3.0,ip=${address[server]},port=$1,username=u,password=p" \
		2>"$dir/mount.log" || fail 'it was mounted'
	expect_warnings 'CIFS: VFS: '
}

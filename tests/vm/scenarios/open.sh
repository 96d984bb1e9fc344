#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# How connections are opened, and how that fails: refused, not answered,
# answered by ICMP, given up by the process.
#
# vm: --icount --timeout 3600

. "${0%/*}/lib.sh"

opened_and_closed() {
	connect_and_close
	expect_edges <<-END
	client rport=33333 owner=actor: CLOSED -connect-> SYN_SENT
		-SYN,ACK-> ESTABLISHED -close-> FIN_WAIT_1 -ACK-> FIN_WAIT_2
		-FIN-> TIME_WAIT -timer/2MSL-> CLOSED
	server lport=33333 owner=actor: LISTEN -SYN-> SYN_RCVD
		-ACK-> ESTABLISHED -FIN-> CLOSE_WAIT -close-> LAST_ACK
		-ACK-> CLOSED
	listener lport=33333 rport=0 owner=actor: CLOSED -listen-> LISTEN
		-exit-> CLOSED
	END
}

refused() {
	start client fails ECONNREFUSED connect "${address[server]}" 33333
	expect_edges <<-END
	client rport=33333 owner=actor: CLOSED -connect-> SYN_SENT
		-reset/received-> CLOSED
	server lport=33333: none
	END
	expect_error ECONNREFUSED
}

# Again by the same socket
refused_twice() {
	start client fails ECONNREFUSED connect "${address[server]}" 33333 \
		fails ECONNREFUSED connect "${address[server]}" 33333
	expect_edges <<-END
	client x2 rport=33333 owner=actor: CLOSED -connect-> SYN_SENT
		-reset/received-> CLOSED
	server lport=33333: none
	END
}

# Nobody answers; the kernel sends the SYN once more.
silent() {
	set_sysctl client net.ipv4.tcp_syn_retries=1
	start_peer client drop SYN touch "$dir/step.syn" drop SYN
	start client fails ETIMEDOUT connect "${address[peer]}" 44444
	poll reached syn
	pass 4
	expect_edges <<-END
	client rport=44444 owner=actor: CLOSED -connect-> SYN_SENT
		-timer/syn-retries-> CLOSED
	END
}

# A limit of time rather than of SYNs
silent_user_timeout() {
	set_sysctl client net.ipv4.tcp_syn_retries=6
	start_peer client drop SYN touch "$dir/step.syn" drop SYN
	start client open "$family" set user-timeout 1500 \
		fails ETIMEDOUT connect "${address[peer]}" 44444
	poll reached syn
	pass 4
	expect_edges <<-END
	client rport=44444 owner=actor: CLOSED -connect-> SYN_SENT
		-timer/user-timeout-> CLOSED
	END
}

# "Port unreachable", which is for UDP rather than TCP. It answers the second SYN,
# for which the process sleeps: one that holds the lock is not told.
unreachable() {
	start_peer client drop SYN touch "$dir/step.syn" expect SYN \
		icmp "${port_unreachable[@]}"
	start client fails ECONNREFUSED connect "${address[peer]}" 44444
	poll reached syn
	pass 2
	expect_edges <<-END
	client rport=44444 owner=actor: CLOSED -connect-> SYN_SENT
		-icmp-> CLOSED
	END
}

# A router's answer, which comes while the process holds the lock, so that the first
# one is kept, and again to the second SYN, right behind the timer that sent it
unreachable_at_once() {
	local error=EHOSTUNREACH router=${address[server]}

	((family == 4)) || error=ENETUNREACH
	set_sysctl server net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
	ip -n client route add "$unrouted" via "$router"
	ip -n server route add unreachable "$unrouted"
	start client fails $error connect "$unrouted" 33333
	pass 2
	expect_edges <<-END
	client rport=33333 owner=actor: CLOSED -connect-> SYN_SENT
		-icmp-> CLOSED
	END
	expect_error $error
	ip -n client route del "$unrouted"
	ip -n server route del unreachable "$unrouted"
}

no_route() {
	start client fails ENETUNREACH connect "$unrouted" 33333
	expect_edges <<-END
	client rport=33333: none
	END
}

# Another connection to the same end has the port that is to be this one's.
no_port() {
	start server listen "${address[server]}" 33333 accept \
		fails ECONNRESET recv 1 close
	poll listens server 33333
	start client fork '{' bind "${address[client]}" 5000 \
			connect "${address[server]}" 33333 \
			touch "$dir/step.taken" await "$dir/step.failed" \
			linger0 close '}' await "$dir/step.taken" \
		bind "${address[client]}" 5000 \
		fails EADDRNOTAVAIL connect "${address[server]}" 33333 \
		touch "$dir/step.failed" join
	expect_edges <<-END
	first rport=33333 owner=actor: CLOSED -connect-> SYN_SENT
		-SYN,ACK-> ESTABLISHED -abort/linger0-> CLOSED
	second rport=33333 owner=actor: CLOSED -connect-> SYN_SENT
		-connect-> CLOSED
	server lport=33333 owner=actor: LISTEN -SYN-> SYN_RCVD
		-ACK-> ESTABLISHED -reset/received-> CLOSED
	listener lport=33333 rport=0 owner=actor: CLOSED -listen-> LISTEN
		-exit-> CLOSED
	END
}

# Both were bound before either listened, which SO_REUSEADDR allows.
port_listened_at() {
	start server bind-listener "${address[server]}" 33333 \
		fork '{' close-listener listen "${address[server]}" 33333 \
			touch "$dir/step.taken" await "$dir/step.failed" '}' \
		await "$dir/step.taken" fails EADDRINUSE backlog 1 \
		touch "$dir/step.failed" join
	expect_edges <<-END
	first lport=33333 rport=0 owner=actor: CLOSED -listen-> LISTEN
		-exit-> CLOSED
	second lport=33333 rport=0 owner=actor: CLOSED -listen-> LISTEN
		-listen-> CLOSED
	END
}

closed_meanwhile() {
	start_peer client expect SYN touch "$dir/step.syn"
	start client connect-start "${address[peer]}" 44444 \
		await "$dir/step.syn" close
	expect_edges <<-END
	client rport=44444 owner=actor: CLOSED -connect-> SYN_SENT
		-close-> CLOSED
	END
}

shut_down_meanwhile() {
	start_peer client expect SYN touch "$dir/step.syn"
	start client connect-start "${address[peer]}" 44444 \
		await "$dir/step.syn" shutdown-rdwr
	expect_edges <<-END
	client rport=44444 owner=actor: CLOSED -connect-> SYN_SENT
		-shutdown-> CLOSED
	END
}

disconnected_meanwhile() {
	start_peer client expect SYN touch "$dir/step.syn"
	start client connect-start "${address[peer]}" 44444 \
		await "$dir/step.syn" disconnect
	expect_edges <<-END
	client rport=44444 owner=actor: CLOSED -connect-> SYN_SENT
		-disconnect-> CLOSED
	END
}

killed_meanwhile() {
	start_peer client expect SYN touch "$dir/step.syn"
	start client connect "${address[peer]}" 44444
	poll reached syn
	kill -9 "${pid[client]}"
	expect_killed client
	expect_edges <<-END
	client rport=44444 owner=actor: CLOSED -connect-> SYN_SENT
		-exit-> CLOSED
	END
}

run_scenarios opened_and_closed refused refused_twice silent \
	silent_user_timeout unreachable unreachable_at_once no_route no_port port_listened_at \
	closed_meanwhile shut_down_meanwhile disconnected_meanwhile \
	killed_meanwhile

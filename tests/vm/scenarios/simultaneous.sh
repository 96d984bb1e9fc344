#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Both ends do the same at once: open, so that two SYNs cross; close, so that
# two FINs do. Between two kernels, half a second of delay leaves them the time
# for that; a peer of hand-made segments needs none.
#
# vm: --icount --timeout 3600

. "${0%/*}/lib.sh"

opened='CLOSED -connect-> SYN_SENT -SYN-> SYN_RCVD -ACK-> ESTABLISHED'

set_delay() {
	tc -n client qdisc add dev veth root netem delay 500ms
	tc -n server qdisc add dev veth root netem delay 500ms
}

set_no_delay() {
	tc -n client qdisc del dev veth root
	tc -n server qdisc del dev veth root
}

# The neighbours must know each other, or else one SYN waits for that.
acquaint() {
	start client fails ECONNREFUSED connect "${address[server]}" 1
	wait_for_actors
	pid=()
}

opened_and_closed() {
	acquaint
	set_delay
	start client bind "${address[client]}" 33333 await "$dir/step.go" \
		connect "${address[server]}" 33334 await "$dir/step.open" \
		close
	start server bind "${address[server]}" 33334 await "$dir/step.go" \
		connect "${address[client]}" 33333 await "$dir/step.open" \
		close
	tell go
	poll has_state client established
	poll has_state server established
	tell open
	poll has_state client time-wait
	poll has_state server time-wait
	set_no_delay
	expect_edges <<-END
	client lport=33333 owner=actor: $opened -close-> FIN_WAIT_1
		-FIN-> CLOSING -ACK-> TIME_WAIT -timer/2MSL-> CLOSED
	server lport=33334 owner=actor: $opened -close-> FIN_WAIT_1
		-FIN-> CLOSING -ACK-> TIME_WAIT -timer/2MSL-> CLOSED
	END
}

opened_with_peer() {
	start_peer client expect SYN send SYN expect SYN,ACK seq=-1 send ACK \
		touch "$dir/step.open" expect RST,ACK
	start client connect "${address[peer]}" 44444 \
		await "$dir/step.open" linger0 close
	expect_edges <<-END
	client rport=44444 owner=actor: $opened -abort/linger0-> CLOSED
	END
}

# The SYN-ACK of the other end rather than an ACK
opened_by_syn_acks() {
	start_peer client expect SYN send SYN expect SYN,ACK seq=-1 \
		send SYN,ACK seq=-1 expect ACK send ACK \
		touch "$dir/step.open" expect RST,ACK
	start client connect "${address[peer]}" 44444 \
		await "$dir/step.open" linger0 close
	expect_edges <<-END
	client rport=44444 owner=actor: $opened -abort/linger0-> CLOSED
	END
}

reset_while_opening() {
	start_peer client expect SYN send SYN expect SYN,ACK seq=-1 send RST
	start client fails ECONNRESET connect "${address[peer]}" 44444
	expect_edges <<-END
	client rport=44444 owner=actor: CLOSED -connect-> SYN_SENT
		-SYN-> SYN_RCVD -reset/received-> CLOSED
	END
}

# Both SYNs have come, and no ACK does: the limit is that of SYNs, ...
never_acknowledged() {
	set_sysctl client net.ipv4.tcp_syn_retries=1
	start_peer client expect SYN send SYN expect SYN,ACK seq=-1 \
		touch "$dir/step.half" expect SYN,ACK seq=-1
	start client fails ETIMEDOUT connect "${address[peer]}" 44444
	poll reached half
	pass 4
	expect_edges <<-END
	client rport=44444 owner=actor: CLOSED -connect-> SYN_SENT
		-SYN-> SYN_RCVD -timer/syn-retries-> CLOSED
	END
	set_sysctl client net.ipv4.tcp_syn_retries=6
}

# ... or the user's
never_acknowledged_user_timeout() {
	start_peer client expect SYN send SYN expect SYN,ACK seq=-1 \
		touch "$dir/step.half" expect SYN,ACK seq=-1
	start client open "$family" set user-timeout 1500 \
		fails ETIMEDOUT connect "${address[peer]}" 44444
	poll reached half
	pass 4
	expect_edges <<-END
	client rport=44444 owner=actor: CLOSED -connect-> SYN_SENT
		-SYN-> SYN_RCVD -timer/user-timeout-> CLOSED
	END
}

# The second SYN-ACK is answered so, as the second SYN in open.sh.
unreachable_while_opening() {
	start_peer client expect SYN send SYN expect SYN,ACK seq=-1 \
		touch "$dir/step.half" expect SYN,ACK seq=-1 \
		icmp "${port_unreachable[@]}"
	start client fails ECONNREFUSED connect "${address[peer]}" 44444
	poll reached half
	pass 2
	expect_edges <<-END
	client rport=44444 owner=actor: CLOSED -connect-> SYN_SENT
		-SYN-> SYN_RCVD -icmp-> CLOSED
	END
}

# In the backlog, the ACK and the FIN would be made one segment.
closed_while_opening() {
	start_peer client expect SYN send SYN expect SYN,ACK seq=-1 \
		touch "$dir/step.half" expect FIN,ACK send ACK \
		await "$dir/step.acked" send FIN,ACK expect ACK
	start client connect-start "${address[peer]}" 44444 \
		await "$dir/step.half" close
	poll has_state client fin-wait-2
	tell acked
	expect_edges <<-END
	client rport=44444 owner=actor: CLOSED -connect-> SYN_SENT
		-SYN-> SYN_RCVD -close-> FIN_WAIT_1 -ACK-> FIN_WAIT_2
		-FIN-> TIME_WAIT -timer/2MSL-> CLOSED
	END
}

closed_with_peer() {
	start_peer client accept touch "$dir/step.accepted" expect FIN,ACK \
		send FIN,ACK ack=-1 expect ACK send ACK
	start client connect "${address[peer]}" 44444 \
		await "$dir/step.accepted" close
	expect_edges <<-END
	client rport=44444 owner=actor: CLOSED -connect-> SYN_SENT
		-SYN,ACK-> ESTABLISHED -close-> FIN_WAIT_1 -FIN-> CLOSING
		-ACK-> TIME_WAIT -timer/2MSL-> CLOSED
	END
}

# The same by shutdown(), so that a process still has it
shut_down_with_peer() {
	start_peer client accept touch "$dir/step.accepted" expect FIN,ACK \
		send FIN,ACK ack=-1 expect ACK send ACK
	start client connect "${address[peer]}" 44444 \
		await "$dir/step.accepted" shutdown recv-eof close
	expect_edges <<-END
	client rport=44444 owner=actor: CLOSED -connect-> SYN_SENT
		-SYN,ACK-> ESTABLISHED -shutdown-> FIN_WAIT_1 -FIN-> CLOSING
		-ACK-> TIME_WAIT -timer/2MSL-> CLOSED
	END
}

# The peer's FIN has the ACK of ours.
fin_with_ack() {
	start_peer client accept touch "$dir/step.accepted" expect FIN,ACK \
		send FIN,ACK expect ACK
	start client connect "${address[peer]}" 44444 \
		await "$dir/step.accepted" close
	expect_edges <<-END
	client rport=44444 owner=actor: CLOSED -connect-> SYN_SENT
		-SYN,ACK-> ESTABLISHED -close-> FIN_WAIT_1
		-FIN,ACK-> TIME_WAIT -timer/2MSL-> CLOSED
	END
}

fin_with_ack_after_shutdown() {
	start_peer client accept touch "$dir/step.accepted" expect FIN,ACK \
		send FIN,ACK expect ACK
	start client connect "${address[peer]}" 44444 \
		await "$dir/step.accepted" shutdown recv-eof close
	expect_edges <<-END
	client rport=44444 owner=actor: CLOSED -connect-> SYN_SENT
		-SYN,ACK-> ESTABLISHED -shutdown-> FIN_WAIT_1
		-FIN,ACK-> TIME_WAIT -timer/2MSL-> CLOSED
	END
}

# The same by another kernel, whose ACK of the first FIN gets lost
fin_with_ack_between_kernels() {
	start server listen "${address[server]}" 33333 accept \
		touch "$dir/step.accepted" recv-eof await "$dir/step.lost" close
	poll listens server 33333
	start client connect "${address[server]}" 33333 \
		await "$dir/step.accepted" await "$dir/step.losing" close
	poll reached accepted
	lose client 0x10 0x17
	tell losing
	poll has_state server close-wait
	tell lost
	poll has_state client time-wait
	lose_no_more client
	expect_edges <<-END
	client rport=33333 owner=actor: CLOSED -connect-> SYN_SENT
		-SYN,ACK-> ESTABLISHED -close-> FIN_WAIT_1
		-FIN,ACK-> TIME_WAIT -timer/2MSL-> CLOSED
	server lport=33333 owner=actor: LISTEN -SYN-> SYN_RCVD
		-ACK-> ESTABLISHED -FIN-> CLOSE_WAIT -close-> LAST_ACK
		-ACK-> CLOSED
	listener lport=33333 rport=0 owner=actor: CLOSED -listen-> LISTEN
		-exit-> CLOSED
	END
}

# Data that was lost comes last: only then does the FIN count.
fin_before_data() {
	start_peer client accept touch "$dir/step.accepted" expect FIN,ACK \
		send ACK send FIN,ACK seq=+10 expect ACK \
		send ACK len=10 expect ACK ack=+1
	start client connect "${address[peer]}" 44444 \
		await "$dir/step.accepted" shutdown recv 10 recv-eof close
	expect_edges <<-END
	client rport=44444 owner=actor: CLOSED -connect-> SYN_SENT
		-SYN,ACK-> ESTABLISHED -shutdown-> FIN_WAIT_1
		-ACK-> FIN_WAIT_2 -FIN-> TIME_WAIT -timer/2MSL-> CLOSED
	END
}

run_scenarios opened_and_closed opened_with_peer opened_by_syn_acks \
	reset_while_opening never_acknowledged never_acknowledged_user_timeout \
	unreachable_while_opening closed_while_opening closed_with_peer \
	shut_down_with_peer fin_with_ack fin_with_ack_after_shutdown \
	fin_with_ack_between_kernels fin_before_data

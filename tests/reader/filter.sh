#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Filters on the command line: messages that point at the fault, and what is
# shown, written and counted with them. tests/unit/filter.c has the words.

. tests/reader/common

# wrong WHAT MARK EXPRESSION...: refused so, MARK being below the fault
wrong() {
	tcpstate -r "$dir/trace" "${@:3}"
	expect 2 "tcpstate: filter: $1
  ${*:3}
  $2"
	expect_lines 0
}

$mktrace start life life,n=2 >"$dir/trace"

wrong "unknown port 'foo'" \
      "                    ^^^" \
      tcp port 80 or port foo
wrong "illegal port number 99999 > 65535" \
      "                      ^^^^^" \
      "host 1.2.3.4 and port 99999 or port 3"
wrong "syntax error" \
      "                              ^" \
      "host 1.2.3.4 and (port 80 or ("
wrong "syntax error" \
      "        ^" \
      "port 80 ) or port 3"
wrong "syntax error" \
      "    ^^^" src src port 80
wrong "syntax error" \
      "                        ^" kind segment and tcp "[13"
wrong 'non-network bits set in "10.1.2.3/8"' \
      "    ^^^^^^^^^^" net 10.1.2.3/8
wrong "after 'kind' comes transition, segment, note or socket" \
      "                 ^^^^" port 80 or "(kind" 'lost)'
wrong "after 'state' comes a state, as FIN_WAIT_1" \
      "      ^^^^^^^^^" state TIME-WAIT
wrong "after 'old' comes a state, as FIN_WAIT_1" \
      "    ^" "old (CLOSED)"
wrong "after 'new' comes a state, as FIN_WAIT_1" \
      "                 ^" old CLOSED or new
wrong "after 'cause' comes a cause, as timer or timer/2MSL" \
      "      ^^^^^^^^^" cause timer/SYN
wrong "after 'netns' comes an inode number or a name in /run/netns" \
      "      ^^^^^^^^^^" netns no/such/ns
wrong "after 'conn' comes a cookie in hexadecimal" \
      "     ^^" conn 2g
wrong "after 'netns' comes an inode number or a name in /run/netns" \
      "      ^^^^^^^^^^" netns 4294967297
wrong "after 'netns' comes an inode number or a name in /run/netns" \
      "      ^^" "netns -1"
wrong "after 'conn' comes a cookie in hexadecimal" \
      "     ^^^^^^^^^^^^^^^^^" "conn -fffffffffffffffe"
# What libpcap compiles for Linux's packets, and records have not
no_length="all records have one length: compare ip[2:2] or ip6[4:2]"
no_interface="records have no interface: for directions, dump and pcap have -Q"
wrong "$no_interface" \
      "            ^^^^^^^" tcp and not inbound
wrong "$no_interface" \
      "^^^^^^^^" outbound
wrong "$no_interface" \
      "^^^^^^^" ifindex 1
wrong "$no_interface" \
      "^^^^^^^^^^^^^^^^^^^^^^^^" "link[0xfffff004] = 0x123"
wrong "$no_length" \
      "               ^^^" tcp port 80 or len "> 100"
wrong "$no_length" \
      "^^^^" less 100
wrong "$no_length" \
      "^^^^^^^" greater 100
wrong "$no_length" \
      "^^^^^^^^^^^" "len/2 > 100"
# On several lines nothing can be pointed at.
tcpstate -r "$dir/trace" $'port\nfoo'
expect 2 "tcpstate: filter: unknown port 'foo'"
# Before anything is opened or made
tcpstate -r /no/such/file -w "$dir/new" port foo
expect 2 "tcpstate: filter: unknown port 'foo'
  port foo
       ^^^"
[[ ! -e $dir/new ]] || complain "a file was made"

# It is the rest of the command line, also behind options and views.
tcpstate --json conn -r "$dir/trace" 1002 and kind segment
expect 0
expect_lines 5
tcpstate -r "$dir/trace" expect <(echo 'a rport=8000: none') old LISTEN
expect 0

# The model knows what is not shown: owner and dwell are of an edge before.
tcpstate -r "$dir/trace" new ESTABLISHED and conn 1002
expect 0
expect_lines 2
expect_line '.* 1002 *client\[1234\] *SYN_SENT *-> ESTABLISHED *[0-9.]*µs .*'

# What is written is what passes, and the start.
tcpstate -r "$dir/trace" -w "$dir/some" kind transition
expect 0
tcpstate -r "$dir/some" --json
expect 0
expect_lines 16
(($(stat -c %s "$dir/some") == 16 * 128)) || complain "not as long"

# Of a limit only what passes counts.
tcpstate -r "$dir/trace" -c 1 new CLOSED
expect 0
expect_lines 2

# A module without filters: the same here.
mkfifo "$dir/fifo"
exec 9<>"$dir/fifo"
$mktrace start life lost,count=3 >"$dir/fifo"
status=0
FAKEDEV=$dir/fifo LD_PRELOAD=build/tests/fakedev.so \
	userspace/tcpstate -c 1 old FIN_WAIT_2 >"$dir/out" 2>"$dir/err" || status=$?
expect 0 "tcpstate: 1 transitions, 9 filtered out, 0 lost"
expect_lines 2

finish

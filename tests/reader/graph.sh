#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The state diagram, as Graphviz and Mermaid read it; and against the two diagrams
# of the document that this project began with (seed 002), of which each edge has
# its counterpart in tour.trace. Only what one of them begins with, [*] --> CLOSED,
# has none: CLOSED is where a socket is made, of which there is no record.

. tests/reader/common

scripts/mermaid || complain "no Mermaid"

# Both, without what the edges are called there
one_diagram='
CLOSED LISTEN
CLOSED SYN_SENT
LISTEN SYN_RCVD
LISTEN CLOSED
SYN_SENT ESTABLISHED
SYN_SENT CLOSED
SYN_RCVD ESTABLISHED
SYN_RCVD FIN_WAIT_1
ESTABLISHED FIN_WAIT_1
ESTABLISHED CLOSE_WAIT
FIN_WAIT_1 FIN_WAIT_2
FIN_WAIT_1 CLOSING
CLOSE_WAIT LAST_ACK
FIN_WAIT_2 TIME_WAIT
CLOSING TIME_WAIT
LAST_ACK CLOSED
TIME_WAIT CLOSED'
two_diagrams='
client_CLOSED client_SYN_SENT
server_LISTEN server_SYN_RCVD
client_SYN_SENT client_ESTABLISHED
server_SYN_RCVD server_ESTABLISHED
client_ESTABLISHED client_FIN_WAIT_1
server_ESTABLISHED server_CLOSE_WAIT
client_FIN_WAIT_1 client_FIN_WAIT_2
server_CLOSE_WAIT server_LAST_ACK
client_FIN_WAIT_2 client_TIME_WAIT
server_LAST_ACK server_CLOSED
client_TIME_WAIT client_CLOSED'

# graph OPTION...
graph() {
	tcpstate -r tests/golden/tour.trace graph "$@"
	expect 0
}

# Lines "FROM TO" of what Graphviz, or Mermaid, makes of the last run
dot_edges() {
	dot -Tplain "$dir/out" | awk '$1 == "edge" { print $2, $3 }' |
		LC_ALL=C sort
}

mermaid_edges() {
	tests/mermaid.mjs <"$dir/out" | sed 1d | LC_ALL=C sort
}

# has_all EDGES WHAT: does $dir/edges have these?
has_all() {
	local missing

	missing=$(grep -vxFf "$dir/edges" <<<"${1#?}")
	[[ ! $missing ]] || complain "$2 has not: $missing"
}

for option in '' --sides; do
	read -ra sides <<<"$option"
	graph --dot "${sides[@]}"
	dot_edges >"$dir/edges"
	graph --mermaid "${sides[@]}"
	mermaid_edges >"$dir/mermaid"
	diff -u "$dir/edges" "$dir/mermaid" ||
		complain "Graphviz and Mermaid see other edges"
	graph "${sides[@]}"
	(($(grep -c -- '->' "$dir/out") == $(wc -l <"$dir/edges"))) ||
		complain "text has other edges"
	if [[ $option ]]; then
		has_all "$two_diagrams" 'the diagram of two sides'
	else
		has_all "$one_diagram" 'the diagram'
	fi
done

# Only the standard's, by what tests/vm/edges says, are not marked.
graph
while read -r old _ new mark _; do
	origins=$(awk -v old="$old" -v new="$new" \
		'$1 == old && $2 == new { print $3 }' tests/vm/edges)
	[[ $mark != '*' || $origins == *linux* ]] ||
		complain "marked: $old $new"
	[[ $mark == '*' || $origins == *figure* || $origins == *text* ]] ||
		complain "not marked: $old $new"
done < <(grep -- ' -> ' "$dir/out")

sed 's/µ/u/g' "$dir/out" | awk 'length > 100' | grep . && complain "too wide"

graph --svg
grep -q '<title>SYN_RCVD&#45;&gt;ESTABLISHED</title>' "$dir/out" ||
	complain "no such edge in the picture"

# Nothing is recorded for nothing.
mkdir "$dir/bin"
PATH=$dir/bin tcpstate -r tests/golden/tour.trace graph --svg
expect 1 "tcpstate: --svg needs Graphviz's dot: install graphviz, or draw what --dot gives"
[[ ! -s $dir/out ]] || complain "output all the same"

printf '#!/bin/sh\n[ "$1" ] && cat >/dev/null && exit 3\n' >"$dir/bin/dot"
sed -i '1a [ -e "$0.failing" ] || { touch "$0.failing"; exit 0; }' "$dir/bin/dot"
chmod +x "$dir/bin/dot"
PATH=$dir/bin:$PATH tcpstate -r tests/golden/tour.trace graph --svg
expect 1 'tcpstate: dot: it failed'

tcpstate graph --svg --dot
expect 2 'tcpstate: graph: choose one of --mermaid, --dot and --svg'

# Of what was there before, it is not known which side it is.
$mktrace start socket,state=1 edge,old=1,new=8 >"$dir/t"
tcpstate -r "$dir/t" graph --sides
expect 0
expect_line '-- unknown'

# What was lost is told in each format.
$mktrace start life lost,count=3 edge,old=1,new=4 edge,old=4,new=7 >"$dir/t"
for option in '' --mermaid --dot; do
	read -ra format <<<"$option"
	tcpstate -r "$dir/t" graph "${format[@]}"
	expect_line '.*records lost: 3, and what they told; connections with a gap: 1'
done

finish

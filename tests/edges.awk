# SPDX-License-Identifier: GPL-2.0
#
# The table of all edges that scenarios took, with their causes, from lines as
# tests/vm/scenarios/lib.sh prints them, sorted by all from the fifth word on:
#
#	EDGE FILE/SCENARIO FAMILY COUNT OLD NEW CAUSE
#
# and before them those of tests/vm/edges, which are all that are legal. Below an
# edge are its scenarios; one that took it in one family only says so. The last
# lines tell how many edges of RFC 9293's figure 5 there were, each in both
# families, and how many edges had no known cause, and how many are not legal. The
# exit status is 1 if there are any of these, or, with -v whole=1, if one of the
# figure is missing.

function name(scenario)
{
	if (families[scenario] ~ /4.*6|6.*4/)
		return scenario
	return scenario "(IPv" families[scenario] ")"
}

# In lines of 80 columns at most
function finish(	i, line)
{
	if (!count)
		return
	printf "%s %6d times\n", edge, times
	line = "   "
	for (i = 1; i <= count; i++) {
		if (length(line " " name(scenarios[i])) > 79) {
			print line
			line = "   "
		}
		line = line " " name(scenarios[i])
	}
	print line
	count = times = 0
	split("", families)
}

function count_figure(	edge)
{
	for (edge in figure) {
		drawn++
		if (taken[edge, 4] && taken[edge, 6])
			seen++
		else if (whole)
			print "not taken in both families: " figure[edge]
	}
}

$1 != "EDGE" {
	n = /^[A-Z]/ ? split($4, causes, ";") : 0
	for (i = 1; i <= n; i++)
		legal[$1, $2, causes[i]] = $3
	if (n && $3 == "figure")
		figure[$1, $2] = $1 " -> " $2
	next
}

{
	this = sprintf("%-11s -> %-11s %-20s", $5, $6, $7)
	if (this != edge) {
		finish()
		edge = this
		kinds++
	}
	if (!($2 in families))
		scenarios[++count] = $2
	families[$2] = families[$2] $3
	times += $4
	total += $4
	if ($7 ~ /^unknown/)
		unknown += $4
	if (!(($5, $6, $7) in legal)) {
		print "not in tests/vm/edges: " $0
		illegal += $4
	} else if (legal[$5, $6, $7] == "figure")
		taken[$5, $6, $3] = 1
}

END {
	finish()
	count_figure()
	if (whole || seen)
		printf "%d of %d edges of figure 5\n", seen, drawn
	if (total)
		printf "%d edges of %d kinds, %d of unknown cause, %d illegal\n",
			total, kinds, unknown, illegal
	exit unknown + illegal > 0 || whole && seen < drawn
}

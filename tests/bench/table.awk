# SPDX-License-Identifier: GPL-2.0
#
# The table, of a line "ROW<tab>TITLE" for each row and what tests/bench/count
# prints. A row is printed when it is complete.

function commas(number,    text, grouped)
{
	text = sprintf("%.0f", number < 0 ? -number : number)
	for (; length(text) > 3; text = substr(text, 1, length(text) - 3))
		grouped = "," substr(text, length(text) - 2) grouped
	return (number < 0 ? "-" : "") text grouped
}

# A count: the mean of two, less the base, and how far they are from it
function figure(one, two, base,    half, sign)
{
	half = one > two ? (one - two) / 2 : (two - one) / 2
	sign = base && (one + two) / 2 >= base ? "+" : ""
	return sprintf("%10s ±%-6s", sign commas((one + two) / 2 - base),
		       commas(half))
}

function print_row(row, connection, request, note)
{
	printf "%-46s%s  %s%s\n", title[row], connection, request, note
	fflush()
}

FNR == NR {
	split($0, part, "\t")
	title[part[1]] = part[2]
	next
}

FNR == 1 {
	printf "%-46s%18s  %18s\n", "what is on",
	       "per connection    ", "per request     "
}

$2 == "failed" {
	row = $1
	$1 = $2 = ""
	printf "%-46s  %s\n", title[row], "did not run:" $0
	fflush()
	next
}

# The reader's end alone
$2 == 0 {
	end = $5
	first = ""
	next
}

{
	request = $3 / $2
	connection = ($4 + $5 - end) / $2
	note = ""
	for (i = 6; i <= NF; i++)
		note = note " " $i
}

first == "" {
	first = connection
	first_request = request
	next
}

$1 == "nothing" && base {
	print_row($1, figure(first, connection, 0),
		  figure(first_request, request, 0), " (again)")
	next
}

$1 == "nothing" {
	print_row($1, figure(first, connection, 0),
		  figure(first_request, request, 0), "")
	base = (first + connection) / 2
	base_request = (first_request + request) / 2
	next
}

{
	print_row($1, figure(first, connection, base),
		  figure(first_request, request, base_request), note)
}

# SPDX-License-Identifier: GPL-2.0
#
# The table, of a line "ROW<tab>TITLE" for each row and what tests/bench/count
# prints, the rates first. A row is printed when it is complete.

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

# To the right, in WIDTH columns: a character may be more than one byte to awk.
function right(text, width,    columns)
{
	columns = length(text) - (text ~ /±/) * (length("±") - 1)
	return sprintf("%" (width - columns > 0 ? width - columns : 0) "s", "") text
}

function print_line(what, connection, request, rate, note,    line)
{
	line = sprintf("%-44s%s%s%s", what, right(connection, 17),
		       right(request, 17), right(rate, 8))
	if (note)
		line = line "  " note
	sub(/ +$/, "", line)
	print line
	fflush()
}

function print_row(row, connection, request, note)
{
	print_line(title[row], connection, request,
		   share[row], note)
}

# What follows the first COUNT fields
function rest(count,    i, words)
{
	for (i = count + 1; i <= NF; i++)
		words = words (words ? " " : "") $i
	return words
}

/\t/ {
	split($0, part, "\t")
	title[part[1]] = part[2]
	next
}

# Each row's comes after one of nothing, which it is a share of.
$2 == "rate" && $1 == "nothing" {
	nothing = $3
	next
}

$2 == "rate" {
	share[$1] = $3 == "failed" ? $3 : sprintf("%.0f %%", 100 * $3 / nothing)
	next
}

!header {
	print_line("what is on", "per connection  ", "per request   ",
		   nothing ? "rate" : "")
	header = 1
}

$3 == "failed" {
	printf "%-44s  did not run: %s\n", title[$1], rest(3)
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
}

first == "" {
	first = connection
	first_request = request
	next
}

$1 == "nothing" {
	print_row($1, figure(first, connection, 0),
		  figure(first_request, request, 0), base ? "again" : "")
	base = (first + connection) / 2
	base_request = (first_request + request) / 2
	next
}

{
	print_row($1, figure(first, connection, base),
		  figure(first_request, request, base_request), rest(5))
}

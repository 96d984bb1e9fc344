#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Completion in bash and zsh: all that `tcpstate --help` tells of, all words of
# filters, and files, commands and nothing where these belong.

. tests/reader/common

# shellcheck disable=SC2317,SC2030,SC2031 # by offers; each in a shell of its own
in_bash() (
	. userspace/completion/tcpstate.bash
	read -ra COMP_WORDS <<<"$1"
	[[ $1 != *' ' ]] || COMP_WORDS+=('')
	COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
	_tcpstate "${COMP_WORDS[0]}"
	printf '%s\n' "${COMPREPLY[@]}"
)

# shellcheck disable=SC2317 # by offers
in_zsh() {
	timeout 20 zsh -f tests/reader/complete.zsh "$dir" "$1"
}

# offers LINE PATTERN...: either shell offers words that match, and no others but
# with "..." at the end; each pattern is one word
offers() {
	local shell line=$1 got wanted

	shift
	wanted=$(printf '%s\n' "$@" | sort -u)
	for shell in bash zsh; do
		got=$("in_$shell" "userspace/tcpstate $line" | sed '/^$/d' | sort -u)
		[[ $wanted != *...* ]] ||
			got=$(grep -xF "$wanted" <<<"$got"; echo ...)
		[[ $(sort <<<"$got") == $(sort <<<"$wanted") ]] ||
			complain "$shell, 'tcpstate $line': $(diff <(echo "$wanted") \
				<(echo "$got"))"
	done
}

# of_help VIEW: the options of a view, by --help, or with '' those of all
of_help() {
	userspace/tcpstate --help | awk -v wanted="$1" '
		/^  [a-z]/ { view = $1 }
		/^$/ { view = "" }
		view == wanted && /^ ? ? ? ?-/' |
		grep -oE '^ +(-[a-z], )?--?[A-Za-z][a-z-]*' | tr -d ,
}

mapfile -t views < <(userspace/tcpstate --help | sed -n 's/^  \([a-z]\+\) .*/\1/p')
mapfile -t words < <(sed -n 's/^\t{ "\([a-z]*\)", .*/\1/p' userspace/filter.c)
mapfile -t names < <(grep -o 'WORD("[^"]*")' userspace/names.c | cut -d '"' -f 2)
mapfile -t states < <(printf '%s\n' "${names[@]}" | grep -xE '[A-Z12_]{6,}')
mapfile -t causes < <(printf '%s\n' "${names[@]}" | grep -vxE '[A-Z12_]{6,}')
mapfile -t figures < <(sed -n 's/.*\[FIGURE_.*= "\(.*\)".*/\1/p' userspace/view_watch.c)
((${#views[@]} > 8 && ${#words[@]} >= 7 && ${#states[@]} == 11 &&
  ${#causes[@]} > 40 && ${#figures[@]} >= 5)) ||
	complain "not found: views ${views[*]}, words ${words[*]}," \
		"states ${states[*]}, causes ${causes[*]}, figures ${figures[*]}"

offers '' "${views[@]}" "${words[@]}" ...
offers 'port 1 and ' "${words[@]}" host net port portrange src dst ip ip6 and or not
for view in '' "${views[@]}"; do
	read -ra options <<<"$(of_help '' | xargs) $(of_help "$view" | xargs)"
	operand=$([[ $view != expect ]] || echo 'FILE ')
	offers "${view:+$view $operand}-" "${options[@]}"
done

for word in state old new; do
	offers "$word " "${states[@]}"
done
offers 'cause ' "${causes[@]}"
offers 'kind ' transition segment note socket
offers 'summary cause reset/' reset/received reset/sent
offers 'port '
offers 'watch --fail-on ' "${states[@]}" "${figures[@]}"
offers 'dump -Q ' in out inout
offers '-c '
offers '-r READ' README.md
offers 'expect READ' README.md
offers '-r README.md expect READ' README.md
offers 'expect README.md ki' kind
offers 'metrics -o READ' README.md
offers '-r README.md sum' summary
offers '-- cat READ' README.md
offers 'ladder -- unam' uname

finish

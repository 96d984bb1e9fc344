# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# Completion for bash. Views and options, with what they take, are those that
# `tcpstate --help` tells of; the words of filters are here.

_tcpstate_states='CLOSED LISTEN SYN_SENT SYN_RCVD ESTABLISHED FIN_WAIT_1
	FIN_WAIT_2 CLOSE_WAIT CLOSING LAST_ACK TIME_WAIT'
_tcpstate_causes='segment SYN SYN,ACK ACK FIN FIN,ACK syncookie fastopen
	syscall connect listen close shutdown exit disconnect
	timer timer/2MSL timer/syn-retries timer/synack-retries
	timer/retransmission timer/keepalive timer/fin-wait-2
	timer/user-timeout timer/probe
	reset reset/received reset/sent
	abort abort/destroyed abort/linger0 abort/unread-data abort/late-data
	abort/linger2 abort/listener-closed abort/duplicate abort/mptcp
	reuse reuse/syn reuse/connect
	overflow overflow/accept-queue overflow/syn-queue overflow/tw-buckets
	memory netns icmp unknown'
_tcpstate_words='kind state old new cause netns conn
	host net port portrange src dst ip ip6 and or not'

# Fill in what --help has, by view; what is of all has no view before the blank:
# operands[VIEW], arguments["VIEW OPTION"]
_tcpstate_read_help() {
	local line of='' name
	local view='^  ([a-z]+)( ([^ ]+))?( |$)'
	local option='^  (  )?(--?[a-zA-Z][^ ]*)( ([A-Z][^ ]*))?( |$)'

	while IFS= read -r line; do
		if [[ ! $line ]]; then
			of=''
		elif [[ $line =~ $view ]]; then
			of=${BASH_REMATCH[1]}
			operands[$of]=${BASH_REMATCH[3]}
		elif [[ $line =~ ^\ \ (-[a-z]),\ (--[a-z]+) ]]; then
			for name in "${BASH_REMATCH[@]:1:2}"; do
				arguments["$of $name"]=''
			done
		elif [[ $line =~ $option ]]; then
			arguments["$of ${BASH_REMATCH[2]}"]=${BASH_REMATCH[4]}
		fi
	done < <("$1" --help 2>/dev/null)
}

# What stands before the word to be completed: sets view, has_operand, has_words
# and takes, what the option right before it takes, or command, where one begins.
_tcpstate_walk() {
	local i word

	for ((i = 1; i < COMP_CWORD; i++)); do
		word=${COMP_WORDS[i]}
		if [[ $takes ]]; then
			takes=''
		elif [[ $word == -- ]]; then
			command=$((i + 1))
			return
		elif [[ $word == -* ]]; then
			takes=${arguments["$view $word"]-${arguments[" $word"]-}}
		elif [[ ! $view$has_words && ${operands[$word]+known} ]]; then
			view=$word
		elif [[ ${view:+${operands[$view]}} && ! $has_operand ]]; then
			has_operand=true
		else
			has_words=true
		fi
	done
}

_tcpstate_offer() {
	mapfile -t COMPREPLY < <(compgen "${@:2}" -- "$1")
}

_tcpstate_offer_files() {
	compopt -o filenames 2>/dev/null
	_tcpstate_offer "$1" -f
}

# One of the bash-completion package, if that is there, completes its arguments.
_tcpstate_offer_command() {
	if declare -F _command_offset >/dev/null; then
		_command_offset "$command"
	elif ((COMP_CWORD == command)); then
		_tcpstate_offer "$1" -c
	else
		_tcpstate_offer_files "$1"
	fi
}

_tcpstate_offer_options() {
	local key options=''

	for key in "${!arguments[@]}"; do
		[[ $key != " "* && $key != "$view "* ]] || options+=" ${key#* }"
	done
	_tcpstate_offer "$1" -W "$options"
}

# After the word $2
_tcpstate_offer_word() {
	local words=$_tcpstate_words

	[[ $view$has_words ]] || words+=" ${!operands[*]}"
	case $2 in
	kind)			words='transition segment note socket' ;;
	state | old | new)	words=$_tcpstate_states ;;
	cause)			words=$_tcpstate_causes ;;
	netns)			words=$(ls /run/netns 2>/dev/null) ;;
	conn | host | net | port | portrange) words='' ;;
	esac
	_tcpstate_offer "$1" -W "$words"
}

_tcpstate() {
	local -A operands=() arguments=()
	local view='' has_operand='' has_words='' takes='' command=''
	local word=${COMP_WORDS[COMP_CWORD]}

	COMPREPLY=()
	_tcpstate_read_help "$1"
	_tcpstate_walk
	[[ $takes || $has_operand || ! ${view:+${operands[$view]}} ]] ||
		takes=${operands[$view]}
	case $command$takes,$word in
	[0-9]*)		_tcpstate_offer_command "$word" ;;
	,-*)		_tcpstate_offer_options "$word" ;;
	,*)		_tcpstate_offer_word "$word" "${COMP_WORDS[COMP_CWORD - 1]}" ;;
	FILE,*)		_tcpstate_offer_files "$word" ;;
	DIRECTION,*)	_tcpstate_offer "$word" -W 'in out inout' ;;
	NAME*,*)	_tcpstate_offer "$word" -W "$_tcpstate_states orphans
				accept_queue syn_queue resets lost" ;;
	esac
}

complete -F _tcpstate tcpstate

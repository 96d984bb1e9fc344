# SPDX-License-Identifier: GPL-2.0
#
# What zsh would offer at the end of a line, one a line:
#
#	zsh -f tests/reader/complete.zsh DIRECTORY LINE
#
# Completion runs only in a line editor: there is one, on a terminal of its own,
# that begins in DIRECTORY. Its compadd tells what matches, and Tab ends it.

zmodload zsh/zpty

export ZDOTDIR=$1
cat >$ZDOTDIR/.zshrc <<'END'
fpath=($PWD/userspace/completion $fpath)
autoload -Uz compinit && compinit -D -u
compdef _tcpstate userspace/tcpstate
compadd() {
	local -a offered

	[[ " $* " == *" -"[OAD]" "* ]] || {
		builtin compadd -O offered "$@"
		print -lr -- $offered >>$ZDOTDIR/offered
	}
	builtin compadd "$@"
}
offer() {
	_main_complete
	exit
}
zle -C offer complete-word offer
bindkey "^I" offer
END
: >$ZDOTDIR/offered
zpty editor zsh -d -i
zpty -n -w editor "$2"$'\t'
while zpty -r editor; do :; done >$ZDOTDIR/screen
sed '/^$/d' $ZDOTDIR/offered

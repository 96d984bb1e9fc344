#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A kernel that enforces signatures: the module is refused without one, and with
# one by a key that the kernel does not have, which all say that should.
#
# vm: --append module.sig_enforce=1

. "$(dirname "$0")/lib.sh"

sign_file=build/kernel/$(uname -r)/build/scripts/sign-file
enforced=/sys/module/module/parameters/sig_enforce

# refused MODULE TEXT: is it, and does the kernel say that?
refused() {
	local message

	echo "try: $1" >/dev/kmsg
	if message=$(LC_ALL=C insmod "$1" 2>&1); then
		fail "not refused: $1"
	fi
	echo "$message"
	[[ $message == *': Key was rejected by service' ]] || fail 'not so'
	dmesg | sed "1,/try: ${1//\//.}/d" | grep "Loading of $2 is rejected" ||
		fail "not said: $2" "$(dmesg | tail -n 5)"
}

[[ -e $enforced ]] || {
	echo "no signatures of modules in $(uname -r)"
	exit 77
}
[[ $(<$enforced) == Y ]] || fail 'the kernel enforces nothing'
refused tcpstate.ko 'unsigned module'
openssl req -new -x509 -newkey rsa:2048 -nodes -subj '/CN=nobody/' \
	-keyout "$dir/key" -outform DER -out "$dir/certificate" 2>/dev/null
"$sign_file" sha256 "$dir/key" "$dir/certificate" tcpstate.ko "$dir/signed.ko"
refused "$dir/signed.ko" 'module with unavailable key'
! message=$("$reader" 2>&1) || fail 'the reader does without'
echo "$message"
[[ $message == *'/dev/tcpstate: no such device: load the module first'* ]] ||
	fail 'the reader says otherwise'

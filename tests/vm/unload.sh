#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Unloaded while others open, read, poll and close the device all the time
#
# vm: --timeout 400

. "${0%/*}/lib.sh"

defer unload
build/tests/scenario/unload tcpstate.ko $((20 * ${TIMES:-1})) >"$dir/counts"
cat "$dir/counts"
read -r _ opened _ gone _ unloaded _ refused <"$dir/counts"
((opened > unloaded && gone && refused)) || fail 'never at once: no test'
[[ ! -e /dev/tcpstate ]] || fail '/dev/tcpstate is still there'

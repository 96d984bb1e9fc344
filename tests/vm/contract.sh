#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What module/device.h promises of /dev/tcpstate, rmmod while open among it

. "$(dirname "$0")/lib.sh"

load
build/tests/scenario/contract

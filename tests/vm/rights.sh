#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Who may read, and what a descriptor that was handed on is worth

. "$(dirname "$0")/lib.sh"

load
build/tests/scenario/rights

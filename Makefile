# SPDX-License-Identifier: GPL-2.0
#
# make KVER=...	for that kernel, of which the headers are installed
# make KDIR=...	for that kernel tree
# Kbuild's own (W=1, C=1, CC=...) work as usual; Kbuild is what it reads.

MAKEFLAGS += --no-print-directory

installed := $(patsubst /lib/modules/%/build,%,$(wildcard /lib/modules/*/build))
running := $(filter $(shell uname -r),$(installed))

# The version asked for, if any, is also that of the kernel in the VM.
asked := $(KVER)
# Without variants (-rt, -cloud), as scripts/kernel does for the VM
newest := $(lastword $(shell printf '%s\n' $(installed) | grep -v -e -rt- -e -cloud- | sort -V))
KVER := $(or $(asked),$(running),$(newest))
KDIR := /lib/modules/$(KVER)/build

# The reader, and the module for KDIR
all: module userspace

# tcpstate.ko
module: build/features
	$(MAKE) -C $(KDIR) M=$(CURDIR) modules

# userspace/tcpstate
userspace:
	$(MAKE) -C userspace

# What the kernel in KDIR has. The header is only written when that changes,
# as all of the module is compiled anew then.
build/features: build/kdir scripts/probe $(wildcard module/probes/*.c)
	scripts/probe $(KDIR) >$@.h
	@cmp -s $@.h module/features.h || cp $@.h module/features.h
	@touch $@

build/kdir: FORCE
	@test -e $(KDIR)/Makefile || { echo >&2 \
		'No kernel headers in $(KDIR): try scripts/setup build'; exit 1; }
	@mkdir -p build
	@echo $(KDIR) | cmp -s - $@ || echo $(KDIR) >$@

# Install what all of the below needs; each of them begins with its part.
setup:
	scripts/setup check

# A connection opened and closed in a VM, as the module saw it
demo:
	scripts/setup vm
	+$(for_vm)
	$(MAKE) -C tests ../build/tests/scenario/actor
	$(vm) tests/demo

# Every test; the last line is the count.
check:
	scripts/setup check
	+$(for_vm)
	MAKEFLAGS= KVER=$$(scripts/kernel $(asked)) tests/run

# A shell in a VM, the module loaded, `tcpstate` in PATH
vm:
	scripts/setup vm
	+$(for_vm)
	$(vm) --interactive sh -c \
		'insmod tcpstate.ko && PATH=$$PWD/userspace:$$PATH exec bash'

# All for the kernel in the VM, whatever this machine runs
for_vm = kver=$$(scripts/kernel $(asked)) && $(MAKE) KVER=$$kver \
	KDIR=/lib/modules/$$kver/build all
vm = scripts/vm --kernel $$(scripts/kernel $(asked))

# The unpacked kernel in build/ goes as well.
clean:
	$(MAKE) -C $(KDIR) M=$(CURDIR) clean
	$(MAKE) -C userspace clean
	rm -rf build module/features.h

FORCE:
.PHONY: all module userspace setup demo check vm clean FORCE

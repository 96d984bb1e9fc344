# SPDX-License-Identifier: GPL-2.0
#
# make KVER=...	for that kernel, of which the headers are installed
# make KDIR=...	for that kernel tree
# Kbuild's own (W=1, C=1, CC=...) work as usual; Kbuild is what it reads.
#
# Each kernel has a build/module/VERSION of its own, so that nothing is compiled
# anew when one goes back and forth between two.

MAKEFLAGS += --no-print-directory

installed := $(patsubst /lib/modules/%/build,%,$(wildcard /lib/modules/*/build))
running := $(filter $(shell uname -r),$(installed))

# The version asked for, if any, is also that of the kernel in the VM, and may
# be what scripts/kernel takes, as 6.12.
asked := $(KVER)
# Without variants (-rt, -cloud), as scripts/kernel does for the VM
newest := $(lastword $(shell printf '%s\n' $(installed) | grep -v -e -rt- -e -cloud- | sort -V))
KVER := $(or $(asked),$(running),$(newest))
KDIR := $(firstword $(wildcard build/kernel/$(asked)/build) /lib/modules/$(KVER)/build)

# By the headers, as KDIR may have been given
release := $(shell sed -n 's/.*UTS_RELEASE "\(.*\)"/\1/p' \
	$(KDIR)/include/generated/utsrelease.h 2>/dev/null)
B := build/module/$(or $(release),unknown)
sources := $(filter-out module/features.h,$(wildcard Kbuild module/*.[ch] module/*/*.h))

# The reader, and the module for KDIR
all: module userspace

# tcpstate.ko
module: $(B)/tcpstate.ko
	@cmp -s $< tcpstate.ko || cp $< .

$(B)/tcpstate.ko: $(B)/features FORCE
	$(MAKE) -C $(KDIR) M=$(CURDIR)/$(B) modules

# What the kernel in KDIR has. The header is only written when that changes,
# as all of the module is compiled anew then.
$(B)/features: $(B)/sources scripts/probe $(wildcard module/probes/*.c)
	scripts/probe $(KDIR) >$@.h
	@cmp -s $@.h $(B)/module/features.h || cp $@.h $(B)/module/features.h
	@touch $@

# Links, so that a warning is about a file that one can edit
$(B)/sources: FORCE
	@test -e $(KDIR)/Makefile || { echo >&2 \
		'No kernel headers in $(KDIR): try scripts/setup build,' \
		'or scripts/kernel $(KVER)'; exit 1; }
	@printf '%s\n' $(realpath $(KDIR)) $(sources) | cmp -s - $@ || { \
		rm -rf $(B) && mkdir -p $(sort $(dir $(sources:%=$(B)/%))) && \
		for file in $(sources); do ln -sr $$file $(B)/$$file; done && \
		printf '%s\n' $(realpath $(KDIR)) $(sources) >$@; }

# userspace/tcpstate
userspace:
	$(MAKE) -C userspace

# The reader, what belongs to it, and the records' header, under PREFIX. The module
# is for DKMS: `make deb`.
PREFIX = /usr/local
zshdir = $(PREFIX)/share/zsh/site-functions
prefix = $(DESTDIR)$(PREFIX)
binary = $(prefix)/bin/tcpstate
manual = $(prefix)/share/man/man8/tcpstate.8
bash = $(prefix)/share/bash-completion/completions/tcpstate
zsh = $(DESTDIR)$(zshdir)/_tcpstate
header = $(prefix)/include/tcpstate.h
examples = $(prefix)/share/doc/tcpstate/examples

install: userspace
	install -D userspace/tcpstate $(binary)
	install -D -m 644 userspace/tcpstate.8 $(manual)
	install -D -m 644 userspace/completion/tcpstate.bash $(bash)
	install -D -m 644 userspace/completion/_tcpstate $(zsh)
	install -D -m 644 module/uapi/tcpstate.h $(header)
	install -D -m 644 -t $(examples) userspace/60-tcpstate.rules

uninstall:
	rm -f $(binary) $(manual) $(bash) $(zsh) $(header)
	rm -rf $(prefix)/share/doc/tcpstate

# Debian's packages, tcpstate and tcpstate-dkms, in build/deb
deb:
	scripts/setup deb
	scripts/deb

# Install what make check needs; each of the below begins with what it needs.
setup:
	scripts/setup check

# A connection opened and closed in a VM, as the module saw it
demo:
	scripts/setup vm
	+$(for_vm)
	$(MAKE) -C tests ../build/tests/scenario/actor
	$(vm) tests/demo

# The tests, but two of check-long, and those of tests/vm/scenarios on a second kernel;
# the last line is the count.
check: kernels = $(or $(asked),6.1 6.12)
check:
	scripts/setup check
	+$(for_vm)
	MAKEFLAGS= KERNELS='$(kernels)' tests/run

# What may wear out in the long run only: 500 loads, 500 network namespaces, two
# million hostile calls; and whether cost depends on how much there is
check-long: kernels = $(or $(asked),6.1)
check-long:
	scripts/setup check
	+$(for_vm)
	MAKEFLAGS= KERNELS='$(kernels)' TIMES=10 tests/run vm/reload \
		vm/netns-churn vm/unload vm/hotplug vm/abuse vm/flat bench/cpus

# The suites on every kernel, and tables of them; ends in the count, too.
matrix: kernels = $(or $(asked),5.10 6.1 6.1-rt 6.12 7.2 7.2-rt)
matrix:
	scripts/setup check
	$(MAKE) userspace
	MAKEFLAGS= tests/matrix $(kernels)

# Look for input that breaks the reader, so long with each program of tests/fuzz;
# `make check` takes what was found so far.
FUZZ_SECONDS = 300
fuzz:
	scripts/setup fuzz
	$(MAKE) -C tests fuzz
	tests/fuzz/run $(FUZZ_SECONDS)

# Those in VMs, on kernels that check themselves: memory, locks, contexts, and races
check-debug: kernels = $(or $(asked),6.1-debug 6.1-kcsan)
check-debug:
	scripts/setup debug
	+$(for_vm)
	rm -rf build/vm/*-debug/gcov.*
	MAKEFLAGS= KERNELS='$(kernels)' EACH=1 tests/run vm/

# Faults put into copies of the sources: each must fail the test beside it in
# tests/mutants/faults. `make check` has those that take a second or two.
mutants:
	scripts/setup check
	+$(for_vm)
	$(MAKE) -s -C tests
	MAKEFLAGS= KVER='$(asked)' tests/mutants/run unit/ tsan/ fuzz/ vm/

# All of these, which takes hours; the last line is the sum of their counts.
check-all:
	MAKEFLAGS= tests/all check check-long matrix check-debug mutants fuzz bench \
		soak

# The lines of the reader that tests/unit and tests/reader do not reach
coverage:
	scripts/setup check
	MAKEFLAGS= tests/coverage

# and those of the module that check-debug did not
module-coverage:
	tests/module-coverage

# What recording costs, and what others cost: a table, counted in VMs
bench:
	scripts/setup bench
	+$(for_vm)
	MAKEFLAGS= KVER='$(asked)' tests/bench/run

# An hour, or DURATION seconds, of all that wears a module out
soak:
	scripts/setup vm
	+$(for_vm)
	$(MAKE) -C tests $(addprefix ../build/tests/scenario/,account churn fickle inject)
	KVER='$(asked)' tests/soak $(DURATION)

# A shell in a VM, the module loaded, `tcpstate` in PATH
vm:
	scripts/setup vm
	+$(for_vm)
	$(vm) --interactive sh -c \
		'insmod tcpstate.ko && PATH=$$PWD/userspace:$$PATH exec bash'

# All for the kernels in the VM, whatever this machine runs. There tcpstate.ko is
# the one for the kernel that runs.
kernels = $(asked)
for_vm = kvers=$$(scripts/kernel $(kernels)) && for kver in $$kvers; do \
	$(MAKE) $(jobs) KVER=$$kver KDIR=build/kernel/$$kver/build all || exit; done
# As many as there are CPUs, unless make was told
jobs = $(if $(findstring -j,$(MAKEFLAGS)),,-j$(shell nproc))
vm = scripts/vm --kernel $$(scripts/kernel $(asked))

# The unpacked kernels in build/ go as well.
clean:
	$(MAKE) -C userspace clean
	rm -rf build tcpstate.ko

FORCE:
.PHONY: all module userspace install uninstall deb setup demo check check-long \
	matrix fuzz check-debug check-all mutants coverage module-coverage bench soak \
	vm clean FORCE

#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""bytes.py PATTERN [ADDRESS...] <TRACE: look at each byte of each record.

The rings were filled with PATTERN before anything was recorded (tests/fault/poison.c), and
ADDRESS are such as the kernel has its sockets at. The tables say what each byte of a
record belongs to and what that may be: reserved bytes, and what the flags say is not
there, are 0; what counts or names something is in its bounds, in which no pointer
is; nothing is the pattern, or such an address, or half of one but where numbers
are random, so that any would come up some day.

Prints how many records of each kind there were and, last of all, "clean".
"""
import collections
import sys

SIZE = 128
TASK, FULL, REQ = 0x01, 0x08, 0x40		# TCPSTATE_F_*
ANY = (1 << 64) - 1

# What bytes may be: a number up to so much, or
FREE, NAME, RESERVED = "anything but the pattern", "text, 0 behind it", "0"
WIRE = "as received, with random numbers of four bytes"

# So many bytes of it in a row are the pattern, and no chance.
ROWS = {FREE: 2, NAME: 2, WIRE: 4}

# Name, size, what it may be; and the flags without one of which it is 0. Bounds are
# far above what a test of minutes can come to.
HEAD = [("seq", 8, 1 << 24), ("ts", 8, 1 << 44), ("cookie", 8, 1 << 30),
        ("netns", 4, 0xf0001000), ("cpu", 2, 63), ("kind", 1, 5),
        ("flags", 1, 0x7f)]
FLOW = [("laddr", 16, FREE), ("raddr", 16, FREE), ("lport", 2, ANY),
        ("rport", 2, ANY)]
TASKS = [("pid", 4, 1 << 22, TASK), ("uid", 4, 65534, TASK),
         ("comm", 16, NAME, TASK)]
KINDS = {
    1: ("start", [
        ("magic", 8, ANY), ("ts", 8, 1 << 44), ("realtime", 8, 1 << 61),
        ("version", 4, 255), ("cpus", 2, 64), ("kind", 1, 1),
        ("flags", 1, RESERVED), ("record_size", 4, SIZE),
        ("ring_kb", 4, 1 << 20), ("segments", 1, 2), ("reserved", 3, RESERVED),
        ("missing", 4, 0x1ffff), ("reserved2", 80, RESERVED)]),
    2: ("lost", HEAD + [("count", 8, 1 << 24), ("reserved", 88, RESERVED)]),
    3: ("transition", HEAD + FLOW + [
        ("old_state", 1, 11), ("new_state", 1, 11), ("cause", 1, 10),
        ("detail", 1, 97), ("srtt_us", 4, 1 << 29, FULL),
        ("cwnd", 4, 1 << 20, FULL), ("retrans", 4, 255),
        ("sk_err", 2, 133, FULL), ("reserved", 2, RESERVED),
        ("bytes_received", 8, 1 << 30, FULL | REQ),
        ("bytes_acked", 8, 1 << 30, FULL)] + TASKS),
    4: ("segment", HEAD + FLOW + [
        ("seqno", 4, ANY), ("ackno", 4, ANY), ("len", 4, 65535), ("win", 2, ANY),
        ("tcp_flags", 1, ANY), ("opt_len", 1, 40), ("opt", 20, WIRE)] + TASKS),
    5: ("note", HEAD + FLOW + [
        ("what", 1, 3), ("detail", 1, 98), ("reserved", 34, RESERVED)] + TASKS),
}


# Sequence numbers and timestamps, of segments
RANDOM = {4: {68, 72, *range(84, 104, 4)}}


def fault(value, may_be, pattern):
    """What is wrong with the bytes of a field, if anything is."""
    if may_be is RESERVED:
        return "is not 0" if any(value) else None
    if may_be is NAME:
        text, _, rest = value.partition(b"\0")
        if len(text) == len(value) or any(rest):
            return "has something behind its end"
    elif may_be not in ROWS and int.from_bytes(value, "little") > may_be:
        return "is out of bounds"
    if pattern * ROWS.get(may_be, len(value)) in value:
        return "is the pattern"
    return None


def wrong(record, what):
    sys.exit("%s\nbytes.py: %s" % (record.hex(" ", 4), what))


def check_fields(record, name, fields, pattern):
    at = 0
    for field, size, may_be, *flags in fields:
        if flags and not flags[0] & record[31]:
            may_be = RESERVED
        what = fault(record[at:at + size], may_be, pattern)
        if what:
            wrong(record, "%s.%s %s" % (name, field, what))
        at += size
    assert at == SIZE, name


def check(record, pattern, addresses, halves):
    if record[30] not in KINDS:
        wrong(record, "kind %d" % record[30])
    name, fields = KINDS[record[30]]
    check_fields(record, name, fields, pattern)
    for at in range(0, SIZE, 4):
        if record[at:at + 8] in addresses or (
                record[at:at + 4] in halves and
                at not in RANDOM.get(record[30], ())):
            wrong(record, "%s has the kernel's address of a socket at %d" % (name, at))
    return name


def main():
    pattern = bytes([int(sys.argv[1], 0)])
    addresses = {bytes.fromhex(word)[::-1] for word in sys.argv[2:]}
    # The lower half of an address names an object as well as the whole.
    halves = {address[:4] for address in addresses}
    counts = collections.Counter()
    while record := sys.stdin.buffer.read(SIZE):
        if len(record) < SIZE:
            wrong(record, "is cut")
        counts[check(record, pattern, addresses, halves)] += 1
    print(*("%d %s" % (count, name) for name, count in counts.items()), sep=", ")
    print("clean")


main()

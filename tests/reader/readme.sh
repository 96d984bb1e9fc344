#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# README.md shows what comes of its commands, where they are about the traces in
# tests/golden; with "..." among it, some of that. What it links to is there.

. tests/reader/common

cp tests/golden/*.trace "$dir"
PATH=$PWD/userspace:$PATH /usr/bin/python3 - "$dir" <<'CODE' || complain "not so"
import re, subprocess, sys
from pathlib import Path

readme = Path("README.md").read_text()
traces = [path.name for path in Path("tests/golden").glob("*.trace")]
views, wrong = set(), 0

def run(command):
    done = subprocess.run(["bash", "-c", command], cwd=sys.argv[1], text=True,
                          capture_output=True)
    said = re.findall("^tcpstate: .*\n", done.stderr, re.M)
    return (done.stdout + "".join(said)).expandtabs().rstrip("\n").split("\n")

def is_shown(shown, found):
    if "..." not in shown:
        return shown == found
    rest = iter(found)
    return all(line in rest for line in shown if line != "...")

def compare(command, shown):
    global wrong
    found = run(command)
    views.update(command.split())
    if not is_shown(shown.rstrip("\n").split("\n"), found):
        wrong += 1
        print("$ " + command, *found, "README.md has", shown, sep="\n")

# Blocks by four blanks, in which each command is followed by its output
for block in re.findall(r"(?<=\n\n)(?:    .*\n|\n(?=    ))+", readme):
    parts = re.split(r"^\$ (.*)\n", re.sub("(?m)^    ", "", block), flags=re.M)[1:]
    if any(trace in block for trace in traces):
        for command, shown in zip(parts[::2], parts[1::2]):
            compare(command, shown)
for command, shown in re.findall(
        r"by `(tcpstate [^`]*)`:\n\n```mermaid\n(.*?)```", readme, re.S):
    compare(command, shown)

headings = {"#" + re.sub("[^a-z0-9]+", "-", heading.lower())
            for heading in re.findall("(?m)^#+ (.*)", readme)}
for path in re.findall(r"\]\(([^):]+)\)", readme):
    if path not in headings and not Path(path).exists():
        wrong += 1
        print("no " + path)

# Each view has its picture; what status shows is in no trace.
help = run("tcpstate --help")
missing = {line.split()[0] for line in help if re.match("  [a-z]", line)} - \
    views - {"status"}
if missing:
    wrong += 1
    print("not shown:", missing)
sys.exit(wrong > 0)
CODE

finish

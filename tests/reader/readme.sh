#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# README.md and the manual page show what comes of their commands, where these are
# about the traces in tests/golden; with "..." among it, some of that. Both have
# what other tools do not see. What README.md links to is there.

. tests/reader/common

cp tests/golden/*.trace "$dir"
PATH=$PWD/userspace:$PATH /usr/bin/python3 - "$dir" <<'CODE' || complain "not so"
import re, subprocess, sys
from pathlib import Path

readme = Path("README.md").read_text()
manual = Path("userspace/tcpstate.8").read_text()
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

def compare(page, command, shown):
    global wrong
    found = run(command)
    views.update(command.split())
    if not is_shown(shown.rstrip("\n").split("\n"), found):
        wrong += 1
        print("$ " + command, *found, page + " has", shown, sep="\n")

# In a block each command is followed by its output.
def check(page, block):
    parts = re.split(r"^\$ (.*)\n", block, flags=re.M)[1:]
    if any(trace in block for trace in traces):
        for command, shown in zip(parts[::2], parts[1::2]):
            compare(page, command, shown)

# By four blanks
for block in re.findall(r"(?<=\n\n)(?:    .*\n|\n(?=    ))+", readme):
    check("README.md", re.sub("(?m)^    ", "", block))
for block in re.findall(r"(?ms)^\.Bd -literal.*?\n(.*?)^\.Ed", manual):
    check("tcpstate.8", block.replace(r"\(mc", "µ"))
for command, shown in re.findall(
        r"by `(tcpstate [^`]*)`:\n\n```mermaid\n(.*?)```", readme, re.S):
    compare("README.md", command, shown)

for page, text in ("README.md", readme), ("tcpstate.8", manual):
    if "-r unseen.trace" not in text:
        wrong += 1
        print(page + " does not show what other tools do not see")

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

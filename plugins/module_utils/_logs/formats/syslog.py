# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The head of a line that a syslog daemon has written: RFC 3339 times, or those of RFC 3164 without a year."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from ..entry import LogEntry

STAMP = rb"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(?:Z|[+-][0-9:]+)|[A-Z][a-z]{2} [ 0-9][0-9] [0-9:]{8})"
# Of the program's name only what stands between the host's name and the number of the process is looked at.
HEAD = re.compile(STAMP + rb" [^\s]+ ([A-Za-z0-9_./-]+)(?:\[[0-9]+\])?: ")
# What rsyslog makes of lines that are the same ($RepeatedMsgReduction, on by default in Ubuntu).
_SIGN = b"message repeated "
_REPEATED = re.compile(rb"message repeated [0-9]+ times: \[ (?=.*\]\Z)", re.DOTALL)


def unrepeated(parse: Callable[[bytes], LogEntry | None], line: bytes) -> LogEntry | None:
    """Return what a line says to ``parse``, also where it stands for several that were the same."""
    if _SIGN not in line:
        return parse(line)
    head = HEAD.match(line)
    found = _REPEATED.match(line, head.end()) if head is not None else None
    if found is None:
        return parse(line)
    entry = parse(line[: found.start()] + line[found.end() : -1])
    if entry is None:
        return None
    shift = found.end() - found.start()
    names = tuple(name._replace(start=name.start + shift, end=name.end + shift) for name in entry.names)
    return replace(entry, names=names)


def is_one(line: bytes) -> bool:
    """Tell whether a line is one that a syslog daemon has written."""
    return HEAD.match(line) is not None

# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines of Prosody at level info, with mod_log_auth or without: ``TIME source<TAB>level<TAB>text``."""

from __future__ import annotations

import re
from typing import Final

from ..addresses import normal
from ..entry import LogEntry, Name, Role
from ..sessions import END, GUESS, LINE, LOGIN, START

COLUMNS: Final = ("session", "event", "message")
_HEAD = re.compile(
    rb"([0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]+(?:Z|[+-][0-9:]+)?|[A-Z][a-z]{2} [ 0-9][0-9] [0-9:]{8}) "
    rb"([^\s]+)(?:\s*\t|  +)([a-z]+)\t"
)
_SESSION = re.compile(rb"c2s[0-9a-f]+")
_LOGIN = re.compile(rb"(?:Authenticated as (\S+)(?: \[[^][]+\])?|Successful authentication as (\S+) from IP: \S+)")
_GUESS = re.compile(rb"Failed authentication attempt \([a-z-]+\) for user (\S+) from IP: \S+")


def parse(line: bytes) -> LogEntry | None:
    """Return what a line of a client's session says, None for all others."""
    head = _HEAD.match(line)
    if head is None or _SESSION.fullmatch(head[2]) is None:
        return None
    event, names = _event(line, head.end())
    return LogEntry(head[1], event, names, head[2], b"", (head[2], event.encode(), line[head.end() :]))


def is_one(line: bytes) -> bool:
    """Tell whether a line is one of Prosody's."""
    return _HEAD.match(line) is not None


def _event(line: bytes, start: int) -> tuple[str, tuple[Name, ...]]:
    if found := _LOGIN.fullmatch(line, start):
        return LOGIN, _name(found, 1 if found[1] else 2)
    if found := _GUESS.fullmatch(line, start):
        return GUESS, _name(found, 1)
    # a line that has the name of somebody in a way that is not known may be about anybody
    if line.startswith((b"Authenticated as", b"Failed authentication", b"Successful authentication"), start):
        return GUESS, ()
    if line.startswith(b"Client connected", start):
        return START, ()
    return (END if line.startswith(b"Client disconnected", start) else LINE), ()


def _name(found: re.Match[bytes], group: int) -> tuple[Name, ...]:
    value = normal(found[group])
    return (Name(Role.LOGIN, value, *found.span(group)),) if value else ()

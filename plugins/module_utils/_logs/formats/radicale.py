# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines of Radicale's own log at level info: ``[TIME] [process/thread] [LEVEL] text``.

A thread serves a request after the other. The path of a request is whatever somebody asks for. Who has asked stands
where Radicale tells of the login.
"""

from __future__ import annotations

import re
from typing import Final

from ..addresses import normal
from ..entry import LogEntry, Name, Role
from ..sessions import END, GUESS, LINE, LOGIN, START

COLUMNS: Final = ("thread", "event", "message")
_HEAD = re.compile(rb"\[([0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8} [+-][0-9]{4})\] \[([0-9]+(?:/[^\]]+)?)\] \[[A-Z]+\] ")
# a text as Python writes it, which ends with its quote: what somebody has typed, or their proxy says of them
_TEXT = rb"(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
_LOGIN = re.compile(rb"Successful login: (?:" + _TEXT + rb" -> )?(?:'([^'\s\\]+)'|" + _TEXT + rb")(?: \(.*\))?")
_GUESS = re.compile(
    rb"Failed login attempt(?: from (?:" + _TEXT + rb"|[^'\"]*?)(?: \(forwarded for " + _TEXT + rb"\))?)?"
    rb": '([^'\s\\]+)'(?: \(.*\))?"
)
# any word may be a method
_START = re.compile(rb"\S+ request for ['\"]")
_END = re.compile(rb"\S+ response status for ['\"]")


def parse(line: bytes) -> LogEntry | None:
    """Return what a line says, None for one of another format."""
    head = _HEAD.match(line)
    if head is None:
        return None
    event, names = _event(line, head.end())
    return LogEntry(head[1], event, names, b"[" + head[2] + b"]", b"", (head[2], event.encode(), line[head.end() :]))


def is_one(line: bytes) -> bool:
    """Tell whether a line is one of Radicale's."""
    return _HEAD.match(line) is not None


def _event(line: bytes, start: int) -> tuple[str, tuple[Name, ...]]:
    if found := _LOGIN.fullmatch(line, start):
        return LOGIN, _name(found, 1)
    if found := _GUESS.fullmatch(line, start):
        return GUESS, _name(found, 1)
    # a line that has the name of somebody in a way that is not known may be about anybody
    if line.startswith((b"Failed login", b"Successful login"), start):
        return GUESS, ()
    if _START.match(line, start):
        return START, ()
    return (END if _END.match(line, start) else LINE), ()


def _name(found: re.Match[bytes], group: int) -> tuple[Name, ...]:
    # what has quotes or blanks is no name of ours
    value = normal(found[group]) if found[group] is not None else ""
    return (Name(Role.LOGIN, value, *found.span(group)),) if value else ()

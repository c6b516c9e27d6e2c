# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines of the webmail in syslog: ``TIME host hosting-webmail: logged in: user="..." address=...``, or ``refused``.

The user is a string of JSON, which no quote in a name that was typed can end.
"""

from __future__ import annotations

import re

from ..addresses import normal
from ..entry import LogEntry, Name, Role
from .syslog import HEAD, unrepeated

_PROGRAM = b"hosting-webmail"
_LOGIN = re.compile(rb'(logged in|refused): user="([^"\\]*)" address=([0-9A-Fa-f.:]+)')


def is_one(line: bytes) -> bool:
    """Tell whether a line is one of the webmail's."""
    head = HEAD.match(line)
    return head is not None and head[2] == _PROGRAM


def parse(line: bytes) -> LogEntry | None:
    """Return what a line says, None where it is not one of a login. It has the columns of Dovecot's lines."""
    return unrepeated(_parse, line)


def _parse(line: bytes) -> LogEntry | None:
    head = HEAD.match(line)
    if head is None or head[2] != _PROGRAM:
        return None
    found = _LOGIN.fullmatch(line, head.end())
    if found is None:
        return None
    value = normal(found[2])
    event = "login" if found[1] == b"logged in" else "guess"
    names = (Name(Role.LOGIN, value, *found.span(2)),) if value else ()
    columns = (b"webmail", event.encode(), found[2], found[3], line[head.end() :])
    return LogEntry(head[1], event, names, b"", b"", columns)

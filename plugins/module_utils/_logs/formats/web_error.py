# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines of Apache's error logs and of PHP-FPM's.

Our ErrorLogFormat (role web) has the name of the site first. Debian's default, ``[TIME] [module:level] [pid ...]
text``, says nothing of whose a line is: only the file does. PHP-FPM names the pool. Apache escapes line ends in what it
is told.
"""

from __future__ import annotations

import re
from typing import Final

from ..entry import LogEntry, Name, Role

COLUMNS: Final = ("site", "level", "client", "message")
_SITE = re.compile(rb"([A-Za-z0-9.-]+) (?=\[[0-9]{4}-)")
_TIME = rb"\[([0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:.]+|[A-Z][a-z]{2} [A-Z][a-z]{2} [ 0-9][0-9] [0-9:.]+ [0-9]{4})\]"
_APACHE = re.compile(_TIME + rb" \[([a-z0-9_-]+:[a-z0-9]+)\] (?:\[pid [0-9]+(?::tid [0-9]+)?\] )?")
# what the system says about an error comes between
_CLIENT = re.compile(rb"(?:\([0-9]+\)[^\[\]]*: )?\[client ([^\]\s]+)\] ")
_FPM = re.compile(rb"\[([0-9]{1,2}-[A-Z][a-z]{2}-[0-9]{4} [0-9:.]+)\] ([A-Z]+): (?:\[pool ([A-Za-z0-9._-]+)\] )?")


def shared(line: bytes) -> LogEntry | None:
    """Return what a line says that has the name of its site first."""
    site = _SITE.match(line)
    if site is None:
        return None
    return _entry(line, site.end(), Name(Role.SITE, site[1].decode().lower(), *site.span(1)), site[1])


def own(line: bytes) -> LogEntry | None:
    """Return what a line says in a site's own file, in either format."""
    return shared(line) or _entry(line, 0, None, b"")


def of_visitors(line: bytes) -> LogEntry | None:
    """Return what a line says of a request, whether or not it names the site; what Apache says of itself is none."""
    entry = own(line)
    return entry if entry is not None and entry.columns[COLUMNS.index("client")] else None


def is_one(line: bytes) -> bool:
    """Tell whether a line is one of an error log of Apache's."""
    return own(line) is not None


def fpm(line: bytes) -> LogEntry | None:
    """Return what a line of PHP-FPM says; those without a pool are about the server."""
    found = _FPM.match(line)
    if found is None:
        return None
    stamp, level, pool = found.groups()
    names = (Name(Role.SITE, pool.decode().lower(), *found.span(3)),) if pool else ()
    return LogEntry(stamp, "error", names, b"", b"", (pool or b"", level.lower(), b"", line[found.end() :]))


def _entry(line: bytes, start: int, name: Name | None, site: bytes) -> LogEntry | None:
    found = _APACHE.match(line, start)
    if found is None:
        return None
    client = _CLIENT.match(line, found.end())
    columns = (site, found[2], client[1] if client else b"", line[found.end() :])
    return LogEntry(found[1], "error", (name,) if name else (), b"", b"", columns)

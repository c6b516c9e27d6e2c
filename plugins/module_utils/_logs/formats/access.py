# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines of Apache's access logs: ``common`` and ``combined``, with more behind them or the site in front as in Debian's
``vhost_combined``, and that of the cloud.

Apache escapes quotes and line ends in what a visitor sends. Whose a line is stands in its first field (the configured
ServerName and the port), or in which file it lies; nothing else in it is looked at for that. In the log of the cloud
the user is who has logged in, as the application has told.
"""

from __future__ import annotations

import re
from typing import Final

from ..addresses import normal
from ..entry import LogEntry, Name, Role

COLUMNS: Final = ("site", "client", "user", "request", "status", "bytes", "referer", "user_agent")
_QUOTED = rb'"((?:[^"\\]|\\.)*)"'
_ADDRESS = rb"(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9A-Fa-f]*:[0-9A-Fa-f:.]+)"
# The site, which has a port behind it as in vhost_combined, and then the client. Without one (``%v %h ...``, as in the
# manual of Apache) the client is known by being an address, or by what identd says behind it, mostly nothing; a line
# that names no site has that in the place of the client. What has a port and nothing behind it is the client itself.
_VHOST = re.compile(rb"([^ :,]+)(?::[0-9]+ (?!- )| (?=" + _ADDRESS + rb" |(?!- )[^ ]+ - (?!\[)))")
# An empty name of a user is two quotes; else it may hold anything but a quote without a backslash, so what looks like a
# date in it is none.
_COMMON = (
    rb"(\S+) \S+ (\"\"|(?:[^\"\\]|\\.)*?) "
    rb"\[([0-9]{2}/[A-Z][a-z]{2}/[0-9]{4}:[0-9]{2}:[0-9]{2}:[0-9]{2}(?: [+-][0-9]{4})?)\] "
    + _QUOTED
    + rb" ([0-9]{3}|-) ([0-9]+|-)"
)
_COMBINED = _COMMON + rb" " + _QUOTED + rb" " + _QUOTED
_OF_CLOUD = re.compile(_COMBINED, re.DOTALL)
# Formats of others have more behind it, or something else in the place of the referrer.
_OF_SITES = re.compile(_COMMON + rb"(?: " + _QUOTED + rb" " + _QUOTED + rb")?(?:[ \t].*)?", re.DOTALL)


def shared(line: bytes) -> LogEntry | None:
    """Return what a line says that has the name of its site first."""
    vhost = _VHOST.match(line)
    if vhost is None:
        return None
    name = Name(Role.SITE, vhost[1].decode("utf-8", "replace").lower(), *vhost.span(1))
    return _visit(_entry(_OF_SITES.fullmatch(line, vhost.end()), name, vhost[1]))


def own(line: bytes) -> LogEntry | None:
    """Return what a line says in a file in which the names of sites don't stand."""
    return _visit(_entry(_OF_SITES.fullmatch(line), None, b"")) if _VHOST.match(line) is None else None


def is_one(line: bytes) -> bool:
    """Tell whether a line is one of an access log."""
    return (shared(line) or own(line)) is not None


def cloud(line: bytes) -> LogEntry | None:
    """Return what a line says in the log of the cloud: the user is who has logged in, as the application told."""
    found = _OF_CLOUD.fullmatch(line)
    # without blanks, so that there is one place only for it
    value = normal(found[2]) if found is not None else None
    name = Name(Role.LOGIN, value, *found.span(2)) if found is not None and value else None
    return _entry(found, name, b"")


def _visit(entry: LogEntry | None) -> LogEntry | None:
    """Note who has come: one address with one program, as GoAccess tells visitors apart."""
    if entry is not None:
        entry.visitor = entry.columns[1] + b" " + entry.columns[7]
    return entry


def _entry(found: re.Match[bytes] | None, name: Name | None, site: bytes) -> LogEntry | None:
    if found is None:
        return None
    client, user, stamp, request, status, size, referrer, agent = found.groups(b"")
    columns = (site, client, user, request, status, size, referrer, agent)
    return LogEntry(stamp, "request", (name,) if name else (), b"", b"", columns)

# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines of error logs: of Apache, of nginx, of PHP-FPM, and those that PHP writes by itself (``error_log``).

Our ErrorLogFormat (role web) has the name of the site first. Debian's default, ``[TIME] [module:level] [pid ...]
text``, says nothing of whose a line is: only the file does. nginx names the server behind what a visitor has sent,
which it does not escape. PHP-FPM names the pool. Apache escapes line ends in what it is told.
"""

from __future__ import annotations

import re
from typing import Final

from ..entry import LogEntry, Name, Role

COLUMNS: Final = ("site", "level", "client", "message")
_SITE = re.compile(rb"([A-Za-z0-9.-]+) (?=\[[0-9]{4}-)")
_TIME = rb"\[([0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:.]+|[A-Z][a-z]{2} [A-Z][a-z]{2} [ 0-9][0-9] [0-9:.]+ [0-9]{4})\]"
# mod_php names no module, Apache 2.2 knows none
_APACHE = re.compile(_TIME + rb" \[((?:[a-z0-9_-]*:)?[a-z]+[0-9]?)\] (?:\[pid [0-9]+(?::tid [0-9]+)?\] )?")
# where in its sources something went wrong, and what the system says about it, come between
_CLIENT = re.compile(
    rb"(?:[A-Za-z0-9_./-]+\([0-9]+\): )?(?:\([0-9]+\)[^\[\]]*: )?\[(?:client|remote) (\[[^\]\s]*\][^\]\s]*|[^\]\s]+)\] "
)
_NGINX = re.compile(rb"([0-9]{4}/[0-9]{2}/[0-9]{2} [0-9:]{8}) \[([a-z]+)\] [0-9]+#[0-9]+: (?:\*[0-9]+ )?")
_NGINX_CLIENT, _NGINX_SERVER = b", client: ", b", server: "
# what is no domain, such as ``_``, is the server of all for whom there is no other
_NGINX_PLACE = re.compile(
    rb", client: ([^\s,]+), server: (?:((?:[A-Za-z0-9_-]+\.)+[A-Za-z][A-Za-z0-9-]*)|[^\s,]*)(?:, |\Z)"
)
_NOBODY: Final = Name(Role.SITE, "", 0, 0)
_PHP = re.compile(rb"\[([0-9]{1,2}-[A-Z][a-z]{2}-[0-9]{4} [0-9:.]+) (?:(UTC)|[A-Za-z]+(?:/[A-Za-z0-9_+-]+)*)\] ")
_FPM = re.compile(rb"\[([0-9]{1,2}-[A-Z][a-z]{2}-[0-9]{4} [0-9:.]+)\] ([A-Z]+): (?:\[pool ([A-Za-z0-9._-]+)\] )?")


def shared(line: bytes) -> LogEntry | None:
    """Return what a line says that has the name of its site first."""
    site = _SITE.match(line)
    if site is None:
        entry = _of_nginx(line)
        return entry if entry is not None and entry.names else None
    return _entry(line, site.end(), Name(Role.SITE, site[1].decode().lower(), *site.span(1)), site[1])


def own(line: bytes) -> LogEntry | None:
    """Return what a line says in a site's own file, in any format."""
    return shared(line) or _entry(line, 0, None, b"") or _of_nginx(line) or _of_php(line)


def of_visitors(line: bytes) -> LogEntry | None:
    """Return what a line says of a request, whether or not it names the site; what Apache says of itself is none."""
    entry = own(line)
    return entry if entry is not None and entry.columns[COLUMNS.index("client")] else None


def is_one(line: bytes) -> bool:
    """Tell whether a line is one of an error log."""
    return own(line) is not None


def is_fpm(line: bytes) -> bool:
    """Tell whether a line is one of PHP-FPM's."""
    return _FPM.match(line) is not None


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


def _of_nginx(line: bytes) -> LogEntry | None:
    found = _NGINX.match(line)
    if found is None:
        return None
    # twice, and a visitor has written one of them
    if line.count(_NGINX_CLIENT) > 1 or line.count(_NGINX_SERVER) > 1:
        return LogEntry(found[1], "error", (_NOBODY,), b"", b"", (b"", found[2], b"", line[found.end() :]))
    place = _NGINX_PLACE.search(line, found.end())
    client, site = place.groups(b"") if place is not None else (b"", b"")
    names = (Name(Role.SITE, site.decode().lower(), *place.span(2)),) if place is not None and site else ()
    return LogEntry(found[1], "error", names, b"", b"", (site, found[2], client, line[found.end() :]))


def _of_php(line: bytes) -> LogEntry | None:
    found = _PHP.match(line)
    if found is None:
        return None
    stamp = found[1] + (b" +0000" if found[2] else b"")
    return LogEntry(stamp, "error", (), b"", b"", (b"", b"php", b"", line[found.end() :]))

# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines of access logs: to which site they belong, and what of them may be counted.

Whatever a visitor can put into a line stands after the first field, and Apache escapes quotes and line ends in it.
"""

from __future__ import annotations

import ipaddress
import re

# Apache allows 8190 bytes for each of what a visitor sends, and writes up to four for one of them.
LIMIT = 128 * 1024

_QUOTED = rb'((?:[^"\\]|\\.)*)'
_SHARED = re.compile(rb"([a-z0-9.-]+):[0-9]+ ")
# The name of a user may hold anything but a quote without a backslash, so what looks like a date in it is none.
_COMBINED = re.compile(
    rb"(\S+) \S+ .*? (\[[0-9]{2}/[A-Z][a-z]{2}/[0-9]{4}:[0-9]{2}:[0-9]{2}:[0-9]{2} [+-][0-9]{4}\])"
    rb' "' + _QUOTED + rb'" ([0-9]{3}) ([0-9]+|-) "' + _QUOTED + rb'" "' + _QUOTED + rb'"',
    re.DOTALL,
)
_ORIGIN = re.compile(rb"(https?://)(?:[^/?#@]*@)?([^/?#@]+)")
_NOBODY = b"0.0.0.0"
_KEPT_BITS = {4: 24, 6: 48}


def owner(line: bytes) -> tuple[str, bytes] | None:
    """Return the name in the first field of a line in the shared log, and the rest of the line."""
    found = _SHARED.match(line)
    return (found[1].decode("ascii"), line[found.end() :]) if found else None


def countable(line: bytes) -> bytes | None:
    """Return a line in the format "combined" without what tells who a visitor was, None for anything else.

    The address is shortened, the user's name, the query and all but the site of the referrer are dropped.
    """
    found = _COMBINED.fullmatch(line)
    if found is None:
        return None
    address, when, request, status, size, referrer, agent = found.groups()
    return b'%s - - %s "%s" %s %s "%s" "%s"' % (
        shortened(address),
        when,
        _without_query(request),
        status,
        size,
        _origin(referrer),
        agent,
    )


def shortened(address: bytes) -> bytes:
    """Return an address without its last 8 bits, with IPv6 without its last 80."""
    try:
        parsed = ipaddress.ip_address(address.decode("ascii", "replace"))
    except ValueError:
        return _NOBODY
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    network = ipaddress.ip_network(f"{parsed}/{_KEPT_BITS[parsed.version]}", strict=False)
    return str(network.network_address).encode()


def _without_query(request: bytes) -> bytes:
    method, space, rest = request.partition(b" ")
    target, gap, protocol = rest.rpartition(b" ")
    return method + space + target.partition(b"?")[0] + gap + protocol if gap else request.partition(b"?")[0]


def _origin(referrer: bytes) -> bytes:
    found = _ORIGIN.match(referrer)
    return found[1] + found[2] + b"/" if found else b"-"

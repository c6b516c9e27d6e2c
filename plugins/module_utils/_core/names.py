# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Grammar of the names that reach a host.

The register is validated on the controller; modules check again, because they may be called without it.
"""

from __future__ import annotations

import hashlib
import re

from .errors import ItemRefused

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
CUSTOMER = re.compile(r"[a-z][a-z0-9-]{0,27}")
DOMAIN = re.compile(rf"(?=.{{4,253}}\Z)(?:{_LABEL}\.)+(?!\d+\Z){_LABEL}")
LOCAL_PART = re.compile(r"(?=.{1,64}\Z)[a-z0-9_-]+(?:\.[a-z0-9_-]+)*")
# one more, and ProFTPD's table of sessions would cut it off
LOGIN = re.compile(r"[a-z][a-z0-9_.-]{0,30}")
UNIX_USER = re.compile(r"[a-z_][a-z0-9_-]{0,31}")
DATABASE = re.compile(r"[a-z][a-z0-9_-]{0,63}")
# What MariaDB takes (https://mariadb.com/kb/en/identifier-names/), without what moves the cursor.
ANY_DATABASE = re.compile(
    r"[^\x00-\x1f\x7f-\x9f\ud800-\udfff\U00010000-\U0010ffff]{0,63}[^\x00-\x20\x7f-\x9f\ud800-\udfff\U00010000-\U0010ffff]"
)
# Every case of these is the same to the server, or the provider's.
SERVER_DATABASES = frozenset({"information_schema", "magmasoft_hosting", "mysql", "performance_schema", "sys"})


def _require(pattern: re.Pattern[str], value: str, what: str, allowed: str) -> str:
    if pattern.fullmatch(value) is None:
        raise ItemRefused(f"{value[:80]!r} is not {what}", remedy=f"allowed: {allowed}", code="invalid-name")
    return value


def require_customer(value: str) -> str:
    """Return ``value`` if it is a customer's identifier, else raise ItemRefused."""
    return _require(
        CUSTOMER, value, "a customer's identifier", "a to z, 0 to 9 and hyphen, a letter first, at most 28 characters"
    )


def require_domain(value: str) -> str:
    """Return ``value`` if it is a domain in A-label form (RFC 5890), lower case, with at least two labels."""
    return _require(
        DOMAIN, value, "a domain", "lower-case letters, digits and hyphens in labels joined by dots (RFC 1123)"
    )


def require_address(value: str) -> str:
    """Return ``value`` if it is a mail address of ours: dot-atom subset (RFC 5322), lower case, A-label domain."""
    local, _at, domain = value.rpartition("@")
    _require(
        LOCAL_PART,
        local,
        "the local part of an address",
        "a to z, 0 to 9, dot, hyphen, underscore, at most 64 characters",
    )
    require_domain(domain)
    return value


def require_login(value: str) -> str:
    """Return ``value`` if it is the name of a file login."""
    return _require(
        LOGIN, value, "a login", "a to z, 0 to 9, dot, hyphen, underscore, a letter first, at most 31 characters"
    )


def require_unix_user(value: str) -> str:
    """Return ``value`` if it is the name of a system user (Debian's useradd grammar)."""
    return _require(UNIX_USER, value, "a system user", "a to z, 0 to 9, hyphen, underscore, at most 32 characters")


def require_database(value: str) -> str:
    """Return ``value`` if it is the name of a database (at most 64 characters, MariaDB's limit)."""
    return _require(
        DATABASE, value, "a database name", "a to z, 0 to 9, hyphen, underscore, a letter first, at most 64 characters"
    )


def require_any_database(value: str) -> str:
    """Return ``value`` if it can be the name of a customer's database that was there before us."""
    if value.lower() in SERVER_DATABASES:
        raise ItemRefused(f"{value!r} is the server's own", remedy="a customer's database", code="reserved-name")
    return _require(ANY_DATABASE, value, "a database name", "what MariaDB takes, in at most 64 characters on one line")


def shortened(name: str, limit: int) -> str:
    """Return a name that fits into ``limit`` characters; a digest has no dot, so it is never another domain's name."""
    return name if len(name) <= limit else hashlib.sha256(name.encode()).hexdigest()[:40]

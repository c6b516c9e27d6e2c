# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose a name is, and since when: records in the directory entry of each customer, attribute ``hostingName``.

A record stays when its name leaves the register, until the customer is erased: what lies under the name is theirs
still. It ends when another customer gets the name.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final, NamedTuple
from urllib.parse import quote, unquote

from .._data_model.incarnations import NameKind

ATTRIBUTE: Final = "hostingName"
_UNKNOWN = "-"
# Whatever a name may have in it of its own, beyond letters, digits and ``_.-~``.
_PLAIN = "@+"
_KINDS: Final = {str(kind): kind for kind in NameKind}


class NameRecord(NamedTuple):
    """A name of a customer.

    ``since`` is None where they had it before anybody took notes, ``until`` while they have it. Times are in UTC, as
    ``2026-11-30T18:00:00Z``. The ``incarnation`` tells it from the same name in another hand or made anew.
    """

    kind: NameKind
    name: str
    since: str | None
    until: str | None
    incarnation: str

    @property
    def label(self) -> str:
        """Return kind and name, as the plan has them."""
        return f"{self.kind} {self.name}"

    def text(self) -> str:
        """Return the value of the attribute."""
        times = (self.since or _UNKNOWN, self.until or _UNKNOWN)
        return " ".join((self.kind, quote(self.name, safe=_PLAIN), *times, self.incarnation))


def label(kind: str, name: str) -> str:
    """Return what a name is called in lists of them."""
    return f"{kind} {name}"


def parse(text: str) -> NameRecord | None:
    """Return the record that a value is, None for what is none."""
    parts = text.split(" ")
    if len(parts) != len(NameRecord._fields) or parts[0] not in _KINDS:
        return None
    kind, name, since, until, incarnation = parts
    return NameRecord(
        _KINDS[kind],
        unquote(name),
        None if since == _UNKNOWN else since,
        None if until == _UNKNOWN else until,
        incarnation,
    )


def open_labels(records: Iterable[NameRecord]) -> frozenset[str]:
    """Return the labels of the names that a customer has."""
    return frozenset(record.label for record in records if record.until is None)


def begin(kind: str, name: str, since: str | None) -> NameRecord:
    """Return a new record."""
    return NameRecord(NameKind(kind), name, since, None, os.urandom(8).hex())


def now() -> str:
    """Return the time as records have it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

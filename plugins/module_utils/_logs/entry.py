# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a parser makes of a line: whom it is about, in which role, and where in the line their names stand."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Role(StrEnum):
    """Why a line is somebody's. Customers read it in the column ``reason``."""

    # has logged in, or handed mail to this server in a way that proves who it was
    SENDER = "sender"
    # stands as the sender, which anybody may write
    NAMED_SENDER = "named-as-sender"
    RECIPIENT = "recipient"
    # has logged in, or somebody has tried to with this name
    LOGIN = "login"
    SITE = "site"


class Name(NamedTuple):
    """A name in a field that only the server fills: ``value`` in lower case, at ``line[start:end]``."""

    role: Role
    value: str
    start: int
    end: int


@dataclass(slots=True)
class LogEntry:
    """A line that was understood.

    ``stamp`` is its time as it stands there. ``key`` is what lines that belong together have in common: a queue ID, a
    session. ``event`` is a word of the parser's own for the kind of line; ``detail`` what else it needs to know of it.
    ``columns`` are for tables, in the order that the format has. ``visitor`` is who has looked at a page, as far as
    that can be told.
    """

    stamp: bytes
    event: str
    names: tuple[Name, ...] = ()
    key: bytes = b""
    detail: bytes = b""
    columns: tuple[bytes, ...] = ()
    visitor: bytes = b""


class Grant(NamedTuple):
    """Somebody who is handed a line, and why. ``counted`` is what the line counts as in the months of its owner."""

    name: str
    role: Role
    counted: str = ""


@dataclass(slots=True, eq=False)
class Concerned:
    """The names of all who are concerned by lines that belong together: the very same object for all these lines."""

    names: tuple[str, ...]


class LineVerdict(NamedTuple):
    """Who is handed a line, and who is concerned by what it belongs to, handed or not."""

    grants: tuple[Grant, ...]
    concerned: Concerned


UNCONCERNED = Concerned(())
NOBODY = LineVerdict((), UNCONCERNED)

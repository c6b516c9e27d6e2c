# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every store speaks of: customers and what is theirs, and what is held of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypedDict

from .._core.errors import ErrorReport
from .item_export import Part


@dataclass(frozen=True, slots=True)
class Site:
    """A site on this host. ``root`` and ``logs`` say where an unmanaged one lies.

    ``shared_logs`` are those of its logs that other customers have as well.
    """

    name: str
    aliases: tuple[str, ...]
    log: str
    user: str
    managed: bool
    root: str | None
    logs: tuple[str, ...]
    shared_logs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Database:
    """A database."""

    name: str
    managed: bool


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An address with its aliases. ``keep_copy`` says that mail is stored here; a pure forwarding has no storage."""

    name: str
    aliases: tuple[str, ...]
    managed: bool
    keep_copy: bool
    cloud: bool
    chat: bool


@dataclass(frozen=True, slots=True)
class Selection:
    """A customer whose data are asked for, and what of theirs is asked for: all of it, or what was picked.

    ``own_addresses`` are all addresses and aliases of the customer, whatever was picked.
    """

    customer: str
    sites: tuple[Site, ...]
    databases: tuple[Database, ...]
    mailboxes: tuple[Mailbox, ...]
    file_logins: tuple[str, ...]
    own_addresses: frozenset[str]


class Measurement(TypedDict):
    """What is held of one item of a kind.

    ``place`` says where, for the operator. ``bytes`` is what it takes there, ``count`` how many things it is. Times are
    ISO 8601 in UTC. ``days`` is how long each thing is kept at most, null where that is up to the customer. With an
    ``error`` the item could not be looked at, and the numbers say nothing.
    """

    kind: str
    customer: str
    item: str
    place: str
    bytes: int
    count: int
    oldest: str | None
    newest: str | None
    days: int | None
    error: ErrorReport | None


# Where the data of a kind lie on this host, as `hosting_stores.<kind>` says.
Place = Mapping[str, object]


class Store(Protocol):
    """The code that knows one data kind.

    A store is made of its place, which it checks (ItemRefused). It takes any number of customers at once, so that what
    several share is read once, and names items as the register does. What cannot be had of one item is that item's
    failure (``Part.delivering``, ``Holding.error``); what makes the whole store useless is raised, and then fails all
    of its items.
    """

    def measure(self, subjects: Sequence[Selection]) -> Iterable[Measurement]:
        """Tell what is held: one holding for each item that there is something of, or that can't be looked at."""

    def export(self, subjects: Sequence[Selection], parts: Mapping[str, Part]) -> None:
        """Deliver everything into the part of each customer: one delivery for each item that is asked for."""

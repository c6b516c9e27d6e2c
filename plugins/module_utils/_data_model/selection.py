# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A customer whose data are asked for, and what of theirs was picked."""

from __future__ import annotations

from dataclasses import dataclass


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
    sites: tuple[Site, ...] = ()
    databases: tuple[Database, ...] = ()
    mailboxes: tuple[Mailbox, ...] = ()
    file_logins: tuple[str, ...] = ()
    own_addresses: frozenset[str] = frozenset()

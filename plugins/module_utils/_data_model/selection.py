# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A customer whose data are asked for, and what of theirs was picked."""

from __future__ import annotations

from dataclasses import dataclass

from .items import Database, Mailbox, Site


@dataclass(frozen=True, slots=True)
class Selection:
    """A customer whose data are asked for, and what of theirs is asked for: all of it, or what was picked.

    ``own_addresses`` are all addresses and aliases of the customer, whatever was picked. ``user`` is their system user.
    """

    customer: str
    sites: tuple[Site, ...] = ()
    databases: tuple[Database, ...] = ()
    mailboxes: tuple[Mailbox, ...] = ()
    file_logins: tuple[str, ...] = ()
    own_addresses: frozenset[str] = frozenset()
    user: str = ""

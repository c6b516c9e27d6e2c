# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A customer whose data are asked for, and what of theirs was picked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from .items import Database, Mailbox, Site

# Since when and until when, in seconds since 1970, each time that a name was somebody's.
Spans: TypeAlias = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Selection:
    """A customer whose data are asked for, and what of theirs is asked for: all of it, or what was picked.

    ``own_addresses`` are all addresses and aliases of the customer, whatever was picked. ``user`` is their system user.
    ``held`` says of names when they are, or were, this customer's; one that is not in it always was.
    """

    customer: str
    sites: tuple[Site, ...] = ()
    databases: tuple[Database, ...] = ()
    mailboxes: tuple[Mailbox, ...] = ()
    file_logins: tuple[str, ...] = ()
    own_addresses: frozenset[str] = frozenset()
    user: str = ""
    held: Mapping[str, Spans] = field(default_factory=dict)


def held_names(selections: Iterable[Selection]) -> dict[str, Spans]:
    """Return when names are, or were, those of who is asked for."""
    return {name: spans for selection in selections for name, spans in selection.held.items()}


def was_held(spans: Spans | None, when: float) -> bool:
    """Tell whether something of this time is that of who has the name."""
    return spans is None or any(since <= when < until for since, until in spans)

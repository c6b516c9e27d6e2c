# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How entries of the directory say what all of them have in common."""

from __future__ import annotations

from .._clients.ldap import DirectoryEntry
from .._data_model.items import State

STATUS_OF = {State.PRESENT: "active", State.SUSPENDED: "suspended"}


def state_of(entry: DirectoryEntry, attribute: str) -> State:
    """Return the state that the entry's status attribute stands for; whatever is not active is suspended."""
    return State.PRESENT if entry.one(attribute) == STATUS_OF[State.PRESENT] else State.SUSPENDED


def bool_text(*, value: bool) -> str:
    """Return a boolean as RFC 4517 writes it."""
    return "TRUE" if value else "FALSE"

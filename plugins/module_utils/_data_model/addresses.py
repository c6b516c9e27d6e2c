# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose an address is: in upper case, with an extension, or an alias."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .items import Mailbox
from .selection import Selection


def canonical(address: str) -> str:
    """Return the address that ``address`` counts as, before aliases: in lower case, without ``+extension``.

    What is not ASCII stays as it is: some of its characters become ASCII letters in lower case, and so somebody else.
    """
    if not address.isascii():
        return address
    local, at, domain = address.lower().rpartition("@")
    plain = local.partition("+")[0] or local
    return f"{plain}{at}{domain}"


def mailboxes(selections: Sequence[Selection]) -> Iterator[tuple[Selection, Mailbox]]:
    """Yield every address that is asked for."""
    for selection in selections:
        for mailbox in selection.mailboxes:
            yield selection, mailbox


def names_of(mailbox: Mailbox) -> tuple[str, ...]:
    """Return an address with its aliases."""
    return (mailbox.name, *mailbox.aliases)


def picked_addresses(selection: Selection) -> frozenset[str]:
    """Return the addresses and aliases that are asked for."""
    return frozenset(name for mailbox in selection.mailboxes for name in names_of(mailbox))

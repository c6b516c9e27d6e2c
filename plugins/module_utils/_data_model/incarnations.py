# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One life of a name: a random id, which whoever holds data under the name keeps with its mark.

The directory issues them (``_clients/name_records.py``). From there to the other services they go as one text, a line
for each name with kind, name and id.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

# The field of an item.
FIELD: Final = "incarnation"
# Stands for the id that a name gets when it is made: nobody can know it before.
NEW: Final = "new"


class NameKind(StrEnum):
    """What a name is one of."""

    SITE = "site"
    SITE_ALIAS = "site_alias"
    MAILBOX = "mailbox"
    MAILBOX_ALIAS = "mailbox_alias"
    DATABASE = "database"
    FILE_LOGIN = "file_login"

    @property
    def space(self) -> NameKind:
        """Return the kind in whose place it stands: a name is one customer's, as a site or as an alias of one."""
        return _SPACES.get(self, self)


_SPACES: Final = {NameKind.SITE_ALIAS: NameKind.SITE, NameKind.MAILBOX_ALIAS: NameKind.MAILBOX}


def written(found: Iterable[tuple[str, str]]) -> str:
    """Return the text; each is what a name is called (kind, blank, name) and its id."""
    return "\n".join(f"{label} {incarnation}" for label, incarnation in found)


def read(text: str, kind: str) -> dict[str, str]:
    """Return name to id of one kind of name. Raises ValueError for what is no such text."""
    found = {}
    for line in text.split("\n") if text else ():
        of_kind, _blank, rest = line.partition(" ")
        # what is not ours may have blanks in its name
        name, _blank, incarnation = rest.rpartition(" ")
        if not name or not incarnation:
            raise ValueError(line)
        if of_kind == kind:
            found[name] = incarnation
    return found

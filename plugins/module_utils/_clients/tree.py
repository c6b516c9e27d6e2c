# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Trees of customers, which GNU find measures and GNU tar packs, with the rights of those whose trees they are.

Both programs start in a directory that is open already, go down by descriptors, follow no link and leave no file
system. Trees hold whatever their owners like, and change while they are read.
"""

from __future__ import annotations

from typing import NamedTuple

from .._core.process import Identity

# So many of the names that can't be read are told.
NAMED_AS_MISSING = 3
_SHOWN = 200


class Top(NamedTuple):
    """A tree to read: its open directory, its path for messages, and as whom."""

    directory: int
    shown: str
    identity: Identity


def shown_name(name: bytes) -> str:
    """Return a name as a text that can be shown: what is no printable character stands as an escape."""
    text = name.removeprefix(b"./").decode("utf-8", "backslashreplace")
    plain = "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
    return plain if len(plain) <= _SHOWN else f"{plain[:_SHOWN]}..."

# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines that are looked at twice, with what was understood of them: to read them back takes a part of parsing them.

They lie in an unnamed file of this process alone, in blocks as the module ``marshal`` writes them.
"""

from __future__ import annotations

import marshal
import struct
from collections.abc import Iterator
from typing import Any

from .entry import LogEntry, Name, Role
from .spool import temporary

# A block is held in memory as a whole.
_LINES = 500
_LENGTH = struct.Struct(">I")
# to ask an enumeration takes longer
_ROLES = {role.value: role for role in Role}


class KeptLines:
    """The lines, in the order in which they were added."""

    def __init__(self) -> None:
        self._file = temporary()
        self._block: list[tuple[bytes, tuple[Any, ...] | None]] = []

    def close(self) -> None:
        """Give the room of the file back."""
        self._file.close()

    def add(self, line: bytes, entry: LogEntry | None) -> None:
        """Add a line."""
        self._block.append((line, None if entry is None else _plain(entry)))
        if len(self._block) >= _LINES:
            self._write()

    def read(self) -> Iterator[tuple[bytes, LogEntry | None]]:
        """Yield all lines, once."""
        self._write()
        self._file.seek(0)
        while head := self._file.read(_LENGTH.size):
            (length,) = _LENGTH.unpack(head)
            for line, plain in marshal.loads(self._file.read(length)):  # noqa: S302 - it is our own
                yield line, None if plain is None else _entry(*plain)

    def _write(self) -> None:
        if self._block:
            data = marshal.dumps(self._block)
            self._file.write(_LENGTH.pack(len(data)) + data)
            self._block.clear()


def _plain(entry: LogEntry) -> tuple[Any, ...]:
    names = tuple((name.role.value, name.value, name.start, name.end) for name in entry.names) if entry.names else ()
    return entry.stamp, entry.event, names, entry.key, entry.detail, entry.columns, entry.visitor


def _entry(stamp: bytes, event: str, names: Any, key: bytes, detail: bytes, columns: Any, visitor: bytes) -> LogEntry:
    found = tuple(Name(_ROLES[role], value, start, end) for role, value, start, end in names) if names else ()
    return LogEntry(stamp, event, found, key, detail, columns, visitor)

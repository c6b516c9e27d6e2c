# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many streams in one unnamed file: what is read in one pass for many customers waits there, not in memory."""

from __future__ import annotations

import os
import tempfile
from array import array
from collections.abc import Iterator
from typing import IO

_BUFFER = 8192
_CHUNK = 1 << 20


def temporary() -> IO[bytes]:
    """Open a file without a name, on a disk: /tmp may lie in memory."""
    return tempfile.TemporaryFile(dir="/var/tmp")


class Spool:
    """The file, which goes with this object."""

    def __init__(self) -> None:
        self._file = temporary()
        self._size = 0

    def close(self) -> None:
        """Give its room back."""
        self._file.close()

    def append(self, data: bytes | bytearray) -> tuple[int, int]:
        """Write data, and return where they lie."""
        start = self._size
        view = memoryview(data)
        while view:
            written = os.pwrite(self._file.fileno(), view, self._size)
            self._size += written
            view = view[written:]
        return start, self._size

    def read(self, start: int, end: int) -> bytes:
        """Return what lies somewhere."""
        return os.pread(self._file.fileno(), end - start, start)


class Stream:
    """One stream in a spool."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self._buffer = bytearray()
        self._extents = array("q")
        self.size = 0

    def write(self, data: bytes) -> None:
        """Write more of it."""
        self._buffer += data
        self.size += len(data)
        if len(self._buffer) >= _BUFFER:
            self._flush()

    def chunks(self) -> Iterator[bytes]:
        """Yield all of it."""
        self._flush()
        for position in range(0, len(self._extents), 2):
            start, end = self._extents[position : position + 2]
            for offset in range(start, end, _CHUNK):
                yield self._spool.read(offset, min(offset + _CHUNK, end))

    def _flush(self) -> None:
        if self._buffer:
            self._extents.extend(self._spool.append(self._buffer))
            self._buffer.clear()

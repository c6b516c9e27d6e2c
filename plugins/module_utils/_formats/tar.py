# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where payload files go: one after the other into a tar archive."""

from __future__ import annotations

import os
import tarfile
import time
from typing import Protocol

_BLOCK = 512
_RECORD = 20 * _BLOCK
# What others unpack is theirs to close.
_TAR_MODE = 0o644


class Sink(Protocol):
    """Takes one file after the other, named by paths with ``/``."""

    def begin(self, path: str) -> None:
        """Begin a file."""

    def write(self, data: bytes | memoryview) -> None:
        """Write more of the file that was begun."""

    def end(self) -> None:
        """End the file."""

    def discard(self) -> None:
        """Forget the file that was begun."""

    def close(self) -> None:
        """End everything; what was written is on the disk then."""


class TarSink:
    """A tar archive in an open file that can be sought in: GNU format, whose header has room for any size.

    A header is written when a file begins, and once more when its size is known: one pass over the bytes.
    """

    def __init__(self, descriptor: int, prefix: str = "") -> None:
        self._descriptor = descriptor
        self.prefix = prefix
        self._start = 0
        self._size = 0
        self._entry = tarfile.TarInfo()

    def begin(self, path: str) -> None:
        """Write the header of a file of unknown size."""
        self._entry = tarfile.TarInfo(self.prefix + path)
        self._entry.mode = _TAR_MODE
        self._entry.mtime = int(time.time())
        self._start = os.lseek(self._descriptor, 0, os.SEEK_CUR)
        self._size = 0
        write_all(self._descriptor, self._header())

    def write(self, data: bytes | memoryview) -> None:
        """Write more of the file."""
        write_all(self._descriptor, data)
        self._size += len(data)

    def end(self) -> None:
        """Fill the file up to whole blocks, and its header with its size."""
        write_all(self._descriptor, bytes(padding(self._size)))
        self._entry.size = self._size
        os.pwrite(self._descriptor, self._header(), self._start)

    def discard(self) -> None:
        """Cut the archive off where the file began."""
        os.ftruncate(self._descriptor, self._start)
        os.lseek(self._descriptor, self._start, os.SEEK_SET)

    def close(self) -> None:
        """Write the end of the archive."""
        length = os.lseek(self._descriptor, 0, os.SEEK_CUR) + 2 * _BLOCK
        write_all(self._descriptor, bytes(2 * _BLOCK + -length % _RECORD))
        os.fsync(self._descriptor)

    def _header(self) -> bytes:
        return self._entry.tobuf(tarfile.GNU_FORMAT, "utf-8", "surrogateescape")


def header_length(path: str) -> int:
    """Return how long the header of a file is in such an archive, in bytes; ``path`` with its prefix."""
    return len(tarfile.TarInfo(path).tobuf(tarfile.GNU_FORMAT, "utf-8", "surrogateescape"))


def padding(size: int) -> int:
    """Return how many bytes fill a file of so many bytes up to whole blocks."""
    return -size % _BLOCK


def write_all(descriptor: int, data: bytes | memoryview) -> None:
    """Write every byte."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]

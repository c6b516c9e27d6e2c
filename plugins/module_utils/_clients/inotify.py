# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What happens to the names in directories, told by the kernel in the order in which it happens (inotify(7))."""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Iterator
from types import TracebackType
from typing import NamedTuple

from .._core.errors import ServiceUnavailable

_MOVED_FROM, _MOVED_TO, _CREATE, _DELETE, _OVERFLOW = 0x40, 0x80, 0x100, 0x200, 0x4000
_ONLY_DIRECTORIES, _NO_LINKS = 0x01000000, 0x02000000
_WANTED = _MOVED_FROM | _MOVED_TO | _CREATE | _DELETE | _ONLY_DIRECTORIES | _NO_LINKS
_IS_DIRECTORY = 0x40000000
_HEADER = struct.Struct("iIII")
_BUFFER = 1 << 16


class Event(NamedTuple):
    """A name came into a directory, or went. ``watch`` is what ``add`` has returned of the directory. ``renamed`` is 0,
    or the same number for the name that went and the one that came in its place.
    """

    watch: int
    name: bytes
    came: bool
    is_directory: bool
    renamed: int


class Watch:
    """Directories that are watched. ``overflowed`` once the kernel had to forget something."""

    def __init__(self) -> None:
        self.overflowed = False
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._descriptor = self._called("inotify_init1", os.O_NONBLOCK | os.O_CLOEXEC)

    def __enter__(self) -> Watch:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Watch no more."""
        os.close(self._descriptor)

    def add(self, path: bytes) -> int:
        """Watch a directory from now on; the same one twice is the same watch. Raises FileNotFoundError."""
        return self._called("inotify_add_watch", self._descriptor, ctypes.c_char_p(path), ctypes.c_uint32(_WANTED))

    def events(self) -> Iterator[Event]:
        """Yield what has happened since, in order."""
        while True:
            try:
                told = os.read(self._descriptor, _BUFFER)
            except BlockingIOError:
                return
            yield from self._parse(told)

    def _parse(self, told: bytes) -> Iterator[Event]:
        offset = 0
        while offset < len(told):
            watch, mask, cookie, length = _HEADER.unpack_from(told, offset)
            offset += _HEADER.size
            name = told[offset : offset + length].rstrip(b"\0")
            offset += length
            if mask & _OVERFLOW:
                self.overflowed = True
            elif name:
                yield Event(watch, name, bool(mask & (_MOVED_TO | _CREATE)), bool(mask & _IS_DIRECTORY), cookie)

    def _called(self, function: str, *arguments: object) -> int:
        result: int = getattr(self._libc, function)(*arguments)
        if result >= 0:
            return result
        error = OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
        if isinstance(error, (FileNotFoundError, NotADirectoryError)):
            raise error
        raise ServiceUnavailable(
            f"{function}: {error.strerror}", remedy="raise fs.inotify.max_user_watches and max_user_instances (sysctl)"
        )

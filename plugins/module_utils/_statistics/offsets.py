# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How far each log has been read, over rotation and compression: no line twice, and none left out.

A file is known by its inode and by a digest of its first bytes; by the latter alone once it is compressed, or has been
copied elsewhere. What has neither grown nor changed is not even opened.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import IO, Any

from .._core.errors import HostingError
from .._logs.rotation import DAMAGED, Packing, names_of, open_part, unpacked
from .lines import LIMIT

_HEAD = 4096
_CHUNK = 1 << 16
_FORGOTTEN_SECONDS = 4 * 86400
# more often it is not noted that a file was seen: a run that finds nothing new writes nothing
_NOTED_SECONDS = 86400


@dataclass(frozen=True, slots=True)
class Mark:
    """A file that was read: what it is known by, and how far; ``offset`` and ``head`` are of its uncompressed bytes."""

    inode: int
    size: int
    changed: int
    offset: int
    head: str
    head_size: int
    seen: int


@dataclass(frozen=True, slots=True)
class _Found:
    """What a file is at the moment."""

    inode: int
    size: int
    changed: int

    @classmethod
    def of(cls, status: os.stat_result) -> _Found:
        return cls(status.st_ino, status.st_size, status.st_mtime_ns)

    def is_as_left(self, mark: Mark) -> bool:
        return (self.inode, self.size, self.changed) == (mark.inode, mark.size, mark.changed)


class Log:
    """A log with all its rotated files. Iterate over ``lines`` to the end, then take ``marks`` for the next run."""

    def __init__(self, path: str, marks: Iterable[Mark], now: int) -> None:
        self._directory, self._stem = os.path.split(path)
        self._marks = list(marks)
        self._now = now
        self._met: set[int] = set()
        self.marks: list[Mark] = []
        self.problems: list[str] = []

    def lines(self) -> Iterator[bytes]:
        """Yield what has been added since, without line ends; a line that is not finished waits for the next run."""
        try:
            directory = os.open(self._directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except FileNotFoundError:
            self.marks = self._marks
            return
        except OSError as error:
            self.marks = self._marks
            self.problems.append(f"{self._directory}: {error.strerror}")
            return
        try:
            yield from self._new_lines(directory)
        finally:
            os.close(directory)
        # a rotation while the directory is listed can hide a file from one run, not from all for days
        newest = max((mark.seen for mark in self._marks), default=0)
        self.marks += [mark for mark in self._marks if newest - mark.seen < _FORGOTTEN_SECONDS]

    def _new_lines(self, directory: int) -> Iterator[bytes]:
        changed = [name for name in names_of(directory, self._stem) if not self._is_unchanged(directory, name)]
        self._marks = [mark for mark in self._marks if mark.offset]
        # by inode first: then no file that was begun anew is taken for one that is compressed by now
        unknown: list[str] = []
        for name in changed:
            yield from self._read(directory, name, unknown)
        for name in sorted(unknown, key=lambda name: Packing.of(name) is Packing.NONE):
            yield from self._read(directory, name, None)

    def _is_unchanged(self, directory: int, name: str) -> bool:
        """Tell whether there is nothing to read in a file, without opening it."""
        try:
            status = os.stat(name, dir_fd=directory, follow_symlinks=False)
        except FileNotFoundError:
            return True
        found = _Found.of(status)
        mark = next((mark for mark in self._marks if found.is_as_left(mark)), None)
        if mark is not None:
            self._marks.remove(mark)
            self._met.add(found.inode)
            is_recent = self._now - mark.seen < _NOTED_SECONDS
            self.marks.append(mark if is_recent else replace(mark, seen=self._now))
        return mark is not None or not stat.S_ISREG(status.st_mode)

    def _read(self, directory: int, name: str, unknown: list[str] | None) -> Iterator[bytes]:
        """Yield the new lines of a file; where ``unknown`` is given, note one there whose inode no mark has."""
        shown = f"{self._directory}/{name}"
        try:
            descriptor = open_part(directory, name, shown)
        except FileNotFoundError:
            # rotated meanwhile; the next run meets it under its new name
            return
        except (HostingError, OSError) as error:
            self.problems.append(str(error))
            return
        try:
            yield from self._read_open(descriptor, name, unknown)
        except (HostingError, OSError) as error:
            self.problems.append(f"{shown}: {error}")
        finally:
            os.close(descriptor)

    def _read_open(self, descriptor: int, name: str, unknown: list[str] | None) -> Iterator[bytes]:
        found = _Found.of(os.fstat(descriptor))
        # a rotation meanwhile can lead to one file under two names
        if found.inode in self._met:
            return
        packing = Packing.of(name)
        with unpacked(descriptor, packing) as content:
            mark = self._mark_of(found, content, by_inode=unknown is not None, plain=packing is Packing.NONE)
            if mark is None and unknown is not None:
                unknown.append(name)
                return
            self._met.add(found.inode)
            if mark is not None:
                self._marks.remove(mark)
            yield from self._follow(name, found, content, mark.offset if mark is not None else 0)

    def _mark_of(self, found: _Found, content: IO[bytes], *, by_inode: bool, plain: bool) -> Mark | None:
        candidates = [mark for mark in self._marks if not by_inode or mark.inode == found.inode]
        start = _beginning(content) if candidates else b""
        return next((mark for mark in candidates if _fits(mark, start, found.size if plain else None)), None)

    def _follow(self, name: str, found: _Found, content: IO[bytes], offset: int) -> Iterator[bytes]:
        reader = _Reader(content, offset)
        try:
            yield from reader.lines()
        except DAMAGED as error:
            self.problems.append(f"{self._directory}/{name}: damaged, read up to there: {error}")
        start = _beginning(content)[: reader.offset]
        self.marks.append(
            Mark(found.inode, found.size, found.changed, reader.offset, _digest(start), len(start), self._now)
        )


class _Reader:
    """Finished lines from an offset on; ``offset`` is behind the last one that was given."""

    def __init__(self, content: IO[bytes], offset: int) -> None:
        self._content = content
        self.offset = offset

    def lines(self) -> Iterator[bytes]:
        self._content.seek(self.offset)
        while (length := self._length(line := self._content.readline(LIMIT))) is not None:
            self.offset += length
            if length == len(line):
                yield line[:-1]

    def _length(self, line: bytes) -> int | None:
        """Return how long the line is that begins so, None if it has no end yet; too long ones are read over."""
        length = len(line)
        while line and not line.endswith(b"\n"):
            line = self._content.readline(_CHUNK)
            length += len(line)
        return length if line else None


def _beginning(content: IO[bytes]) -> bytes:
    try:
        content.seek(0)
        return content.read(_HEAD)
    except DAMAGED:
        return b""


def _fits(mark: Mark, start: bytes, size: int | None) -> bool:
    """Tell whether a file that begins so is the one of a mark; one that has become shorter is another."""
    long_enough = len(start) >= mark.head_size and (size is None or size >= mark.offset)
    return long_enough and _digest(start[: mark.head_size]) == mark.head


def _digest(start: bytes) -> str:
    return hashlib.sha256(start).hexdigest()


def to_json(marks: Iterable[Mark]) -> list[dict[str, Any]]:
    """Return marks as they are stored."""
    return [asdict(mark) for mark in marks]


def from_json(stored: Iterable[dict[str, Any]]) -> list[Mark]:
    """Return stored marks."""
    return [Mark(**mark) for mark in stored]

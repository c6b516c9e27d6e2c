# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Trees, measured by GNU find."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import IO, NamedTuple

from .._core.errors import Incomplete
from .._core.process import chunks, pipes, started
from .._data_model.item_export import Omissions, Reason
from .closed import LIMIT, closed_entries
from .tree import REASONS_IN_WORDS, Top, leads_out, shown_name, unescaped

# A little of a file that is said to take nothing may lie beside its name.
_INLINE = 4096
_SECTOR = 512
_TOP = b"."
_OPEN = stat.S_IRUSR | stat.S_IXUSR
_PRINTED = "%s %b %T@ %i %n %D %p\\0"
# Links with what they lead to. What its owner can't read is left to root, directories with all that is in them.
_ENTRIES = (
    "(", "-type", "l", "-printf", f"@ {_PRINTED}", "-printf", "%l\\0", "-o",
    "(", "!", "-readable", "-o", "-type", "d", "!", "-executable", ")", "-printf", f"%y! {_PRINTED}", "-prune", "-o",
    "-printf", f"%y {_PRINTED}", ")",
)  # fmt: skip
_MESSAGE = re.compile(rb"find: '((?:[^'\\]|\\.)*)': (.*)\n")
# find went on with the rest
_CODES = frozenset({0, 1})
# What a tree may grow by while it is packed: more is no tree that is in use but one that grows for ever.
_ROOM = 1 << 30
_HEADERS = 4096


class Entry(NamedTuple):
    """An entry of a tree. ``kind`` is find's letter: f, d, l and so on; ``path`` begins with ``./``."""

    kind: bytes
    size: int
    sectors: int
    when: float
    inode: bytes
    links: bytes
    path: bytes


@dataclass(slots=True)
class Measured:
    """What a tree holds, directories apart. ``sizes`` are those of its files, each once, whatever its names are, and
    ``taken`` is what they take on the disk.

    ``closed`` has what its owner can't read; ``left_out`` what nobody does, what lies elsewhere, and files with holes.
    """

    sizes: int = 0
    taken: int = 0
    count: int = 0
    entries: int = 0
    oldest: float | None = None
    newest: float | None = None
    closed: list[bytes] = field(default_factory=list)
    left_out: Omissions = field(default_factory=Omissions)

    def saw(self, when: float) -> None:
        """Note a time, in seconds since the epoch."""
        if self.oldest is None or when < self.oldest:
            self.oldest = when
        if self.newest is None or when > self.newest:
            self.newest = when

    def add(self, entry: Entry) -> None:
        """Count the bytes of a file."""
        taken = entry.size if entry.size <= _INLINE else min(entry.size, entry.sectors * _SECTOR)
        self.sizes += entry.size
        self.taken += taken
        if taken < entry.size:
            self.left_out.add(shown_name(entry.path), Reason.SPARSE)

    @property
    def has_holes(self) -> bool:
        """Tell whether so much of it is holes that its files can't be handed out as they look.

        A file system that compresses takes as little for what is no hole, but not for ever less.
        """
        return self.sizes > 2 * self.taken + _ROOM

    @property
    def bytes(self) -> int:
        """Return what its files take in an archive."""
        return self.taken if self.has_holes else self.sizes

    @property
    def limit(self) -> int:
        """Return how large the archive of such a tree can get while people work in it."""
        return 2 * (self.bytes + _HEADERS * self.entries) + _ROOM


def measure(top: Top, without: Sequence[str] = ()) -> Measured:
    """Count what is in a tree, leaving out names at its top. What can't be read is told in ``left_out``."""
    measured = Measured()
    linked: set[bytes] = set()
    for entry in entries(top, measured, without):
        if entry.kind == b"d":
            continue
        measured.count += 1
        measured.saw(entry.when)
        if entry.kind == b"f" and (entry.links == b"1" or entry.inode not in linked):
            measured.add(entry)
            if entry.links != b"1":
                linked.add(entry.inode)
    return measured


def entries(top: Top, measured: Measured, without: Sequence[str] = ()) -> Iterator[Entry]:
    """Yield what is in a tree, as its owner sees it and then as root does, and count the entries.

    What can't be looked at, and what lies elsewhere, is noted in ``measured``.
    """
    status = os.fstat(top.directory)
    device = b"%d" % status.st_dev
    found: Iterator[bytes] = iter(())
    if status.st_uid == top.identity.uid and status.st_mode & _OPEN != _OPEN:
        measured.closed.append(_TOP)
    else:
        found = find(top, (*_pruned(without), *_ENTRIES), b"\0", measured.left_out)
    for line in found:
        kind, size, sectors, when, inode, links, entry_device, path = line.split(b" ", 7)
        target = next(found, b"") if kind == b"@" else None
        if kind in (b"f!", b"d!") and len(measured.closed) < LIMIT:
            measured.closed.append(path)
            continue
        if entry_device != device or (target is not None and leads_out(top, path, target)):
            measured.left_out.add(shown_name(path), Reason.ELSEWHERE)
        measured.entries += 1
        yield Entry(kind[:1] if target is None else b"l", int(size), int(sectors), float(when), inode, links, path)
    for closed in closed_entries(top, measured.closed):
        if closed.status is None and closed.path == _TOP:
            raise _unreadable(top, "its owner can't read it")
        if closed.status is None:
            measured.left_out.add(shown_name(closed.path), closed.reason)
            continue
        if closed.target and leads_out(top, closed.path, closed.target):
            measured.left_out.add(shown_name(closed.path), Reason.ELSEWHERE)
        measured.entries += 1
        yield _entry(closed.path, closed.status)


def find(top: Top, tests: Sequence[str], end: bytes, left_out: Omissions) -> Iterator[bytes]:
    """Yield what find prints, in texts that ``end`` ends. Notes what it can't look at, and raises Incomplete for what
    it says beyond that.
    """
    argv = ["find", ".", "-xdev", "-ignore_readdir_race", *tests]
    with ThreadPoolExecutor(1) as pool, started(argv, identity=top.identity, directory=top.directory) as process:
        input_, output, messages = pipes(process)
        input_.close()
        said = pool.submit(_heard, messages, left_out)
        yield from _split(output, end)
        problem, code = said.result(), process.wait()
    if problem or code not in _CODES:
        raise _unreadable(top, problem or f"find ended with {code}")


def _unreadable(top: Top, why: str) -> Incomplete:
    return Incomplete(f"{top.shown}: {why}", remedy="see to the cause, then run again", code="unreadable")


def _entry(path: bytes, status: os.stat_result) -> Entry:
    """Return what find says of such an entry."""
    kind = {stat.S_IFREG: b"f", stat.S_IFDIR: b"d", stat.S_IFLNK: b"l"}[stat.S_IFMT(status.st_mode)]
    inode, links = b"%d" % status.st_ino, b"%d" % status.st_nlink
    return Entry(kind, status.st_size, status.st_blocks, status.st_mtime, inode, links, path)


def _pruned(without: Sequence[str]) -> list[str]:
    """Return find's tests that leave names at the top out, which are no patterns."""
    tests: list[str] = []
    for name in without:
        tests += ["-path", f"./{name}", "-prune", "-o"]
    return tests


def _split(output: IO[bytes], end: bytes) -> Iterator[bytes]:
    rest = b""
    for piece in chunks(output.fileno(), "find"):
        *whole, rest = (rest + bytes(piece)).split(end)
        yield from whole


def _heard(messages: IO[bytes], left_out: Omissions) -> str:
    """Read messages to the end; return the first one that is not of a single entry."""
    problem = ""
    for line in messages:
        found = _MESSAGE.fullmatch(line)
        reason = REASONS_IN_WORDS.get(found[2]) if found else None
        if found is None or reason is None:
            problem = problem or shown_name(line.rstrip(b"\n"))
        elif reason is Reason.UNREADABLE:
            left_out.add(shown_name(unescaped(found[1])), reason)
    return problem

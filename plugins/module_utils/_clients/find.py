# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Trees, measured by GNU find."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import IO

from .._core.errors import HostingError, Incomplete
from .._core.process import chunks, pipes, started
from .tree import NAMED_AS_MISSING, Top, shown_name

# A little of a file that is said to take nothing may lie beside its name.
_INLINE = 4096
_SECTOR = 512
_PRINTED = "%y %s %b %T@ %i %n %D"
# What a tree may grow by while it is packed: more is no tree that is in use but one that grows for ever.
_ROOM = 1 << 30
_HEADERS = 4096


@dataclass(slots=True)
class Measured:
    """What a tree holds, directories apart. ``bytes`` is what its files take, each once, whatever its names are."""

    bytes: int = 0
    count: int = 0
    entries: int = 0
    oldest: float | None = None
    newest: float | None = None
    # another file system begins somewhere in it, which is not gone into
    mounted: bool = False
    problem: HostingError | None = None

    def saw(self, when: float) -> None:
        """Note a time, in seconds since the epoch."""
        self.oldest = when if self.oldest is None else min(self.oldest, when)
        self.newest = when if self.newest is None else max(self.newest, when)

    @property
    def limit(self) -> int:
        """Return how large the archive of such a tree can get while people work in it."""
        return 2 * (self.bytes + _HEADERS * self.entries) + _ROOM


def measure(top: Top, without: Sequence[str] = ()) -> Measured:
    """Count what is in a tree, leaving out names at its top. What can't be read is told in ``problem``."""
    measured = Measured()
    linked: set[bytes] = set()
    device = b"%d" % os.fstat(top.directory).st_dev
    for line in find(top, _PRINTED + "\\n", measured, _pruned(without)):
        kind, *fields, entry_device = line.split()
        _count(measured, kind, fields, linked)
        if kind == b"d" and entry_device != device:
            measured.mounted = True
    return measured


def find(top: Top, printed: str, measured: Measured, tests: Sequence[str] = ()) -> Iterator[bytes]:
    """Yield what find prints of each entry of a tree: lines, or texts that end in NUL where the format does."""
    end = b"\0" if printed.endswith("\\0") else b"\n"
    argv = ["find", ".", "-xdev", "-ignore_readdir_race", *tests, "-printf", printed]
    with ThreadPoolExecutor(1) as pool, started(argv, identity=top.identity, directory=top.directory) as process:
        input_, output, messages = pipes(process)
        input_.close()
        said = pool.submit(_first_lines, messages)
        yield from _split(output, end)
        lines, code = said.result(), process.wait()
    if lines or code:
        measured.problem = Incomplete(
            f"{top.shown}: {', '.join(lines) or f'find ended with {code}'}",
            remedy="let its owner read it, or put it aside, then run again",
            code="unreadable",
        )


def _count(measured: Measured, kind: bytes, fields: list[bytes], linked: set[bytes]) -> None:
    size, sectors, when, inode, links = fields
    measured.entries += 1
    if kind == b"d":
        return
    measured.count += 1
    measured.saw(float(when))
    if kind != b"f":
        return
    if links != b"1":
        if inode in linked:
            return
        linked.add(inode)
    measured.bytes += taken(int(size), int(sectors))


def taken(size: int, sectors: int) -> int:
    """Return how many bytes of a file are there: holes of sparse files are not."""
    return size if size <= _INLINE else min(size, sectors * _SECTOR)


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


def _first_lines(messages: IO[bytes]) -> list[str]:
    """Read messages to the end and return the first ones."""
    lines: list[str] = []
    for line in messages:
        if len(lines) < NAMED_AS_MISSING:
            lines.append(shown_name(line.rstrip(b"\n")))
    return lines

# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Trees of customers, measured by GNU find and packed by GNU tar, with the rights of those whose trees they are.

Both programs start in a directory that is open already, go down by descriptors, follow no link and leave no file
system. Trees hold whatever their owners like, and change while they are read.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from typing import IO, NamedTuple

from .._core.errors import HostingError, Incomplete
from .._core.process import Identity, chunks, pipes, started
from .._data_model.item_export import PayloadWriter, Reason
from .._formats.tar import write_all

# Headers as in POSIX 1003.1-2001, which know any name and size; whole seconds and no times of access do without the
# two blocks more for each file that finer ones take.
_TAR = (
    "tar", "--create", "--file=-", "--format=pax", "--pax-option=delete=atime,delete=ctime,delete=mtime",
    "--sparse", "--one-file-system", "--numeric-owner", "--quoting-style=c", "--blocking-factor=128",
)  # fmt: skip
# What is named one by one may be gone when the next is read, and its number another file's: tar, which takes every file
# that it is given by name for a possible link to a former one, must not compare them.
_FROM_INPUT = ("--no-recursion", "--verbose", "--hard-dereference", "--null", "--files-from=-")
_WHOLE = ("--anchored", "--no-wildcards")
# tar and find give up on what they can't do and go on with the rest; 2 says so.
_TAR_CODES = frozenset({0, 1, 2})
_MESSAGE = re.compile(rb'tar: ("(?:[^"\\]|\\.)*"): (.*)\n')
_LAST_WORDS = b"tar: Exiting with failure status due to previous errors\n"
_REASONS = {
    b"File removed before we read it": Reason.VANISHED,
    b"Cannot stat: No such file or directory": Reason.VANISHED,
    b"Cannot open: No such file or directory": Reason.VANISHED,
    b"Cannot readlink: No such file or directory": Reason.VANISHED,
    b"file changed as we read it": Reason.CHANGED,
    # what was a file or directory a moment ago is a link now
    b"Cannot open: Too many levels of symbolic links": Reason.CHANGED,
    b"Cannot open: Not a directory": Reason.CHANGED,
    b"Cannot stat: Not a directory": Reason.CHANGED,
    b"Cannot readlink: Invalid argument": Reason.CHANGED,
    b"socket ignored": Reason.SPECIAL,
    b"door ignored": Reason.SPECIAL,
    b"unknown file type; file ignored": Reason.SPECIAL,
}
_SHRANK = re.compile(rb"File shrank by \d+ bytes?; padding with zeros")
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_ESCAPED = {b"a": b"\a", b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}
# So many names of a sort are told, and how many more there are.
_NAMED = 100
_BLOCK = 500
_NAMED_AS_MISSING = 3
_SHOWN = 200
# A little of a file that is said to take nothing may lie beside its name.
_INLINE = 4096
_SECTOR = 512
_PRINTED = "%y %s %b %T@ %i %n %D"
# What a tree may grow by while it is packed: more is no tree that is in use but one that grows for ever.
_ROOM = 1 << 30
_HEADERS = 4096


class Top(NamedTuple):
    """A tree to read: its open directory, its path for messages, and as whom."""

    directory: int
    shown: str
    identity: Identity


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


@dataclass(slots=True)
class Told:
    """What tar had to say of single files, named by their paths in the archive."""

    names: dict[Reason, list[bytes]] = field(default_factory=lambda: {reason: [] for reason in Reason})
    numbers: Counter[Reason] = field(default_factory=Counter)
    bad: list[str] = field(default_factory=list)
    bad_number: int = 0

    def take(self, line: bytes) -> None:
        """Take a line of tar's messages. A quoted name has no newline and no bare quote, so none forges a message."""
        if line in (b"", _LAST_WORDS):
            return
        found = _MESSAGE.fullmatch(line)
        reason = _reason(found[2]) if found else None
        if found is None or reason is None:
            self._fail(line if found is None else unquoted(found[1]) + b": " + found[2])
            return
        self.numbers[reason] += 1
        if len(self.names[reason]) < _NAMED:
            self.names[reason].append(unquoted(found[1]))

    def left_out(self) -> Iterator[tuple[str, Reason]]:
        """Yield what is not in the archive, or not as it is now, and why; beyond the first ones, how many more."""
        for reason, names in self.names.items():
            for name in names:
                yield shown_name(name), reason
            if self.numbers[reason] > len(names):
                yield f"(+ {self.numbers[reason] - len(names)})", reason

    def require_success(self, code: int, shown: str) -> None:
        """Raise Incomplete with what tar could not read."""
        if self.bad_number:
            more = f" and {self.bad_number - len(self.bad)} more" if self.bad_number > len(self.bad) else ""
            raise Incomplete(
                f"{shown}: {', '.join(self.bad)}{more}",
                remedy="let its owner read it, or put it aside, then run again",
                code="unreadable",
            )
        # 2 without a message that explains it is an error like any other
        excused = any(self.numbers.values())
        if code not in _TAR_CODES or (code == max(_TAR_CODES) and not excused):
            raise Incomplete(f"{shown}: tar ended with {code}", remedy="run again; if it persists, report it")

    def _fail(self, what: bytes) -> None:
        self.bad_number += 1
        if len(self.bad) < _NAMED_AS_MISSING:
            self.bad.append(shown_name(what.rstrip(b"\n")))


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


def pack(top: Top, out: PayloadWriter, without: Sequence[str] = (), *, limit: int) -> Told:
    """Write a tree as a tar archive, leaving out names at its top, in one pass.

    Raises Incomplete when something can't be read, or when more than ``limit`` bytes come of it.
    """
    told = Told()
    options = (*_WHOLE, *(f"--exclude=./{name}" for name in without), ".")
    _tar(top, out, (), limit=limit, options=options, hear=told.take, told=told)
    return told


def pack_listed(
    top: Top, out: PayloadWriter, names: Iterable[bytes], *, limit: int, packed: Callable[[bytes], None]
) -> Told:
    """Write just what ``names`` name, in blocks as they come, and hand the name of each entry to ``packed``.

    A file of several names is written once for each.

    ``packed`` is called in a thread of its own, and with an empty name when there is nothing more.
    """
    told = Told()

    def hear(line: bytes) -> None:
        if line.startswith(b'"'):
            packed(unquoted(line.rstrip(b"\n")))
        elif line:
            told.take(line)
        else:
            packed(b"")

    _tar(top, out, names, limit=limit, options=_FROM_INPUT, hear=hear, told=told)
    return told


def blocks(names: Iterable[bytes]) -> Iterator[bytes]:
    """Yield names as tar takes them, many at once."""
    left = iter(names)
    while some := list(islice(left, _BLOCK)):
        yield b"\0".join(some) + b"\0"


def _tar(
    top: Top,
    out: PayloadWriter,
    names: Iterable[bytes],
    *,
    limit: int,
    options: Sequence[str],
    hear: Callable[[bytes], None],
    told: Told,
) -> None:
    argv = [*_TAR, *options]
    with ThreadPoolExecutor(2) as pool, started(argv, identity=top.identity, directory=top.directory) as process:
        input_, output, messages = pipes(process)
        heard = pool.submit(_hear, messages, hear)
        fed = pool.submit(_feed, input_, names)
        _copy(output, out, limit, top.shown)
        heard.result()
        told.require_success(process.wait(), top.shown)
        fed.result()


def _feed(input_: IO[bytes], names: Iterable[bytes]) -> None:
    """Write names to tar. When it is gone already, its exit code says more than we could."""
    try:
        for block in names:
            write_all(input_.fileno(), block)
    except BrokenPipeError:
        return
    finally:
        input_.close()


def _hear(messages: IO[bytes], hear: Callable[[bytes], None]) -> None:
    try:
        for line in messages:
            hear(line)
    finally:
        hear(b"")


def _copy(output: IO[bytes], out: PayloadWriter, limit: int, shown: str) -> None:
    for piece in chunks(output.fileno(), "tar"):
        out.write(piece)
        if out.size > limit:
            raise Incomplete(
                f"{shown}: grows faster than it can be read",
                remedy="see who writes there, then run again",
                code="grows",
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
        if len(lines) < _NAMED_AS_MISSING:
            lines.append(shown_name(line.rstrip(b"\n")))
    return lines


def _reason(message: bytes) -> Reason | None:
    return Reason.CHANGED if _SHRANK.fullmatch(message) else _REASONS.get(message)


def unquoted(quoted: bytes) -> bytes:
    """Return a name as it is, from between the quotes of C."""
    inner = quoted[1:-1]
    return _ESCAPE.sub(_unescaped, inner) if b"\\" in inner else inner


def _unescaped(found: re.Match[bytes]) -> bytes:
    text = found[1]
    return bytes([int(text, 8)]) if text.isdigit() else _ESCAPED.get(text, text)


def shown_name(name: bytes) -> str:
    """Return a name as a text that can be shown: what is no printable character stands as an escape."""
    text = name.removeprefix(b"./").decode("utf-8", "backslashreplace")
    plain = "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
    return plain if len(plain) <= _SHOWN else f"{plain[:_SHOWN]}..."

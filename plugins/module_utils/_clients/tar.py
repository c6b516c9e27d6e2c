# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Trees, packed by GNU tar."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from typing import IO

from .._core.errors import Incomplete
from .._core.process import chunks, pipes, started
from .._data_model.item_export import PayloadWriter, Reason
from .._formats.tar import write_all
from .tree import NAMED_AS_MISSING, Top, shown_name

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
        if len(self.bad) < NAMED_AS_MISSING:
            self.bad.append(shown_name(what.rstrip(b"\n")))


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


def _reason(message: bytes) -> Reason | None:
    return Reason.CHANGED if _SHRANK.fullmatch(message) else _REASONS.get(message)


def unquoted(quoted: bytes) -> bytes:
    """Return a name as it is, from between the quotes of C."""
    inner = quoted[1:-1]
    return _ESCAPE.sub(_unescaped, inner) if b"\\" in inner else inner


def _unescaped(found: re.Match[bytes]) -> bytes:
    text = found[1]
    return bytes([int(text, 8)]) if text.isdigit() else _ESCAPED.get(text, text)

# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Trees, packed by GNU tar."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from typing import IO

from .._core.errors import Incomplete
from .._core.process import chunks, pipes, started
from .._data_model.item_export import Omissions, Output, Reason
from .._formats.tar import write_all
from .closed import pack_closed
from .tree import REASONS_IN_WORDS, Top, shown_name, unescaped

# Headers as in POSIX 1003.1-2001, which know any name and size; whole seconds and no times of access do without the
# two blocks more for each file that finer ones take.
_TAR = (
    "tar", "--create", "--file=-", "--format=pax", "--pax-option=delete=atime,delete=ctime,delete=mtime",
    "--one-file-system", "--numeric-owner", "--quoting-style=c", "--blocking-factor=128",
)  # fmt: skip
# As holes only GNU tar, bsdtar and Python take them: 7-Zip unpacks a map of the holes in place of the file.
_SPARSE = "--sparse"
# So many of the messages that nothing excuses are told.
_NAMED_AS_MISSING = 3
# What is named one by one may be gone when the next is read, and its number another file's: tar, which takes every file
# that it is given by name for a possible link to a former one, must not compare them.
_FROM_INPUT = ("--no-recursion", "--verbose", "--hard-dereference", "--null", "--files-from=-")
_WHOLE = ("--anchored", "--no-wildcards")
# tar and find give up on what they can't do and go on with the rest; 2 says so.
_TAR_CODES = frozenset({0, 1, 2})
_MESSAGE = re.compile(rb'tar: ("(?:[^"\\]|\\.)*"): (.*)\n')
_LAST_WORDS = b"tar: Exiting with failure status due to previous errors\n"
_CANNOT_BE_READ = re.compile(rb"(?:Cannot [a-z ]+|Read error at byte [0-9]+, while reading [0-9]+ bytes): (.*)")
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
_BLOCK = 500
_Heard = Callable[[bytes], None]


class Growing(Incomplete):
    """An archive that gets larger than the tree can have become."""

    default_code = "grows"


@dataclass(slots=True)
class Told:
    """What tar had to say of single files, named by their paths in the archive."""

    # what root reads in place of tar
    closed: frozenset[bytes] = frozenset()
    omissions: Omissions = field(default_factory=Omissions)
    bad: list[str] = field(default_factory=list)
    bad_number: int = 0
    excused: bool = False

    def take(self, line: bytes) -> None:
        """Take a line of tar's messages. A quoted name has no newline and no bare quote, so none forges a message."""
        if line in (b"", _LAST_WORDS):
            return
        found = _MESSAGE.fullmatch(line)
        reason = _reason(found[2]) if found else None
        if found is None or reason is None:
            self._fail(line if found is None else unquoted(found[1]) + b": " + found[2])
            return
        self.excused = True
        name = unquoted(found[1])
        if reason is not Reason.UNREADABLE or name not in self.closed:
            self.leave_out(name, reason)

    def leave_out(self, name: bytes, reason: Reason) -> None:
        """Note what is not in the archive, or not as it is now, and why."""
        self.omissions.add(shown_name(name), reason)

    def left_out(self) -> Iterator[tuple[str, Reason]]:
        """Yield what is not in the archive, or not as it is now, and why; beyond the first ones, how many more."""
        yield from self.omissions

    def require_success(self, code: int, shown: str) -> None:
        """Raise Incomplete with what tar could not read."""
        if self.bad_number:
            more = f" and {self.bad_number - len(self.bad)} more" if self.bad_number > len(self.bad) else ""
            raise Incomplete(
                f"{shown}: {', '.join(self.bad)}{more}",
                remedy="see to the cause, then run again; if it persists, report it",
                code="unreadable",
            )
        # 2 without a message that explains it is an error like any other
        if code not in _TAR_CODES or (code == max(_TAR_CODES) and not self.excused):
            raise Incomplete(f"{shown}: tar ended with {code}", remedy="run again; if it persists, report it")

    def _fail(self, what: bytes) -> None:
        self.bad_number += 1
        if len(self.bad) < _NAMED_AS_MISSING:
            self.bad.append(shown_name(what.rstrip(b"\n")))


def pack(
    top: Top,
    out: Output,
    without: Sequence[str] = (),
    *,
    limit: int,
    closed: Sequence[bytes] = (),
    with_holes: bool = False,
) -> Told:
    """Write a tree as a tar archive, leaving out names at its top, in one pass.

    ``closed`` is what its owner can't read. ``with_holes`` stores holes as such, for files that are nothing else.
    Raises Growing when more than ``limit`` bytes come of it.
    """
    options = (*_WHOLE, *(f"--exclude=./{name}" for name in without), ".")
    told = Told(frozenset(closed))
    pack_closed(top, closed, out, packed=_nothing, leave_out=told.leave_out, limit=limit)
    _tar(top, out, (), limit=limit, options=_with_holes(options, with_holes), hear=told.take, told=told)
    return told


def pack_listed(
    top: Top,
    out: Output,
    names: Iterable[bytes],
    *,
    limit: int,
    packed: _Heard,
    closed: Sequence[bytes] = (),
    with_holes: bool = False,
) -> Told:
    """Write just what ``names`` name, in blocks as they come, and hand the name of each entry to ``packed``.

    A file of several names is written once for each. What is ``closed`` to its owner comes first, and then need not be
    among the names.

    ``packed`` is called in a thread of its own, and with an empty name when there is nothing more.
    """
    told = Told(frozenset(closed))
    pack_closed(top, closed, out, packed=packed, leave_out=told.leave_out, limit=limit)

    def hear(line: bytes) -> None:
        if line.startswith(b'"'):
            packed(unquoted(line.rstrip(b"\n")))
        elif line:
            told.take(line)
        else:
            packed(b"")

    _tar(top, out, names, limit=limit, options=_with_holes(_FROM_INPUT, with_holes), hear=hear, told=told)
    return told


def blocks(names: Iterable[bytes]) -> Iterator[bytes]:
    """Yield names as tar takes them, many at once."""
    left = iter(names)
    while some := list(islice(left, _BLOCK)):
        yield b"\0".join(some) + b"\0"


def _tar(
    top: Top,
    out: Output,
    names: Iterable[bytes],
    *,
    limit: int,
    options: Sequence[str],
    hear: _Heard,
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


def _with_holes(options: Sequence[str], with_holes: bool) -> Sequence[str]:
    return (_SPARSE, *options) if with_holes else options


def _nothing(_name: bytes) -> None:
    pass


def _feed(input_: IO[bytes], names: Iterable[bytes]) -> None:
    """Write names to tar. When it is gone already, its exit code says more than we could."""
    try:
        for block in names:
            write_all(input_.fileno(), block)
    except BrokenPipeError:
        return
    finally:
        input_.close()


def _hear(messages: IO[bytes], hear: _Heard) -> None:
    try:
        for line in messages:
            hear(line)
    finally:
        hear(b"")


def _copy(output: IO[bytes], out: Output, limit: int, shown: str) -> None:
    for piece in chunks(output.fileno(), "tar"):
        out.write(piece)
        if out.size > limit:
            raise Growing(f"{shown}: grows faster than it can be read", remedy="see who writes there, then run again")


def _reason(message: bytes) -> Reason | None:
    if _SHRANK.fullmatch(message):
        return Reason.CHANGED
    found = _CANNOT_BE_READ.fullmatch(message)
    if found is not None and REASONS_IN_WORDS.get(found[1]) is Reason.UNREADABLE:
        return Reason.UNREADABLE
    return _REASONS.get(message)


def unquoted(quoted: bytes) -> bytes:
    """Return a name as it is, from between the quotes of C."""
    return unescaped(quoted[1:-1])

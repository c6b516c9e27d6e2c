# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One host's part of a bag: payload files, hashed while they are written, and what was left out and why."""

from __future__ import annotations

import errno
import hashlib
import os
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol, TypedDict

from .._core.errors import ErrorReport, HostingError, Incomplete, as_hosting_error
from .._formats.tar import Sink
from .._formats.timestamps import shown_time

# What names of payload files are made of: nothing that a manifest (RFC 8493, 2.1.3) or a file system takes amiss.
_LONGEST = 200
_COMPONENT = re.compile(rf"[A-Za-z0-9@_+=,-][A-Za-z0-9@._+=, -]{{0,{_LONGEST - 1}}}")
# Of a name that is longer: so much of its end, where it says what it is, and a digest of it all.
_END, _DIGEST = 40, 16
_CHUNK = 1 << 20
_NAMED = 100
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
# Code of the error that no store can go on after.
NO_ROOM = "no-room"


class Outcome(StrEnum):
    """What became of one item of a data kind."""

    DELIVERED = "delivered"
    EMPTY = "empty"
    FAILED = "failed"


class Reason(StrEnum):
    """Why something is not in the bag, though nothing went wrong. Customers read it, in their language."""

    # a socket, a FIFO, a device: nothing is stored in it
    SPECIAL = "special-file"
    # its owner removed it while it was being read
    VANISHED = "vanished"
    # its owner wrote to it while it was being read
    CHANGED = "changed"
    # sessions, caches, uploads under way
    TEMPORARY = "temporary"
    # made anew from what is in the bag
    INDEX = "index"
    # a password that the provider made; it stands in the customer's letter
    SECRET = "secret"  # noqa: S105 - that is no secret
    # another customer's too, and so not handed out
    SHARED = "shared"
    # lines in a log that does not say whose they are
    NAMELESS = "nameless"
    # may be an older part of a log, for all that its name tells, but in no way that is known
    UNREAD = "unread"
    # closed to its owner and not theirs either, or damaged: nobody can read it, or not to its end
    UNREADABLE = "unreadable"
    # a link that leads out of what is handed out, or another file system: what is there is not looked at
    ELSEWHERE = "elsewhere"
    # handed out in the way in which GNU tar stores holes, which not every program understands
    SPARSE = "sparse"
    # handed out as the mail server has stored it, which mail programs can't read before it is undone
    COMPRESSED = "compressed"
    ENCRYPTED = "encrypted"
    # the service itself can't use it any more
    BROKEN = "broken"
    # would not load without another database
    OTHER_DATABASE = "other-database"
    # former versions of rows, in a form that no dump can hold
    HISTORY = "history"


class FileRecord(TypedDict):
    """A payload file. ``path`` is below ``data/``, ``size`` in bytes, ``sha256`` in hexadecimal."""

    path: str
    size: int
    sha256: str


class LeftOut(TypedDict):
    """Something that is not in the bag: ``what`` it is, as a text that can be shown, and why, a Reason."""

    what: str
    reason: str


class Omissions:
    """What is left out, and why: of each reason the first hundred by name, and how many more there are."""

    def __init__(self) -> None:
        self._names: dict[Reason, list[str]] = {}
        self._numbers: Counter[Reason] = Counter()

    def __len__(self) -> int:
        """Return how many things were left out."""
        return self._numbers.total()

    def add(self, what: str, reason: Reason) -> None:
        """Note one thing, named by a text that can be shown."""
        self._numbers[reason] += 1
        names = self._names.setdefault(reason, [])
        if len(names) < _NAMED:
            names.append(what)

    def number(self, reason: Reason) -> int:
        """Return how many things were left out for a reason."""
        return self._numbers[reason]

    def __iter__(self) -> Iterator[tuple[str, Reason]]:
        """Yield names and reasons; after the first ones of a reason, how many more there are."""
        for reason, names in self._names.items():
            yield from ((name, reason) for name in names)
            if self._numbers[reason] > len(names):
                yield f"(+ {self._numbers[reason] - len(names)})", reason

    def record(self) -> list[LeftOut]:
        """Return it as plain data."""
        return [{"what": what, "reason": reason.value} for what, reason in self]


class ItemExportRecord(TypedDict):
    """A export as in part.json. Times are ISO 8601 in UTC; ``months`` has counts of ``<what>:<YYYY-MM>``.

    ``tally`` is of lines of logs: ``given``; ``withheld``, since they are others'; ``unexplained``, which could not be
    understood.
    """

    kind: str
    item: str
    outcome: str
    files: list[FileRecord]
    count: int
    bytes: int
    oldest: str | None
    newest: str | None
    left_out: list[LeftOut]
    months: dict[str, int]
    tally: dict[str, int]
    error: ErrorReport | None


@dataclass(slots=True)
class ItemExport:
    """One item of one data kind on its way into the part: the files of a site, a database, the log lines of an address.

    ``count`` is how many things people would count it is: files, messages, rows, lines.
    """

    kind: str
    item: str
    sink: Sink
    # of the whole part, in the order in which they lie in it
    written: list[FileRecord]
    files: list[FileRecord] = field(default_factory=list)
    count: int = 0
    oldest: float | None = None
    newest: float | None = None
    left_out: list[LeftOut] = field(default_factory=list)
    months: Counter[str] = field(default_factory=Counter)
    tally: Counter[str] = field(default_factory=Counter)
    error: HostingError | None = None

    @contextmanager
    def file(self, path: str) -> Iterator[PayloadWriter]:
        """Hold one payload file open for writing, one at a time. It is there when this ends well, else not at all.

        Names that are too long for file systems are shortened (``payload_path``).
        """
        path = payload_path(path)
        require_payload_path(path)
        self.sink.begin(path)
        writer = PayloadWriter(self.sink)
        try:
            yield writer
        except BaseException:
            self.sink.discard()
            raise
        self.sink.end()
        record: FileRecord = {"path": path, "size": writer.size, "sha256": writer.digest()}
        self.files.append(record)
        self.written.append(record)

    def saw(self, when: float, number: int = 1) -> None:
        """Count things of the time ``when``, in seconds since the epoch."""
        self.count += number
        self.oldest = when if self.oldest is None else min(self.oldest, when)
        self.newest = when if self.newest is None else max(self.newest, when)

    def leave_out(self, what: str, reason: Reason) -> None:
        """Say that something is not in the bag."""
        self.left_out.append({"what": what, "reason": reason.value})

    def record(self) -> ItemExportRecord:
        """Return it as plain data."""
        outcome = Outcome.FAILED if self.error else Outcome.DELIVERED if self.files else Outcome.EMPTY
        return {
            "kind": self.kind,
            "item": self.item,
            "outcome": outcome.value,
            "files": self.files,
            "count": self.count,
            "bytes": sum(each["size"] for each in self.files),
            "oldest": shown_time(self.oldest),
            "newest": shown_time(self.newest),
            "left_out": self.left_out,
            "months": dict(self.months),
            "tally": dict(self.tally),
            "error": self.error.report() if self.error else None,
        }


class Output(Protocol):
    """Takes bytes, and says how many there were."""

    @property
    def size(self) -> int:
        """Return how many bytes were written."""

    def write(self, data: bytes | memoryview) -> None:
        """Write more."""


class PayloadWriter:
    """An open payload file, hashed while it is written."""

    def __init__(self, sink: Sink) -> None:
        self.size = 0
        self._sink = sink
        self._hash = hashlib.sha256()

    def write(self, data: bytes | memoryview) -> None:
        """Write more of it."""
        self._hash.update(data)
        self._sink.write(data)
        self.size += len(data)

    def copy(self, descriptor: int) -> None:
        """Write all that can be read from an open file or pipe, in constant memory."""
        buffer = bytearray(_CHUNK)
        view = memoryview(buffer)
        while length := os.readv(descriptor, [buffer]):
            self.write(view[:length])

    def digest(self) -> str:
        """Return the SHA-256 of what was written."""
        return self._hash.hexdigest()


class Part:
    """What one host delivers of one customer."""

    def __init__(self, sink: Sink) -> None:
        self.exports: list[ItemExport] = []
        self.files: list[FileRecord] = []
        self._sink = sink

    @contextmanager
    def exporting(self, kind: str, item: str = "") -> Iterator[ItemExport]:
        """Deliver one item. What goes wrong inside is noted and stops no other item; only a full disk ends it all."""
        export = ItemExport(kind, item, self._sink, self.files)
        self.exports.append(export)
        try:
            yield export
        except Exception as error:
            if isinstance(error, OSError) and error.errno in _NO_ROOM:
                raise Incomplete(
                    f"no room is left for the export: {error.strerror}",
                    remedy="make room, then run again",
                    code=NO_ROOM,
                ) from error
            export.error = as_hosting_error(error)

    def fail(self, kind: str, error: HostingError) -> None:
        """Note that a kind as a whole could not be delivered."""
        self.exports.append(ItemExport(kind, "", self._sink, self.files, error=error))

    def report(self, **more: Any) -> dict[str, Any]:
        """Return part.json. Its ``files`` stand in the order in which they lie in the archive."""
        exports = [export.record() for export in self.exports]
        return {"version": 1, **more, "exports": exports, "files": self.files}


def payload_path(path: str) -> str:
    """Return a path below ``data/`` whose components are short enough: domains and addresses may have 320 characters.

    What is longer keeps its beginning and its end, with a part of its SHA-256 between, so that no two become the same.
    """
    return "/".join(part if len(part) <= _LONGEST else _shortened(part) for part in path.split("/"))


def _shortened(name: str) -> str:
    digest = hashlib.sha256(name.encode()).hexdigest()[:_DIGEST]
    return f"{name[: _LONGEST - _END - _DIGEST - 2]}-{digest}-{name[-_END:]}"


def require_payload_path(path: str) -> None:
    """Refuse names of payload files that other programs could misread. Stores make their names of what is validated."""
    if not all(_COMPONENT.fullmatch(part) for part in path.split("/")):
        raise Incomplete(f"{path!r} can't be the name of a file in a bag", remedy="report it", code="bad-payload-name")

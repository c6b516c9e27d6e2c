# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Evidence: what was asked of a customer's data, handed over and erased. Lines are only ever added.

A file for each customer, one JSON object a line. Each line has the SHA-256 of the one before, so that a line that was
changed or taken out is found.
"""

from __future__ import annotations

import fcntl
import getpass
import hashlib
import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .._core import names
from .._core.errors import Incomplete
from .._core.files import directory, unsafe
from .._formats.tar import write_all
from .._formats.timestamps import shown_time

_FLAGS = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
_LIMIT = 64 << 20
# What a line says of itself, beside what it is about.
_OWN = frozenset({"time", "by", "previous"})


def read_evidence(place: str, customer: str) -> list[dict[str, Any]]:
    """Return all lines of a customer. Raises Incomplete where one was changed."""
    names.require_customer(customer)
    path = Path(place, f"{customer}.jsonl")
    if not path.exists():
        return []
    with _open(place, customer, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC) as descriptor:
        return _lines(descriptor, str(path))


def add_evidence(
    place: str, customer: str, entries: Sequence[Mapping[str, Any]], *, check_mode: bool
) -> list[dict[str, Any]]:
    """Add a line for each entry of which there is none that says just the same; return these entries.

    An entry may say itself of what time it is, for what did not happen just now.
    """
    known = read_evidence(place, customer) if entries else []
    missing: list[dict[str, Any]] = []
    for entry in map(dict, entries):
        if entry not in missing and not any(_says(line, entry) for line in known):
            missing.append(entry)
    if missing and not check_mode:
        Path(place).mkdir(mode=0o700, parents=True, exist_ok=True)
        with _open(place, customer, _FLAGS) as descriptor:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            _append(descriptor, missing, f"{place}/{customer}.jsonl")
    return missing


def _says(line: Mapping[str, Any], entry: Mapping[str, Any]) -> bool:
    own = _OWN - entry.keys()
    return {name: value for name, value in line.items() if name not in own} == dict(entry)


def _append(descriptor: int, entries: Sequence[Mapping[str, Any]], shown: str) -> None:
    content = _content(descriptor)
    whole, _newline, rest = content.rpartition(b"\n")
    if rest:
        # a run that was killed while it wrote
        os.ftruncate(descriptor, len(content) - len(rest))
    _parsed(whole, shown)
    last = whole.rpartition(b"\n")[2]
    lines = b""
    for entry in entries:
        previous = hashlib.sha256(last).hexdigest()
        line = {"time": shown_time(time.time()), "by": getpass.getuser(), **entry, "previous": previous}
        last = json.dumps(line, ensure_ascii=False, sort_keys=True).encode()
        lines += last + b"\n"
    write_all(descriptor, lines)
    os.fsync(descriptor)


def _lines(descriptor: int, shown: str) -> list[dict[str, Any]]:
    return _parsed(_content(descriptor).rpartition(b"\n")[0], shown)


def _parsed(content: bytes, shown: str) -> list[dict[str, Any]]:
    """Return the lines. Raises Incomplete at the first that does not follow from the one before."""
    parsed = []
    previous = b""
    for number, line in enumerate(content.split(b"\n") if content else [], start=1):
        try:
            found = json.loads(line)
            good = found["previous"] == hashlib.sha256(previous).hexdigest()
        except (ValueError, LookupError, TypeError):
            good = False
        if not good:
            raise Incomplete(
                f"{shown}: line {number} or the one before was changed, or a line is missing",
                remedy="compare it with a copy; put the file aside only when you know what happened",
                code="evidence-changed",
            )
        parsed.append(found)
        previous = line
    return parsed


def _content(descriptor: int) -> bytes:
    size = os.fstat(descriptor).st_size
    if size > _LIMIT:
        raise unsafe("the evidence", f"larger than {_LIMIT} bytes")
    return os.pread(descriptor, size, 0)


@contextmanager
def _open(place: str, customer: str, flags: int) -> Iterator[int]:
    with directory(str(Path(place).resolve())) as parent:
        if os.fstat(parent).st_mode & 0o022:
            raise unsafe(place, "writable by others")
        descriptor = os.open(f"{customer}.jsonl", flags, 0o600, dir_fd=parent)
        try:
            yield descriptor
        finally:
            os.close(descriptor)

# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A log with all its rotated files, held open together: what rotation does meanwhile changes nothing any more."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass

from .._core.errors import Incomplete
from .._core.files import open_directory
from . import rotation

_HEAD = 4096
# how often a directory is listed until no rotation has come between
_ATTEMPTS = 20


@dataclass(frozen=True, slots=True)
class LogFile:
    """One open file of a log. ``changed`` is when it was last written to, in seconds since the epoch."""

    descriptor: int
    name: str
    packing: rotation.Packing
    changed: float
    size: int


@contextmanager
def open_log(path: str, *, required: bool = False) -> Iterator[list[LogFile]]:
    """Hold all files of the log ``path`` open, the oldest first.

    A log without a file is an empty one, unless it is ``required``; without its directory it is none. Raises
    Incomplete for what is not there, UnsafePath for what is no file.
    """
    directory, stem = os.path.split(path)
    with ExitStack() as stack:
        yield _open_all(_directory(directory, stack), stem, path, stack, required=required)


def passed_over(path: str) -> list[str]:
    """Return the files that look like rotated ones of the log ``path``, but have a name or a packing that is not known.

    Nobody can tell whether they are: what programs note beside a log is among them.
    """
    directory, stem = os.path.split(path)
    with ExitStack() as stack:
        descriptor = _directory(directory, stack)
        found = [name for name in rotation.similar_to(descriptor, stem) if _has_content(descriptor, name)]
        return [os.fsencode(f"{directory}/{name}").decode("utf-8", "backslashreplace") for name in found]


def _has_content(directory: int, name: str) -> bool:
    with suppress(FileNotFoundError):
        status = os.stat(name, dir_fd=directory, follow_symlinks=False)
        return stat.S_ISREG(status.st_mode) and status.st_size > 0
    return False


def _directory(path: str, stack: ExitStack) -> int:
    try:
        descriptor = open_directory(path)
    except FileNotFoundError:
        raise Incomplete(f"{path}: there is no such directory of logs", remedy="correct hosting_stores") from None
    stack.callback(os.close, descriptor)
    return descriptor


def _open_all(directory: int, stem: str, path: str, stack: ExitStack, *, required: bool) -> list[LogFile]:
    found: dict[tuple[int, int], LogFile] = {}
    heads: set[bytes] = set()
    for _attempt in range(_ATTEMPTS):
        before = len(found)
        for name in rotation.names_of(directory, stem):
            _open_one(directory, name, f"{path.rpartition('/')[0]}/{name}", stack, (found, heads))
        # only when a whole look at the directory brought nothing new, nothing has slipped through
        if len(found) == before:
            break
    if required and not found:
        raise Incomplete(
            f"{path}: there is no such log",
            remedy="correct hosting_stores; what only the journal of systemd has can't be handed over",
        )
    return sorted(found.values(), key=lambda file: rotation.age(file.name, stem))


def _open_one(
    directory: int,
    name: str,
    shown: str,
    stack: ExitStack,
    known: tuple[dict[tuple[int, int], LogFile], set[bytes]],
) -> None:
    found, heads = known
    try:
        descriptor = rotation.open_part(directory, name, shown)
    except FileNotFoundError:
        return
    status = os.fstat(descriptor)
    file = LogFile(descriptor, name, rotation.Packing.of(name), status.st_mtime, status.st_size)
    identity = (status.st_dev, status.st_ino)
    head = _digest(rotation.beginning(descriptor, file.packing, _HEAD)) if identity not in found else None
    # what was compressed or copied meanwhile begins like a file that is open already
    if head is None or (head and head in heads):
        os.close(descriptor)
        return
    heads.add(head)
    found[identity] = file
    stack.callback(os.close, descriptor)


def _digest(start: bytes) -> bytes:
    return hashlib.sha256(start).digest() if start else b""

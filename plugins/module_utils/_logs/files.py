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
from typing import Final

from .._core.errors import Incomplete, UnsafePath
from .._core.files import open_directory
from . import rotation

_HEAD = 4096
# How much of a file shows its format, in bytes.
BEGINNING: Final = 1 << 16
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
    """Hold all files of the log ``path`` open, the oldest first; ``path`` may be that of one which has its date in its
    name, or a link to such a one.

    A log without a file is an empty one, unless it is ``required``; without its directory it is none. Raises
    Incomplete for what is not there, UnsafePath where the log itself is no file.
    """
    directory, name = os.path.split(path)
    with ExitStack() as stack:
        yield _open_all(_directory(directory, stack), rotation.stem_of(name), path, stack, required=required)


def passed_over(path: str) -> list[str]:
    """Return what looks like rotated files of the log ``path``, but has a name or a packing that is not known, or is no
    file.

    Nobody can tell whether they are: what programs note beside a log is among them.
    """
    directory, name = os.path.split(path)
    stem = rotation.stem_of(name)
    with ExitStack() as stack:
        descriptor = _directory(directory, stack)
        found = [name for name in rotation.similar_to(descriptor, stem) if _has_content(descriptor, name)]
        found += rotation.odd_ones(descriptor, stem, path)
        return [shown_path(f"{directory}/{name}") for name in found]


def beginnings(path: str) -> Iterator[bytes]:
    """Yield the lines with which the files of a log begin that are not compressed: they show its format."""
    with open_log(path) as files:
        for file in files:
            if file.packing is rotation.Packing.NONE:
                yield from os.pread(file.descriptor, BEGINNING, 0).split(b"\n")[:-1]


def shown_path(path: str) -> str:
    """Return a path as a text that can be shown."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


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
            shown = f"{path.rpartition('/')[0]}/{name}"
            try:
                _open_one(directory, name, shown, stack, (found, heads))
            except UnsafePath:
                # what it leads to is read by itself; of a rotated one ``passed_over`` tells
                if name == stem and not rotation.leads_to_part(directory, name, shown, stem):
                    raise
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

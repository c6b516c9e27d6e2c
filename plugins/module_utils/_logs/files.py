# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A log with all its rotated files, held open together: what rotation does meanwhile changes nothing any more."""

from __future__ import annotations

import bz2
import errno
import gzip
import hashlib
import lzma
import os
import re
import stat
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import PurePath

from .._core.errors import Incomplete, UnsafePath
from .._core.files import open_directory, unsafe

_HEAD = 4096
_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
# what logrotate appends: a number, or a date (dateformat), then what compressed it
_TURN = r"(?:\.(?P<number>[0-9]{1,4})|[-.](?P<date>[0-9]{4}-?[0-9]{2}-?[0-9]{2}(?:[-_.]?[0-9]{1,10})?))"
_PACKING = r"(?P<packing>\.(?:gz|xz|zst|bz2))?"
# what stands between the name of a log and what somebody else has appended; with a letter it is another log
_APPENDED = r"[-._~]"
# how often a directory is listed until no rotation has come between
_ATTEMPTS = 20


class Packing(StrEnum):
    """How a file is compressed, by the end of its name."""

    NONE = ""
    GZIP = ".gz"
    XZ = ".xz"
    ZSTD = ".zst"
    BZIP2 = ".bz2"


@dataclass(frozen=True, slots=True)
class LogFile:
    """One open file of a log. ``changed`` is when it was last written to, in seconds since the epoch."""

    descriptor: int
    name: str
    packing: Packing
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


def is_part(path: str, log: str) -> bool:
    """Tell whether a file is a log, or one of its rotated files."""
    directory, name = os.path.split(os.path.normpath(path))
    where, stem = os.path.split(os.path.normpath(log))
    return directory == where and _rotation(name, stem) is not None


def passed_over(path: str) -> list[str]:
    """Return the files that look like rotated ones of the log ``path``, but have a name or a packing that is not known.

    Nobody can tell whether they are: what programs note beside a log is among them.
    """
    directory, stem = os.path.split(path)
    with ExitStack() as stack:
        descriptor = _directory(directory, stack)
        found = [name for name in _similar(descriptor, stem) if _has_content(descriptor, name)]
        return [os.fsencode(f"{directory}/{name}").decode("utf-8", "backslashreplace") for name in found]


def _similar(directory: int, stem: str) -> list[str]:
    return sorted(name for name in os.listdir(directory) if _looks_like_one(name, stem))


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
        names = _names(directory, stem)
        for name in names:
            _open_one(directory, name, f"{path.rpartition('/')[0]}/{name}", stack, (found, heads))
        # only when a whole look at the directory brought nothing new, nothing has slipped through
        if len(found) == before:
            break
    if required and not found:
        raise Incomplete(
            f"{path}: there is no such log",
            remedy="correct hosting_stores; what only the journal of systemd has can't be handed over",
        )
    return sorted(found.values(), key=lambda file: _age(file.name, stem))


def _names(directory: int, stem: str) -> list[str]:
    names = {name for name in os.listdir(directory) if _rotation(name, stem) is not None}
    # as long as the original is there, its compression is not finished
    return sorted(
        name for name in names if not any(name == f"{other}{end}" for other in names for end in Packing if end)
    )


@lru_cache(maxsize=64)
def _patterns(stem: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return what a log and its rotated files are called, which may keep its end (``extension`` of logrotate)."""
    name = PurePath(stem)
    base, end = name.stem, name.suffix
    return (
        re.compile(f"{re.escape(stem)}{_TURN}?{_PACKING}", re.DOTALL),
        re.compile(f"{re.escape(base)}{_TURN}{re.escape(end)}{_PACKING}", re.DOTALL),
    )


def _rotation(name: str, stem: str) -> re.Match[str] | None:
    usual, with_end = _patterns(stem)
    return usual.fullmatch(name) or with_end.fullmatch(name)


def _looks_like_one(name: str, stem: str) -> bool:
    if _rotation(name, stem) is not None:
        return False
    found = _patterns(stem)[1].match(name)
    end = len(stem) if name.startswith(stem) else found.end() if found is not None else len(name)
    return re.match(_APPENDED, name[end:]) is not None


def _age(name: str, stem: str) -> tuple[int, str, int]:
    """Return what sorts the oldest first: by date, then by number from the highest, then the one that is written to."""
    found = _rotation(name, stem)
    if found is None or not (found["date"] or found["number"]):
        return (2, "", 0)
    if found["date"]:
        return (0, found["date"].replace("-", ""), 0)
    return (1, "", -int(found["number"]))


def _open_one(
    directory: int,
    name: str,
    shown: str,
    stack: ExitStack,
    known: tuple[dict[tuple[int, int], LogFile], set[bytes]],
) -> None:
    found, heads = known
    try:
        descriptor = os.open(name, _FLAGS, dir_fd=directory)
    except FileNotFoundError:
        return
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENXIO):
            raise unsafe(shown, "a symbolic link or not a regular file") from error
        raise
    status = os.fstat(descriptor)
    file = LogFile(descriptor, name, _packing(name), status.st_mtime, status.st_size)
    identity = (status.st_dev, status.st_ino)
    try:
        if not stat.S_ISREG(status.st_mode):
            raise unsafe(shown, "not a regular file")
        head = _head(file) if identity not in found else None
    except UnsafePath:
        os.close(descriptor)
        raise
    # what was compressed or copied meanwhile begins like a file that is open already
    if head is None or (head and head in heads):
        os.close(descriptor)
        return
    heads.add(head)
    found[identity] = file
    stack.callback(os.close, descriptor)


def _packing(name: str) -> Packing:
    return next((packing for packing in Packing if packing and name.endswith(packing)), Packing.NONE)


def _head(file: LogFile) -> bytes:
    """Return a digest of how a file begins, nothing for one that is empty or can't be told (reading it will tell)."""
    try:
        with os.fdopen(os.dup(file.descriptor), "rb") as raw:
            if file.packing is Packing.GZIP:
                start = gzip.GzipFile(fileobj=raw).read(_HEAD)
            elif file.packing is Packing.XZ:
                start = lzma.LZMAFile(raw).read(_HEAD)  # noqa: SIM115 - what is below it is closed
            elif file.packing is Packing.BZIP2:
                start = bz2.BZ2File(raw).read(_HEAD)
            else:
                start = raw.read(_HEAD)
    except (EOFError, OSError, zlib.error, lzma.LZMAError):
        return b""
    finally:
        os.lseek(file.descriptor, 0, os.SEEK_SET)
    return hashlib.sha256(start).digest() if start else b""

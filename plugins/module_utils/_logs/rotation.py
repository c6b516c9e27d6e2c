# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of a log: what rotation calls them, in which order they were written, how they are opened and unpacked."""

from __future__ import annotations

import bz2
import errno
import gzip
import lzma
import os
import re
import stat
import sys
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from functools import lru_cache
from pathlib import PurePath
from typing import IO, Any, cast

from .._core.errors import HostingError
from .._core.files import unsafe
from .._core.process import Stage, piped, run_pipeline

# What reading from ``unpacked`` raises where a file is damaged; OSError is what gzip raises for some of it.
DAMAGED = (EOFError, zlib.error, lzma.LZMAError, OSError)
_HEAD = 4096
_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
# what logrotate appends: a number, or a date (dateformat), then what compressed it
_TURN = r"(?:\.(?P<number>[0-9]{1,4})|[-._](?P<date>[0-9]{4}[-._]?[0-9]{2}[-._]?[0-9]{2}(?:[-_.]?[0-9]{1,10})?))"
# A date in front, as vlogger, rotatelogs and cronolog are told to write it: a customer's number is none.
_YEAR, _MONTH, _DAY = "(?:19|20)[0-9]{2}", "(?:0[1-9]|1[0-2])", "(?:0[1-9]|[12][0-9]|3[01])"
_FRONT = f"(?P<date>{_YEAR}[-._]?{_MONTH}[-._]?{_DAY}(?:[-_.T]?[0-9]{{2,6}})?|{_MONTH}[-._]?{_DAY}[-._]?{_YEAR})[-._]"
_DATED = re.compile(f"{_FRONT}(?P<log>.+)", re.DOTALL)
_DATED_INSIDE = re.compile(
    rf"(?P<log>.+?)[-._](?P<date>{_YEAR}[-._]?{_MONTH}[-._]?{_DAY}(?:[-_.T]?[0-9]{{2,6}})?)(?P<end>\.[A-Za-z]+)?",
    re.DOTALL,
)
_NUMBERED = re.compile(r"(?P<log>.+?)\.[0-9]{1,4}(?P<end>\.[A-Za-z]+)?", re.DOTALL)
_MONTH_FIRST = re.compile(f"({_MONTH}{_DAY})({_YEAR})")
_PACKING = r"(?P<packing>\.(?:gz|xz|zst|bz2))?"
# what stands between the name of a log and what somebody else has appended; with a letter it is another log
_APPENDED = r"[-._~]"
# and what may be a date that is written in another way
_NUMBERS_BEFORE = r"[0-9][0-9._T-]*[-._]"
_UNPACK = "import {0}, shutil, sys; shutil.copyfileobj({0}.open(sys.stdin.buffer), sys.stdout.buffer, 1 << 20)"


class Packing(StrEnum):
    """How a file is compressed, by the end of its name."""

    NONE = ""
    GZIP = ".gz"
    XZ = ".xz"
    ZSTD = ".zst"
    BZIP2 = ".bz2"

    @classmethod
    def of(cls, name: str) -> Packing:
        """Return how a file of this name is compressed."""
        return next((packing for packing in cls if packing and name.endswith(packing)), cls.NONE)


# Debian need not have the programs xz and bzip2, Python has their libraries.
UNPACKERS = {
    Packing.GZIP: ["gzip", "-dc"],
    Packing.XZ: [sys.executable, "-Ic", _UNPACK.format("lzma")],
    Packing.BZIP2: [sys.executable, "-Ic", _UNPACK.format("bz2")],
    Packing.ZSTD: ["zstd", "-dcq"],
}


def names_of(directory: int, stem: str) -> list[str]:
    """Return the names of the files of the log ``stem`` in an open directory, the oldest first."""
    names = {name for name in os.listdir(directory) if _rotation(name, stem) is not None}
    twice = {name for name in names if (plain := name.removesuffix(Packing.of(name))) != name and plain in names}
    names -= {name for name in twice if _is_compression(directory, name)}
    return sorted(names, key=lambda name: (age(name, stem), name))


def _is_compression(directory: int, name: str) -> bool:
    """Tell whether a file is what becomes of the one beside it: as long as that is there, it is not finished.

    Where both are of other rotations, as after a change between delaycompress and none, each begins in its own way.
    """
    packing = Packing.of(name)
    try:
        packed = _start_of(directory, name, packing)
        plain = _start_of(directory, name.removesuffix(packing), Packing.NONE)
    except (HostingError, OSError):
        # gone, or no file: opening it will tell
        return True
    return plain.startswith(packed)


def _start_of(directory: int, name: str, packing: Packing) -> bytes:
    descriptor = open_part(directory, name, name)
    try:
        return beginning(descriptor, packing, _HEAD)
    finally:
        os.close(descriptor)


def similar_to(directory: int, stem: str) -> list[str]:
    """Return the names in a directory that look like those of a log's files, but have an end that is not known."""
    return sorted(name for name in os.listdir(directory) if _looks_like_one(name, stem))


def stem_of(name: str) -> str:
    """Return what the files of a log are named after: of a name with a date, what it has without."""
    plain = name.removesuffix(Packing.of(name))
    if found := _DATED.fullmatch(plain):
        return found["log"]
    if found := _DATED_INSIDE.fullmatch(plain):
        return found["log"] + (found["end"] or "")
    return name


def same_log(path: str) -> str:
    """Return what the paths of all files of a log have in common, whichever of them is named."""
    directory, name = os.path.split(os.path.normpath(path))
    stem = stem_of(name)
    stem = stem.removesuffix(Packing.of(stem))
    found = _NUMBERED.fullmatch(stem)
    return f"{directory}/{found['log'] + (found['end'] or '') if found is not None else stem}"


def distinct(paths: Iterable[str]) -> list[str]:
    """Return the logs among paths of which some may be files of others, so that no file is read twice."""
    shown: dict[str, str] = {}
    for path in paths:
        shown.setdefault(os.path.normpath(path), path)
    found: list[str] = []
    for path in shown:
        if not any(_covers(other, path) for other in found):
            found = [other for other in found if not _covers(path, other)] + [path]
    return [shown[path] for path in found]


def _covers(log: str, path: str) -> bool:
    """Tell whether a path is that of one of the files of a log."""
    directory, name = os.path.split(path)
    where, first = os.path.split(log)
    return directory == where and _rotation(name, stem_of(first)) is not None


def leads_to_part(directory: int, name: str, shown: str, stem: str) -> bool:
    """Tell whether a name is a link to another file of the log beside it, as to the one of today."""
    try:
        where, target = os.path.split(os.readlink(name, dir_fd=directory))
    except OSError:
        return False
    return where in ("", ".", str(PurePath(shown).parent)) and target != name and _rotation(target, stem) is not None


def odd_ones(directory: int, stem: str, shown: str) -> list[str]:
    """Return the names of rotated files of a log that are no files, such as links that lead elsewhere."""
    return [
        name
        for name in sorted(os.listdir(directory))
        if name != stem
        and _rotation(name, stem) is not None
        and not _is_regular(directory, name)
        and not leads_to_part(directory, name, shown, stem)
    ]


def _is_regular(directory: int, name: str) -> bool:
    with suppress(FileNotFoundError):
        return stat.S_ISREG(os.stat(name, dir_fd=directory, follow_symlinks=False).st_mode)
    # gone meanwhile
    return True


def open_part(directory: int, name: str, shown: str) -> int:
    """Open a file of a log. Raises FileNotFoundError when it is gone, UnsafePath for what is no file."""
    try:
        descriptor = os.open(name, _FLAGS, dir_fd=directory)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENXIO):
            raise unsafe(shown, "a symbolic link or not a regular file") from error
        raise
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise unsafe(shown, "not a regular file")
    return descriptor


@contextmanager
def unpacked(descriptor: int, packing: Packing) -> Iterator[IO[bytes]]:
    """Hold what is in an open file open, from its beginning; one can seek in it.

    Reading raises what DAMAGED names. For ``.zst``, which needs the program and room for all of it, opening raises
    ProgramFailed or ServiceUnavailable.
    """
    os.lseek(descriptor, 0, os.SEEK_SET)
    with os.fdopen(os.dup(descriptor), "rb") as raw:
        if packing is Packing.ZSTD:
            # on a disk: /tmp may lie in memory
            with tempfile.TemporaryFile(dir="/var/tmp") as plain:
                run_pipeline([Stage(UNPACKERS[packing])], raw.fileno(), plain.fileno())
                plain.seek(0)
                yield plain
            return
        content: Any = raw
        if packing is Packing.GZIP:
            content = gzip.GzipFile(fileobj=raw)
        elif packing is Packing.XZ:
            content = lzma.LZMAFile(raw)  # noqa: SIM115 - what is below it is closed
        elif packing is Packing.BZIP2:
            content = bz2.BZ2File(raw)
        # they have the methods, if not the class
        yield cast("IO[bytes]", content)


def beginning(descriptor: int, packing: Packing, size: int) -> bytes:
    """Return up to ``size`` bytes of how a file begins, nothing where it can't be told: reading it will tell."""
    os.lseek(descriptor, 0, os.SEEK_SET)
    try:
        if packing is Packing.ZSTD:
            with suppress(HostingError), piped([Stage(UNPACKERS[packing])], descriptor) as start:
                # enough to be told apart; that the program can't write the rest is not of interest
                return start.read(size)
            return b""
        with unpacked(descriptor, packing) as content:
            return content.read(size)
    except DAMAGED:
        return b""
    finally:
        os.lseek(descriptor, 0, os.SEEK_SET)


def age(name: str, stem: str) -> tuple[int, str, int]:
    """Return what sorts the oldest first: by date, then by number from the highest, then the one that is written to."""
    found = _rotation(name, stem)
    if found is None or not (found["date"] or found["number"]):
        return (2, "", 0)
    if found["date"]:
        date = re.sub("[-._T]", "", found["date"])
        return (0, _MONTH_FIRST.sub(r"\2\1", date), -int(found["number"] or 0))
    return (1, "", -int(found["number"]))


@lru_cache(maxsize=64)
def _patterns(stem: str) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Return what a log and its rotated files are called, which may keep its end (``extension`` of logrotate), or have
    their date in front.
    """
    name = PurePath(stem)
    base, end = name.stem, name.suffix
    return (
        re.compile(f"{re.escape(stem)}{_TURN}?{_PACKING}", re.DOTALL),
        re.compile(f"{re.escape(base)}{_TURN}{re.escape(end)}{_PACKING}", re.DOTALL),
        re.compile(rf"{_FRONT}{re.escape(stem)}(?:\.(?P<number>[0-9]{{1,4}}))?{_PACKING}", re.DOTALL),
    )


def _rotation(name: str, stem: str) -> re.Match[str] | None:
    usual, with_end, dated = _patterns(stem)
    return usual.fullmatch(name) or with_end.fullmatch(name) or dated.fullmatch(name)


def _looks_like_one(name: str, stem: str) -> bool:
    if _rotation(name, stem) is not None:
        return False
    if re.match(f"{_NUMBERS_BEFORE}{re.escape(stem)}(?:{_APPENDED}|\\Z)", name):
        return True
    found = _patterns(stem)[1].match(name)
    end = len(stem) if name.startswith(stem) else found.end() if found is not None else len(name)
    return re.match(_APPENDED, name[end:]) is not None

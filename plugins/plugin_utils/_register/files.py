# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of a register directory, each opened without following links and without waiting for anybody."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any, Final, TypedDict

from ansible_collections.magmasoft.hosting.plugins.module_utils._core import names as grammar

from .claims import names_in
from .collector import uncollected
from .errors import UNPRINTABLE, Error, RegisterReport
from .yaml_text import read_text

_LARGEST: Final = 1 << 20
_FILE: Final = "a regular file of UTF-8 text, at most 1 MiB, that the operator can read"
_NAME: Final = "<customer>.yml, the identifier of a..z, 0..9 and hyphen, a letter first, at most 28 characters"


class RegisterFile(TypedDict):
    """A register file as it was read. ``names`` lists what it seems to own, where it could not be understood."""

    file: str
    customer: str
    data: Any
    lines: dict[str, int]
    names: list[list[str]]
    errors: list[Error]


class _Unreadable(Exception):
    """A file that is not what a register holds."""


@uncollected
def read_directory(directory: str) -> list[RegisterFile]:
    """Return every register file of ``directory``, by name. Raises OSError if there is no such directory."""
    place = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        names = sorted(name for name in os.listdir(place) if _is_meant(name))  # noqa: PTH208 - by descriptor
        return [read_file(directory, name, place) for name in names]
    finally:
        os.close(place)


def read_file(directory: str, name: str, place: int) -> RegisterFile:
    """Return one file. ``place`` is the open directory."""
    file = _printable(str(Path(directory) / name))
    stem, _dot, ending = name.rpartition(".")
    customer = stem if grammar.CUSTOMER.fullmatch(stem) else ""
    lines: dict[str, int] = {}
    report = RegisterReport(customer, file, lines)
    if not customer or ending != "yml":
        report.add("", _printable(name), "is no name of a register file", _NAME)
    data, text = None, ""
    try:
        raw = _read(name, place)
        text = raw.decode("utf-8", "replace")
        data = read_text(_decoded(raw), report, lines)
    except _Unreadable as error:
        report.add("", "", str(error), _FILE, line=0)
    return {
        "file": file,
        "customer": customer,
        "data": data,
        "lines": lines,
        "names": names_in(text) if report.errors else [],
        "errors": report.errors,
    }


def _printable(path: str) -> str:
    text = os.fsencode(path).decode("utf-8", "backslashreplace")
    return UNPRINTABLE.sub(lambda match: ascii(match[0])[1:-1], text)


def _is_meant(name: str) -> bool:
    return not name.startswith(".") and name.lower().endswith((".yml", ".yaml"))


def _read(name: str, place: int) -> bytes:
    try:
        descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=place)
    except OSError as error:
        raise _Unreadable(_reason(name, place, error)) from None
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise _Unreadable("is no regular file")
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            raw = file.read(_LARGEST + 1)
    except OSError as error:
        raise _Unreadable(f"cannot be read ({error.strerror})") from None
    finally:
        os.close(descriptor)
    if len(raw) > _LARGEST:
        raise _Unreadable("has more than 1 MiB")
    return raw


def _reason(name: str, place: int, error: OSError) -> str:
    try:
        if stat.S_ISLNK(os.stat(name, dir_fd=place, follow_symlinks=False).st_mode):
            return "is a symbolic link"
    except OSError:
        pass
    return f"cannot be read ({error.strerror})"


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _Unreadable(f"is not UTF-8 (line {line})") from None

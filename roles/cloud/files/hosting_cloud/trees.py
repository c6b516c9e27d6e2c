# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of an address: where they lie, what they take, and the quota that nobody gets over."""

from __future__ import annotations

import os
import shutil
import stat
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from .accounts import Account

FILES, UPLOADS = "files", "uploads"
_COUNTED_SECONDS = 3600.0
# An upload to which nothing has been added for so long has ended with the process that took it.
_STALE_SECONDS = 24 * 3600.0
_LONGEST_NAME = 255


class OutsideError(Exception):
    """A path that leads out of the tree, or over something that is neither file nor directory."""


class FullError(Exception):
    """The quota does not allow so many bytes more."""


@dataclass
class _Usage:
    """What a tree takes, in bytes; counted anew after ``until``."""

    used: int
    until: float


class Trees:
    """The trees of all accounts below one directory. Usage is kept in memory, and counted file by file once an hour."""

    def __init__(self, root: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._root = root
        self._clock = clock
        self._lock = threading.Lock()
        self._usages: dict[str, _Usage] = {}

    def top(self, account: Account) -> Path:
        """Return the directory that an account has its files in."""
        return Path(self._root, account.address, FILES)

    def path(self, account: Account, parts: list[str]) -> Path:
        """Return where something lies in the tree, or would. Follows no link. Raises OutsideError."""
        found = self.top(account)
        _require_directory(found)
        for position, part in enumerate(parts):
            if position:
                _require_directory(found)
            found = _below(found, part)
        if _is_other(found):
            raise OutsideError(str(found))
        return found

    def used(self, account: Account) -> int:
        """Return how many bytes an account's files take: O(files) once an hour, O(1) in between."""
        with self._lock:
            return self._usage(account).used

    def reserve(self, account: Account, size: int) -> None:
        """Count bytes before they are written. Raises FullError."""
        with self._lock:
            usage = self._usage(account)
            if size > 0 and account.quota is not None and usage.used + size > account.quota:
                raise FullError
            usage.used += size

    def release(self, account: Account, size: int) -> None:
        """Count bytes as removed."""
        with self._lock:
            usage = self._usage(account)
            usage.used = max(0, usage.used - size)

    def begin(self, account: Account) -> Upload:
        """Begin to take a file; it has no place yet."""
        return Upload(self, account, self._new_file(account))

    def remove(self, account: Account, path: Path) -> None:
        """Remove a file, or a folder with all that is in it."""
        size = size_of(path)
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
        self.release(account, size)

    def _usage(self, account: Account) -> _Usage:
        now = self._clock()
        found = self._usages.get(account.address)
        if found is None or found.until < now:
            self._sweep_uploads(account)
            used = size_of(self.top(account)) + size_of(self._uploads(account))
            found = self._usages[account.address] = _Usage(used, now + _COUNTED_SECONDS)
        return found

    def _sweep_uploads(self, account: Account) -> None:
        before = time.time() - _STALE_SECONDS
        for place in self._uploads(account).glob("*"):
            with suppress(FileNotFoundError):
                if place.lstat().st_mtime < before:
                    place.unlink()

    def _uploads(self, account: Account) -> Path:
        return Path(self._root, account.address, UPLOADS)

    def _new_file(self, account: Account) -> Path:
        """Return a place for a file that is being uploaded, outside of what the customer sees."""
        directory = self._uploads(account)
        directory.mkdir(mode=0o700, exist_ok=True)
        return directory / os.urandom(16).hex()


class Upload:
    """A file that is being written, beside the tree. Counts towards the quota while it grows; ``size`` is in bytes."""

    def __init__(self, trees: Trees, account: Account, place: Path) -> None:
        self._trees = trees
        self._account = account
        self._place = place
        self._file: BinaryIO = place.open("xb")
        self._is_open = True
        self.size = 0

    def write(self, data: bytes) -> int:
        """Add bytes. Raises FullError."""
        self._trees.reserve(self._account, len(data))
        self.size += len(data)
        return self._file.write(data)

    def seek(self, offset: int) -> int:
        """Do nothing: what parses forms goes back to the beginning of each file, to have it read."""
        return offset

    def close(self) -> None:
        """Close the file; ``finish`` or ``discard`` says what becomes of it."""
        self._file.close()

    def finish(self, target: Path) -> None:
        """Put the file in its place."""
        self._file.close()
        former = _size(target)
        self._place.replace(target)
        self._is_open = False
        self._trees.release(self._account, former)

    def discard(self) -> None:
        """Remove the file, unless it has found its place."""
        self._file.close()
        if self._is_open:
            self._is_open = False
            self._place.unlink(missing_ok=True)
            self._trees.release(self._account, self.size)


def size_of(path: Path) -> int:
    """Return the bytes of all files at and below a path, without following links: O(files)."""
    status = path.lstat() if os.path.lexists(path) else None
    if status is None or not stat.S_ISDIR(status.st_mode):
        return status.st_size if status is not None and stat.S_ISREG(status.st_mode) else 0
    total = 0
    for directory, _names, files in os.walk(path):
        total += sum(_size(Path(directory, name)) for name in files)
    return total


def _size(path: Path) -> int:
    try:
        status = path.lstat()
    except FileNotFoundError:
        return 0
    return status.st_size if stat.S_ISREG(status.st_mode) else 0


def _below(directory: Path, name: str) -> Path:
    if name in ("", ".", "..") or "/" in name or "\0" in name or len(os.fsencode(name)) > _LONGEST_NAME:
        raise OutsideError(name)
    return directory / name


def _require_directory(path: Path) -> None:
    if path.is_symlink() or (os.path.lexists(path) and not path.is_dir()):
        raise OutsideError(str(path))


def _is_other(path: Path) -> bool:
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))

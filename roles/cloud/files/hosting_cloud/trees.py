# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of an address: where they lie, what they take, and the quota that nobody gets over."""

from __future__ import annotations

import os
import shutil
import stat
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, NamedTuple

from .accounts import Account

FILES, UPLOADS = "files", "uploads"
_COUNTED_SECONDS = 3600.0
# An upload to which nothing has been added for so long has ended with the process that took it.
_STALE_SECONDS = 24 * 3600.0
_LONGEST_NAME = 255
# What is deeper nobody could reach by its path any more, and to count it takes an open file for each level.
_LONGEST_PATH = 2048
_DEEPEST = 100
# What each file and folder counts besides its content, in bytes: without it, they could be without number.
ENTRY = 4096


class OutsideError(Exception):
    """A path that leads out of the tree, or over something that is neither file nor directory."""


class TooDeepError(OutsideError):
    """A path that is longer or deeper than any may be."""


class FullError(Exception):
    """The quota does not allow so many bytes more."""


@dataclass
class _Usage:
    """What a tree takes, in bytes; counted anew after ``until``. Who counts one tree holds no other up."""

    used: int = 0
    until: float = float("-inf")
    lock: threading.Lock = field(default_factory=threading.Lock)


class Extent(NamedTuple):
    """What is below a folder: what it counts in bytes, and the longest path, in bytes and in levels.

    A path has a slash before each name.
    """

    cost: int
    length: int
    depth: int


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
        _require_reachable(sum(len(os.fsencode(part)) + 1 for part in parts), len(parts))
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
        """Return how many bytes an account's files take: O(files) once an hour, O(1) in between. Raises OSError."""
        with self._counted(account) as usage:
            return usage.used

    def reserve(self, account: Account, size: int) -> None:
        """Count bytes before they are written. Raises FullError."""
        with self._counted(account) as usage:
            if size > 0 and account.quota is not None and usage.used + size > account.quota:
                raise FullError
            usage.used += size

    def release(self, account: Account, size: int) -> None:
        """Count bytes as removed."""
        with self._counted(account) as usage:
            usage.used = max(0, usage.used - size)

    def begin(self, account: Account) -> Upload:
        """Begin to take a file; it has no place yet. Raises FullError."""
        with self._entry(account):
            return Upload(self, account, self._new_file(account))

    def make_file(self, account: Account, path: Path) -> None:
        """Make an empty file. Raises FullError and FileExistsError."""
        with self._entry(account):
            path.open("xb").close()

    def make_folder(self, account: Account, path: Path) -> None:
        """Make a folder. Raises FullError and FileExistsError."""
        with self._entry(account):
            path.mkdir()

    def remove(self, account: Account, path: Path) -> None:
        """Remove a file, or a folder with all that is in it."""
        cost = cost_of(path)
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
        self.release(account, cost)

    def require_movable(self, account: Account, folder: Path, target: Path) -> None:
        """Raise TooDeepError where something in a folder would be out of reach at its new place."""
        place, extent = target.relative_to(self.top(account)), extent_of(folder)
        _require_reachable(len(os.fsencode(place)) + 1 + extent.length, len(place.parts) + extent.depth)

    @contextmanager
    def _entry(self, account: Account) -> Iterator[None]:
        """Count a file or folder that is made in the block."""
        self.reserve(account, ENTRY)
        try:
            yield
        except BaseException:
            self.release(account, ENTRY)
            raise

    @contextmanager
    def _counted(self, account: Account) -> Iterator[_Usage]:
        """Hold the usage of an account, counted within the last hour."""
        with self._lock:
            usage = self._usages.setdefault(account.address, _Usage())
        with usage.lock:
            now = self._clock()
            if usage.until < now:
                self._sweep_uploads(account)
                usage.used = extent_of(self.top(account)).cost + extent_of(self._uploads(account)).cost
                usage.until = now + _COUNTED_SECONDS
            yield usage

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
        former = cost_of(target)
        self._place.replace(target)
        self._is_open = False
        self._trees.release(self._account, former)

    def discard(self) -> None:
        """Remove the file, unless it has found its place."""
        self._file.close()
        if self._is_open:
            self._is_open = False
            self._place.unlink(missing_ok=True)
            self._trees.release(self._account, self.size + ENTRY)


def cost_of(path: Path) -> int:
    """Return what a file counts, or a folder with all that is in it, in bytes; 0 for what is not there: O(files)."""
    status = _status(os.fspath(path))
    if status is None:
        return 0
    if stat.S_ISDIR(status.st_mode):
        return ENTRY + extent_of(path).cost
    return ENTRY + _content(status)


def extent_of(folder: Path) -> Extent:
    """Return what is below a folder, however deep, without following links: O(files).

    Raises OSError for what can't be looked at: what is not counted would be free.
    """
    cost = length = depth = 0
    top = os.fspath(folder)
    if _status(top) is None:
        return Extent(0, 0, 0)
    # from descriptor to descriptor, since a path may be longer than the system takes one
    for place, folders, files, here in os.fwalk(top, onerror=_raise):
        below = os.fsencode(place[len(top) :])
        for name in (*folders, *files):
            status = _status(name, here)
            cost += ENTRY + (_content(status) if status is not None else 0)
            length = max(length, len(below) + 1 + len(os.fsencode(name)))
            depth = max(depth, below.count(b"/") + 1)
    return Extent(cost, length, depth)


def _raise(error: OSError) -> None:
    # what somebody has removed meanwhile counts nothing
    if not isinstance(error, FileNotFoundError):
        raise error


def _status(name: str, parent: int | None = None) -> os.stat_result | None:
    try:
        return os.stat(name, dir_fd=parent, follow_symlinks=False)
    except FileNotFoundError:
        return None


def _content(status: os.stat_result) -> int:
    return status.st_size if stat.S_ISREG(status.st_mode) else 0


def _require_reachable(length: int, depth: int) -> None:
    if length > _LONGEST_PATH or depth > _DEEPEST:
        raise TooDeepError(f"{length} bytes, {depth} levels")


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

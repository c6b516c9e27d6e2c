# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files and directories that customers may have touched: opened by descriptor, never through a symbolic link."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple

from .errors import UnsafePath

_DIRECTORY_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_TEMPORARY_PREFIX = ".hosting-"
_TEMPORARY_SUFFIX = ".new"


class Ownership(NamedTuple):
    """Owner, group and permission bits of a file or directory."""

    uid: int
    gid: int
    mode: int


def open_directory(path: str) -> int:
    """Open the absolute ``path`` component by component and return a descriptor; the caller closes it.

    Raises UnsafePath if a component is a symbolic link or not a directory, FileNotFoundError if it does not exist.
    """
    if not path.startswith("/"):
        raise UnsafePath(f"{path!r} is not an absolute path", remedy="give an absolute path")
    current = os.open("/", _DIRECTORY_FLAGS)
    try:
        for part in filter(None, path.split("/")):
            following = open_child_directory(current, part, shown=path)
            os.close(current)
            current = following
    except BaseException:
        os.close(current)
        raise
    return current


def open_roots_directory(path: str) -> int:
    """Open the directory ``path`` in one go; the caller closes it.

    Only for a path whose directories were seen to be root's: nobody else can have put a link among them since.
    """
    return os.open(path, _DIRECTORY_FLAGS)


def open_child_directory(parent_fd: int, name: str, *, shown: str) -> int:
    """Open directory ``name`` below ``parent_fd``; ``shown`` is the path that messages name."""
    _require_plain_name(name, shown)
    try:
        return os.open(name, _DIRECTORY_FLAGS, dir_fd=parent_fd)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENOTDIR):
            raise unsafe(shown, "a symbolic link or not a directory") from error
        raise


def open_below(parent_fd: int, *names: str, shown: str) -> int:
    """Open the directory that ``names`` lead to from ``parent_fd``, one after the other; the caller closes it."""
    current = os.dup(parent_fd)
    for name in names:
        try:
            following = open_child_directory(current, name, shown=shown)
        finally:
            os.close(current)
        current = following
    return current


@contextmanager
def directory(path: str) -> Iterator[int]:
    """Hold the absolute ``path`` open as a directory descriptor."""
    descriptor = open_directory(path)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def names_in(parent_fd: int) -> list[str]:
    """Return the names in an open directory, in no order."""
    return os.listdir(parent_fd)


def lstat(parent_fd: int, name: str) -> os.stat_result | None:
    """Return what ``name`` below ``parent_fd`` is, without following a link; None if there is nothing."""
    try:
        return os.stat(name, dir_fd=parent_fd, follow_symlinks=False)
    except FileNotFoundError:
        return None


def ensure_directory(parent_fd: int, name: str, wanted: Ownership, *, shown: str) -> bool:
    """Make directory ``name`` with the wanted owner and mode, or correct them. Return whether anything changed."""
    _require_plain_name(name, shown)
    created = False
    with suppress(FileExistsError):
        os.mkdir(name, 0o700, dir_fd=parent_fd)
        created = True
    descriptor = open_child_directory(parent_fd, name, shown=shown)
    try:
        return set_ownership(descriptor, wanted) or created
    finally:
        os.close(descriptor)


def set_ownership(descriptor: int, wanted: Ownership) -> bool:
    """Give an open file or directory the wanted owner and mode. Return whether anything changed."""
    present = os.fstat(descriptor)
    changed = False
    if (present.st_uid, present.st_gid) != (wanted.uid, wanted.gid):
        os.fchown(descriptor, wanted.uid, wanted.gid)
        changed = True
    # chown clears the set-id bits, so the mode comes second and is read anew.
    if changed or stat.S_IMODE(present.st_mode) != wanted.mode:
        os.fchmod(descriptor, wanted.mode)
        changed = True
    return changed


def read_regular(parent_fd: int, name: str, *, shown: str, limit: int) -> bytes | None:
    """Return the content of the regular file ``name``, None if there is none.

    Raises UnsafePath for a symbolic link, for anything that is not a regular file and for more than ``limit`` bytes.
    """
    found = read_owned(parent_fd, name, shown=shown, limit=limit)
    return None if found is None else found[0]


def read_owned(parent_fd: int, name: str, *, shown: str, limit: int) -> tuple[bytes, Ownership] | None:
    """Return the content of the regular file ``name`` with its owner and mode, just as ``read_regular`` does."""
    _require_plain_name(name, shown)
    try:
        descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=parent_fd)
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENXIO):
            raise unsafe(shown, "a symbolic link or not a regular file") from error
        raise
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise unsafe(shown, "not a regular file")
        # of a regular file less than was asked for is all that there is
        content = os.read(descriptor, min(found.st_size, limit) + 1)
    finally:
        os.close(descriptor)
    if len(content) > limit:
        raise unsafe(shown, f"larger than {limit} bytes")
    return content, Ownership(found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode))


def write_beside(parent_fd: int, name: str, content: bytes, wanted: Ownership, *, sync: bool = True) -> None:
    """Write ``content`` to a new file and rename it to ``name``: readers see the old file or the whole new one."""
    _require_plain_name(name, name)
    temporary = temporary_name()
    descriptor = os.open(
        temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600, dir_fd=parent_fd
    )
    try:
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(content)
            handle.flush()
            set_ownership(handle.fileno(), wanted)
            if sync:
                os.fsync(handle.fileno())
        os.rename(temporary, name, src_dir_fd=parent_fd, dst_dir_fd=parent_fd)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(temporary, dir_fd=parent_fd)
        raise
    if sync:
        os.fsync(parent_fd)


def temporary_name() -> str:
    """Return a name for what is renamed as soon as it is complete."""
    return f"{_TEMPORARY_PREFIX}{os.urandom(8).hex()}{_TEMPORARY_SUFFIX}"


def is_temporary(name: str) -> bool:
    """Tell whether ``temporary_name`` makes such names."""
    return name.startswith(_TEMPORARY_PREFIX) and name.endswith(_TEMPORARY_SUFFIX)


def sweep_temporary(parent_fd: int) -> list[str]:
    """Remove the files that a killed run left half-written in this directory; return their names."""
    left = [name for name in os.listdir(parent_fd) if is_temporary(name) and _is_file(parent_fd, name)]
    for name in left:
        with suppress(FileNotFoundError):
            os.unlink(name, dir_fd=parent_fd)
    return left


def _is_file(parent_fd: int, name: str) -> bool:
    found = lstat(parent_fd, name)
    return found is not None and stat.S_ISREG(found.st_mode)


def remove_tree(parent_fd: int, name: str, *, shown: str) -> None:
    """Remove ``name`` and all below it, following no link and leaving no file system.

    Works on trees of any depth and with any names; whoever swaps a directory for a link meanwhile gains nothing.
    """
    _require_plain_name(name, shown)
    present = lstat(parent_fd, name)
    if present is None:
        return
    if not stat.S_ISDIR(present.st_mode):
        os.unlink(name, dir_fd=parent_fd)
        return
    descriptor = open_child_directory(parent_fd, name, shown=shown)
    try:
        _empty_directory(descriptor, os.fstat(descriptor).st_dev, shown)
    finally:
        os.close(descriptor)
    os.rmdir(name, dir_fd=parent_fd)


def _empty_directory(top_fd: int, device: int, shown: str) -> None:
    """Empty a directory without recursion: subdirectories are lifted to the top first, so depth costs nothing."""
    counter = 0
    pending = True
    while pending:
        pending = False
        with os.scandir(top_fd) as entries:
            names = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
        for name, is_directory in names:
            if not is_directory:
                os.unlink(name, dir_fd=top_fd)
                continue
            pending = True
            child = open_child_directory(top_fd, name, shown=shown)
            try:
                if os.fstat(child).st_dev != device:
                    raise unsafe(shown, "holds a mounted file system")
                counter = _lift_subdirectories(child, top_fd, counter)
            finally:
                os.close(child)
            os.rmdir(name, dir_fd=top_fd)


def _lift_subdirectories(child_fd: int, top_fd: int, counter: int) -> int:
    with os.scandir(child_fd) as entries:
        names = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
    for name, is_directory in names:
        if is_directory:
            counter += 1
            os.rename(
                name, f"{_TEMPORARY_PREFIX}{os.urandom(8).hex()}-{counter}", src_dir_fd=child_fd, dst_dir_fd=top_fd
            )
        else:
            os.unlink(name, dir_fd=child_fd)
    return counter


def unsafe(shown: str, what: str) -> UnsafePath:
    """Return the error for a path that is not what it has to be."""
    return UnsafePath(
        f"{shown}: is {what}", remedy="look at it, put it aside, then run again; nothing was changed there"
    )


def _require_plain_name(name: str, shown: str) -> None:
    if name in ("", ".", "..") or "/" in name or "\0" in name:
        raise UnsafePath(f"{shown}: {name!r} is not a file name", remedy="correct the name")

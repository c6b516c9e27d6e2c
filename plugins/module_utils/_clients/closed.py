# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is closed to the owner of a tree, as a scanner closes what it finds: root reads it for them, changing nothing.

It has to be theirs by its owner, or open to them where it lies: a hard link to somebody else's file stays closed. All
is opened by descriptors from the top of the tree on, which follow no link and enter no other file system.
"""

from __future__ import annotations

import os
import stat
import tarfile
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from .._core.errors import UnsafePath
from .._core.files import names_in, open_below
from .._core.process import Identity
from .._data_model.item_export import Output, Reason
from .._formats.tar import padding
from .tree import Top, why_not

# More than these nobody closes by hand, and a program can make any number.
LIMIT = 1_000_000
_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_TYPES = {stat.S_IFREG: tarfile.REGTYPE, stat.S_IFDIR: tarfile.DIRTYPE, stat.S_IFLNK: tarfile.SYMTYPE}
_CHUNK = 1 << 20


class ClosedEntry(NamedTuple):
    """A file, directory or link; or the ``reason`` why it is none that can be read. ``path`` begins with ``./``.

    ``descriptor`` of a file is open until the next entry is asked for.
    """

    path: bytes
    status: os.stat_result | None = None
    target: bytes = b""
    descriptor: int = -1
    reason: Reason = Reason.UNREADABLE


def closed_entries(top: Top, paths: Iterable[bytes]) -> Iterator[ClosedEntry]:
    """Yield entries of a tree, and all that is below them, directories before what is in them."""
    device = os.fstat(top.directory).st_dev
    waiting = list(paths)
    for path in waiting:
        parent, _slash, name = path.rpartition(b"/")
        try:
            directory = open_below(top.directory, *map(os.fsdecode, parent.split(b"/")[1:]), shown=top.shown)
        except UnsafePath:
            yield ClosedEntry(path, reason=Reason.CHANGED)
            continue
        except OSError as error:
            yield ClosedEntry(path, reason=why_not(error))
            continue
        descriptor = -1
        try:
            status = os.stat(name, dir_fd=directory, follow_symlinks=False)
            target = b""
            if stat.S_ISLNK(status.st_mode):
                target = os.readlink(name, dir_fd=directory)
            elif stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode):
                descriptor = os.open(name, _FLAGS, dir_fd=directory)
                # another may be there by now
                status = os.fstat(descriptor)
            entry = _checked(ClosedEntry(path, status, target, descriptor), top.identity, device)
            if entry.status is not None and stat.S_ISDIR(status.st_mode):
                names = names_in(descriptor)
                if len(waiting) + len(names) > LIMIT:
                    yield ClosedEntry(path)
                    continue
                waiting += [path + b"/" + os.fsencode(below) for below in names]
            yield entry
        except OSError as error:
            yield ClosedEntry(path, reason=why_not(error))
        finally:
            os.close(directory)
            if descriptor >= 0:
                os.close(descriptor)


def pack_closed(
    top: Top,
    paths: Iterable[bytes],
    out: Output,
    *,
    packed: Callable[[bytes], None],
    leave_out: Callable[[bytes, Reason], None],
    limit: int,
) -> None:
    """Write entries at the beginning of a tar archive that tar itself goes on with, and name each to ``packed``.

    A file with which the archive would have more than ``limit`` bytes is left out: it is mostly holes.
    """
    for entry in closed_entries(top, paths):
        if entry.status is None or out.size + entry.status.st_size > limit:
            leave_out(entry.path, entry.reason)
            continue
        is_file = stat.S_ISREG(entry.status.st_mode)
        out.write(_header(entry, entry.status.st_size if is_file else 0))
        if is_file:
            reason = _copy(entry.descriptor, entry.status.st_size, out)
            if reason is not None:
                leave_out(entry.path, reason)
        packed(entry.path)


def _checked(entry: ClosedEntry, owner: Identity, device: int) -> ClosedEntry:
    """Return an entry, or the reason why it is not the owner's to be read."""
    status = entry.status
    if status is None or status.st_dev != device or not _is_open_to(owner, status):
        return ClosedEntry(entry.path)
    if stat.S_IFMT(status.st_mode) not in _TYPES:
        return ClosedEntry(entry.path, reason=Reason.SPECIAL)
    return entry


def _is_open_to(owner: Identity, status: os.stat_result) -> bool:
    """Tell whether something is the owner's, or was open to them if they had not closed what it lies in."""
    if status.st_uid == owner.uid:
        return True
    bits = status.st_mode >> 3 if status.st_gid in (owner.gid, *owner.groups) else status.st_mode
    wanted = stat.S_IROTH | (stat.S_IXOTH if stat.S_ISDIR(status.st_mode) else 0)
    return bits & wanted == wanted


def _header(entry: ClosedEntry, size: int) -> bytes:
    status = entry.status
    if status is None:
        raise AssertionError("of nothing there is no header")
    info = tarfile.TarInfo(entry.path.decode("utf-8", "surrogateescape"))
    info.type = _TYPES[stat.S_IFMT(status.st_mode)]
    info.linkname = entry.target.decode("utf-8", "surrogateescape")
    info.mode, info.uid, info.gid = stat.S_IMODE(status.st_mode), status.st_uid, status.st_gid
    info.size, info.mtime = size, int(status.st_mtime)
    return info.tobuf(tarfile.PAX_FORMAT, "utf-8", "surrogateescape")


def _copy(descriptor: int, size: int, out: Output) -> Reason | None:
    """Write just ``size`` bytes, zeros where there are fewer; return why."""
    left, reason = size, None
    while left:
        try:
            piece = os.read(descriptor, min(left, _CHUNK))
        except OSError as error:
            piece, reason = b"", why_not(error)
        if not piece:
            reason = reason or Reason.CHANGED
            break
        out.write(piece)
        left -= len(piece)
    while left:
        piece = bytes(min(left, _CHUNK))
        out.write(piece)
        left -= len(piece)
    out.write(bytes(padding(size)))
    return reason

# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Radicale's collections, as they lie on disk (https://radicale.org/v3.html, "Storage").

Only the owner of an address writes there, through Radicale, at any time: what is read may be gone a moment later.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

from .._core.errors import UnsafePath
from .._core.files import directory, lstat, names_in, open_below, read_regular
from .._data_model.addresses import canonical
from .._data_model.item_export import Reason
from .as_owner import shown
from .tree import why_not

CALENDAR, CONTACTS = "VCALENDAR", "VADDRESSBOOK"
_PROPERTIES = ".Radicale.props"
_PROPERTIES_LIMIT = 4 << 20
_DEPTH = 16
_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Users:
    """The open directory of all users, and the names in it by the address that each counts as."""

    top: int
    names: Mapping[str, Sequence[str]]

    def collections(self, user: str) -> Iterator[Collection]:
        """Yield the collections of a user, those within others as well."""
        waiting: list[tuple[str, ...]] = [(user,)]
        for path in waiting:
            with _held(self.top, path) as below:
                if below is None:
                    continue
                names = sorted(name for name in names_in(below) if not name.startswith("."))
                kinds = {name: lstat(below, name) for name in names}
                folders = {name for name, found in kinds.items() if found and stat.S_ISDIR(found.st_mode)}
                properties, problem = _properties(below)
            left_out = [(_shown((*path, _PROPERTIES)), problem)] if problem is not None else []
            if len(path) > _DEPTH:
                left_out += [(_shown((*path, name)), Reason.UNREADABLE) for name in sorted(folders)]
            else:
                waiting.extend((*path, name) for name in sorted(folders))
            items = [name for name in names if name not in folders]
            if len(path) > 1 or items:
                yield Collection(self.top, path, properties, items, left_out)


@dataclass(slots=True)
class Collection:
    """A collection: where it is below an open directory, its properties, the names of its items.

    ``left_out`` is what can't be read of it, but for single items.
    """

    top: int
    path: tuple[str, ...]
    properties: Mapping[str, Any]
    items: list[str]
    left_out: Sequence[tuple[str, Reason]] = ()

    @property
    def tag(self) -> str:
        """Return what it is a collection of: CALENDAR, CONTACTS or something else."""
        return str(self.properties.get("tag") or "")

    @property
    def name(self) -> str:
        """Return how its owner calls it."""
        return str(self.properties.get("D:displayname") or "") or _shown(self.path[1:])

    def states(self) -> Iterator[os.stat_result]:
        """Yield what the file system says of each item."""
        with _held(self.top, self.path) as below:
            if below is None:
                return
            for name in self.items:
                found = lstat(below, name)
                if found is not None and stat.S_ISREG(found.st_mode):
                    yield found

    def opened_items(
        self, names: Iterable[str], leave_out: Callable[[str, Reason], None]
    ) -> Iterator[tuple[str, IO[bytes]]]:
        """Yield the items of these names, each open until the next one is asked for.

        ``leave_out`` is told of those that are gone or are no files, and of the collection when it is gone itself.
        """
        with _held(self.top, self.path) as below:
            if below is None:
                leave_out(self.name, Reason.VANISHED)
                return
            for name in names:
                found = _opened(below, name)
                if isinstance(found, Reason):
                    leave_out(shown(name), found)
                    continue
                with found:
                    yield name, found


@contextmanager
def opened_users(root: str) -> Iterator[Users]:
    """Open the directory of all users (collection-root), and list it."""
    with directory(root) as top:
        names: dict[str, list[str]] = {}
        for name in sorted(names_in(top)):
            names.setdefault(canonical(name), []).append(name)
        yield Users(top, names)


def _opened(below: int, name: str) -> IO[bytes] | Reason:
    try:
        descriptor = os.open(name, _FLAGS, dir_fd=below)
    except OSError as error:
        return why_not(error)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        return Reason.SPECIAL
    return os.fdopen(descriptor, "rb")


def _properties(below: int) -> tuple[Mapping[str, Any], Reason | None]:
    """Return the properties of a collection, and why there are none. A crash may have left half of them, or nothing."""
    try:
        raw = read_regular(below, _PROPERTIES, shown=_PROPERTIES, limit=_PROPERTIES_LIMIT)
        found = json.loads(raw) if raw is not None else {}
    except OSError as error:
        return {}, why_not(error)
    except (ValueError, UnsafePath):
        return {}, Reason.UNREADABLE
    return (found, None) if isinstance(found, dict) else ({}, Reason.UNREADABLE)


def _shown(path: Iterable[str]) -> str:
    return shown("/".join(path))


@contextmanager
def _held(top: int, path: Sequence[str]) -> Iterator[int | None]:
    """Hold a directory open; None when its owner has removed it meanwhile."""
    try:
        below: int | None = open_below(top, *path, shown=_shown(path))
    except FileNotFoundError:
        below = None
    try:
        yield below
    finally:
        if below is not None:
            os.close(below)

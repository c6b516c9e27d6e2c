# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where bags lie on a host, and how far each of them is.

::

    <directory>/<customer>/               root 0700
        .making-<bag>/part.tar            what this host delivers, while and after it is made
        .making-<bag>/part.json           what is in it; it comes last, so a part that has it is whole
        <bag>/<bag>.tar, seal.json        the sealed bag: the directory comes by a rename
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .._core.errors import Incomplete, ItemRefused
from .._core.files import (
    Ownership,
    directory,
    ensure_directory,
    lstat,
    names_in,
    open_child_directory,
    open_directory,
    read_regular,
    remove_tree,
    write_beside,
)

PART, PART_RECORD, SEAL_RECORD = "part.tar", "part.json", "seal.json"
_MAKING = ".making-"
_RECORD_LIMIT = 256 << 20
_SUFFIX = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class Bags:
    """The bags of all customers below one directory, which is root's alone."""

    path: str

    def seal(self, customer: str, bag: str) -> dict[str, Any] | None:
        """Return what is noted of a sealed bag, None if there is none."""
        return self._record(customer, bag, SEAL_RECORD)

    def part(self, customer: str, bag: str) -> dict[str, Any] | None:
        """Return what is noted of a whole part, None if there is none."""
        record = self._record(customer, _MAKING + bag, PART_RECORD)
        # a run that was killed while it sealed may have left the note alone
        return record if record is not None and self._holds(customer, _MAKING + bag, PART) else None

    def begun(self, customer: str, bag: str) -> bool:
        """Tell whether there is a part, whole or not."""
        try:
            with directory(f"{self.path}/{customer}") as parent:
                return lstat(parent, _MAKING + bag) is not None
        except FileNotFoundError:
            return False

    def begin(self, customer: str, bag: str) -> int:
        """Make an empty place for a part; return its descriptor. What runs left that nobody finished goes."""
        with self._customer(customer) as parent:
            for name in names_in(parent):
                if name.startswith(_MAKING):
                    remove_tree(parent, name, shown=self._shown(customer, name))
            ensure_directory(parent, _MAKING + bag, _ours(0o700), shown=self._shown(customer, bag))
            return open_child_directory(parent, _MAKING + bag, shown=self._shown(customer, bag))

    def path_of_part(self, customer: str, bag: str) -> str:
        """Return the directory of a part."""
        return self._shown(customer, _MAKING + bag)

    def making(self, customer: str, bag: str) -> int:
        """Open the place of a part; return its descriptor."""
        return open_directory(self._shown(customer, _MAKING + bag))

    def note(self, place: int, name: str, record: Mapping[str, Any]) -> None:
        """Write a record, whole and on the disk."""
        content = json.dumps(record, ensure_ascii=False, indent=1).encode() + b"\n"
        write_beside(place, name, content, _ours(0o600))

    def finish(self, customer: str, bag: str) -> None:
        """Let what was made be the sealed bag."""
        with self._customer(customer) as parent:
            os.rename(_MAKING + bag, bag, src_dir_fd=parent, dst_dir_fd=parent)
            os.fsync(parent)

    def drop(self, customer: str, bag: str) -> None:
        """Remove a part, whole or not."""
        with suppress(FileNotFoundError), directory(f"{self.path}/{customer}") as parent:
            remove_tree(parent, _MAKING + bag, shown=self._shown(customer, bag))

    def free(self) -> int:
        """Return how many bytes can be written."""
        with self._top() as top:
            found = os.fstatvfs(top)
        return found.f_bavail * found.f_frsize

    def sealed(self, customer: str) -> list[dict[str, Any]]:
        """Return what is noted of all sealed bags of a customer, the oldest first."""
        try:
            with directory(f"{self.path}/{customer}") as parent:
                found = [name for name in names_in(parent) if not name.startswith(".")]
        except FileNotFoundError:
            return []
        records = [self.seal(customer, name) for name in found]
        return sorted((record for record in records if record is not None), key=lambda record: str(record["made"]))

    def _holds(self, customer: str, place: str, name: str) -> bool:
        with directory(f"{self.path}/{customer}/{place}") as parent:
            return lstat(parent, name) is not None

    def _record(self, customer: str, place: str, name: str) -> dict[str, Any] | None:
        try:
            with directory(f"{self.path}/{customer}/{place}") as parent:
                content = read_regular(parent, name, shown=f"{place}/{name}", limit=_RECORD_LIMIT)
        except FileNotFoundError:
            return None
        if content is None:
            return None
        try:
            record = json.loads(content)
        except ValueError:
            record = None
        if not isinstance(record, dict):
            raise Incomplete(f"{self.path}/{customer}/{place}/{name}: is damaged", remedy="remove its directory")
        return record

    @contextmanager
    def _top(self) -> Iterator[int]:
        parent, _slash, name = self.path.rstrip("/").rpartition("/")
        # on a host that our roles have not built
        Path(parent or "/").mkdir(mode=0o755, parents=True, exist_ok=True)
        with directory(parent or "/") as above:
            ensure_directory(above, name, _ours(0o700), shown=self.path)
        with directory(self.path) as top:
            yield top

    @contextmanager
    def _customer(self, customer: str) -> Iterator[int]:
        with self._top() as top:
            ensure_directory(top, customer, _ours(0o700), shown=f"{self.path}/{customer}")
            descriptor = open_child_directory(top, customer, shown=f"{self.path}/{customer}")
            try:
                yield descriptor
            finally:
                os.close(descriptor)

    def _shown(self, customer: str, name: str) -> str:
        return f"{self.path}/{customer}/{name}"


def _ours(mode: int) -> Ownership:
    return Ownership(os.geteuid(), os.getegid(), mode)


def bag_name(customer: str, suffix: str) -> str:
    """Return the name of a bag. Raises ItemRefused."""
    if _SUFFIX.fullmatch(suffix) is None:
        raise ItemRefused(
            f"{suffix[:80]!r} can't be the name of a bag",
            remedy="allowed: a to z, 0 to 9 and hyphen, at most 40 characters",
        )
    return f"{customer}-{suffix}"

# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stores share that deliver a directory of a customer as a tar archive."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from .._clients.find import Measured, measure
from .._clients.tar import pack
from .._clients.tree import Top
from .._core import files
from .._core.errors import Incomplete, ServiceUnavailable
from .._core.process import Identity, owner_of
from .._data_model.item_export import ItemExport
from .._data_model.measurement import Tally

Reader = Callable[[int], Identity]


@contextmanager
def open_tree(path: str, reader: Reader = owner_of) -> Iterator[Top]:
    """Hold a tree open. Raises FileNotFoundError if there is none, UnsafePath if links lead to it."""
    with files.directory(path) as directory:
        yield Top(directory, path, reader(directory))


def export_tree(top: Top, export: ItemExport, path: str, without: Sequence[str] = ()) -> None:
    """Deliver a tree as a payload file, without some names at its top; with nothing in it, no file."""
    measured = measure(top, without)
    _require_one_file_system(top, measured)
    if measured.entries <= 1 and not measured.problem:
        return
    with export.file(path) as out:
        told = pack(top, out, without, limit=measured.limit)
    for what, reason in told.left_out():
        export.leave_out(what, reason)
    saw(export, measured)


def saw(export: ItemExport, measured: Measured) -> None:
    """Count what was measured."""
    if measured.oldest is not None and measured.newest is not None:
        export.saw(measured.oldest, measured.count)
        export.saw(measured.newest, 0)


def count_tree(top: Top, tally: Tally, without: Sequence[str] = ()) -> None:
    """Count what there is of a tree. Raises what keeps it from being looked at."""
    measured = measure(top, without)
    _require_one_file_system(top, measured)
    if measured.problem is not None:
        raise measured.problem
    if measured.oldest is not None:
        tally.add(measured.bytes, measured.oldest, measured.count)
        tally.add(0, measured.newest, 0)


def require_root(template: str, kind: str) -> None:
    """Refuse to take a file system that is not mounted for one in which nobody has anything."""
    root = template.partition("{")[0].rpartition("/")[0] or "/"
    if not Path(root).is_dir():
        raise ServiceUnavailable(
            f"{root}: there is no such directory", remedy=f"mount it, or correct hosting_stores.{kind}"
        )


def _require_one_file_system(top: Top, measured: Measured) -> None:
    """Refuse trees into which something is mounted: it could be anybody's, or never end."""
    if measured.mounted:
        raise Incomplete(
            f"{top.shown}: another file system is mounted in it",
            remedy="unmount it, or put it beside as a site of its own, then run again",
            code="mounted",
        )

# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stores share that deliver a directory of a customer as a tar archive."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from .._clients.find import Measured, measure
from .._clients.tar import Growing, Told, pack
from .._clients.tree import Top
from .._core import files
from .._core.errors import ServiceUnavailable
from .._core.process import Identity, owner_of
from .._data_model.item_export import ItemExport, Reason
from .._data_model.measurement import Tally
from ._looking import Encoding, Looking, tell

Reader = Callable[[int], Identity]
# What of a tree can't be in a bag, as can be told without packing it.
_NOT_LOOKED_AT = frozenset({Reason.UNREADABLE, Reason.ELSEWHERE})


@contextmanager
def open_tree(path: str, reader: Reader = owner_of) -> Iterator[Top]:
    """Hold a tree open. Raises FileNotFoundError if there is none, UnsafePath if links lead to it."""
    with files.directory(path) as directory:
        yield Top(directory, path, reader(directory))


def export_tree(
    top: Top, export: ItemExport, path: str, without: Sequence[str] = (), encodings: Sequence[Encoding] = ()
) -> None:
    """Deliver a tree as a payload file, without some names at its top; with nothing in it, no file.

    ``encodings`` are those in which a service stores files.
    """
    measured = measure(top, without)
    if measured.entries <= 1 and not measured.left_out:
        return
    try:
        told = _packed(top, export, path, without, measured, encodings)
    except Growing:
        # somebody has made room for a download, say: now it is known how much of it is holes
        measured = measure(top, without)
        told = _packed(top, export, path, without, measured, encodings)
    leave_out(export, measured, told)
    saw(export, measured)


def leave_out(export: ItemExport, measured: Measured, told: Told, but: Reason | None = None) -> None:
    """Say what is not in an archive, and which files are in it in a way that not every program understands."""
    for what, reason in measured.left_out:
        # all else was tried again, and told, when it was packed
        if reason is Reason.ELSEWHERE or (reason is Reason.SPARSE and measured.has_holes):
            export.leave_out(what, reason)
    for what, reason in told.left_out():
        if reason is not but:
            export.leave_out(what, reason)


def saw(export: ItemExport, measured: Measured) -> None:
    """Count what was measured."""
    if measured.oldest is not None and measured.newest is not None:
        export.saw(measured.oldest, measured.count)
        export.saw(measured.newest, 0)


def count_tree(top: Top, tally: Tally, without: Sequence[str] = ()) -> None:
    """Count what there is of a tree."""
    count(tally, measure(top, without))


def count(tally: Tally, measured: Measured) -> None:
    """Count what was measured, and say what could not be looked at."""
    if measured.oldest is not None:
        tally.add(measured.bytes, measured.oldest, measured.count)
        tally.add(0, measured.newest, 0)
    for what, reason in measured.left_out:
        if reason in _NOT_LOOKED_AT:
            tally.leave_out(what, reason)


def _packed(
    top: Top,
    export: ItemExport,
    path: str,
    without: Sequence[str],
    measured: Measured,
    encodings: Sequence[Encoding],
) -> Told:
    with export.file(path) as out:
        looking = Looking(out, encodings, lambda _path: True) if encodings else out
        told = pack(top, looking, without, limit=measured.limit, closed=measured.closed, with_holes=measured.has_holes)
    if isinstance(looking, Looking):
        tell(export, looking.encodings)
    return told


def require_root(template: str, kind: str) -> None:
    """Refuse to take a file system that is not mounted for one in which nobody has anything."""
    root = template.partition("{")[0].rpartition("/")[0] or "/"
    if not Path(root).is_dir():
        raise ServiceUnavailable(
            f"{root}: there is no such directory", remedy=f"mount it, or correct hosting_stores.{kind}"
        )

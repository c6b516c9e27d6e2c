# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Web statistics: the pages that are made of the visits of each site, and the database that they are made from."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress

from .._clients.tree import Top, shown_name
from .._core import files
from .._core.errors import Incomplete
from .._data_model.item_export import ItemExport, Part, Reason
from .._data_model.measurement import Measurement, Tally
from .._data_model.place import Place, PlaceKeys, filled
from .._data_model.selection import Selection
from .._formats.payload_names import PayloadNames
from ._trees import count_tree, deliver_tree, open_tree, require_root

_KIND = "web_statistics"
_FIELDS = ("customer", "domain")
_CHUNK = 1 << 20
_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class WebStatistics:
    """Place: ``pages``, the directory of a site with {customer} and {domain}, and ``database`` likewise, which is
    optional. Pages in subdirectories and the database are delivered as tar archives.
    """

    def __init__(self, place: Place) -> None:
        keys = PlaceKeys(_KIND, place)
        self._pages = keys.path_template("pages", _FIELDS)
        self._database = keys.path_template("database", _FIELDS) if keys.has("database") else None
        keys.done()

    def measure(self, selections: Sequence[Selection]) -> Iterable[Measurement]:
        """Count the files of each site."""
        require_root(self._pages, _KIND)
        for selection, site in _sites(selections):
            pages, database = self._paths(selection.customer, site)
            tally = Tally(_KIND, selection.customer, site, pages)
            with tally.noting():
                for path in filter(None, (pages, database)):
                    with suppress(FileNotFoundError), open_tree(path) as top:
                        count_tree(top, tally)
            yield from tally.measurements()

    def export(self, selections: Sequence[Selection], parts: Mapping[str, Part]) -> None:
        """Deliver the pages of each site, and an archive of its database."""
        require_root(self._pages, _KIND)
        for selection, site in _sites(selections):
            pages, database = self._paths(selection.customer, site)
            place = f"sites/{site}/statistics"
            with parts[selection.customer].delivering(_KIND, site) as delivery:
                with suppress(FileNotFoundError), open_tree(pages) as top:
                    _deliver_pages(top, delivery, place)
                if database is not None:
                    with suppress(FileNotFoundError), open_tree(database) as top:
                        deliver_tree(top, delivery, f"{place}/database.tar")

    def _paths(self, customer: str, site: str) -> tuple[str, str | None]:
        values = {"customer": customer, "domain": site}
        return filled(self._pages, values), None if self._database is None else filled(self._database, values)


def _sites(selections: Sequence[Selection]) -> Iterator[tuple[Selection, str]]:
    for selection in selections:
        for site in selection.sites:
            yield selection, site.name


def _deliver_pages(top: Top, delivery: ItemExport, place: str) -> None:
    """Deliver each page under its own name, if a bag can have it, so that links between pages lead somewhere."""
    if any(_is_directory(top, name) for name in files.names_in(top.directory)):
        deliver_tree(top, delivery, f"{place}/pages.tar")
        return
    names = PayloadNames()
    names.make("database.tar")
    for name in sorted(files.names_in(top.directory)):
        if name.startswith("."):
            # who may see them, here
            delivery.leave_out(shown_name(os.fsencode(name)), Reason.INDEX)
        else:
            _deliver_page(top, delivery, name, f"{place}/{names.make(os.fsencode(name))}")


def _is_directory(top: Top, name: str) -> bool:
    found = files.lstat(top.directory, name)
    return found is not None and stat.S_ISDIR(found.st_mode)


def _deliver_page(top: Top, delivery: ItemExport, name: str, payload: str) -> None:
    shown = f"{top.shown}/{shown_name(os.fsencode(name))}"
    try:
        page = os.open(name, _FLAGS, dir_fd=top.directory)
    except FileNotFoundError:
        delivery.leave_out(shown_name(os.fsencode(name)), Reason.VANISHED)
        return
    try:
        found = os.fstat(page)
        _require_own(found, os.fstat(top.directory), shown)
        with delivery.file(payload) as out:
            # what is written behind the end meanwhile is not waited for
            while out.size < found.st_size and (data := os.read(page, min(_CHUNK, found.st_size - out.size))):
                out.write(data)
        delivery.saw(found.st_mtime)
    finally:
        os.close(page)


def _require_own(found: os.stat_result, directory: os.stat_result, shown: str) -> None:
    """Refuse what is no file of the directory's owner: a hard link to somebody else's, say."""
    if not stat.S_ISREG(found.st_mode) or found.st_uid != directory.st_uid:
        raise Incomplete(
            f"{shown}: is no regular file of the directory's owner",
            remedy="look at it, put it aside, then run again",
            code="unsafe-path",
        )

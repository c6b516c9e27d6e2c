# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Web statistics: the pages that are made of the visits of each site, and the database that they are made from."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from .._clients.tree import Top, shown_name, why_not
from .._core import files
from .._data_model.item_export import ItemExport, Reason
from .._data_model.items import Site
from .._data_model.measurement import Tally
from .._data_model.place import Place, PlaceKeys, filled
from .._data_model.selection import Selection
from .._formats.payload_names import PayloadNames
from ._base import SITES, Belongs, Exclusion, ItemStore, PayloadFile, Unit
from ._trees import count_tree, export_tree, open_tree, require_root

_FIELDS = ("customer", "domain")
_CHUNK = 1 << 20
_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class WebStatistics(ItemStore[Site, None]):
    """Place: ``pages``, the directory of a site with {customer} and {domain}, and ``database`` likewise, which is
    optional. Pages in subdirectories and the database are delivered as tar archives.
    """

    kind = "web_statistics"
    groups = ("hosting_web",)
    on_every_host = True
    item_set = SITES
    unit = Unit.FILES
    belongs_to = Belongs.SITE
    exclusion = Exclusion("sites")
    payload = (
        PayloadFile("sites/<domain>/statistics/<page>", "statistics of a site", "any browser"),
        PayloadFile("sites/<domain>/statistics/pages.tar", "the same where they have directories", "tar, 7-Zip"),
        PayloadFile("sites/<domain>/statistics/database.tar", "what they are made from", "tar, 7-Zip; GoAccess"),
    )

    def __init__(self, place: Place) -> None:
        keys = PlaceKeys(self.kind, place)
        self._pages = keys.path_template("pages", _FIELDS)
        self._database = keys.path_template("database", _FIELDS) if keys.has("database") else None
        keys.done()

    @contextmanager
    def opened(self, selections: Sequence[Selection]) -> Iterator[None]:
        """Require the file system of the pages."""
        require_root(self._pages, self.kind)
        yield

    def place_of(self, selection: Selection, item: Site) -> str:
        """Return the directory of the pages."""
        return filled(self._pages, {"customer": selection.customer, "domain": item.name})

    def measure_item(self, shared: None, selection: Selection, item: Site, tally: Tally) -> None:
        """Count the files of a site."""
        for path in filter(None, (self.place_of(selection, item), self._database_of(selection, item))):
            with suppress(FileNotFoundError), open_tree(path) as top:
                count_tree(top, tally)

    def export_item(self, shared: None, selection: Selection, item: Site, export: ItemExport) -> None:
        """Write the pages of a site, and an archive of its database."""
        place, database = f"sites/{item.name}/statistics", self._database_of(selection, item)
        with suppress(FileNotFoundError), open_tree(self.place_of(selection, item)) as top:
            _export_pages(top, export, place)
        if database is not None:
            with suppress(FileNotFoundError), open_tree(database) as top:
                export_tree(top, export, f"{place}/database.tar")

    def _database_of(self, selection: Selection, site: Site) -> str | None:
        if self._database is None:
            return None
        return filled(self._database, {"customer": selection.customer, "domain": site.name})


def _export_pages(top: Top, export: ItemExport, place: str) -> None:
    """Deliver each page under its own name, if a bag can have it, so that links between pages lead somewhere."""
    if any(_is_directory(top, name) for name in files.names_in(top.directory)):
        export_tree(top, export, f"{place}/pages.tar")
        return
    names = PayloadNames()
    names.make("database.tar")
    for name in sorted(files.names_in(top.directory)):
        if name.startswith("."):
            # who may see them, here
            export.leave_out(shown_name(os.fsencode(name)), Reason.INDEX)
        else:
            _export_page(top, export, name, f"{place}/{names.make(os.fsencode(name))}")


def _is_directory(top: Top, name: str) -> bool:
    found = files.lstat(top.directory, name)
    return found is not None and stat.S_ISDIR(found.st_mode)


def _export_page(top: Top, export: ItemExport, name: str, payload: str) -> None:
    shown = shown_name(os.fsencode(name))
    try:
        page = os.open(name, _FLAGS, dir_fd=top.directory)
    except OSError as error:
        export.leave_out(shown, why_not(error))
        return
    try:
        found = os.fstat(page)
        if not stat.S_ISREG(found.st_mode):
            export.leave_out(shown, Reason.SPECIAL)
            return
        # a hard link to somebody else's, say
        if found.st_uid != os.fstat(top.directory).st_uid:
            export.leave_out(shown, Reason.UNREADABLE)
            return
        with export.file(payload) as out:
            # what is written behind the end meanwhile is not waited for
            while out.size < found.st_size and (data := os.read(page, min(_CHUNK, found.st_size - out.size))):
                out.write(data)
        export.saw(found.st_mtime)
    finally:
        os.close(page)

# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Site files: what lies in the directory of each site, as its customer's user can read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext

from .._core import files
from .._core.errors import Incomplete
from .._core.process import Identity, identity_of, owner_of
from .._data_model.item_export import ItemExport, Reason
from .._data_model.items import Site
from .._data_model.measurement import Tally
from .._data_model.place import Place, PlaceKeys
from .._data_model.selection import Selection
from ._base import SITES, Belongs, Exclusion, ItemStore, PayloadFile, Unit
from ._trees import Reader, count_tree, export_tree, open_tree, require_root

# Directories that our roles make beside those of the customer. What is private is the password that we made for the
# database, and nothing else: only root writes there.
_LEFT_OUT: Mapping[str, Reason] = {
    "tmp": Reason.TEMPORARY,
    "sessions": Reason.TEMPORARY,
    "private": Reason.SECRET,
}


class SiteFiles(ItemStore[Site, None]):
    """Place: ``root``, where managed sites lie as <customer>/<domain>; what others lie in, the register says."""

    kind = "site_files"
    groups = ("hosting_web",)
    on_every_host = True
    item_set = SITES
    unit = Unit.FILES
    belongs_to = Belongs.SITE
    exclusion = Exclusion("sites")
    payload = (PayloadFile("sites/<domain>/files.tar", "the files of a site, as a PAX archive", "tar, 7-Zip"),)

    def __init__(self, place: Place) -> None:
        keys = PlaceKeys(self.kind, place)
        self._root = keys.path("root", "/srv/www")
        keys.done()

    def opened(self, selections: Sequence[Selection]) -> AbstractContextManager[None]:
        """Hold nothing."""
        return nullcontext()

    def place_of(self, selection: Selection, item: Site) -> str:
        """Return the directory of a site."""
        return f"{self._root}/{selection.customer}/{item.name}" if item.managed else str(item.root)

    def measure_item(self, shared: None, selection: Selection, item: Site, tally: Tally) -> None:
        """Count the files of a site."""
        path = self.place_of(selection, item)
        try:
            with open_tree(path, _reader(item)) as top:
                count_tree(top, tally, tuple(_LEFT_OUT) if item.managed else ())
        except FileNotFoundError:
            self._require_new(item, path)

    def export_item(self, shared: None, selection: Selection, item: Site, export: ItemExport) -> None:
        """Write a tar archive of a site."""
        site, path = item, self.place_of(selection, item)
        try:
            with open_tree(path, _reader(site)) as top:
                without = tuple(_LEFT_OUT) if site.managed else ()
                export_tree(top, export, f"sites/{site.name}/files.tar", without)
                for name in without:
                    if files.lstat(top.directory, name) is not None:
                        export.leave_out(f"{name}/", _LEFT_OUT[name])
        except FileNotFoundError:
            self._require_new(site, path)

    def _require_new(self, site: Site, path: str) -> None:
        """Accept that a site of ours has no files yet; one that somebody else has made must have some."""
        if not site.managed:
            raise Incomplete(
                f"{path} does not exist, where site {site.name} should lie",
                remedy="correct `root` of the site in the register",
                code="missing",
            )
        require_root(f"{self._root}/", self.kind)


def _reader(site: Site) -> Reader:
    """Return as whom a site is read: the customer's user, or where there is none, the owner of the site's directory."""

    def reader(directory: int) -> Identity:
        return identity_of(site.unix_user) or owner_of(directory)

    return reader

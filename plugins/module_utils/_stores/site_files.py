# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Site files: what lies in the directory of each site, as its customer's user can read it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from .._core import files
from .._core.errors import Incomplete
from .._core.process import Identity, identity_of, owner_of
from .._data_model.item_export import ItemExport, Part, Reason
from .._data_model.measurement import Measurement, Tally
from .._data_model.place import Place, PlaceKeys
from .._data_model.selection import Selection, Site
from ._trees import Reader, count_tree, deliver_tree, open_tree, require_root

_KIND = "site_files"
# Directories that our roles make beside those of the customer. What is private is the password that we made for the
# database, and nothing else: only root writes there.
_LEFT_OUT: Mapping[str, Reason] = {
    "tmp": Reason.TEMPORARY,
    "sessions": Reason.TEMPORARY,
    "private": Reason.SECRET,
}


class SiteFiles:
    """Place: ``root``, where managed sites lie as <customer>/<domain>; what others lie in, the register says."""

    def __init__(self, place: Place) -> None:
        keys = PlaceKeys(_KIND, place)
        self._root = keys.path("root", "/srv/www")
        keys.done()

    def measure(self, selections: Sequence[Selection]) -> Iterable[Measurement]:
        """Count the files of each site."""
        for selection, site in _sites(selections):
            tally = Tally(_KIND, selection.customer, site.name, self._path(selection, site))
            with tally.noting():
                self._count(selection, site, tally)
            yield from tally.measurements()

    def export(self, selections: Sequence[Selection], parts: Mapping[str, Part]) -> None:
        """Deliver a tar archive for each site."""
        for selection, site in _sites(selections):
            with parts[selection.customer].delivering(_KIND, site.name) as delivery:
                self._deliver(selection, site, delivery)

    def _count(self, selection: Selection, site: Site, tally: Tally) -> None:
        path = self._path(selection, site)
        try:
            with open_tree(path, _reader(site)) as top:
                count_tree(top, tally, tuple(_LEFT_OUT) if site.managed else ())
        except FileNotFoundError:
            self._require_new(site, path)

    def _deliver(self, selection: Selection, site: Site, delivery: ItemExport) -> None:
        path = self._path(selection, site)
        try:
            with open_tree(path, _reader(site)) as top:
                without = tuple(_LEFT_OUT) if site.managed else ()
                deliver_tree(top, delivery, f"sites/{site.name}/files.tar", without)
                for name in without:
                    if files.lstat(top.directory, name) is not None:
                        delivery.leave_out(f"{name}/", _LEFT_OUT[name])
        except FileNotFoundError:
            self._require_new(site, path)

    def _path(self, selection: Selection, site: Site) -> str:
        return f"{self._root}/{selection.customer}/{site.name}" if site.managed else str(site.root)

    def _require_new(self, site: Site, path: str) -> None:
        """Accept that a site of ours has no files yet; one that somebody else has made must have some."""
        if not site.managed:
            raise Incomplete(
                f"{path} does not exist, where site {site.name} should lie",
                remedy="correct `root` of the site in the register",
                code="missing",
            )
        require_root(f"{self._root}/", _KIND)


def _sites(selections: Sequence[Selection]) -> Iterator[tuple[Selection, Site]]:
    for selection in selections:
        for site in selection.sites:
            yield selection, site


def _reader(site: Site) -> Reader:
    """Return as whom a site is read: the customer's user, or where there is none, the owner of the site's directory."""

    def reader(directory: int) -> Identity:
        return identity_of(site.user) or owner_of(directory)

    return reader

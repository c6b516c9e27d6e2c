# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Access logs of web sites: what visitors have asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .._logs import access, web_error
from ._log_extracts import Extracts, Owner
from ._log_lines import Format
from ._log_sites import NAMES, places_of, read_own, read_shared, wanted_sites
from ._log_store import LogStore
from ._model import Place, Subject
from ._places import PlaceKeys


class WebAccessLog(LogStore):
    """Place: ``shared``, logs in Debian's format ``vhost_combined``; ``own``, where a site's own log lies, with {site};
    ``days``, how long they are kept. Unmanaged sites have theirs in the register.
    """

    kind = "web_access_log"
    header = access.COLUMNS

    def __init__(self, place: Place) -> None:
        keys = PlaceKeys(self.kind, place)
        self._shared = keys.some_paths("shared", ["/var/log/apache2/other_vhosts_access.log"])
        self._own = keys.path_template("own", ["site"], "/var/log/hosting/web/{site}/access.log")
        self.days = keys.optional_number("days")
        keys.done()
        self.place = ", ".join([*self._shared, self._own])

    def read(self, subjects: Sequence[Subject], found: Extracts) -> Mapping[Owner, Exception]:
        """Read the lines of requests."""
        read_shared(self._shared, access.shared, wanted_sites(subjects, _patterns), found, access.own)
        form = Format(access.own, NAMES, web_error.is_one)
        return read_own(subjects, self._own, form, access.shared, self._shared, found)

    def places(self, subjects: Sequence[Subject]) -> Mapping[Owner, str]:
        """Return where the lines of each site lie."""
        return places_of(subjects, self._shared, self._own)

    def path(self, owner: Owner) -> str:
        """Return the path in the bag."""
        return f"logs/web/{owner.item}.access"


def _patterns(name: str) -> Sequence[bytes]:
    # its port follows
    return [f"{name}:".encode()]

# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Access logs of web sites: what visitors have asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._data_model.place import Place, PlaceKeys
from .._data_model.selection import Selection
from .._logs.formats import access, web_error
from .._logs.reading import Format
from .._logs.sinks import LineOwner, LogSink
from ._base import SITES, Belongs, Exclusion
from ._log_sites import NAMES, index_of_sites, is_of_errors, places_of, read_own, read_shared
from ._log_store import LogStore


class WebAccessLog(LogStore):
    """Place: ``shared``, logs in Debian's format ``vhost_combined``; ``own``, where a site's own log lies, with {site};
    ``days``, how long they are kept. Unmanaged sites have theirs in the register.
    """

    kind = "web_access_log"
    groups = ("hosting_web",)
    on_every_host = True
    item_set = SITES
    belongs_to = Belongs.SITE
    exclusion = Exclusion("sites", own_logs=True)
    extract = "logs/web/<domain>.access"
    header = access.COLUMNS

    def __init__(self, place: Place) -> None:
        keys = PlaceKeys(self.kind, place)
        self._shared = keys.some_paths("shared", ["/var/log/apache2/other_vhosts_access.log"])
        self._own = keys.path_template("own", ["site"], "/var/log/hosting/web/{site}/access.log")
        self.days = keys.optional_number("days")
        keys.done()
        self.place = ", ".join([*self._shared, self._own])

    def read(self, selections: Sequence[Selection], sink: LogSink[Any]) -> Mapping[LineOwner, Exception]:
        """Read the lines of requests."""
        index = index_of_sites(selections, _patterns)
        read_shared(self._shared, access.shared, access.is_one, index, sink, access.own)
        form = Format(access.own, access.is_one, NAMES, web_error.is_one)
        return read_own(
            selections,
            self._own,
            form,
            access.shared,
            self._shared,
            sink,
            takes_unread=lambda path: not is_of_errors(path),
        )

    def places(self, selections: Sequence[Selection]) -> Mapping[LineOwner, str]:
        """Return where the lines of each site lie."""
        return places_of(selections, self._shared, self._own)


def _patterns(name: str) -> Sequence[bytes]:
    # its port follows, or the client
    return [f"{name}:".encode(), f"{name} ".encode()]

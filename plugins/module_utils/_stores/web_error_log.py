# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Error logs of web sites: what went wrong in Apache, and in the processes of PHP-FPM."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .._data_model.place import Place, PlaceKeys
from .._data_model.selection import Selection
from .._logs.formats import access, web_error
from .._logs.reading import Format
from .._logs.sinks import LineOwner, LogSink
from ._base import SITES, Belongs, Exclusion
from ._log_sites import NAMES, index_of_sites, is_of_errors, places_of, read_own, read_shared
from ._log_store import LogStore

_FPM_DIRECTORY, _FPM_NAME = "/var/log", "php*-fpm.log"


class WebErrorLog(LogStore):
    """Place: ``shared``, logs whose lines begin with the name of the site, as the role web lets Apache write them;
    ``own``, where a site's own log lies, with {site}; ``fpm``, logs of PHP-FPM, whose pools are named like their sites
    (default: those of all versions of Debian's); ``days``, how long they are kept. Unmanaged sites have theirs in the
    register.
    """

    kind = "web_error_log"
    groups = ("hosting_web",)
    on_every_host = True
    item_set = SITES
    belongs_to = Belongs.SITE
    exclusion = Exclusion("sites", own_logs=True)
    extract = "logs/web/<domain>.error"
    header = web_error.COLUMNS

    def __init__(self, place: Place) -> None:
        keys = PlaceKeys(self.kind, place)
        self._shared = keys.some_paths("shared", ["/var/log/apache2/error.log"])
        self._own = keys.path_template("own", ["site"], "/var/log/hosting/web/{site}/error.log")
        self._fpm = keys.some_paths("fpm", []) if keys.has("fpm") else None
        self.days = keys.optional_number("days")
        keys.done()
        self.place = ", ".join([*self._shared, self._own])

    def read(self, selections: Sequence[Selection], sink: LogSink[Any]) -> Mapping[LineOwner, Exception]:
        """Read the lines of errors."""
        index = index_of_sites(selections, _patterns)
        read_shared(self._shared, web_error.shared, web_error.is_one, index, sink, web_error.of_visitors)
        fpm = self._fpm_logs()
        read_shared(fpm, web_error.fpm, web_error.is_fpm, index_of_sites(selections, _pool_patterns), sink)
        form = Format(web_error.own, web_error.is_one, NAMES, access.is_one)
        logs = [*self._shared, *fpm]
        return read_own(selections, self._own, form, web_error.shared, logs, sink, takes_unread=is_of_errors)

    def places(self, selections: Sequence[Selection]) -> Mapping[LineOwner, str]:
        """Return where the lines of each site lie."""
        return places_of(selections, self._shared, self._own)

    def _fpm_logs(self) -> Sequence[str]:
        if self._fpm is not None:
            return self._fpm
        return sorted(str(path) for path in Path(_FPM_DIRECTORY).glob(_FPM_NAME))


def _patterns(name: str) -> Sequence[bytes]:
    # as our role writes it, and as nginx does
    return [f"{name} [".encode(), f"server: {name}".encode()]


def _pool_patterns(name: str) -> Sequence[bytes]:
    return [f"[pool {name}]".encode()]

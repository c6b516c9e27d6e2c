# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The access log of the cloud: requests of the customer's addresses, as the web server or Radicale tells them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from .._data_model.place import Place, PlaceKeys
from .._data_model.selection import Selection
from .._logs.formats import access, radicale
from .._logs.reading import Format, read_flat, read_together
from .._logs.rotation import distinct
from .._logs.sessions import Sessions
from .._logs.sinks import LineOwner, LogSink
from ._base import Belongs
from ._log_store import LogStore, index_of_addresses

_FORMATS = ("apache", "radicale")


class CloudLog(LogStore):
    """Place: ``files``, the logs; ``format``: ``apache`` for access logs in the format ``combined`` in which the user
    is who has logged in, or ``radicale`` for Radicale's own; ``days``, how long they are kept.
    """

    kind = "cloud_log"
    groups = ("hosting_cloud",)
    belongs_to = Belongs.MAILBOX

    extract = "logs/cloud"

    def __init__(self, place: Place) -> None:
        keys = PlaceKeys(self.kind, place)
        self._files = keys.paths("files", ["/var/log/hosting/cloud/access.log"])
        self._format = keys.text("format", "apache")
        self.days = keys.optional_number("days")
        if self._format not in _FORMATS:
            raise keys.refusal("format", " or ".join(_FORMATS))
        keys.done()
        self.place = ", ".join(self._files)

    @property
    def header(self) -> Sequence[str]:  # type: ignore[override]  # it depends on the format
        """Return the names of the columns."""
        return radicale.COLUMNS if self._format == "radicale" else access.COLUMNS

    def is_in_use(self, selection: Selection) -> bool:
        """Tell whether an address of the customer has a cloud account."""
        return any(mailbox.cloud is not None for mailbox in selection.mailboxes)

    def read(self, selections: Sequence[Selection], sink: LogSink[Any]) -> Mapping[LineOwner, Exception]:
        """Read the lines of requests."""
        index = index_of_addresses(selections)
        if self._format == "radicale":
            tracker = partial(Sessions, index.owners)
            read_together(self._files, Format(radicale.parse, radicale.is_one), index, tracker, sink, required=True)
        else:
            for path in distinct(self._files):
                read_flat(path, Format(access.cloud, access.is_one), index, sink, required=True)
        return {}

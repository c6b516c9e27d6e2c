# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The file transfer log: what the customer's logins have uploaded, fetched and deleted by FTP and SFTP."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from .._data_model.place import Place, PlaceKeys
from .._data_model.selection import Selection, held_names
from .._logs.formats import xferlog
from .._logs.reading import Format, OwnerIndex, read_flat
from .._logs.rotation import distinct
from .._logs.sinks import LineOwner, LogSink, by_name
from ._log_store import LogStore

_WORDS = re.compile(rb"[^\s]+")


class FileTransferLog(LogStore):
    """Place: ``files``, the transfer logs (xferlog(5)), which need not be there before the first transfer; ``days``,
    how long they are kept.
    """

    kind = "file_transfer_log"
    groups = ("hosting_web",)
    on_every_host = True
    extract = "logs/file-transfer"
    header = xferlog.COLUMNS

    def __init__(self, place: Place) -> None:
        keys = PlaceKeys(self.kind, place)
        self._files = keys.paths("files", ["/var/log/proftpd/xferlog"])
        self.days = keys.optional_number("days")
        keys.done()
        self.place = ", ".join(self._files)

    def is_in_use(self, selection: Selection) -> bool:
        """Tell whether the customer has logins for files."""
        return bool(selection.file_logins)

    def read(self, selections: Sequence[Selection], sink: LogSink[Any]) -> Mapping[LineOwner, Exception]:
        """Read the lines of transfers."""
        owners = {login: LineOwner(selection.customer) for selection in selections for login in selection.file_logins}
        index = OwnerIndex(owners, by_name(owners), [f" {login} ".encode() for login in owners], held_names(selections))
        for path in distinct(self._files):
            read_flat(path, Format(xferlog.parse, xferlog.is_one, _WORDS), index, sink)
        return {}

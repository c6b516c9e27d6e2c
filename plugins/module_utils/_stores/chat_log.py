# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection log of chat: sessions of the customer's addresses, as Prosody tells them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from .._data_model.place import Place, PlaceKeys
from .._data_model.selection import Selection
from .._logs.formats import prosody
from .._logs.reading import Format, read_together
from .._logs.sessions import Sessions
from .._logs.sinks import LineOwner, LogSink
from ._base import Belongs
from ._log_store import LogStore, index_of_addresses


class ChatLog(LogStore):
    """Place: ``files``, the logs of Prosody, times as ``%Y-%m-%dT%H:%M:%S%z``; ``days``, how long they are kept."""

    kind = "chat_log"
    groups = ("hosting_chat",)
    belongs_to = Belongs.MAILBOX
    extract = "logs/chat"
    header = prosody.COLUMNS

    def __init__(self, place: Place) -> None:
        keys = PlaceKeys(self.kind, place)
        self._files = keys.paths("files", ["/var/log/prosody/prosody.log"])
        self.days = keys.optional_number("days")
        keys.done()
        self.place = ", ".join(self._files)

    def is_in_use(self, selection: Selection) -> bool:
        """Tell whether an address of the customer has a chat account."""
        return any(mailbox.chat for mailbox in selection.mailboxes)

    def read(self, selections: Sequence[Selection], sink: LogSink[Any]) -> Mapping[LineOwner, Exception]:
        """Read the lines of sessions."""
        index = index_of_addresses(selections)
        form = Format(prosody.parse, prosody.is_one, text=lambda key: b" " + key)
        # a client that has lost its connection takes its session up again (XEP-0198)
        tracker = partial(Sessions, index.owners, resumes=True)
        read_together(self._files, form, index, tracker, sink, required=True)
        return {}

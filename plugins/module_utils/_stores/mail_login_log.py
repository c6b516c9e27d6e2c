# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The login log of mail: logins, sessions and exports, as Dovecot and the webmail tell them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._data_model.place import Place, PlaceKeys
from .._data_model.selection import Selection
from .._logs.entry import LogEntry
from .._logs.formats import dovecot, postfix, webmail
from .._logs.reading import Format, read_flat
from .._logs.sinks import LineOwner, LogSink
from ._base import Belongs
from ._log_store import LogStore, index_of_addresses


class MailLoginLog(LogStore):
    """Place: ``files``, the logs of syslog; ``days``, how long they are kept."""

    kind = "mail_login_log"
    groups = ("hosting_mail", "hosting_webmail")
    belongs_to = Belongs.MAILBOX
    extract = "logs/mail-logins"
    header = dovecot.COLUMNS

    def __init__(self, place: Place) -> None:
        keys = PlaceKeys(self.kind, place)
        self._files = keys.paths("files", ["/var/log/mail.log"])
        self.days = keys.optional_number("days")
        keys.done()
        self.place = ", ".join(self._files)

    def read(self, selections: Sequence[Selection], sink: LogSink[Any]) -> Mapping[LineOwner, Exception]:
        """Read the lines that name a user."""
        form = Format(_parse, ignored=postfix.is_one)
        for path in self._files:
            read_flat(path, form, index_of_addresses(selections), sink, required=True)
        return {}


def _parse(line: bytes) -> LogEntry | None:
    return dovecot.parse(line) or webmail.parse(line)

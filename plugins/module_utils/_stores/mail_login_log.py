# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The login log of mail: logins, sessions and exports, as Dovecot and the webmail tell them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from .._data_model.place import Place, PlaceKeys
from .._data_model.selection import Selection
from .._logs.entry import LogEntry
from .._logs.files import beginnings
from .._logs.formats import dovecot, postfix, syslog, webmail
from .._logs.reading import Format, read_flat
from .._logs.rotation import distinct
from .._logs.sinks import LineOwner, LogSink
from ._base import Belongs
from ._log_store import LogStore, index_of_users, mention_of


class MailLoginLog(LogStore):
    """Place: ``files``, the logs of syslog, or of Dovecot itself (``log_path``); ``days``, how long they are kept."""

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
        index = index_of_users(selections)
        form = Format(_parse, _is_one, mention_of(index), ignored=postfix.is_one)
        for path in distinct(self._files):
            read_flat(path, form, index, sink, required=True)
            if any(_is_nameless(line, index.owners) for line in beginnings(path)):
                sink.nameless.append(path)
        return {}


def _is_one(line: bytes) -> bool:
    return syslog.is_one(line) or dovecot.is_one(line)


def _is_nameless(line: bytes, owners: Collection[str]) -> bool:
    """Tell whether somebody has logged in by a name that tells nothing of whose it is."""
    entry = dovecot.parse(line)
    if entry is None or entry.event != dovecot.LOGIN or not entry.columns[-1].startswith(b"Login: "):
        return False
    return any("@" not in name.value and name.value not in owners for name in entry.names)


def _parse(line: bytes) -> LogEntry | None:
    return dovecot.parse(line) or webmail.parse(line)

# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The mail log: what Postfix says of messages that concern the customer's addresses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from .._data_model.place import Place, PlaceKeys
from .._data_model.selection import Selection
from .._logs.formats import dovecot, postfix, syslog, webmail
from .._logs.messages import Messages
from .._logs.reading import Format, OwnerIndex, read_together
from .._logs.sinks import LineOwner, LogSink
from ._base import Belongs
from ._log_store import LogStore, index_of_users, mention_of
from ._trust import Trust, users_of


class MailLog(LogStore):
    """Place: ``files``, the logs of syslog; ``days``, how long they are kept; ``trusted_networks`` and
    ``trusted_users``, of whom alone ``from=`` proves who has sent a message (Trust).
    """

    kind = "mail_log"
    groups = ("hosting_mail",)
    belongs_to = Belongs.MAILBOX
    extract = "logs/mail"
    header = postfix.COLUMNS

    def __init__(self, place: Place) -> None:
        keys = PlaceKeys(self.kind, place)
        self._files = keys.paths("files", ["/var/log/mail.log"])
        self._trust = Trust(keys)
        self.days = keys.optional_number("days")
        keys.done()
        self.place = ", ".join(self._files)

    def read(self, selections: Sequence[Selection], sink: LogSink[Any]) -> Mapping[LineOwner, Exception]:
        """Read the lines of messages."""
        index = _index(selections)
        form = Format(postfix.parse, syslog.is_one, mention_of(index), _is_of_logins, _text, postfix.LINKS)
        tracker = partial(Messages, index.owners, self._trust.networks, self._trust.users())
        read_together(self._files, form, index, tracker, sink, required=True)
        return {}


def _index(selections: Sequence[Selection]) -> OwnerIndex:
    """Return who is asked for: addresses, those who log in, and the system users of sites, whose programs send by
    sendmail(1).
    """
    addresses = index_of_users(selections)
    users = {
        f"uid={number}": LineOwner(selection.customer) for selection in selections for number in users_of(selection)
    }
    patterns = [*addresses.patterns, *(f": {name} from=<".encode() for name in users)]
    return OwnerIndex({**addresses.owners, **users}, addresses.mentioned, patterns, addresses.held)


def _text(key: bytes) -> bytes:
    return key if key.startswith(postfix.REQUEUED) else b"]: " + key + b": "


def _is_of_logins(line: bytes) -> bool:
    return dovecot.is_one(line) or webmail.is_one(line)

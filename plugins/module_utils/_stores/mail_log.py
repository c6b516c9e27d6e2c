# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The mail log: what Postfix says of messages that concern the customer's addresses."""

from __future__ import annotations

import ipaddress
import pwd
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial

from .._logs import dovecot, postfix, webmail
from .._logs.messages import Messages
from ._log_extracts import Extracts, Owner
from ._log_lines import Format, Wanted, read_together
from ._log_store import LogStore, wanted_addresses
from ._model import Place, Subject
from ._places import PlaceKeys

# Below are users of the system itself, who are nobody's.
_FIRST_USER = 1000


class MailLog(LogStore):
    """Place: ``files``, the logs of syslog; ``days``, how long they are kept; ``trusted_networks``, whose clients may
    send without a login as anybody (as ``mynetworks`` of Postfix, where that lets them), and ``trusted_users``, who may
    so by the command sendmail: of them alone ``from=`` proves who has sent a message.
    """

    kind = "mail_log"
    header = postfix.COLUMNS

    def __init__(self, place: Place) -> None:
        keys = PlaceKeys(self.kind, place)
        self._files = keys.paths("files", ["/var/log/mail.log"])
        self._networks = keys.texts("trusted_networks", [])
        self._users = keys.texts("trusted_users", ["root"])
        self.days = keys.optional_number("days")
        try:
            for network in self._networks:
                ipaddress.ip_network(network, strict=False)
        except ValueError:
            raise keys.refusal("trusted_networks", "a list of networks, like 192.0.2.0/24") from None
        keys.done()
        self.place = ", ".join(self._files)

    def read(self, subjects: Sequence[Subject], found: Extracts) -> Mapping[Owner, Exception]:
        """Read the lines of messages."""
        wanted = _wanted(subjects)
        form = Format(postfix.parse, ignored=_is_of_logins, text=lambda key: b"]: " + key + b": ")
        users = [number for name in self._users if (number := _number(name)) is not None]
        tracker = partial(Messages, wanted.owners, self._networks, users)
        read_together(self._files, form, wanted, tracker, found, required=True)
        return {}

    def path(self, owner: Owner) -> str:
        """Return the path in the bag."""
        return "logs/mail"


def _wanted(subjects: Sequence[Subject]) -> Wanted:
    """Return who is asked for: addresses, and the system users of sites, whose programs send by sendmail(1)."""
    addresses = wanted_addresses(subjects)
    users: dict[str, Owner] = {}
    for subject in subjects:
        for site in subject.sites:
            number = _number(site.user)
            if number is not None and number >= _FIRST_USER:
                users[f"uid={number}"] = Owner(subject.customer)
    patterns = [*addresses.patterns, *(f": {name} from=<".encode() for name in users)]
    return Wanted({**addresses.owners, **users}, addresses.mentioned, patterns)


def _is_of_logins(line: bytes) -> bool:
    return dovecot.is_one(line) or webmail.is_one(line)


def _number(user: str) -> int | None:
    with suppress(KeyError):
        return pwd.getpwnam(user).pw_uid
    return None

# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host for the kinds whose service has to be spoken to, and what such a kind brings to the suite."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.passwords import hash_password
from ansible_collections.magmasoft.hosting.tests.integration.clients import message, smtp_send
from ansible_collections.magmasoft.hosting.tests.integration.host import Host

from .world import ANN, ANNE, EVERYBODY, XANN, Customer

KINDS: Final = ("databases", "mail_queue", "credentials")
# All others are nobody on the host: they have nothing.
USING: Final = (ANN, XANN, ANNE)
_PASSWORD = "a-good-pass-word"
_MAIL = "mail.lab.example"


@dataclass(frozen=True)
class Daemons:
    """A host with the customers."""

    host: Host
    base: str
    ca_file: Path

    def apply(self) -> None:
        """Make customers with an address each."""
        directory = {"base": self.base}
        customers = [{"name": one.name, "customer": one.name, "domains": [one.domain]} for one in USING]
        boxes = [{"name": one.address, "customer": one.name} for one in USING]
        hashes = {one.address: hash_password("mailbox", _PASSWORD) for one in USING}
        for module, arguments in (
            ("customer_account", {"directory": directory, "customers": customers}),
            ("mailbox", {"directory": directory, "mailboxes": boxes, "password_hashes": hashes}),
        ):
            done = self.host.module(module, arguments)
            assert not done.get("failed"), done["msg"]

    def send(self, sender: str, recipient: str, subject: str) -> None:
        """Send a mail as a program for mail does."""
        mail = message(sender, recipient, subject)
        smtp_send(_MAIL, 465, (sender, _PASSWORD), mail, str(self.ca_file), self.host.address)

    def selections(self) -> list[dict[str, Any]]:
        """Return everybody as the modules are given them."""
        return [
            {
                "customer": one.name,
                "databases": [{"name": one.database, "managed": False}] if one in USING else [],
                "mailboxes": [{"name": one.address}],
                "own_addresses": [one.address],
            }
            for one in EVERYBODY
        ]


class OnHost(Protocol):
    """What the module of such a kind has."""

    def place(self, world: Daemons) -> Mapping[str, Any]:
        """Return the place of the kind, as `hosting_stores` has it."""

    def plant(self, world: Daemons, customer: Customer, texts: Sequence[str]) -> None:
        """Write the texts as a client does, each into a thing of its own."""

    def clear(self, world: Daemons, customer: Customer) -> None:
        """Take away what was planted."""

    def read_back(self, world: Daemons, customer: Customer, files: Mapping[str, bytes]) -> Sequence[str]:
        """Return the texts, as a foreign tool finds them in what was handed out: content by path."""

# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logs that the servers of the lab have written, the customers in them, and what the stores make of such logs."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.item_export import ItemExportRecord, Part
from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.items import CloudAccess, Mailbox, Site
from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.selection import Selection
from ansible_collections.magmasoft.hosting.plugins.module_utils._stores._table import STORES
from ansible_collections.magmasoft.hosting.tests.unit.directory_sink import DirectorySink

DATA = Path(__file__).resolve().parent / "data"
OFFICE, HUETTENWART = "office@alpenverein.example", "huettenwart@alpenverein.example"
CIAO, LIBROS = "ciao@fotostudio.example", "libros@altbestand.example"
POST, ORDERS = "post@xn--mller-grten-r8a91a.example", "orders@xn--mller-grten-r8a91a.example"


def mailbox(address: str, *aliases: str) -> Mailbox:
    """Return an address with everything."""
    return Mailbox(name=address, customer="alpenverein", aliases=aliases, cloud=CloudAccess(), chat=True)


def site(domain: str, log: str = "own", *, logs: Sequence[str] = ()) -> Site:
    """Return a site; one whose logs are given is unmanaged."""
    return Site(
        name=domain, customer="alpenverein", aliases=(f"www.{domain}",), log=log, unix_user="hc-nobody",
        managed=not logs, logs=tuple(logs),
    )  # fmt: skip


def selection(
    customer: str, *mailboxes: Mailbox, sites: Sequence[Site] = (), file_logins: Sequence[str] = ()
) -> Selection:
    """Return a customer."""
    addresses = frozenset(name for box in mailboxes for name in (box.name, *box.aliases))
    return Selection(customer, tuple(sites), (), mailboxes, tuple(file_logins), addresses)


ALPENVEREIN = selection(
    "alpenverein",
    mailbox(OFFICE, "info@alpenverein.example", "kontakt@alpenverein.example"),
    mailbox(HUETTENWART),
    sites=[site("alpenverein.example")],
    file_logins=["alpenverein", "alpenverein-web"],
)
FOTOSTUDIO = selection(
    "fotostudio", mailbox(CIAO), sites=[site("fotostudio.example", "shared")], file_logins=["fotostudio"]
)
ALTBESTAND = selection("altbestand", mailbox(LIBROS))
GAERTNEREI = selection("gaertnerei", mailbox(POST), mailbox(ORDERS))
EVERYBODY = (ALPENVEREIN, FOTOSTUDIO, ALTBESTAND, GAERTNEREI)


@dataclass
class Extract:
    """What one customer was handed."""

    files: dict[str, bytes] = field(default_factory=dict)
    exports: list[ItemExportRecord] = field(default_factory=list)

    @property
    def lines(self) -> list[str]:
        """Return all raw lines."""
        return [
            line
            for name, content in self.files.items()
            if name.endswith(".log")
            for line in content.decode("utf-8", "surrogateescape").split("\n")[:-1]
        ]

    @property
    def rows(self) -> list[dict[str, str]]:
        """Return all rows of tables."""
        return [row for name, content in self.files.items() if name.endswith(".csv") for row in rows(content)]


def rows(content: bytes) -> list[dict[str, str]]:
    """Return the rows of a table."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))


def export(kind: str, place: Mapping[str, Any], selections: Sequence[Selection], directory: Path) -> dict[str, Extract]:
    """Have a store deliver, and return what each customer was handed."""
    parts = {one.customer: Part(DirectorySink(directory / one.customer)) for one in selections}
    STORES[kind](place).export(selections, parts)
    found: dict[str, Extract] = {}
    for customer, part in parts.items():
        extract = found[customer] = Extract(exports=[delivery.record() for delivery in part.exports])
        root = directory / customer
        extract.files = {str(path.relative_to(root)): path.read_bytes() for path in _sorted(root) if path.is_file()}
        for path in reversed(_sorted(root)):
            path.unlink() if path.is_file() else path.rmdir()
        root.rmdir()
    return found


def _sorted(root: Path) -> list[Path]:
    return sorted(root.rglob("*"))


def mail(number: int, queue_id: str, text: str, *, program: str = "smtp", second: int = 0) -> str:
    """Return a line of Postfix, the ``number`` seconds after noon."""
    when = f"2026-11-23T12:{number // 60:02d}:{number % 60:02d}.{second:06d}+00:00"
    return f"{when} mail postfix/{program}[{100 + number}]: {queue_id + ': ' if queue_id else ''}{text}"


def to(
    address: str, *, original: str = "", relay: str = "mx.example[192.0.2.1]:25", status: str = "sent (250 ok)"
) -> str:
    """Return the text of a recipient's line."""
    via = f"orig_to=<{original}>, " if original else ""
    return f"to=<{address}>, {via}relay={relay}, delay=0.1, delays=0/0/0/0.1, dsn=2.0.0, status={status}"


def sender(address: str, recipients: int = 1) -> str:
    """Return the text of the queue manager's line."""
    return f"from=<{address}>, size=500, nrcpt={recipients} (queue active)"


def login(user: str) -> str:
    """Return the text of a client that has logged in."""
    return f"client=pc.example[198.51.100.7], sasl_method=PLAIN, sasl_username={user}"

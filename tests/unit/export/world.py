# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stores in memory: what the tests of exports run against."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.item_export import Part
from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.items import (
    CloudAccess,
    Database,
    Mailbox,
    Site,
)
from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.measurement import Measurement
from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.selection import Selection
from ansible_collections.magmasoft.hosting.plugins.module_utils._stores._base import DATABASES, Store


class FakeDatabases(Store):
    """Databases that are texts. ``broken`` says what goes wrong with one, ``down`` with all."""

    kind = "databases"
    item_set = DATABASES

    def __init__(self, content: Mapping[str, bytes]) -> None:
        super().__init__({})
        self.content = dict(content)
        self.broken: dict[str, Exception] = {}
        self.down: Exception | None = None
        self.forgotten: set[str] = set()
        self.calls = 0

    def measure(self, selections: Sequence[Selection]) -> Iterable[Measurement]:
        """Tell how large they are."""
        if self.down is not None:
            raise self.down
        return [
            self._measurement(selection.customer, found.name)
            for selection in selections
            for found in selection.databases
        ]

    def export(self, selections: Sequence[Selection], parts: Mapping[str, Part]) -> None:
        """Deliver each."""
        self.calls += 1
        if self.down is not None:
            raise self.down
        for selection in selections:
            for found in selection.databases:
                if found.name not in self.forgotten:
                    self._deliver(parts[selection.customer], found.name)

    def _deliver(self, part: Part, name: str) -> None:
        with part.exporting("databases", name) as delivery, delivery.file(f"databases/{name}.sql") as out:
            out.write(self.content[name][:10])
            if name in self.broken:
                raise self.broken[name]
            out.write(self.content[name][10:])
            delivery.saw(1764028800)

    def _measurement(self, customer: str, name: str) -> Measurement:
        return {
            "kind": "databases",
            "customer": customer,
            "item": name,
            "place": "memory",
            "bytes": len(self.content[name]),
            "count": 1,
            "oldest": None,
            "newest": None,
            "days": None,
            "left_out": [],
            "error": None,
        }


def selection(customer: str, *databases: str) -> Selection:
    """Return a customer who has databases, a site and an address."""
    address = f"office@{customer}.example"
    return Selection(
        customer=customer,
        sites=(Site(name=f"{customer}.example", customer=customer, log="own", unix_user=f"hc-{customer}"),),
        databases=tuple(Database(name=name, customer=customer) for name in databases),
        mailboxes=(Mailbox(name=address, customer=customer, cloud=CloudAccess(), chat=True),),
        file_logins=(customer,),
        own_addresses=frozenset({address}),
    )

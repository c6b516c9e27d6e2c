# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every kind of data: what is planted is measured, handed out, and read back by a foreign tool; nothing of others is.

Kinds whose service is a daemon run on a host (tests/export/test_conformance.py), the others here.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.item_export import ItemExportRecord, Part
from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.items import (
    CloudAccess,
    Database,
    Mailbox,
    Site,
)
from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.selection import Selection
from ansible_collections.magmasoft.hosting.plugins.module_utils._stores._base import Store
from ansible_collections.magmasoft.hosting.plugins.module_utils._stores._table import ON_HOSTS
from ansible_collections.magmasoft.hosting.tests.unit.directory_sink import DirectorySink

from . import daemons
from .world import ANN, ANNE, EVERYBODY, IDLE, LAYOUTS, ODD, OWN, PLAIN, XANN, Customer, everything

HERE = [kind for kind in ON_HOSTS if kind not in daemons.KINDS]
TREES = [kind for kind in HERE if hasattr(importlib.import_module(f".{kind}", __package__), "attack")]
# What has to be handed out to ann, by hand: the register that `selection` stands for says so.
EXPECTED: Mapping[str, Sequence[str]] = {
    "site_files": ["ann.example"],
    "databases": ["ann-web"],
    "web_access_log": ["ann.example"],
    "web_error_log": ["ann.example"],
    "web_statistics": ["ann.example"],
    "mail_messages": ["office@ann.example"],
    "mail_filters": ["office@ann.example"],
    "webmail_settings": ["office@ann.example"],
    "mail_queue": [""],
    "mail_log": [""],
    "mail_login_log": [""],
    "credentials": [""],
    "contacts_calendars": ["office@ann.example"],
    "cloud_files": ["office@ann.example"],
    "cloud_log": [""],
    "chat_account": ["office@ann.example"],
    "chat_log": [""],
    "file_transfer_log": [""],
}


def selection(customer: Customer, root: Path, layout: str) -> Selection:
    """Return a customer as the stores are given it; elsewhere than in places of ours, the site is unmanaged."""
    logs = (
        ()
        if layout == OWN
        else (f"{root}/logs/{customer.domain}.access.log", f"{root}/logs/{customer.domain}.error.log")
    )
    site = Site(
        name=customer.domain,
        customer=customer.name,
        aliases=(customer.alias,),
        log="own",
        unix_user="nobody",
        managed=layout == OWN,
        root=None if layout == OWN else f"{root}/vhosts/{customer.domain}",
        logs=logs,
    )
    office = Mailbox(
        name=customer.address, customer=customer.name, aliases=(customer.former,), cloud=CloudAccess(), chat=True
    )
    away = Mailbox(name=customer.forwarding, customer=customer.name, keep_copy=False)
    addresses = frozenset({customer.address, customer.former, customer.forwarding})
    return Selection(
        customer.name,
        (site,),
        (Database(name=customer.database, customer=customer.name),),
        (office, away),
        (customer.name,),
        addresses,
    )


class World:
    """A host with one kind of data, in one layout."""

    def __init__(self, kind: str, layout: str, path: Path) -> None:
        self.kind = kind
        self.layout = layout
        self.root = path / "host"
        self.root.mkdir()
        self.payload = path / "payload"
        self.module: Any = self._module()
        self.selections = [selection(customer, self.root, layout) for customer in EVERYBODY]
        if hasattr(self.module, "prepare"):
            self.module.prepare(self.root, layout, IDLE)

    def _module(self) -> ModuleType:
        return importlib.import_module(f".{self.kind}", __package__)

    @property
    def store(self) -> Store:
        """Return the store for the place of this layout."""
        return ON_HOSTS[self.kind](self.module.place(self.root, self.layout))

    def plant(self, customer: Customer, texts: Sequence[str]) -> list[str]:
        """Plant texts with the canary of their customer in front; return them as they have to come back."""
        planted = [f"{customer.canary}{text}" for text in texts]
        self.module.plant(self.root, self.layout, customer, planted)
        return sorted(planted)

    def measured(self) -> dict[tuple[str, str], int]:
        """Return what is held: (customer, item) -> count; nothing may have gone wrong."""
        found = list(self.store.measure(self.selections))
        assert [one["error"] for one in found] == [None] * len(found)
        return {(one["customer"], one["item"]): one["count"] for one in found}

    def export(self) -> Iterator[ItemExportRecord]:
        """Hand everything out; yield what was noted."""
        parts = {one.customer: Part(DirectorySink(self.payload / one.customer)) for one in self.selections}
        self.store.export(self.selections, parts)
        for part in parts.values():
            yield from (export.record() for export in part.exports)

    def read_back(self, customer: Customer) -> Mapping[str, list[str]]:
        """Return item -> texts, as a foreign tool finds them."""
        found: Mapping[str, list[str]] = self.module.read_back(self.payload / customer.name, customer)
        return found


@pytest.fixture(params=LAYOUTS)
def layout(request: pytest.FixtureRequest) -> str:
    """Return whose places they are."""
    return str(request.param)


@pytest.fixture
def world(kind: str, layout: str, tmp_path: Path) -> World:
    """Return a host with nothing on it yet."""
    return World(kind, layout, tmp_path)


@pytest.mark.parametrize("kind", ON_HOSTS)
def test_what_has_to_be_handed_out(kind: str, tmp_path: Path) -> None:
    assert ON_HOSTS[kind].expected(selection(ANN, tmp_path, OWN)) == EXPECTED[kind]


@pytest.mark.parametrize("kind", HERE)
@pytest.mark.parametrize("texts", [PLAIN, ODD], ids=["plain", "odd"])
def test_what_is_planted_is_measured_handed_out_and_read_back(world: World, texts: Sequence[str]) -> None:
    planted = {customer: world.plant(customer, texts) for customer in (ANN, XANN, ANNE)}
    (item,) = EXPECTED[world.kind]
    measured = world.measured()
    assert measured.keys() == {(one.name, item.replace(ANN.domain, one.domain)) for one in planted}
    assert all(measured.values())
    records = list(world.export())
    assert [one for one in records if one["error"]] == []
    assert {one["item"] for one in records} >= {item.replace(ANN.domain, one.domain) for one in EVERYBODY}
    for customer, mine in planted.items():
        assert world.read_back(customer) == {item.replace(ANN.domain, customer.domain): mine}
        content = b"".join(everything(world.payload / customer.name))
        for other in planted.keys() - {customer}:
            assert other.canary.encode() not in content
    assert list(world.read_back(IDLE).values()) == [[]]


@pytest.mark.parametrize("kind", TREES)
def test_what_a_customer_lays_out_leads_to_nobody_else(world: World) -> None:
    mine, _theirs = world.plant(ANN, PLAIN), world.plant(XANN, PLAIN)
    world.selections = [selection(customer, world.root, world.layout) for customer in (ANN, XANN)]
    world.module.attack(world.root, world.layout, ANN, XANN)
    records = list(world.export())
    assert [one for one in records if one["error"]] == []
    assert set(world.read_back(ANN)[EXPECTED[world.kind][0]]) >= set(mine)
    assert XANN.canary.encode() not in b"".join(everything(world.payload / ANN.name))


CLOSED = [kind for kind in HERE if hasattr(importlib.import_module(f".{kind}", __package__), "close")]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root reads what is closed")
@pytest.mark.parametrize("kind", CLOSED)
def test_what_its_owner_has_closed_blocks_nothing(world: World) -> None:
    """As a scanner does that has found something: it is handed out, or named in report and bag alike."""
    mine, _theirs = world.plant(ANN, PLAIN), world.plant(XANN, PLAIN)
    world.module.close(world.root, world.layout, ANN)
    world.selections = [selection(customer, world.root, world.layout) for customer in (ANN, XANN)]
    (measured,) = [one for one in world.store.measure(world.selections) if one["customer"] == ANN.name]
    assert measured["error"] is None
    (record,) = [one for one in world.export() if one["item"] == EXPECTED[world.kind][0]]
    assert (record["error"], record["outcome"]) == (None, "delivered")
    back = world.read_back(ANN)[record["item"]]
    assert len(back) + len(record["left_out"]) == len(mine)
    assert set(back) <= set(mine)
    assert measured["left_out"] == record["left_out"]


FORMER = [kind for kind in HERE if hasattr(importlib.import_module(f".{kind}", __package__), "plant_former")]


@pytest.mark.parametrize("kind", FORMER)
def test_what_was_a_mailbox_is_measured_and_handed_out_and_nobody_expects_it(world: World) -> None:
    """An alias that had a place of its own before, and a pure forwarding."""
    world.plant(ANN, PLAIN)
    for address in (ANN.former, ANN.forwarding):
        world.module.plant_former(world.root, world.layout, address, f"left behind by {address}")
    world.selections = [selection(ANN, world.root, world.layout)]
    assert world.measured().keys() == {(ANN.name, one) for one in (ANN.address, ANN.former, ANN.forwarding)}
    records = {one["item"]: one for one in world.export()}
    assert [one["error"] for one in records.values()] == [None] * 3
    content = b"".join(everything(world.payload / ANN.name))
    for address in (ANN.former, ANN.forwarding):
        assert records[address]["outcome"] == "delivered"
        assert f"left behind by {address}".encode() in content
    assert world.store.expected(world.selections[0]) == [ANN.address]

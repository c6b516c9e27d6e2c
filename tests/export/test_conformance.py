# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The suite of tests/kinds, for kinds whose service is a daemon: on a host, by the modules for customers' data."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Sequence
from typing import cast

import pytest
from ansible_collections.magmasoft.hosting.tests.integration.host import Host
from ansible_collections.magmasoft.hosting.tests.kinds.daemons import KINDS, USING, Daemons, OnHost
from ansible_collections.magmasoft.hosting.tests.kinds.world import EVERYBODY, IDLE, ODD, PLAIN

from .parts import exported


@pytest.fixture(scope="module")
def world(host: Host, directory_base: str, tmp_path_factory: pytest.TempPathFactory) -> Daemons:
    """Return a host with the customers."""
    ca_file = tmp_path_factory.mktemp("conformance") / "ca.crt"
    ca_file.write_text(host.run("cat", "/etc/hosting/certificates/ca.crt"), "utf-8")
    found = Daemons(host, directory_base, ca_file)
    found.apply()
    return found


@pytest.fixture
def kind(request: pytest.FixtureRequest, world: Daemons) -> Iterator[tuple[str, OnHost]]:
    """Return a kind with nothing planted yet."""
    module = cast(OnHost, importlib.import_module(f"ansible_collections.magmasoft.hosting.tests.kinds.{request.param}"))
    for customer in USING:
        module.clear(world, customer)
    yield request.param, module
    for customer in USING:
        module.clear(world, customer)


@pytest.mark.parametrize("kind", KINDS, indirect=True)
@pytest.mark.parametrize("texts", [PLAIN, ODD], ids=["plain", "odd"])
def test_what_is_planted_is_measured_handed_out_and_read_back(
    world: Daemons, kind: tuple[str, OnHost], texts: Sequence[str]
) -> None:
    name, module = kind
    stores = {name: module.place(world)}
    planted = {customer: [f"{customer.canary}{text}" for text in texts] for customer in USING}
    for customer, mine in planted.items():
        module.plant(world, customer, mine)
    measured = world.host.module("customer_info", {"customers": world.selections(), "stores": stores})
    assert not measured.get("failed"), measured["msg"]
    counts = {one["customer"]: one["count"] for one in measured["measurements"]}
    assert counts.keys() == {customer.name for customer in USING}
    assert all(counts.values())
    parts = exported(world.host, world.selections(), stores)
    for customer, mine in planted.items():
        part = parts[customer.name]
        assert sorted(module.read_back(world, customer, part.files)) == sorted(mine)
        assert [one["error"] for one in part.record["exports"]] == [None]
        content = b"".join(part.files.values())
        assert [other for other in EVERYBODY if other is not customer and other.canary.encode() in content] == []
    assert list(module.read_back(world, IDLE, parts[IDLE.name].files)) == []

# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host with stores in memory, whose bags lie on the disk."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ansible_collections.magmasoft.hosting.plugins.module_utils._bag.bags import Bags
from ansible_collections.magmasoft.hosting.plugins.module_utils._bag.part import PartRequest, Source, make_parts
from ansible_collections.magmasoft.hosting.plugins.module_utils._bag.seal import Form, Order, seal_bags
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.results import Report
from ansible_collections.magmasoft.hosting.tests.kinds.world import unpacked
from ansible_collections.magmasoft.hosting.tests.unit.export.world import FakeDatabases, selection

CONTENT = {"ann-web": b"CREATE TABLE a;\n" * 1000, "ann-shop": b"x" * 511, "bob-web": b""}
ABOUT = {"name": "Ann's\nshop\x1b[31m", "provider": {"name": "Musterhosting"}, "language": "de"}


class Exporter:
    """A host with stores, whose bags lie in a directory."""

    def __init__(self, directory: Path) -> None:
        self.bags = Bags(str(directory / "bags"))
        self.store = FakeDatabases(CONTENT)
        self.selections = {"ann": selection("ann", "ann-web", "ann-shop"), "bob": selection("bob", "bob-web")}
        self.bases = {"ann": "of ann", "bob": "of bob"}
        self.path = directory / "bags"
        # host -> pairs of kind and item
        self.expected: dict[str, list[list[str]]] = {}

    def part(self, *customers: str, request: str = "all", check: bool = False, copies: int = 1) -> Report:
        """Make parts."""
        source = Source("web1", {"databases": self.store}, ["chat_log"], self.bases)
        requests = [PartRequest(self.selections[customer], f"{customer}-today", request) for customer in customers]
        return make_parts(self.bags, requests, source, copies=copies, check_mode=check)

    def seal(self, *customers: str, form: Form | None = None, request: str = "all", check: bool = False) -> Report:
        """Seal bags."""
        form = form or Form()
        orders = [
            Order(self.selections[customer], f"{customer}-today", request, ABOUT, {"customer": customer}, self.expected)
            for customer in customers
        ]
        return seal_bags(self.bags, orders, form, describe, check_mode=check)

    def files(self) -> list[str]:
        """Return everything that lies where the bags lie."""
        return sorted(str(path.relative_to(self.path)) for path in self.path.rglob("*") if not path.is_dir())


def describe(about: Mapping[str, Any], parts: Sequence[Mapping[str, Any]]) -> dict[str, bytes]:
    """Return what a bag says of itself."""
    return {"data.json": json.dumps([about, parts]).encode()}


def unpacked_bag(archive: Path, place: Path) -> Path:
    """Unpack an archive with a bag; return the bag."""
    return unpacked(archive, place) / archive.name.partition(".")[0]

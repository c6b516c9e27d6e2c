# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One run of the module customer_export, from its options to what the engine takes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from .._clients.packing import require_programs
from .._data_model.selection import Selection
from .._engine.reconcile import Batch
from .bags import Bags, bag_name
from .fetch import read_offers
from .options import read_selections, read_stores
from .part import ExportService, PartRemoval, Source, unwanted_part, wanted_part
from .seal import BagService, Describe, Form, Order, wanted_bag


class ExportRun:
    """What the options of the module come to. Whatever is wrong with them is raised where it is used."""

    def __init__(self, params: Mapping[str, Any], describe: Describe) -> None:
        self._params = params
        self._describe = describe
        self._bags = Bags(params["directory"])

    def locks(self) -> list[str]:
        """Return what this run holds: one lock for each customer."""
        return [f"export-{customer}" for customer in self._selections]

    def batches(self) -> list[Batch]:
        """Return the one batch."""
        return [STATES[self._params["state"]](self)]

    def sealed(self) -> dict[str, Any]:
        """Return the bag of each customer that is sealed now."""
        found = {customer: self._bags.seal(customer, bag) for customer, bag in self._names.items()}
        return {"sealed": {customer: seal for customer, seal in found.items() if seal is not None}}

    def part(self) -> Batch:
        """Return what makes the parts of this host."""
        stores, absent = read_stores(self._params["stores"])
        source = Source(self._params["host"], stores, absent, self._bases())
        service = ExportService(self._bags, self._selections, source, copies=self._form.copies)
        return Batch(service, [wanted_part(customer, bag, self._request) for customer, bag in self._names.items()])

    def bag(self) -> Batch:
        """Return what seals the bags."""
        orders = {
            customer: Order(
                selection,
                self._params["abouts"].get(customer, {}),
                self._params["records"].get(customer, {}),
                self._params["expected"].get(customer, {}),
                read_offers(
                    self._params["parts"],
                    self._bags.path_of_part(customer, self._names[customer]),
                    customer,
                    self._names[customer],
                    self._request,
                ),
            )
            for customer, selection in self._selections.items()
        }
        service = BagService(self._bags, orders, self._form, self._describe)
        wanted = [wanted_bag(customer, bag, self._request, self._form) for customer, bag in self._names.items()]
        return Batch(service, wanted)

    def removal(self) -> Batch:
        """Return what removes the parts of this host."""
        return Batch(PartRemoval(self._bags), [unwanted_part(customer, bag) for customer, bag in self._names.items()])

    def _bases(self) -> dict[str, str]:
        """Return a digest for each customer of what is theirs on this host, and where it lies."""
        given = zip(self._customers, self._params["customers"], strict=True)
        return {selection.customer: _digest([item, self._params["stores"]]) for selection, item in given}

    @cached_property
    def _customers(self) -> list[Selection]:
        return read_selections("customers", self._params["customers"])

    @property
    def _selections(self) -> dict[str, Selection]:
        return {selection.customer: selection for selection in self._customers}

    @property
    def _names(self) -> dict[str, str]:
        return {customer: bag_name(customer, self._params["name"]) for customer in self._selections}

    @property
    def _request(self) -> str:
        return str(self._params["request"])

    @cached_property
    def _form(self) -> Form:
        # whoever can't be encrypted to, and what is missing for it, is told before anything is written
        require_programs(compress=self._params["compress"], recipient=self._params["recipient"])
        return Form(self._params["form"] == "directory", self._params["compress"], self._params["recipient"])


def _digest(data: object) -> str:
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


STATES: Mapping[str, Callable[[ExportRun], Batch]] = {
    "part": ExportRun.part,
    "sealed": ExportRun.bag,
    "absent": ExportRun.removal,
}

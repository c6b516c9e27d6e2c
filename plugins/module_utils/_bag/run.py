# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One run of the module customer_export, from its options to its report."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from .._clients.packing import require_programs
from .._core.results import Report
from .._data_model.selection import Selection
from .bags import Bags, bag_name
from .fetch import read_offers
from .options import read_selections, read_stores
from .part import PartRequest, Source, make_parts, remove_parts
from .seal import Describe, Form, Order, seal_bags


class ExportRun:
    """What the options of the module come to. Whatever is wrong with them is raised where it is used."""

    def __init__(self, params: Mapping[str, Any], describe: Describe) -> None:
        self._params = params
        self._describe = describe
        self._bags = Bags(params["directory"])

    def locks(self) -> list[str]:
        """Return what this run holds: one lock for each customer."""
        return [f"export-{customer}" for customer in self._names]

    def work(self, check_mode: bool) -> Report:
        """Do what the state asks for."""
        return STATES[self._params["state"]](self, check_mode)

    def sealed(self) -> dict[str, Any]:
        """Return the bag of each customer that is sealed now."""
        found = {customer: self._bags.seal(customer, bag) for customer, bag in self._names.items()}
        return {"sealed": {customer: seal for customer, seal in found.items() if seal is not None}}

    def part(self, check_mode: bool) -> Report:
        """Make the parts of this host."""
        stores, absent = read_stores(self._params["stores"])
        source = Source(self._params["host"], stores, absent, self._bases())
        requests = [PartRequest(one, self._names[one.customer], self._request) for one in self._customers]
        return make_parts(self._bags, requests, source, copies=self._form.copies, check_mode=check_mode)

    def bag(self, check_mode: bool) -> Report:
        """Seal the bags."""
        orders = [self._order(selection) for selection in self._customers]
        return seal_bags(self._bags, orders, self._form, self._describe, check_mode=check_mode)

    def removal(self, check_mode: bool) -> Report:
        """Remove the parts of this host."""
        return remove_parts(self._bags, self._names, check_mode=check_mode)

    def _order(self, selection: Selection) -> Order:
        customer, bag = selection.customer, self._names[selection.customer]
        place = self._bags.path_of_part(customer, bag)
        return Order(
            selection,
            bag,
            self._request,
            self._params["abouts"].get(customer, {}),
            self._params["records"].get(customer, {}),
            self._params["expected"].get(customer, {}),
            read_offers(self._params["parts"], place, customer, bag, self._request),
        )

    def _bases(self) -> dict[str, str]:
        """Return a digest for each customer of what is theirs on this host, and where it lies."""
        given = zip(self._customers, self._params["customers"], strict=True)
        return {selection.customer: _digest([item, self._params["stores"]]) for selection, item in given}

    @cached_property
    def _customers(self) -> list[Selection]:
        return read_selections("customers", self._params["customers"])

    @property
    def _names(self) -> dict[str, str]:
        return {one.customer: bag_name(one.customer, self._params["name"]) for one in self._customers}

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


STATES: Mapping[str, Callable[[ExportRun, bool], Report]] = {
    "part": ExportRun.part,
    "sealed": ExportRun.bag,
    "absent": ExportRun.removal,
}

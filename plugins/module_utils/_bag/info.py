# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is held of customers on this host."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._core.errors import as_hosting_error
from .._data_model.measurement import Measurement
from .._data_model.selection import Selection
from .._stores._base import Store
from .bags import Bags
from .options import read_selections, read_stores


def customer_info(customers: Sequence[Any], places: Mapping[str, Any], directory: str) -> dict[str, Any]:
    """Return what the module returns. Raises ItemRefused for options that are wrong."""
    selections = read_selections("customers", customers)
    stores, absent = read_stores(places)
    bags = Bags(directory)
    return {
        "measurements": measure_all(stores, selections),
        "bags": {selection.customer: bags.sealed(selection.customer) for selection in selections},
        "kinds": list(stores),
        "absent": absent,
    }


def measure_all(stores: Mapping[str, Store], selections: Sequence[Selection]) -> list[Measurement]:
    """Return what all stores hold of the customers. A store that is down is an error of each that may be in it."""
    measurements: list[Measurement] = []
    for kind, store in stores.items():
        try:
            measurements.extend(store.measure(selections))
        except Exception as error:  # noqa: BLE001 - one store that surprises us must not hide the others
            report = as_hosting_error(error).report()
            measurements.extend(
                {
                    "kind": kind,
                    "customer": selection.customer,
                    "item": "",
                    "place": "",
                    "bytes": 0,
                    "count": 0,
                    "oldest": None,
                    "newest": None,
                    "days": None,
                    "left_out": [],
                    "error": report,
                }
                for selection in selections
                if store.possible(selection)
            )
    return measurements

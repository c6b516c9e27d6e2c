# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is held of customers on this host."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._core.errors import as_hosting_error
from .._data_model.selection import Measurement, Selection, Store
from .bags import Bags
from .options import read_stores, read_subjects


def customer_info(customers: Sequence[Any], places: Mapping[str, Any], directory: str) -> dict[str, Any]:
    """Return what the module returns. Raises ItemRefused for options that are wrong."""
    subjects = read_subjects("customers", customers)
    stores, absent = read_stores(places)
    bags = Bags(directory)
    return {
        "holdings": measure_all(stores, subjects),
        "bags": {subject.customer: bags.sealed(subject.customer) for subject in subjects},
        "kinds": list(stores),
        "absent": absent,
    }


def measure_all(stores: Mapping[str, Store], subjects: Sequence[Selection]) -> list[Measurement]:
    """Return what all stores hold of the customers. A store that does not work is an error of each customer."""
    holdings: list[Measurement] = []
    for kind, store in stores.items():
        try:
            holdings.extend(store.measure(subjects))
        except Exception as error:  # noqa: BLE001 - one store that surprises us must not hide the others
            report = as_hosting_error(error).report()
            holdings.extend(
                {
                    "kind": kind,
                    "customer": subject.customer,
                    "item": "",
                    "place": "",
                    "bytes": 0,
                    "count": 0,
                    "oldest": None,
                    "newest": None,
                    "days": None,
                    "error": report,
                }
                for subject in subjects
            )
    return holdings

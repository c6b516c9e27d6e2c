# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The customer record: what the controller holds of a customer, and what was made of their data."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from .._data_model.item_export import Part
from .._data_model.measurement import Measurement
from .._data_model.place import Place
from .._data_model.selection import Selection
from ._base import PayloadFile, Store


class CustomerRecord(Store):
    """Place: ``records``, of each customer the register file, letters and evidence, as the controller has them; and
    ``bags``, what is noted of the sealed bags of each.
    """

    kind = "customer_record"
    payload = (PayloadFile("customer.json", "what the provider noted of the customer"),)

    def __init__(self, place: Place) -> None:
        self._records = cast("Mapping[str, Mapping[str, Any]]", place.get("records", {}))
        self._bags = cast("Mapping[str, Sequence[Mapping[str, Any]]]", place.get("bags", {}))

    def measure(self, selections: Sequence[Selection]) -> Iterable[Measurement]:
        """Count register, letters, lines of evidence and bags."""
        for selection in selections:
            record, bags = self._records.get(selection.customer, {}), self._bags.get(selection.customer, ())
            evidence = record.get("evidence", ())
            times = sorted([str(line["time"]) for line in evidence] + [str(bag["made"]) for bag in bags])
            yield {
                "kind": self.kind,
                "customer": selection.customer,
                "item": "",
                "place": "register, letters, evidence, bags",
                "bytes": sum(int(bag["bytes"]) for bag in bags),
                "count": _count(record) + len(bags),
                "oldest": times[0] if times else None,
                "newest": times[-1] if times else None,
                "days": None,
                "left_out": [],
                "error": None,
            }

    def export(self, selections: Sequence[Selection], parts: Mapping[str, Part]) -> None:
        """Write the record as JSON."""
        for selection in selections:
            record = self._records.get(selection.customer, {})
            with (
                parts[selection.customer].exporting(self.kind) as export,
                export.file("customer.json") as out,
            ):
                out.write(json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n")
                export.count = _count(record)


def _count(record: Mapping[str, Any]) -> int:
    return 1 + len(record.get("letters", ())) + len(record.get("evidence", ()))

# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/bag.md names everything that stands in the documents."""

from __future__ import annotations

import re
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.item_export import Outcome, Reason
from ansible_collections.magmasoft.hosting.plugins.module_utils._pages.bag_data import bag_data
from ansible_collections.magmasoft.hosting.plugins.module_utils._pages.model import (
    Absence,
    BagData,
    Completeness,
    InBackup,
    ReportData,
)
from ansible_collections.magmasoft.hosting.plugins.module_utils._pages.report_data import report_data
from ansible_collections.magmasoft.hosting.plugins.module_utils._stores._table import SHOWN

from .sample import bag_about, full_measurements, full_parts, report_about

DOCUMENT = (Path(__file__).parents[3] / "docs" / "bag.md").read_text("utf-8")
BAG, REPORT = DOCUMENT.split("## The report")
# Keys are the customer's own names, or of logs only.
_FREE = frozenset({"exclude", "tally"})


def _declared(kind: Any) -> Iterator[str]:
    """Yield the keys of a TypedDict and of all that it is made of."""
    if typing.is_typeddict(kind):
        for key, value in typing.get_type_hints(kind).items():
            yield key
            yield from _declared(value)
    for each in typing.get_args(kind):
        yield from _declared(each)


def _written(value: Any) -> Iterator[str]:
    """Yield all keys of a document."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield key
            yield from () if key in _FREE else _written(each)
    elif isinstance(value, list):
        for each in value:
            yield from _written(each)


def _named(text: str) -> set[str]:
    return {word for code in re.findall(r"`([^`]*)`", text) for word in re.split(r"[^\w-]+", code)}


@pytest.mark.parametrize(
    ("kind", "document", "text"),
    [
        (BagData, bag_data(bag_about(), full_parts()), BAG),
        (ReportData, report_data(report_about(), full_measurements()), DOCUMENT),
    ],
    ids=["data.json", "report"],
)
def test_every_key_is_documented(kind: Any, document: Any, text: str) -> None:
    """And every key that is declared is written, and no other."""
    assert {*_declared(kind)} - _named(text) == set()
    assert {*_written(document)} == {*_declared(kind)}


def test_every_value_is_documented() -> None:
    """Kinds, reasons, outcomes; what failed is in no bag."""
    values = {*SHOWN, *Reason, *Absence, *Completeness, *Outcome} - {Outcome.FAILED}
    assert {str(value) for value in values} - _named(BAG) == set()
    assert {str(value) for value in InBackup} - _named(REPORT) == set()
    assert {"place", "days", "nothing_held"} <= _named(REPORT)

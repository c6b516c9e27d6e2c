# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report: what is held of a customer, for programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from .._data_model.item_export import Reason
from .._stores._table import SHOWN, STORES
from .model import Backup, InBackup, ReportAbout, ReportData, ReportItem, ReportKind, ReportTotals
from .sums import earliest, latest

_FORMAT: Final = "magmasoft.hosting report"
_VERSION: Final = 1
_ALL: Final = "all"

Measurement = Mapping[str, Any]


def report_data(about: ReportAbout, measurements: Sequence[Measurement]) -> ReportData:
    """Return what is held, from what the stores measured; each measurement says on which ``host``."""
    kinds = [kind for kind in (_kind(name, measurements, about["backup"]) for name in SHOWN) if kind["items"]]
    items = [item for kind in kinds for item in kind["items"]]
    totals = _totals(items)
    held = {kind["kind"] for kind in kinds}
    told = held | {*about["no_service"], *about["not_looked_at"]}
    return {
        "format": _FORMAT,
        "version": _VERSION,
        "customer": about["customer"],
        "name": about["name"],
        "language": about["language"],
        "made": about["made"],
        "provider": about["provider"],
        "backup": about["backup"],
        "complete": not totals["failed"] and not any(map(_is_partial, items)) and not about["not_looked_at"],
        "totals": totals,
        "kinds": kinds,
        # where nobody says that there are some, nobody says that there are none
        "nothing_held": [kind for kind in SHOWN if kind not in told and not SHOWN[kind].is_only_listed],
        # what one host lacks may be on another
        "no_service": [kind for kind in SHOWN if kind in about["no_service"] and kind not in held],
        "not_looked_at": [kind for kind in SHOWN if kind in about["not_looked_at"]],
    }


def _kind(kind: str, measurements: Sequence[Measurement], backup: Backup) -> ReportKind:
    items = [_item(measurement, backup) for measurement in measurements if measurement["kind"] == kind]
    known = [item for item in items if item["error"] is None]
    return {
        "kind": kind,
        "count": sum(item["count"] for item in known),
        "bytes": sum(item["bytes"] for item in known),
        "oldest": earliest(known),
        "newest": latest(known),
        "items": sorted(items, key=lambda item: (item["item"], item["host"], item["place"])),
    }


def _item(measurement: Measurement, backup: Backup) -> ReportItem:
    return {
        "item": measurement["item"],
        "host": measurement["host"],
        "place": measurement["place"],
        "count": measurement["count"],
        "bytes": measurement["bytes"],
        "oldest": measurement["oldest"],
        "newest": measurement["newest"],
        "days": measurement["days"],
        "backup": _in_backup(measurement["kind"], measurement["item"], backup).value,
        "left_out": measurement.get("left_out", []),
        "error": measurement["error"],
    }


def _is_partial(item: ReportItem) -> bool:
    """Tell whether something of an item could not be looked at. What a link leads to is not of it."""
    return any(each["reason"] != Reason.ELSEWHERE for each in item["left_out"])


def _in_backup(kind: str, item: str, backup: Backup) -> InBackup:
    if backup["mode"] == InBackup.NOT_SET_UP:
        return InBackup.NOT_SET_UP
    if backup["exclude"] == _ALL or _is_excluded(kind, item, backup):
        return InBackup.NONE
    return InBackup(backup["mode"])


def _is_excluded(kind: str, item: str, backup: Backup) -> bool:
    exclude, exclusion = backup["exclude"], STORES[kind].exclusion
    if exclusion is None or isinstance(exclude, str):
        return False
    if exclusion.own_logs and item not in backup["own_logs"]:
        return False
    names = exclude.get(exclusion.field, [])
    return names == _ALL or item in names


def _totals(items: Sequence[ReportItem]) -> ReportTotals:
    known = [item for item in items if item["error"] is None]
    return {
        "items": len(items),
        "bytes": sum(item["bytes"] for item in known),
        "oldest": earliest(known),
        "newest": latest(known),
        "failed": len(items) - len(known),
    }

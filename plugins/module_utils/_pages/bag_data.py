# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""data.json: what is in a bag, for programs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from .._core.errors import Incomplete
from .._data_model.item_export import Outcome
from .._stores._table import SHOWN
from .model import (
    Absence,
    BagAbout,
    BagData,
    BagItem,
    BagKind,
    BagTotals,
    Completeness,
    MailMonth,
    Months,
    NotInside,
    SiteMonth,
)
from .sums import earliest, latest

_FORMAT: Final = "magmasoft.hosting bag"
_VERSION: Final = 1
_PASSWORDS: Final = "passwords"
_VISITS: Final = "visits"
_RECEIVED: Final = "mail-received"
_SENT: Final = "mail-sent"
# A clock that was wrong, or a file that was given an odd time, makes others.
_MONTH: Final = re.compile(r"[1-9][0-9]{3}-(?:0[1-9]|1[0-2])")

Delivered = Mapping[str, Any]


def bag_data(about: BagAbout, parts: Sequence[Mapping[str, Any]]) -> BagData:
    """Return what a bag says of itself, from what ``Part.report(host=...)`` says on each host.

    Raises Incomplete where something failed, because that makes no bag.
    """
    exports = [(str(part["host"]), export) for part in parts for export in part["exports"]]
    _require_delivered(exports)
    kinds = [kind for kind in (_kind(name, exports) for name in SHOWN) if kind["items"]]
    items = [item for kind in kinds for item in kind["items"]]
    exclusions = any(item["left_out"] for item in items)
    return {
        "format": _FORMAT,
        "version": _VERSION,
        "customer": about["customer"],
        "name": about["name"],
        "language": about["language"],
        "bag": about["bag"],
        "made": about["made"],
        "provider": about["provider"],
        "only": about["only"],
        "completeness": (Completeness.WITH_EXCLUSIONS if exclusions else Completeness.COMPLETE).value,
        "totals": _totals(items),
        "kinds": kinds,
        "months": _months([export for _host, export in exports]),
        "not_inside": list(_not_inside(about, {kind["kind"] for kind in kinds})),
    }


def _require_delivered(exports: Iterable[tuple[str, Delivered]]) -> None:
    failed = [
        f"{export['kind']} {export['item']} on {host}"
        for host, export in exports
        if export["outcome"] == Outcome.FAILED
    ]
    if failed:
        raise Incomplete(
            f"not delivered: {', '.join(failed)}", remedy="read why above, then run again", code="not-delivered"
        )
    unknown = sorted({export["kind"] for _host, export in exports} - SHOWN.keys())
    if unknown:
        raise Incomplete(f"unknown kinds of data: {', '.join(unknown)}", remedy="report it", code="unknown-kind")


def _kind(kind: str, exports: Iterable[tuple[str, Delivered]]) -> BagKind:
    items = [_item(host, export) for host, export in exports if export["kind"] == kind]
    return {
        "kind": kind,
        "count": sum(item["count"] for item in items),
        "bytes": sum(item["bytes"] for item in items),
        "oldest": earliest(items),
        "newest": latest(items),
        "items": sorted(items, key=lambda item: (item["item"], item["host"])),
    }


def _item(host: str, export: Delivered) -> BagItem:
    return {
        "item": export["item"],
        "host": host,
        "outcome": export["outcome"],
        "files": export["files"],
        "count": export["count"],
        "bytes": export["bytes"],
        "oldest": export["oldest"],
        "newest": export["newest"],
        "left_out": export["left_out"],
        "tally": export["tally"],
    }


def _totals(items: Sequence[BagItem]) -> BagTotals:
    return {
        "items": len(items),
        "files": sum(len(item["files"]) for item in items),
        "bytes": sum(item["bytes"] for item in items),
        "oldest": earliest(items),
        "newest": latest(items),
        "left_out": sum(len(item["left_out"]) for item in items),
    }


def _months(exports: Iterable[Delivered]) -> Months:
    visits: Counter[tuple[str, str]] = Counter()
    mail: dict[str, Counter[str]] = {_RECEIVED: Counter(), _SENT: Counter()}
    for export in exports:
        for key, count in export["months"].items():
            what, _colon, month = key.partition(":")
            if _MONTH.fullmatch(month) is None:
                continue
            if what == _VISITS:
                visits[export["item"], month] += count
            elif what in mail:
                mail[what][month] += count
    sites: list[SiteMonth] = [
        {"site": site, "month": month, "count": visits[site, month]} for site, month in sorted(visits)
    ]
    months: list[MailMonth] = [
        {"month": month, "received": mail[_RECEIVED][month], "sent": mail[_SENT][month]}
        for month in sorted(mail[_RECEIVED].keys() | mail[_SENT].keys())
    ]
    return {"visits": sites, "mail": months}


def _not_inside(about: BagAbout, inside: set[str]) -> Iterator[NotInside]:
    for kind in SHOWN:
        if SHOWN[kind].is_only_listed:
            yield {"kind": kind, "reason": Absence.LISTED_ONLY.value}
        elif kind in inside:
            continue
        elif kind in about["no_service"]:
            yield {"kind": kind, "reason": Absence.NO_SERVICE.value}
        elif kind in about["asked"] and not about["only"]:
            yield {"kind": kind, "reason": Absence.NOTHING_HELD.value}
        else:
            yield {"kind": kind, "reason": Absence.NOT_ASKED.value}
    yield {"kind": _PASSWORDS, "reason": Absence.NEVER.value}

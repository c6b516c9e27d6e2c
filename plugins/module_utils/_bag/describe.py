# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a bag says of itself: a page for people, a document for programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._pages.bag_data import bag_data
from .._pages.bag_page import render_bag
from .._pages.model import BagAbout
from .._pages.sums import to_json
from .._stores.customer_record import CustomerRecord


def describe(about: Mapping[str, Any], parts: Sequence[Mapping[str, Any]]) -> dict[str, bytes]:
    """Return the files at the top of the payload. Raises Incomplete where something was not delivered."""
    data = bag_data(_complete(about, parts), parts)
    return {"data.json": to_json(data), "index.html": render_bag(data).encode()}


def _complete(about: Mapping[str, Any], parts: Sequence[Mapping[str, Any]]) -> BagAbout:
    """Return all that is said of the bag; what no host was asked for, there is no service of."""
    delivered = {kind for part in parts for kind in part.get("kinds", ())}
    asked = [str(kind) for kind in about["asked"]]
    return {
        "customer": about["customer"],
        "name": about["name"],
        "language": about["language"],
        "bag": about["bag"],
        "made": about["made"],
        "provider": {"name": about["provider"]["name"], "contact": about["provider"]["contact"] or None},
        "asked": [*asked, CustomerRecord.kind],
        "no_service": [kind for kind in asked if kind not in delivered],
        "only": list(about["only"]),
    }

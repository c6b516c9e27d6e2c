# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a customer is handed, unpacked on the host under test, for programs there to look at."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from ansible_collections.magmasoft.hosting.tests.integration.host import Host

_PLACE = "/var/lib/hosting/bags-of-trees"
_BAG = "2026-11-25"


@dataclass(frozen=True)
class LaidOut:
    """A part: the result of the module, what is noted of each item, and the payload as files below ``data``."""

    result: Mapping[str, Any]
    exports: Mapping[tuple[str, str], Mapping[str, Any]]
    data: str


@contextmanager
def laid_out(host: Host, customer: Mapping[str, Any], stores: Mapping[str, Any]) -> Iterator[LaidOut]:
    """Hold the part of a customer unpacked. Where the export has failed there is only its result."""
    arguments = {
        "state": "part",
        "name": _BAG,
        "request": "everything",
        "directory": _PLACE,
        "host": host.name,
        "customers": [dict(customer)],
        "stores": dict(stores),
    }
    host.run("rm", "-rf", _PLACE)
    try:
        result = host.module("customer_export", arguments)
        if result.get("failed"):
            yield LaidOut(result, {}, "")
            return
        place = f"{_PLACE}/{customer['customer']}/.making-{customer['customer']}-{_BAG}"
        host.run("mkdir", f"{_PLACE}/out")
        host.run("tar", "-xf", f"{place}/part.tar", "--strip-components=1", "-C", f"{_PLACE}/out")
        deliveries = json.loads(host.run("cat", f"{place}/part.json"))["exports"]
        yield LaidOut(result, {(one["kind"], one["item"]): one for one in deliveries}, f"{_PLACE}/out/data")
    finally:
        host.run("rm", "-rf", _PLACE)

# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Parts of bags as the module customer_export makes them on a host under test."""

from __future__ import annotations

import base64
import io
import json
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.magmasoft.hosting.tests.integration.host import Host

_PLACE = "/var/lib/hosting/bags-of-tests"
_BAG = "2026-11-25"


@dataclass(frozen=True)
class Delivered:
    """The part of one customer: payload by path, and what is noted of it."""

    files: Mapping[str, bytes]
    record: Mapping[str, Any]

    def delivery(self, kind: str, item: str = "") -> Mapping[str, Any]:
        """Return what is noted of one item."""
        (found,) = [one for one in self.record["exports"] if (one["kind"], one["item"]) == (kind, item)]
        return dict(found)


def exported(host: Host, customers: Sequence[Mapping[str, Any]], stores: Mapping[str, Any]) -> Mapping[str, Delivered]:
    """Return the part of each customer; the export must not fail."""
    host.run("rm", "-rf", _PLACE)
    arguments = {
        "state": "part",
        "name": _BAG,
        "request": "everything",
        "directory": _PLACE,
        "host": host.name,
        "customers": list(customers),
        "stores": dict(stores),
    }
    done = host.module("customer_export", arguments)
    assert not done.get("failed"), done
    try:
        return {str(one["customer"]): _fetched(host, str(one["customer"])) for one in customers}
    finally:
        host.run("rm", "-rf", _PLACE)


def _fetched(host: Host, customer: str) -> Delivered:
    place = f"{_PLACE}/{customer}/.making-{customer}-{_BAG}"
    raw = base64.b64decode(host.run("base64", f"{place}/part.tar"))
    files: dict[str, bytes] = {}
    with tarfile.open(fileobj=io.BytesIO(raw)) as archive:
        for member in archive:
            content = archive.extractfile(member)
            assert content is not None
            files[member.name.partition("/data/")[2]] = content.read()
    return Delivered(files, json.loads(host.run("cat", f"{place}/part.json")))

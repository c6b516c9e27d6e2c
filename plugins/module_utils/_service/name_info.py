# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What customers have or had by name, and since when: read only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .._clients.ldap import Directory, escaped
from .._clients.name_records import ATTRIBUTE, NameRecord, parse


def name_info(settings: Mapping[str, Any], customers: Sequence[str]) -> dict[str, list[dict[str, str | None]]]:
    """Return what the module returns as ``names``. Raises ServiceUnavailable."""
    with Directory(settings) as directory:
        return {
            customer: [
                {"kind": record.kind.value, "name": record.name, "since": record.since, "until": record.until}
                for record in _records(directory, customer)
            ]
            for customer in customers
        }


def _records(directory: Directory, customer: str) -> Iterator[NameRecord]:
    """Yield the records of a customer; what is no record is passed over."""
    name = directory.name
    wanted = f"(&(objectClass={name('hostingCustomer')})({name('hostingCustomer')}={escaped(customer)}))"
    for entry in directory.search(wanted, [name(ATTRIBUTE)]):
        if directory.owns(entry):
            yield from (record for record in map(parse, entry.all(name(ATTRIBUTE))) if record is not None)

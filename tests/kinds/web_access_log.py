# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests of visitors, in a site's own log and in the one that all write to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .log_files import append, extracted, marked
from .world import OWN, Customer

_REQUEST = '192.0.2.7 - - [23/Nov/2026:12:00:{:02d} +0000] "GET /?{} HTTP/1.1" 200 512 "-" "Mozilla/5.0"'


def place(root: Path, layout: str) -> Mapping[str, Any]:
    """Return shared and own logs; those of other sites stand in the register."""
    if layout == OWN:
        return {"shared": [f"{root}/logs/all.log"], "own": f"{root}/logs/{{site}}/access.log"}
    return {"shared": []}


def plant(root: Path, layout: str, customer: Customer, texts: Sequence[str]) -> None:
    """Log a request for each text."""
    lines = [_REQUEST.format(number, marked(text)) for number, text in enumerate(texts)]
    if layout == OWN:
        append(root / "logs" / customer.domain / "access.log", lines[::2])
        append(root / "logs" / "all.log", [f"{customer.alias}:443 {line}" for line in lines[1::2]])
        # whoever has no log of their own has no directory for it
    else:
        append(root / "logs" / f"{customer.domain}.access.log", lines)
        append(root / "logs" / f"{customer.domain}.error.log", [])


def prepare(root: Path, layout: str, customer: Customer) -> None:
    """Make the logs of a site that nobody has visited."""
    plant(root, layout, customer, [])


def read_back(payload: Path, customer: Customer) -> Mapping[str, list[str]]:
    """Return what was asked for."""
    return {customer.domain: extracted(payload, f"logs/web/{customer.domain}.access")}

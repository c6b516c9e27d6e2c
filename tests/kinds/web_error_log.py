# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong in a site, in its own log and in the one that all write to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .log_files import append, extracted, marked
from .world import OWN, Customer

_ERROR = "[2026-11-23 12:00:{:02d}.000000] [core:error] [pid 7:tid 8] [client 192.0.2.7:4711] AH00126: Invalid URI {}"
_DEBIAN = (
    "[Mon Nov 23 12:00:{:02d}.000000 2026] [core:error] [pid 7:tid 8] [client 192.0.2.7:4711] AH00126: Invalid URI {}"
)


def place(root: Path, layout: str) -> Mapping[str, Any]:
    """Return shared and own logs; those of other sites stand in the register."""
    if layout == OWN:
        return {"shared": [f"{root}/logs/all.log"], "own": f"{root}/logs/{{site}}/error.log", "fpm": []}
    return {"shared": [], "fpm": []}


def plant(root: Path, layout: str, customer: Customer, texts: Sequence[str]) -> None:
    """Log an error for each text."""
    form = _ERROR if layout == OWN else _DEBIAN
    lines = [form.format(number, marked(text)) for number, text in enumerate(texts)]
    if layout == OWN:
        append(root / "logs" / customer.domain / "error.log", [f"{customer.domain} {line}" for line in lines[::2]])
        append(root / "logs" / "all.log", [f"{customer.domain} {line}" for line in lines[1::2]])
    else:
        append(root / "logs" / f"{customer.domain}.access.log", [])
        append(root / "logs" / f"{customer.domain}.error.log", lines)


def prepare(root: Path, layout: str, customer: Customer) -> None:
    """Make the logs of a site in which nothing went wrong."""
    plant(root, layout, customer, [])


def read_back(payload: Path, customer: Customer) -> Mapping[str, list[str]]:
    """Return what was asked for."""
    return {customer.domain: extracted(payload, f"logs/web/{customer.domain}.error")}

# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sessions of chat programs, as Prosody tells of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from .log_files import append, extracted, marked
from .world import OWN, Customer


def place(root: Path, layout: str) -> Mapping[str, Any]:
    """Return the logs."""
    return {"files": [f"{root}/{'logs/prosody.log' if layout == OWN else 'xmpp/info'}"]}


def plant(root: Path, layout: str, customer: Customer, texts: Sequence[str]) -> None:
    """Log a session for each text."""
    path = root / ("logs/prosody.log" if layout == OWN else "xmpp/info")
    append(path, [line for number, text in enumerate(texts) for line in _session(customer, number, text)])


def prepare(root: Path, layout: str, customer: Customer) -> None:
    """Make the log."""
    plant(root, layout, customer, [])


def _session(customer: Customer, number: int, text: str) -> Iterator[str]:
    session = f"c2s{sum(customer.name.encode()):04x}{number:04x}"
    for second, said in enumerate(
        ("Client connected", f"Authenticated as {customer.address}", f"Client disconnected: {marked(text)}")
    ):
        yield f"Nov 23 12:{number:02d}:{second:02d} {session}\tinfo\t{said}"


def read_back(payload: Path, customer: Customer) -> Mapping[str, list[str]]:
    """Return how the sessions ended."""
    return {"": extracted(payload, "logs/chat")}

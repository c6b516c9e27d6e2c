# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests to the cloud by whom has logged in, as a web server tells of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .log_files import append, extracted, marked
from .world import OWN, Customer

_REQUEST = '192.0.2.7 - {} [23/Nov/2026:12:00:{:02d} +0000] "GET /files/?{} HTTP/1.1" 200 512 "-" "DAV"'


def place(root: Path, layout: str) -> Mapping[str, Any]:
    """Return the logs."""
    return {"files": [f"{root}/{'logs/cloud.log' if layout == OWN else 'httpd/dav_log'}"]}


def plant(root: Path, layout: str, customer: Customer, texts: Sequence[str]) -> None:
    """Log a request for each text."""
    path = root / ("logs/cloud.log" if layout == OWN else "httpd/dav_log")
    append(path, [_REQUEST.format(customer.address, number, marked(text)) for number, text in enumerate(texts)])


def prepare(root: Path, layout: str, customer: Customer) -> None:
    """Make the log."""
    plant(root, layout, customer, [])


def read_back(payload: Path, customer: Customer) -> Mapping[str, list[str]]:
    """Return what was asked for."""
    return {"": extracted(payload, "logs/cloud")}

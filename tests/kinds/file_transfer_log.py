# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that a login has stored, as ProFTPD tells of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .log_files import append, extracted, marked
from .world import OWN, Customer

_TRANSFER = "Mon Nov 23 12:00:{:02d} 2026 0 192.0.2.7 512 /srv/www/{} b _ i r {} ftps 0 * c"


def place(root: Path, layout: str) -> Mapping[str, Any]:
    """Return the logs."""
    return {"files": [f"{root}/{'logs/xferlog' if layout == OWN else 'ftp/transfers'}"]}


def plant(root: Path, layout: str, customer: Customer, texts: Sequence[str]) -> None:
    """Log a file for each text."""
    path = root / ("logs/xferlog" if layout == OWN else "ftp/transfers")
    append(path, [_TRANSFER.format(number, marked(text), customer.name) for number, text in enumerate(texts)])


def read_back(payload: Path, customer: Customer) -> Mapping[str, list[str]]:
    """Return the names of the files."""
    return {"": extracted(payload, "logs/file-transfer")}

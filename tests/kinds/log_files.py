# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logs that a server writes, and extracts of them as people read them: with a library for tables, and line by line.

A text stands in a line as a browser would put it there, in percents, so that any text can.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote, unquote

MARK = re.compile(r"text=([^\s\"\])>]*)")


def marked(text: str) -> str:
    """Return a text as it can stand in any log."""
    return f"text={quote(text, safe='')}"


def append(path: Path, lines: Iterable[str]) -> None:
    """Write lines to the end of a log."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as log:
        log.writelines(f"{line}\n" for line in lines)


def extracted(payload: Path, path: str) -> list[str]:
    """Return the texts of an extract; its lines and its table have to say the same."""
    log, table = payload / f"{path}.log", payload / f"{path}.csv"
    if not log.exists():
        return []
    lines = MARK.findall(log.read_text("utf-8"))
    with table.open(encoding="utf-8", newline="") as file:
        assert [found for row in csv.DictReader(file) for found in MARK.findall(" ".join(row.values()))] == lines
    return sorted(map(unquote, lines))

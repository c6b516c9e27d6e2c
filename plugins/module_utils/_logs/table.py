# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of CSV files (RFC 4180, UTF-8) that programs for tables can open without running what strangers wrote into a log."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable

# A cell that begins so is a formula to such programs: the apostrophe makes it a text.
_FORMULA = re.compile(r"[=+@\t\r\n-].")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class _Row:
    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> None:
        """Take what the writer has made."""
        self.text = text


def row(cells: Iterable[str | bytes]) -> bytes:
    """Return a row. What is not UTF-8, or no character that can be seen, stands there as an escape."""
    made = _Row()
    csv.writer(made, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow([_cell(cell) for cell in cells])
    return made.text.encode("utf-8")


def _cell(cell: str | bytes) -> str:
    text = cell.decode("utf-8", "backslashreplace") if isinstance(cell, bytes) else cell
    guarded = f"'{text}" if _FORMULA.match(text) else text
    return _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", guarded)

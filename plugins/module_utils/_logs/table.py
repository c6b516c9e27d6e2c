# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of CSV files (RFC 4180, UTF-8), in which no program for tables finds a formula that a stranger has sent."""

from __future__ import annotations

import re
from collections.abc import Sequence

# A cell that begins so is a formula to such programs: the apostrophe makes it a text.
_FORMULA = re.compile(r"[=+@\t\r\n-].", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_SEPARATOR = b"\x1f"
_SUSPICIOUS = re.compile(rb"\x1f[=+@-][^\x1f]")
# What stands in a cell as it is.
_PLAIN = bytes(set(range(0x20, 0x7F)) - {ord('"')})


def row(cells: Sequence[bytes]) -> bytes:
    """Return a row. What is not UTF-8, or no character that can be seen, stands there as an escape."""
    joined = _SEPARATOR.join((b"", *cells))
    # to look at it cell by cell takes several times as long
    if joined.translate(None, _PLAIN) != _SEPARATOR * len(cells) or _SUSPICIOUS.search(joined) is not None:
        joined = _SEPARATOR.join((b"", *(_harmless(cell) for cell in cells)))
    return b'"%s"\r\n' % joined[1:].replace(_SEPARATOR, b'","')


def _harmless(cell: bytes) -> bytes:
    text = cell.decode("utf-8", "backslashreplace")
    guarded = f"'{text}" if _FORMULA.match(text) else text
    return _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", guarded).replace('"', '""').encode()

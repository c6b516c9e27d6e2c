# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""LDIF (RFC 2849), as it is written."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping, Sequence

_NAME = re.compile(r"[A-Za-z0-9.;-]+")
# SAFE-STRING, and no space at its end
_SAFE = re.compile(
    rb"(?:[\x01-\x09\x0b\x0c\x0e-\x1f\x21-\x39\x3b\x3d-\x7f](?:[\x01-\x09\x0b\x0c\x0e-\x7f]*[\x01-\x09\x0b\x0c\x0e-\x1f\x21-\x7f])?)?"
)
_WIDTH = 76

OPENING = b"version: 1\n"


def entry(dn: str, values: Mapping[str, Sequence[bytes]]) -> bytes:
    """Return an entry with the empty line before it, its object classes first. Raises ValueError for bad names."""
    names = sorted(values, key=lambda name: (name.lower() != "objectclass", name.lower()))
    lines = [_line("dn", dn.encode("utf-8", "surrogateescape"))]
    lines += [_line(name, value) for name in names for value in values[name]]
    return b"\n" + b"".join(b"\n".join(_folded(line)) + b"\n" for line in lines)


def _line(name: str, value: bytes) -> bytes:
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name[:40]!r} is no name of an attribute")
    if _SAFE.fullmatch(value):
        return name.encode() + b": " + value
    return name.encode() + b":: " + base64.b64encode(value)


def _folded(line: bytes) -> Iterator[bytes]:
    yield line[:_WIDTH]
    for start in range(_WIDTH, len(line), _WIDTH - 1):
        yield b" " + line[start : start + _WIDTH - 1]

# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of payload files made of what customers call their things."""

from __future__ import annotations

import re
import unicodedata

_REPLACED = re.compile(r"[^A-Za-z0-9@._+=,-]+")
# device names of Windows, whatever follows a dot (Microsoft, "Naming Files, Paths, and Namespaces")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
_LIMIT = 100
_UNNAMED = "unnamed"


class PayloadNames:
    """Names within one directory of a bag: safe everywhere, alike to what they are made of, and no two the same.

    Not even on file systems that take upper and lower case for the same. Whoever gives names in a fixed order gets the
    same names again.
    """

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._counters: dict[str, int] = {}

    def make(self, name: str | bytes, suffix: str = "") -> str:
        """Return a name that ends in ``suffix``, which is kept as it is."""
        stem = readable(name)
        made = f"{stem}{suffix}"
        while made.lower() in self._taken:
            key = f"{stem}{suffix}".lower()
            self._counters[key] = self._counters.get(key, 1) + 1
            made = f"{stem}-{self._counters[key]}{suffix}"
        self._taken.add(made.lower())
        return made


def readable(name: str | bytes) -> str:
    """Return a name in ASCII letters, digits and a few signs, which may be that of others too."""
    text = name.decode("utf-8", "replace") if isinstance(name, bytes) else name
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore" if text.isprintable() else "replace").decode()
    stem = _REPLACED.sub("_", plain).strip("._")[:_LIMIT].rstrip("._")
    if not stem:
        return _UNNAMED
    return f"{stem}_" if _RESERVED.fullmatch(stem) else stem

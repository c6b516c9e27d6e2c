# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a service has compressed or encrypted: handed out as it lies, and told, since other programs can't read it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

from .._data_model.item_export import ItemExport, Output, Reason
from .._formats.tar_beginnings import TarBeginnings


class Encoding(NamedTuple):
    """How a file begins that a service has encoded."""

    name: str
    beginning: bytes
    reason: Reason


class Looking:
    """An archive whose files are looked at on their way: ``encodings`` counts those that are encoded.

    ``concerns`` tells of the path of a file whether the service could have encoded it.
    """

    def __init__(self, out: Output, encodings: Sequence[Encoding], concerns: Callable[[bytes], bool]) -> None:
        self.encodings: Counter[Encoding] = Counter()
        self._out = out
        self._known = encodings
        self._concerns = concerns
        self._beginnings = TarBeginnings(self._look, (encoding.beginning for encoding in encodings))

    @property
    def size(self) -> int:
        """Return how many bytes were written."""
        return self._out.size

    def write(self, data: bytes | memoryview) -> None:
        """Write more of the archive."""
        self._out.write(data)
        self._beginnings.feed(data)

    def _look(self, path: bytes, first: bytes) -> None:
        for encoding in self._known:
            if first.startswith(encoding.beginning) and self._concerns(path):
                self.encodings[encoding] += 1


def tell(export: ItemExport, encodings: Counter[Encoding]) -> None:
    """Say how many files are encoded, and how."""
    for encoding, number in sorted(encodings.items()):
        export.leave_out(f"{encoding.name} ({number})", encoding.reason)

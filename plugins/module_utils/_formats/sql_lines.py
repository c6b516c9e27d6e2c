# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines of an SQL text as a client of MariaDB takes them: one that ends within a string goes on with the next."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator

# A comment with a version is code. One that ends with its line opens nothing.
_OPENING = re.compile(rb"['\"`#]|/\*(?!M?!)|--(?=\s)")
_TO_LINE_END = (b"#", b"--")
_CLOSING = {
    b"'": re.compile(rb"[^']*+'"),
    b'"': re.compile(rb"[^\"]*+\""),
    b"`": re.compile(rb"[^`]*+`"),
    b"/*": re.compile(rb".*?\*/", re.DOTALL),
}
_CLOSING_WITH_ESCAPES = {
    **_CLOSING,
    b"'": re.compile(rb"(?:[^'\\]++|\\.)*+'", re.DOTALL),
    b'"': re.compile(rb"(?:[^\"\\]++|\\.)*+\"", re.DOTALL),
}


class Lines:
    """The lines of an SQL text that comes in pieces; where a string or a comment goes on, several are yielded as one.

    ``escapes`` says whether a backslash escapes in the strings of the next line, which is a matter of its sql_mode.
    """

    def __init__(self, pieces: Iterable[bytes | memoryview]) -> None:
        self.escapes = True
        self._pieces = pieces

    def __iter__(self) -> Iterator[bytes]:
        """Yield lines with their ends."""
        held: list[bytes] = []
        opened = b""
        for line in _split(self._pieces):
            held.append(line)
            opened = _opened_after(line, opened, _CLOSING_WITH_ESCAPES if self.escapes else _CLOSING)
            if not opened:
                yield b"".join(held)
                held.clear()
        if held:
            yield b"".join(held)


def _split(pieces: Iterable[bytes | memoryview]) -> Iterator[bytes]:
    held = bytearray()
    for piece in pieces:
        held += piece
        # a long line is not searched again with each piece of it
        end = held.rfind(b"\n", len(held) - len(piece)) + 1
        yield from io.BytesIO(held[:end])
        del held[:end]
    if held:
        yield bytes(held)


def _opened_after(line: bytes, opened: bytes, closing: dict[bytes, re.Pattern[bytes]]) -> bytes:
    """Return what is open where a line ends, that began with ``opened``: a quote, a comment or nothing."""
    position = 0
    while True:
        if not opened:
            found = _OPENING.search(line, position)
            if found is None or found[0] in _TO_LINE_END:
                return b""
            opened, position = found[0], found.end()
        closed = closing[opened].match(line, position)
        if closed is None:
            return opened
        opened, position = b"", closed.end()

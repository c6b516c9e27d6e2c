# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows that are too long for one statement.

A server takes no statement that is longer than its ``max_allowed_packet``, and in a dump a row is up to twice as long
as it is in its table. Such a row is written as variables of the session, which are put together piece by piece, and a
statement that inserts them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from .._core.errors import Incomplete

# Longer statements are cut. Half of the default of MariaDB, so that what is loaded elsewhere fits as well.
LONGEST = 8 << 20
_PIECE = 4 << 20
_PLAIN_END = re.compile(rb"[,)]")
_DIGITS = re.compile(rb"[0-9A-Fa-f]*+")
# in strings as the client writes them a backslash escapes what follows
_CHARACTERS = re.compile(rb"(?:[^'\\]++|\\.)*+", re.DOTALL)
# A value longer than what the server takes becomes NULL without an error.
_CHECK = b"SET @checked = IF(%s IS NULL, (SELECT 'max_allowed_packet' UNION SELECT 'is too small'), 1);\n"


class LongRow:
    """A row of an INSERT, read from ``held``, what came already and begins with its parenthesis, and ``pieces``."""

    def __init__(self, held: bytearray, pieces: Iterator[memoryview]) -> None:
        self._held = held
        self._pieces = pieces

    def cut(self, insert: bytes, write: Callable[[bytes], object]) -> bytearray:
        """Write the statement that begins with ``insert`` in pieces, up to the end of this row; return what follows.

        Raises Incomplete where it ends early, or is not written as mariadb-dump does.
        """
        values: list[bytes] = []
        length = variables = 0
        mark = self._take(1)
        while mark != b")":
            literals = self._value()
            first = next(literals)
            second = next(literals, None)
            if second is None and length + len(first) <= _PIECE:
                values.append(first)
                length += len(first)
            else:
                variables += 1
                values.append(b"@value_%d" % variables)
                _assign(values[-1], first, second, literals, write)
            mark = self._take(1)
            if mark not in (b",", b")"):
                raise Incomplete(
                    "a row that is too long for one statement could not be taken apart", remedy="report it", code="row"
                )
        write(insert + b"(" + b",".join(values) + b")")
        return self._held

    def _value(self) -> Iterator[bytes]:
        """Yield a value as one literal, or as several whose values make it up."""
        while len(self._held) < len(b"0x"):
            self._more()
        if self._held.startswith(b"'"):
            self._take(1)
            yield from self._string()
        elif self._held.startswith(b"0x"):
            self._take(2)
            yield from self._digits()
        else:
            while (found := _PLAIN_END.search(self._held)) is None:
                self._more()
            yield self._take(found.start())

    def _digits(self) -> Iterator[bytes]:
        end = 0
        while True:
            end = _end_of(_DIGITS, self._held, end)
            if end < len(self._held):
                yield b"0x" + self._take(end)
                return
            if end >= _PIECE:
                yield b"0x" + self._take(end - end % 2)
                end %= 2
            self._more()

    def _string(self) -> Iterator[bytes]:
        end = 0
        while True:
            end = _end_of(_CHARACTERS, self._held, end)
            if self._held.startswith(b"'", end):
                yield b"'" + self._take(end) + b"'"
                self._take(1)
                return
            if end >= _PIECE:
                whole = _whole(self._held, end)
                yield b"'" + self._take(whole) + b"'"
                end -= whole
            self._more()

    def _take(self, length: int) -> bytes:
        while len(self._held) < length:
            self._more()
        taken = bytes(self._held[:length])
        del self._held[:length]
        return taken

    def _more(self) -> None:
        piece = next(self._pieces, None)
        if piece is None:
            raise Incomplete("mariadb-dump ended within a row", remedy="run again", code="ended-early")
        self._held += piece


def _assign(
    name: bytes, first: bytes, second: bytes | None, others: Iterator[bytes], write: Callable[[bytes], object]
) -> None:
    write(b"SET %s = %s;\n" % (name, first))
    if second is None:
        return
    write(b"SET %s = CONCAT(%s, %s);\n" % (name, name, second))
    for piece in others:
        write(b"SET %s = CONCAT(%s, %s);\n" % (name, name, piece))
    write(_CHECK % name)


def _end_of(pattern: re.Pattern[bytes], text: bytearray, start: int) -> int:
    """Return where a run of characters ends of which it is known that it goes up to ``start``."""
    found = pattern.match(text, start)
    return found.end() if found else start


def _whole(text: bytearray, end: int) -> int:
    """Return where to cut before ``end``, so that no character of UTF-8 is cut in two."""
    while end and text[end - 1] & 0xC0 == 0x80:  # noqa: PLR2004  # RFC 3629: all but the first byte of a character
        end -= 1
    return end - 1 if end and text[end - 1] >= 0xC0 else end  # noqa: PLR2004  # likewise

# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The literals in which Prosody writes its data (its util/serialization.lua): read, never run.

Tables become dictionaries, the elements of arrays with the keys 1, 2, 3 and so on. Strings become texts, with
surrogates for bytes that are not UTF-8. What is not a literal is refused with a ValueError.
"""

from __future__ import annotations

import math
import re
from typing import TypeAlias, Union

Value: TypeAlias = Union[bool, int, float, str, "Table", None]
Key: TypeAlias = "bool | int | float | str"
Table: TypeAlias = "dict[Key, Value]"

# Prosody itself writes no deeper ones.
_DEPTH = 130
_DIGITS = 400
_SPACE = re.compile(rb"[ \t\r\n]*")
_STRING = re.compile(rb'"((?:[^"\\\n]+|\\(?:[0-9]{1,3}|[^0-9]))*)"', re.DOTALL)
_ESCAPE = re.compile(rb"\\([0-9]{1,3}|.)", re.DOTALL)
_NUMBER = re.compile(rb"-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_NAME = re.compile(rb"[A-Za-z_][A-Za-z0-9_]*")
_SPECIAL = {b"(1/0)": math.inf, b"(-1/0)": -math.inf, b"(0/0)": math.nan}
_WORDS: dict[bytes, bool | None] = {b"true": True, b"false": False, b"nil": None}
_LETTERS = {
    b"a": b"\a", b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v",
    b"\\": b"\\", b'"': b'"', b"'": b"'", b"\n": b"\n",
}  # fmt: skip


def read_returned(text: bytes) -> Value:
    """Read ``return <literal>;``, the content of a .dat file."""
    return _read_framed(text, b"return", b"", rb"[ \t\r\n]*;?[ \t\r\n]*")


def read_item(text: bytes) -> Value:
    """Read ``item(<literal>);``, one element of a .list file."""
    return _read_framed(text, b"item(", b")", rb"[ \t\r\n]*;?[ \t\r\n]*")


def _read_framed(text: bytes, opening: bytes, closing: bytes, rest: bytes) -> Value:
    reader = _Reader(text)
    reader.expect(opening)
    value = reader.value(0)
    if closing:
        reader.expect(closing)
    if not re.compile(rest).fullmatch(text, reader.at):
        raise reader.error("something follows the end")
    return value


class _Reader:
    def __init__(self, text: bytes) -> None:
        self._text = text
        self.at = 0

    def expect(self, what: bytes) -> None:
        if not self._took(what):
            raise self.error(f"no {what.decode()}")

    def value(self, depth: int) -> Value:
        self._skip_space()
        start = self._text[self.at : self.at + 1]
        if start == b'"':
            return self._string()
        if start == b"{":
            return self._table(depth + 1)
        if start == b"(":
            return self._special()
        if start.isalpha():
            return self._word()
        return self._number()

    def error(self, what: str) -> ValueError:
        return ValueError(f"not a literal of Lua: {what}, at byte {self.at}")

    def _table(self, depth: int) -> Table:
        if depth > _DEPTH:
            raise self.error("too deep")
        self.expect(b"{")
        table: Table = {}
        following = 1
        while not self._took(b"}"):
            key = self._key(depth)
            if key is None:
                key, following = following, following + 1
            table[key] = self.value(depth)
            if not (self._took(b";") or self._took(b",")):
                self.expect(b"}")
                break
        return table

    def _key(self, depth: int) -> Key | None:
        """Return the key of the next element, None if it has none and so is the next one of an array."""
        if self._took(b"["):
            key = self.value(depth)
            if key is None or isinstance(key, dict):
                raise self.error("a key that can't be one")
            self.expect(b"]")
            self.expect(b"=")
            return key
        found = _NAME.match(self._text, self.at)
        if found is None or found.group() in _WORDS:
            return None
        self.at = found.end()
        self.expect(b"=")
        return found.group().decode()

    def _string(self) -> str:
        found = _STRING.match(self._text, self.at)
        if found is None:
            raise self.error("a string without an end")
        raw = found.group(1)
        if b"\\" in raw:
            raw = _ESCAPE.sub(self._unescaped, raw)
        self.at = found.end()
        return raw.decode("utf-8", "surrogateescape")

    def _unescaped(self, found: re.Match[bytes]) -> bytes:
        sequence = found.group(1)
        if sequence.isdigit():
            number = int(sequence)
            if number > 255:  # noqa: PLR2004 - a byte
                raise self.error("an escape of no byte")
            return bytes([number])
        if sequence not in _LETTERS:
            raise self.error("an unknown escape")
        return _LETTERS[sequence]

    def _number(self) -> int | float:
        found = _NUMBER.match(self._text, self.at)
        if found is None or len(found.group()) > _DIGITS:
            raise self.error("no value")
        self.at = found.end()
        text = found.group().decode()
        return int(text) if text.removeprefix("-").isdigit() else float(text)

    def _special(self) -> float:
        for text, number in _SPECIAL.items():
            if self._took(text):
                return number
        raise self.error("an expression")

    def _word(self) -> bool | None:
        found = _NAME.match(self._text, self.at)
        if found is None or found.group() not in _WORDS:
            raise self.error("a name")
        self.at = found.end()
        return _WORDS[found.group()]

    def _took(self, what: bytes) -> bool:
        self._skip_space()
        if not self._text.startswith(what, self.at):
            return False
        self.at += len(what)
        return True

    def _skip_space(self) -> None:
        found = _SPACE.match(self._text, self.at)
        if found is not None:
            self.at = found.end()

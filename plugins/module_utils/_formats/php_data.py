# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What PHP's serialize() writes of plain values (PHP manual, "serialize"): read, never made into objects.

Arrays become lists where their keys are 0, 1, 2 and so on, else dictionaries. Texts that are not UTF-8 get replacement
characters. Objects and references are refused with a ValueError.
"""

from __future__ import annotations

import re
from typing import TypeAlias, Union

Value: TypeAlias = Union[bool, int, float, str, "list[Value]", "dict[str, Value]", None]

_DEPTH = 60
_SCALAR = re.compile(rb"N;|b:([01]);|i:(-?[0-9]{1,20});|d:(-?[0-9.]{1,400}(?:[eE][+-]?[0-9]{1,4})?|-?INF|NAN);")
_COUNT = re.compile(rb"([sa]):([0-9]{1,10}):")


def read(text: bytes) -> Value:
    """Read one serialized value."""
    value, end = _value(text, 0, 0)
    if end != len(text):
        raise _error("something follows the end", end)
    return value


def _value(text: bytes, at: int, depth: int) -> tuple[Value, int]:
    found = _SCALAR.match(text, at)
    if found is not None:
        return _scalar(found), found.end()
    counted = _COUNT.match(text, at)
    if counted is None:
        raise _error("not a plain value", at)
    if counted.group(1) == b"s":
        return _string(text, counted.end(), int(counted.group(2)))
    return _array(text, counted.end(), int(counted.group(2)), depth + 1)


def _scalar(found: re.Match[bytes]) -> Value:
    boolean, integer, real = found.groups()
    if boolean is not None:
        return boolean == b"1"
    if integer is not None:
        return int(integer)
    return None if real is None else float(real)


def _string(text: bytes, at: int, length: int) -> tuple[str, int]:
    end = at + length + 1
    if text[at : at + 1] != b'"' or text[end : end + 2] != b'";':
        raise _error("a string without an end", at)
    return text[at + 1 : end].decode("utf-8", "replace"), end + 2


def _array(text: bytes, at: int, count: int, depth: int) -> tuple[Value, int]:
    if depth > _DEPTH:
        raise _error("too deep", at)
    if text[at : at + 1] != b"{":
        raise _error("an array without a beginning", at)
    at += 1
    values: dict[int | str, Value] = {}
    for _number in range(count):
        key, at = _value(text, at, depth)
        if isinstance(key, bool) or not isinstance(key, int | str):
            raise _error("a key that can't be one", at)
        values[key], at = _value(text, at, depth)
    if text[at : at + 1] != b"}":
        raise _error("an array without an end", at)
    return _shaped(values), at + 1


def _shaped(values: dict[int | str, Value]) -> Value:
    if list(values) == list(range(len(values))):
        return list(values.values())
    return {str(key): value for key, value in values.items()}


def _error(what: str, at: int) -> ValueError:
    return ValueError(f"not what serialize() writes: {what}, at byte {at}")

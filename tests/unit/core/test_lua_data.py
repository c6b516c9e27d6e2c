# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Literals of Lua as Prosody writes them: read as they are, and nothing else is read."""

from __future__ import annotations

import math
from typing import Any

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._formats.lua_data import read_item, read_returned
from hypothesis import given
from hypothesis import strategies as st

_ESCAPES = {7: "\\a", 8: "\\b", 12: "\\f", 10: "\\n", 13: "\\r", 9: "\\t", 11: "\\v", 92: "\\\\", 34: '\\"', 39: "\\'"}


def serialized(value: Any, depth: int = 1) -> str:
    """Write a value just as Prosody's util/serialization.lua does."""
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "nil"}[value]
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return {math.inf: "(1/0)", -math.inf: "(-1/0)"}.get(value, f"{value:.18g}")
    if isinstance(value, str):
        raw = value.encode("utf-8", "surrogateescape")
        return '"' + "".join(_character(byte) for byte in raw) + '"'
    inner, following = "", 1
    for key, item in value.items():
        named = key == following and isinstance(key, int) and not isinstance(key, bool)
        following += named
        inner += "\n" + "\t" * depth + ("" if named else f"[{serialized(key)}] = ") + serialized(item, depth + 1) + ";"
    return "{" + (inner + "\n" + "\t" * (depth - 1) if inner else "") + "}"


def _character(byte: int) -> str:
    return _ESCAPES.get(byte) or (f"\\{byte:03d}" if byte < 32 or byte > 126 else chr(byte))


_KEYS = st.one_of(st.text(), st.integers(-(2**63), 2**63 - 1), st.just(False))
_VALUES = st.recursive(
    st.one_of(
        st.booleans(),
        st.integers(-(2**63), 2**63 - 1),
        st.floats(allow_nan=False),
        st.text(),
        st.binary().map(lambda raw: raw.decode("utf-8", "surrogateescape")),
    ),
    lambda inner: st.dictionaries(_KEYS, inner, max_size=5),
    max_leaves=20,
)


@given(_VALUES)
def test_what_prosody_writes_is_read_back(value: Any) -> None:
    assert read_returned(f"return {serialized(value)};\n".encode()) == value
    assert read_item(f"item({serialized(value)});\n".encode()) == value


@given(st.binary(max_size=200))
def test_no_bytes_crash_it(raw: bytes) -> None:
    for text in (raw, b"return " + raw, b"item({" + raw):
        try:
            read_returned(text)
        except ValueError:
            continue


@pytest.mark.parametrize(
    "text",
    [
        "return os.execute('id');",
        'return require "os";',
        'return "a".."b";',
        "return {f()};",
        "return {[f()] = 1};",
        "return function() end;",
        "return 1; os.exit();",
        "return 1 + 1;",
        "return [[long]];",
        "return {1, 2",
        'return "open',
        'return "a\nb";',
        r'return "\999";',
        r'return "\q";',
        "return (2/0);",
        "return " + "{" * 200 + "}" * 200 + ";",
        "",
        "1",
    ],
)
def test_nothing_but_literals(text: str) -> None:
    with pytest.raises(ValueError, match="not a literal"):
        read_returned(text.encode())


def test_what_others_have_written_by_hand() -> None:
    assert read_returned(b'return { a = 1, [2] = "\\195\\164\\\nx", true; (0/0) };') is not None
    assert read_returned(b'return { a = 1, "x"; b = true }') == {"a": 1, 1: "x", "b": True}

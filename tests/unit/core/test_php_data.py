# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What PHP serializes: plain values are read, objects are not."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._formats import php_data
from hypothesis import given
from hypothesis import strategies as st


def serialized(value: Any) -> str:
    """Write a value just as serialize() of PHP does."""
    if value is None:
        return "N;"
    if isinstance(value, bool):
        return f"b:{int(value)};"
    if isinstance(value, int):
        return f"i:{value};"
    if isinstance(value, float):
        return f"d:{value!r};"
    if isinstance(value, str):
        return f's:{len(value.encode())}:"{value}";'
    pairs = enumerate(value) if isinstance(value, list) else value.items()
    return f"a:{len(value)}:{{" + "".join(serialized(key) + serialized(item) for key, item in pairs) + "}"


# PHP makes keys that look like numbers into numbers
_TEXTS = st.text(alphabet=st.characters(blacklist_categories=["Cs"]))
_KEYS = _TEXTS.filter(lambda text: not text.lstrip("-").isdigit())
_VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**63), 2**63 - 1), st.floats(-1e300, 1e300), _TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(_KEYS, inner, min_size=1, max_size=4)),
    max_leaves=20,
)


@given(_VALUES)
def test_what_php_writes_is_read_back(value: Any) -> None:
    assert php_data.read(serialized(value).encode()) == value


@given(st.binary(max_size=200))
def test_no_bytes_crash_it(raw: bytes) -> None:
    for text in (raw, b"a:1:{" + raw, b"s:3:" + raw):
        try:
            php_data.read(text)
        except ValueError:
            continue


def test_preferences_of_roundcube() -> None:
    text = b'a:3:{s:11:"client_hash";s:4:"ZP4a";s:9:"list_cols";a:2:{i:0;s:4:"from";i:2;s:2:"\xc3\xa4";}s:1:"x";b:0;}'
    assert php_data.read(text) == {"client_hash": "ZP4a", "list_cols": {"0": "from", "2": "ä"}, "x": False}


@pytest.mark.parametrize(
    "text",
    [
        'O:8:"stdClass":0:{}',
        'C:3:"Foo":0:{}',
        'a:1:{i:0;O:8:"stdClass":0:{}}',
        "a:1:{i:0;R:1;}",
        's:5:"abc";',
        's:2:"abc";',
        "i:1;i:2;",
        "a:2:{i:0;i:1;}",
        "a:1:{a:0:{}i:1;}",
        "a:1:{i:0;" * 100,
        "",
    ],
)
def test_everything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not what serialize"):
        php_data.read(text.encode())

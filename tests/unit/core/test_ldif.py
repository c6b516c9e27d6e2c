# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""LDIF: read back by a reader that does what RFC 2849 says."""

from __future__ import annotations

import base64

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._formats import ldif
from hypothesis import given
from hypothesis import strategies as st


def parsed(text: bytes) -> list[tuple[bytes, bytes]]:
    """Return the lines of an entry."""
    assert all(len(line) <= 76 for line in text.split(b"\n"))
    assert text.isascii()
    found = []
    for line in text.replace(b"\n ", b"").strip(b"\n").split(b"\n"):
        name, _colon, value = line.partition(b":")
        found.append((name, base64.b64decode(value[2:]) if value.startswith(b": ") else value[1:]))
    return found


@given(st.text(min_size=1), st.lists(st.binary(max_size=200), min_size=1, max_size=4))
def test_every_value_is_read_back(dn: str, values: list[bytes]) -> None:
    text = ldif.entry(dn, {"cn": values, "objectClass": [b"person"]})
    wanted = [(b"objectClass", b"person"), *((b"cn", value) for value in values)]
    assert parsed(text) == [(b"dn", dn.encode("utf-8", "surrogateescape")), *wanted]


@pytest.mark.parametrize("value", [b" a", b"a ", b":a", b"<a", b"a\nuserPassword: x", "ä".encode(), b"a\0"])
def test_values_that_are_no_plain_text_are_encoded(value: bytes) -> None:
    assert b"cn:: " in ldif.entry("o=x", {"cn": [value]})


def test_names_that_are_none_are_refused() -> None:
    with pytest.raises(ValueError, match="no name of an attribute"):
        ldif.entry("o=x", {"cn: x\nuserPassword": [b"y"]})

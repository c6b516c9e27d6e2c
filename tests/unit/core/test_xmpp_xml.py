# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stanzas as XML: every parser reads what was meant, whatever is in them."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._formats.lua_data import Table
from ansible_collections.magmasoft.hosting.plugins.module_utils._formats.xmpp_xml import element, stanza
from hypothesis import given
from hypothesis import strategies as st


def _legal(text: str) -> str:
    return "".join(
        char if char in "\t\n\r" or " " <= char <= "\ud7ff" or "\ue000" <= char <= "\ufffd" or char >= "\U00010000"
        else "\ufffd"
        for char in text
    )  # fmt: skip


@given(st.text(), st.text())
def test_texts_are_read_back(value: str, content: str) -> None:
    found = ET.fromstring(element("a", {"b": value}, content))  # noqa: S314 - it is ours
    assert (found.get("b"), found.text or "") == (_legal(value), _legal(content))


def test_stanzas_keep_their_namespaces() -> None:
    table: Table = {
        "name": "message",
        "attr": {"xml:lang": "de", "urn:x\1id": "1", "to": "a@b"},
        1: {"name": "body", "attr": {}, 1: "<&>"},
        2: "text",
        3: {"name": "x", "attr": {"xmlns": "urn:y"}},
    }
    found = ET.fromstring("".join(stanza(table, "jabber:client")))  # noqa: S314 - it is ours
    assert found.tag == "{jabber:client}message"
    assert found.get("{urn:x}id") == "1"
    assert found.get("{http://www.w3.org/XML/1998/namespace}lang") == "de"
    assert [child.tag for child in found] == ["{jabber:client}body", "{urn:y}x"]
    assert (found[0].text, found[0].tail) == ("<&>", "text")


def test_names_are_whatever_the_server_takes_for_one() -> None:
    """What a stranger has sent waits among the messages of an account, and must not keep them from being handed out."""
    taken = ["e\u0301", "\u0915\u093f", "a\xb7", *(f"a{chr(code)}" for code in range(0x80, 0x3100)), "\u00e9", "\u4e2d"]
    refused = [name for name in taken if _is_parsed(name) and not _is_written(name)]
    assert refused == []
    assert all(_is_parsed(name) for name in taken[:3])


def _is_parsed(name: str) -> bool:
    try:
        ET.fromstring(f"<{name} xmlns='x'/>")  # noqa: S314 - it is ours
    except ET.ParseError:
        return False
    return True


def _is_written(name: str) -> bool:
    try:
        return "".join(stanza({"name": name, "attr": {name: "1"}})) == f'<{name} {name}="1"></{name}>'
    except ValueError:
        return False


@pytest.mark.parametrize(
    "table",
    [
        {},
        {"name": "a b"},
        {"name": "a><b"},
        {"name": "a", "attr": {'x="1" y': "2"}},
        {"name": "a", "attr": {1: "2"}},
        {"name": "a", 1: {"name": ""}},
    ],
)
def test_what_is_no_stanza_is_refused(table: Table) -> None:
    with pytest.raises(ValueError, match=r"an element|an attribute"):
        "".join(stanza(table))

# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/register.md says exactly what the schema says."""

from __future__ import annotations

import re

import pytest
import yaml
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._register import schema
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._register.names import _SPECIAL_TOP
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._register.validation import validate

from .registers import ROOT, source

DOCUMENT = (ROOT / "docs" / "register.md").read_text(encoding="utf-8")
_ROW = re.compile(r"\| `([a-z_.\[\]]+)` \| (.+?) \| (.+?) \| (.+) \|")


def _rows() -> list[tuple[str, str, str]]:
    rows = (_ROW.fullmatch(line) for line in DOCUMENT.splitlines())
    return [(row[1], row[2].replace("\\|", "|"), row[3].replace("\\|", "|")) for row in rows if row]


def test_the_table_has_every_field_and_no_other() -> None:
    """In the order of the schema, with values and defaults."""
    expected = [
        (path, field.type.told, "required" if field.required else field.told_default) for path, field in schema.fields()
    ]
    assert _rows() == expected


def test_every_default_is_told() -> None:
    """A field is required or has words for its default, never both."""
    for path, field in schema.fields():
        assert field.required != bool(field.told_default), path


def test_the_example_shows_every_field() -> None:
    """register/example has each field of the table once at least."""
    data = yaml.safe_load((ROOT / "register" / "example" / "alpenverein.yml").read_text(encoding="utf-8"))

    def paths(value: object, at: str) -> set[str]:
        if isinstance(value, dict):
            return {p for key, item in value.items() for p in {f"{at}{key}"} | paths(item, f"{at}{key}.")}
        if isinstance(value, list):
            return {p for item in value for p in paths(item, f"{at[:-1]}[].")}
        return set()

    assert {path for path, *_rest in _rows()} == paths(data, "")


def test_the_shortest_file_is_good() -> None:
    """Whoever copies it from the page has a customer."""
    block = re.search(r"```yaml\n(customer: .*?)```", DOCUMENT, re.DOTALL)
    assert block
    assert validate([source(block[1])])["errors"] == []


@pytest.mark.parametrize("word", sorted(_SPECIAL_TOP))
def test_reserved_endings_are_listed(word: str) -> None:
    """Each of them."""
    assert f"`{word}`" in DOCUMENT

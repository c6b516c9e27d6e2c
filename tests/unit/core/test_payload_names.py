# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of payload files: always safe, never twice the same."""

from __future__ import annotations

from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.item_export import require_payload_path
from ansible_collections.magmasoft.hosting.plugins.module_utils._formats.payload_names import PayloadNames
from hypothesis import given
from hypothesis import strategies as st


@given(st.lists(st.one_of(st.text(), st.binary(max_size=300)), max_size=30))
def test_names_are_safe_and_differ(given_names: list[str | bytes]) -> None:
    names = PayloadNames()
    made = [names.make(name, ".ics") for name in given_names]
    assert len({name.lower() for name in made}) == len(made)
    for name in made:
        require_payload_path(f"cloud/{name}")
        assert name.endswith(".ics")
        assert not name.startswith(".")


def test_names_are_alike() -> None:
    names = PayloadNames()
    assert names.make("Hütten-Termine: 2026", ".ics") == "Hutten-Termine_2026.ics"
    assert names.make("hutten-Termine/2026", ".ics") == "hutten-Termine_2026-2.ics"
    assert names.make("../../etc/passwd") == "etc_passwd"
    assert names.make("日本語") == "unnamed"
    assert names.make("CON", ".ics") == "CON_.ics"
    assert names.make("a" * 500) == "a" * 100

# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Items as text between plugins."""

from __future__ import annotations

from typing import Any

from ansible_collections.magmasoft.hosting.plugins.plugin_utils._run.packing import pack, unpack
from hypothesis import given
from hypothesis import strategies as st

ITEMS = st.lists(
    st.dictionaries(st.text(), st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text()), max_size=4)
)


@given(ITEMS)
def test_what_was_packed_is_unpacked(items: list[dict[str, Any]]) -> None:
    packages = pack(items)
    assert all(isinstance(package, str) for package in packages)
    assert unpack(packages) == items
    assert unpack(items) == items


def test_what_is_no_list_or_no_json_is_left_to_the_reader() -> None:
    assert unpack("/srv/register") == "/srv/register"
    assert unpack(None) is None
    assert unpack(["{broken", 1]) == ["{broken", 1]

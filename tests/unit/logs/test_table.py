# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables: what strangers write into logs stays in its cell and is no formula."""

from __future__ import annotations

import csv
import io

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._logs.table import row
from hypothesis import given
from hypothesis import strategies as st


def _read(made: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(made.decode("utf-8"), newline="")))


def test_a_row_as_rfc_4180_has_it() -> None:
    assert row([b"a", b'say "x", then', b"", b"-"]) == b'"a","say ""x"", then","","-"\r\n'


@pytest.mark.parametrize("cell", [b"=1+1", b"+1", b"-1", b"@SUM(A1)", b'=HYPERLINK("http://x.example")'])
@pytest.mark.parametrize("before", [[], [b"x"], [b'"']])
def test_no_cell_is_a_formula(cell: bytes, before: list[bytes]) -> None:
    assert _read(row([*before, cell]))[0][-1] == f"'{cell.decode()}"


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        (b"\xff", "\\xff"), (b"a\x00b", "a\\x00b"), (b"a\r\nb", "a\\x0d\\x0ab"), (b"\x1f", "\\x1f"),
        (b"\t=1", "'\\x09=1"),
        ("Gärtnerei".encode(), "Gärtnerei"), ("\x85".encode(), "\\x85"),
    ],
)  # fmt: skip
def test_what_can_not_be_seen_is_shown(cell: bytes, shown: str) -> None:
    assert _read(row([b"x", cell, b"y"])) == [["x", shown, "y"]]


@given(st.lists(st.binary(max_size=20) | st.sampled_from([b"=", b'"', b"\x1f", b"\x1f=1", b"a,b"]), min_size=1))
def test_any_cells_make_one_row_of_as_many(cells: list[bytes]) -> None:
    made = row(cells)
    assert made.endswith(b"\r\n")
    found = _read(made)
    assert len(found) == 1
    assert len(found[0]) == len(cells)
    assert not [cell for cell in found[0] if len(cell) > 1 and cell[0] in "=+@-"]

# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines of SQL: where strings and comments go on, whatever they hold and wherever a piece of the text ends."""

from __future__ import annotations

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._formats.sql_lines import Lines

# each is one line, however many ends it has
LINES = [
    b"SELECT 1;\n",
    b"\n",
    b"SELECT 'it''s\nDELIMITER ;\n', \"a ' \n\"\"b\", `c '\n``d`;\n",
    b"SELECT '\\'\nDELIMITER ;\n\\\\', \"\\\"\n\";\n",
    b"/* don't\nDELIMITER ;\n*/ SELECT 1;\n",
    b"/*!50003 CREATE*/ /*M!100616 SET a = 'b\nc' */;\n",
    b"-- it's a comment\n",
    b'SELECT 5--1; # and "another\n',
    b"SELECT 5--'1\n'; --\n",
    "SELECT 'é\u2028\n\u0085';\n".encode(),
    b"SELECT '\r\n\x0b';\r\n",
    b"-- Dump completed\n",
]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 1000])
def test_strings_and_comments_go_on_wherever_a_piece_ends(size: int) -> None:
    text = b"".join(LINES)
    assert list(Lines(text[start : start + size] for start in range(0, len(text), size))) == LINES


def test_a_backslash_is_a_letter_where_the_sql_mode_says_so() -> None:
    lines = Lines([b"one\n", b"'\\', \"\\\"\n", b"two\n", b"'\\'\n'\n"])
    found = []
    for line in lines:
        found.append(line)
        lines.escapes = line != b"one\n"
    assert found == [b"one\n", b"'\\', \"\\\"\n", b"two\n", b"'\\'\n'\n"]


def test_what_ends_within_a_string_is_one_line() -> None:
    assert list(Lines([b"SELECT 1;\nSELECT '\n;\n"])) == [b"SELECT 1;\n", b"SELECT '\n;\n"]
    assert list(Lines([])) == []

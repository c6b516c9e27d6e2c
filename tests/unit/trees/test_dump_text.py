# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names in definitions, the order of views, and rows that are too long for one statement."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._clients import dump_rows, dump_text
from ansible_collections.magmasoft.hosting.plugins.module_utils._clients.dump_code import (
    VIEW,
    CodeObject,
    Definition,
    in_order,
)
from ansible_collections.magmasoft.hosting.plugins.module_utils._clients.dump_names import Names, sources
from ansible_collections.magmasoft.hosting.plugins.module_utils._core import process
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.errors import Incomplete
from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.item_export import PayloadWriter
from ansible_collections.magmasoft.hosting.tests.unit.directory_sink import DirectorySink
from hypothesis import given
from hypothesis import strategies as st

OWN = b"`we``ird.*%s`."


@pytest.mark.parametrize(
    "kept",
    [
        b"nextval(`other`.`s`)",
        b"`we``ird.*%s`",
        b"`p`." + OWN + b"`f`(1)",
        b"'%s`f`(' \"it's %s`f`(\"" % (OWN, OWN),
        # an alias that is called as the database
        b"select " + OWN + b"`a` AS `a` from `t` `we``ird.*%s`",
        b"extract(year from " + OWN + b"`d`)",
        b"`a`." + OWN + b"`c`",
    ],
)
def test_only_what_is_a_name_of_the_database_goes(kept: bytes) -> None:
    assert Names("we`ird.*%s").off(kept) == kept


@pytest.mark.parametrize(
    ("head", "rest"),
    [
        (b"nextval(", b"`s`)"),
        (b"(1 + lastval(", b"`s`)"),
        (b"'it\\'s', setval(", b"`s`,5,1,0)"),
        (b"select ", b"`f`(`t`)"),
        (b"select ", b"`t`.`c` AS `c`"),
        (b"select extract(year from ", b"`t`.`d`)"),
        (b"select 1 from ", b"`t`"),
        (b"select 1 from ((", b"`t` join `u`))"),
        (b"select 1 from `t` straight_join ", b"`u`"),
        (b"select 1 from `t` left join ", b"`u` on(`t`.`a` = `u`.`a`)"),
        (b"select 1 from `a``b` `c` join ", b"`we``ird.*%s` `x`"),
    ],
)
def test_the_name_of_the_database_goes(head: bytes, rest: bytes) -> None:
    names = Names("we`ird.*%s", ["we`ird.*%s", "other"])
    assert names.off(head + OWN + rest) == head + rest
    assert names.others(head + OWN + rest) == []
    assert names.others(head + b"`other`." + rest) == ["other"]
    assert names.others(head + b"`information_schema`." + rest) == []
    assert names.others(head + b"`unknown`." + rest) == []


def test_what_a_view_reads() -> None:
    text = (
        b"select 'from `x`' AS `from ``y```, extract(day from `d`) AS `e` from (`a` join `b`) left join `c` on(1 = 1)"
    )
    assert sources(text + b" where exists(select 1 from `e``f` limit 1)") == {b"`a`", b"`b`", b"`c`", b"`e``f`"}


@given(st.permutations("abcdefg"), st.data())
def test_views_come_after_those_that_they_read(names: list[str], data: st.DataObject) -> None:
    texts = {}
    for place, name in enumerate(names):
        read = data.draw(st.lists(st.sampled_from(["t", *names[:place]]), min_size=1, max_size=3))
        texts[name] = f"select 1 from ({' join '.join(f'`{one}`' for one in read)})"
    # what a common table expression is called may be another view's name
    texts[names[0]] += f" with `x` as (select 1 from `{names[-1]}`)" if data.draw(st.booleans()) else ""
    views = [(Definition(CodeObject(VIEW, name), b"", "utf8mb4", ""), texts[name].encode()) for name in sorted(names)]
    found = [given.made.name for given, _text in in_order(views)]
    assert sorted(found) == sorted(names)
    if "with" not in texts[names[0]]:
        for name in names:
            before = {each.decode().strip("`") for each in sources(texts[name].encode())} & set(names)
            assert all(found.index(each) < found.index(name) for each in before)


# --- rows ------------------------------------------------------------------------------------------------------------

_STATEMENT = re.compile(rb"SET (@value_\d+) = (?:CONCAT\(@value_\d+, (.*)\)|(.*));\n")
_ESCAPES = {b"n": b"\n", b"0": b"\0"}
PIECE = 64


def _literal(value: object) -> bytes:
    """Return a value as mariadb-dump writes it."""
    if isinstance(value, bytes):
        return b"0x" + value.hex().upper().encode()
    if isinstance(value, str):
        escaped = re.sub(r"(['\"\\])", r"\\\1", value).replace("\n", "\\n").replace("\0", "\\0")
        return b"'" + escaped.encode() + b"'"
    return b"NULL" if value is None else str(value).encode()


def _value(literal: bytes) -> object:
    """Return what a literal means. Raises where it is no literal."""
    if literal.startswith(b"0x"):
        return bytes.fromhex(literal[2:].decode())
    if literal.startswith(b"'"):
        assert re.fullmatch(rb"'(?:[^'\\]|\\.)*'", literal, re.DOTALL)
        plain = re.sub(rb"\\(.)", lambda found: _ESCAPES.get(found[1], found[1]), literal[1:-1], flags=re.DOTALL)
        return plain.decode()
    return None if literal == b"NULL" else int(literal)


def _loaded(dump: bytes) -> tuple[list[object], int]:
    """Return the values of the only row of a dump, as a server would take them, and the longest statement."""
    variables: dict[bytes, object] = {}
    longest = 0
    text = dump
    while found := _STATEMENT.match(text):
        piece = _value(found[2] or found[3])
        before = variables.get(found[1]) if found[2] else None
        variables[found[1]] = piece if before is None else before + piece  # type: ignore[operator]
        longest = max(longest, found.end())
        text = text[found.end() :]
        if text.startswith(b"SET @checked"):
            assert found[2]
            text = text.partition(b"\n")[2]
    head, _row, rest = text.partition(b"\n(")
    assert head == b"INSERT INTO `t` VALUES"
    values = re.findall(rb"@value_\d+|0x[0-9A-F]+|'(?:[^'\\]|\\.)*'|NULL|-?\d+", rest.removesuffix(b");\n"), re.DOTALL)
    assert b",".join(values) + b");\n" == rest
    return [variables[each] if each.startswith(b"@") else _value(each) for each in values], max(longest, len(text))


_VALUES = st.one_of(
    st.none(),
    st.integers(-999, 999),
    st.binary(min_size=1, max_size=300),
    st.text(max_size=300),
    st.text("'\\\n\0\"ü😀", max_size=200),
)


@given(st.lists(_VALUES, min_size=1, max_size=6), st.integers(1, 100))
def test_a_long_row_is_made_of_short_statements(values: list[object], size: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dump_rows, "_PIECE", PIECE)
        row = b"(" + b",".join(map(_literal, values)) + b");\n"
        pieces = iter([memoryview(row[start : start + size]) for start in range(0, len(row), size)])
        written: list[bytes] = []
        rest = dump_rows.LongRow(bytearray(), pieces).cut(b"INSERT INTO `t` VALUES\n", written.append)
        text = b"".join((*written, rest, *pieces))
    loaded, longest = _loaded(text)
    assert loaded == values
    # a piece is cut when it is long enough, whatever came with it
    assert longest <= 2 * PIECE + size + 100


@pytest.mark.parametrize("row", [b"(1,'x", b"(1,0x0", b"(1", b"(", b"('x\\"])
def test_a_row_that_ends_early_is_an_error(row: bytes) -> None:
    with pytest.raises(Incomplete, match="within a row"):
        dump_rows.LongRow(bytearray(row), iter(())).cut(b"INSERT INTO `t` VALUES\n", lambda _data: None)


def test_a_row_that_is_written_in_another_way_is_an_error() -> None:
    with pytest.raises(Incomplete, match="taken apart"):
        dump_rows.LongRow(bytearray(b"('it''s');\n"), iter(())).cut(b"", lambda _data: None)


@pytest.mark.parametrize("size", [1, 7, 100, 100000])
def test_rows_are_counted_wherever_they_are_cut(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, size: int) -> None:
    for module, name in ((dump_rows, "_PIECE"), (dump_text, "LONGEST")):
        monkeypatch.setattr(module, name, PIECE)
    insert = "INSERT INTO `t` (`a`, `b``(`) VALUES\n"
    rows = [f"(1,'{'x' * 500}')", "(2,'y'),\n(3,'(')", f"(4,0x{'AB' * 300})"]
    text = "-- MariaDB dump\n" + "".join(f"{insert}{row};\n" for row in rows) + "COMMIT;\n-- Dump completed\n"
    pieces = [text.encode()[start : start + size] for start in range(0, len(text), size)]

    def chunks(_descriptor: int, _name: str) -> Iterator[memoryview]:
        return map(memoryview, pieces)

    monkeypatch.setattr(process, "chunks", chunks)
    sink = DirectorySink(tmp_path)
    sink.begin("dump")
    with Path("/dev/null").open("rb") as output:
        copied = dump_text.copy_tables(output, PayloadWriter(sink), Names("shop"))
    sink.end()
    assert copied.rows == 4
    made = (tmp_path / "dump").read_text()
    assert f"{insert}(2,'y'),\n(3,'(');\n" in made
    if size < 100000:
        assert f"{insert}(1,@value_1);\n" in made
        assert f"{insert}(4,@value_1);\n" in made

# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables and rows as mariadb-dump writes them, made ready for another server.

Rows are taken as they come, but for those that are too long for one statement. Definitions lose the name of the
database, and foreign keys that lead into another one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

from .._core import process
from .._core.errors import Incomplete
from .._data_model.item_export import PayloadWriter
from .dump_names import QUOTED, Names
from .dump_rows import LONGEST, LongRow
from .tree import shown_name

REMEDY = "check that MariaDB runs and that hosting_stores.databases says how to reach it, then run again"
ENDED_EARLY = "ended-early"
# Of MariaDB since 2024, on the first line; clients of MySQL and older ones stop at it.
_SANDBOX = b"/*M!999999\\- enable the sandbox mode */"
END = b"-- Dump completed\n"
# What the server has accepted it accepts again: days that are in no calendar. Its directories are not those of another.
_MODE = b"\n/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO"
_LENIENT = _MODE + b",ALLOW_INVALID_DATES,NO_DIR_IN_CREATE"
# A row is a line of its own; strings have no bare newline in a dump.
_ROW, _PARTITION = b"\n(", b"\n(PARTITION "
_INSERT, _CREATE, _CREATED = b"INSERT INTO `", b"CREATE TABLE `", b";\n"
_INSERT_LINE = re.compile(rb"INSERT INTO %(q)s(?: \(%(q)s(?:, %(q)s)*\))? VALUES\n(?=\()" % {b"q": QUOTED})
# an INSERT may name a thousand columns
_LINE = 1 << 20
# A view that was none when tables and views were told apart.
_DEFINED = b"\n/*!50013 DEFINER="
_COLUMN = re.compile(rb"\n  `[^\n]*")
_TABLE = re.compile(rb"\nCREATE TABLE (" + QUOTED + rb")")
# Keys come after columns, so there is always a line before.
_FOREIGN_KEY = re.compile(
    rb",\n  CONSTRAINT (%(q)s) FOREIGN KEY \(%(q)s(?:, %(q)s)*\) REFERENCES %(q)s\.%(q)s [^\n]*?(?=,?\n)"
    % {b"q": QUOTED}
)


@dataclass(slots=True)
class CopiedTables:
    """What came of tables: how many rows, and the foreign keys that lead into other databases."""

    rows: int = 0
    foreign_keys: list[str] = field(default_factory=list)


def copy_tables(output: IO[bytes], out: PayloadWriter, names: Names) -> CopiedTables:
    """Copy tables and rows, without the first line if it is not for all clients, and without the last."""
    copied = CopiedTables()
    pieces = iter(process.chunks(output.fileno(), "mariadb-dump"))
    held = _begun(pieces)
    while True:
        end = _judged(held)
        out.write(_ready(bytes(held[:end]), names, copied))
        del held[:end]
        found = _INSERT_LINE.match(bytes(held[:_LINE])) if len(held) > LONGEST else None
        if found is not None:
            del held[: found.end()]
            held = LongRow(held, pieces).cut(found[0], out.write)
            copied.rows += 1
            continue
        piece = next(pieces, None)
        if piece is None:
            break
        held += piece
    if held != END:
        raise Incomplete("mariadb-dump ended early", remedy=REMEDY, code=ENDED_EARLY)
    return copied


def _judged(text: bytearray) -> int:
    """Return up to where a dump can be judged: whole lines, whole definitions, a row with its INSERT, no last line."""
    end = text.rfind(b"\n") + 1
    if text.endswith(END, 0, end):
        end -= len(END)
    last = text.rfind(b"\n", 0, max(0, end - 1)) + 1
    if text.startswith(_INSERT, last):
        end = last
    begun = text.rfind(b"\n" + _CREATE, 0, end) + 1
    if text.startswith(_CREATE, begun) and text.find(_CREATED, begun, end) < 0:
        end = begun
    return end


def _ready(text: bytes, names: Names, copied: CopiedTables) -> bytes:
    """Return whole lines of a dump as they are to be."""
    text = (b"\n" + text).replace(_MODE, _LENIENT)
    if _DEFINED in text:
        raise changed("a view")
    copied.rows += text.count(_ROW) - text.count(_PARTITION)
    begin = text.find(b"\n" + _CREATE)
    while begin >= 0:
        end = text.find(_CREATED, begin)
        made = _table(text[begin:end], names, copied)
        text = text[:begin] + made + text[end:]
        begin = text.find(b"\n" + _CREATE, begin + len(made))
    return text[1:]


def _table(text: bytes, names: Names, copied: CopiedTables) -> bytes:
    """Return the definition of a table as it is to be."""
    table = _TABLE.match(text)
    for found in _FOREIGN_KEY.finditer(text):
        copied.foreign_keys.append(f"{_shown(table[1]) if table else ''}: FOREIGN KEY {_shown(found[1])}")
    return _COLUMN.sub(lambda found: names.off(found[0]), _FOREIGN_KEY.sub(b"", text))


def _shown(name: bytes) -> str:
    return shown_name(name[1:-1].replace(b"``", b"`"))


def _begun(pieces: Iterator[memoryview]) -> bytearray:
    """Return how a dump begins, without the first line if it is not for all clients."""
    held = bytearray()
    for piece in pieces:
        held += piece
        first, newline, rest = held.partition(b"\n")
        if newline:
            return rest if first.strip() == _SANDBOX else held
    return held


def changed(what: str) -> Incomplete:
    """Return the error of a dump whose database changed while it was made."""
    return Incomplete(f"{what} changed meanwhile", remedy="run again", code="changed")

# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The text of a dump of mariadb-dump, made ready for another server.

Rows are taken as they come. Triggers, events, routines and views are code and hold no rows. There the DEFINER is taken
off each statement: it names an account of this server, and another one would refuse it. The code runs with the rights
of whoever loads it then. The name of the database goes likewise where the server wrote it: a dump is loaded into a
database of any name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO

from .._core import process
from .._core.errors import Incomplete
from .._data_model.item_export import PayloadWriter
from .._formats.sql_lines import Lines

REMEDY = "check that MariaDB runs and that hosting_stores.databases says how to reach it, then run again"
ENDED_EARLY = "ended-early"
# Of MariaDB since 2024, on the first line; clients of MySQL and older ones stop at it.
_SANDBOX = b"/*M!999999\\- enable the sandbox mode */"
END = b"-- Dump completed\n"
_QUOTED = rb"(?:`(?:[^`\n]|``)*`|\"(?:[^\"\n]|\"\")*\")"
_DEFINER = rb"DEFINER=" + _QUOTED + rb"(?:@" + _QUOTED + rb")?"
_BLOCK = b"DELIMITER ;;\n"
_BLOCK_END = b"DELIMITER ;\n"
# Where a body ends: that of a routine on a line of its own, others with the comment that they are in.
_ROUTINE_ENDS, _COMMENT_ENDS = b";;\n", (b"*/;;\n", b"*/ ;;\n")
# What mariadb-dump of MariaDB 10.11 has in one block with the events.
_SETTING = re.compile(rb"/\*!\d{5} (?:SET|DROP EVENT IF EXISTS) .*\*/ ?;;\n", re.DOTALL)
_MODE, _NO_ESCAPES = b"/*!50003 SET sql_mode ", b"NO_BACKSLASH_ESCAPES"
# Around code that was made while the database had another character set. Without a name it means where it is loaded.
_ALTER = b"ALTER DATABASE "
_OF_CHARSET = re.compile(_ALTER + _QUOTED + rb" (CHARACTER SET \w+ COLLATE \w+ ;;?\n)")
# First lines of statements as mariadb-dump writes them (client/mysqldump.cc: dump_routines_for_db and the like).
_OF_STATEMENT = re.compile(rb"(/\*!\d{5} CREATE\*/ )/\*!\d{5} " + _DEFINER + rb"\*/ |(CREATE )" + _DEFINER + rb" ")
_OF_VIEW = re.compile(rb"(/\*!50013 )" + _DEFINER + rb" (SQL SECURITY (?:DEFINER|INVOKER) \*/\n)")
_VIEW = b"/*!50001 VIEW "
# A row is a line of its own; strings have no bare newline in a dump.
_ROW, _PARTITION = b"\n(", b"\n(PARTITION "
# What is no row is a line of its own as well, and short.
_ROWS = (_ROW, b"\nINSERT INTO `")
# A view that was none when tables and views were told apart.
_DEFINED = b"\n/*!50013 DEFINER="
_COLUMN = re.compile(rb"\n  `[^\n]*")


def copy_tables(output: IO[bytes], out: PayloadWriter, names: Names) -> int:
    """Copy tables and rows, without the first line if it is not for all clients, and without the last."""
    counter = RowCounter()
    for piece in _pieces(output):
        if _DEFINED in piece:
            raise changed("a view")
        ready = names.off_columns(piece)
        counter.add(ready)
        out.write(ready)
    return counter.rows


def _pieces(output: IO[bytes]) -> Iterator[bytes]:
    """Yield a dump of tables in pieces, each of whole lines and a piece of a row: rows may be long."""
    held = b""
    is_begun = False
    for piece in process.chunks(output.fileno(), "mariadb-dump"):
        held += piece
        if not is_begun and b"\n" not in held:
            continue
        if not is_begun:
            held = _without_sandbox(held)
            is_begun = True
        ready = _complete(held[: -len(END)])
        held = held[len(ready) :]
        yield ready
    yield held[: -len(END)]
    _require_end(held[-len(END) :])


def _complete(text: bytes) -> bytes:
    """Return a text without its last line, if that is no row. A line that is left is preceded by its newline."""
    last = text.rfind(b"\n")
    return text if last < 0 or text.startswith(_ROWS, last) else text[:last]


def copy_code(output: IO[bytes], out: PayloadWriter, names: Names, expected: int) -> None:
    """Copy statements, each without its DEFINER. Raises Incomplete unless just as many had one as there have to be."""
    code = _Code(names)
    lines = Lines(process.chunks(output.fileno(), "mariadb-dump"))
    held = b""
    for line in lines:
        if line.startswith(_SANDBOX):
            continue
        out.write(held)
        held = code.made_ready(line)
        lines.escapes = code.escapes
    _require_end(held)
    if code.taken != expected:
        raise _not_understood(f"of {expected} views, triggers, events and routines {code.taken} could be made ready")


class _Code:
    """Makes lines of code ready for another server. ``taken`` is the number of statements that lost their DEFINER."""

    def __init__(self, names: Names) -> None:
        self.taken = 0
        self.escapes = True
        self._names = names
        self._is_block = self._is_body = False

    def made_ready(self, line: bytes) -> bytes:
        """Return a line as it is to be. Raises Incomplete where a statement may begin that is not understood."""
        if self._is_body:
            self._is_body = not _ends_body(line)
            return line
        if line in (_BLOCK, _BLOCK_END):
            self._is_block = line == _BLOCK
            return line
        if line.startswith(_ALTER):
            return _without_name(line)
        if line.startswith(_MODE):
            self.escapes = _NO_ESCAPES not in line
        return self._in_block(line) if self._is_block else self._of_view(line)

    def _in_block(self, line: bytes) -> bytes:
        # what was cut off is not judged; that it was is said later
        if _SETTING.fullmatch(line) or not line.endswith(b"\n"):
            return line
        if not _OF_STATEMENT.match(line):
            raise _not_understood("a statement could not be made ready")
        self.taken += 1
        self._is_body = not _ends_body(line)
        return _OF_STATEMENT.sub(rb"\1\2", line, count=1)

    def _of_view(self, line: bytes) -> bytes:
        if line.startswith(_VIEW):
            return self._names.off(line)
        ready, number = _OF_VIEW.subn(rb"\1\2", line) if _OF_VIEW.fullmatch(line) else (line, 0)
        self.taken += number
        return ready


class Names:
    """Takes the name of a database off its own sequences and functions, outside of what is quoted."""

    def __init__(self, database: str) -> None:
        self._name = b"`" + database.replace("`", "``").encode() + b"`."
        name = re.escape(self._name)
        in_sequence = rb"((?<![\w.`])(?:nextval|lastval|setval)\()" + name
        of_function = rb"(?<!\.)" + name + rb"(?=`(?:[^`]|``)*`\()"
        # so that nothing is found in what is quoted
        quoted = rb"('(?:[^'\\]++|\\.)*+'|\"(?:[^\"\\]++|\\.)*+\"|`[^`]*+`)"
        self._pattern = re.compile(rb"|".join((in_sequence, of_function, quoted)), re.DOTALL)

    def off(self, line: bytes) -> bytes:
        """Return a line of a definition without the name."""
        return self._pattern.sub(rb"\1\2", line)

    def off_columns(self, piece: bytes) -> bytes:
        """Return a piece of a dump of tables with definitions of columns without the name."""
        return _COLUMN.sub(lambda found: self.off(found[0]), piece) if self._name in piece else piece


class RowCounter:
    """Counts rows in pieces of a dump."""

    def __init__(self) -> None:
        self.rows = 0
        self._tail = b""

    def add(self, piece: bytes) -> None:
        window = self._tail + piece
        self.rows += _number(window) - _number(self._tail)
        self._tail = window[1 - len(_PARTITION) :]


def _without_name(line: bytes) -> bytes:
    found = _OF_CHARSET.fullmatch(line)
    if found is None and line.endswith(b"\n"):
        raise _not_understood("a change of the character set could not be made ready")
    return _ALTER + found[1] if found else line


def _ends_body(line: bytes) -> bool:
    return line == _ROUTINE_ENDS or line.endswith(_COMMENT_ENDS)


def _number(text: bytes) -> int:
    return text.count(_ROW) - text.count(_PARTITION)


def _without_sandbox(text: bytes) -> bytes:
    first, newline, rest = text.partition(b"\n")
    return rest if first.strip() == _SANDBOX else first + newline + rest


def _require_end(last: bytes) -> None:
    """Refuse a dump that does not say that it is complete."""
    if last != END:
        raise Incomplete("mariadb-dump ended early", remedy=REMEDY, code=ENDED_EARLY)


def changed(what: str) -> Incomplete:
    return Incomplete(f"{what} changed meanwhile", remedy="run again", code="changed")


def _not_understood(message: str) -> Incomplete:
    return Incomplete(f"{message} for another server", remedy="run again; if it persists, report it", code="definer")

# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Dumps of databases that load elsewhere.

mariadb-dump writes tables with their rows (``dump_text`` makes them ready for another server), the server shows how
triggers, events, routines and views were made (``dump_code``).
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, Any

from .._core import process
from .._core.errors import Incomplete, ServiceUnavailable
from .._data_model.item_export import PayloadWriter, Reason
from .database_marks import read_marks
from .dump_code import KINDS, VIEW, CodeObject, Definition, as_comment, definition_of, in_order, portable, statements
from .dump_names import Names, quoted, sources
from .dump_text import END, ENDED_EARLY, REMEDY, changed, copy_tables
from .tree import shown_name

_OPTIONS = (
    "--single-transaction", "--quick", "--hex-blob", "--tz-utc", "--default-character-set=utf8mb4", "--skip-dump-date",
    "--skip-add-locks", "--max-allowed-packet=1G",
)  # fmt: skip
# Tables without transactions stay as they are for as long as they are read; nobody writes to them meanwhile.
_LOCKED = ("--skip-single-transaction", "--lock-tables")
_HISTORY = "--dump-history"
_VERSIONED = "SYSTEM VERSIONED"
# Around a dump: what the server has accepted once, with these off, it accepts again.
_CHECKS = ("innodb_strict_mode", "check_constraint_checks")
_HEAD = "".join(f"/*M!100201 SET @saved_{name} = @@{name}, {name} = OFF */;\n" for name in _CHECKS).encode()
_FOOT = "".join(f"/*M!100201 SET {name} = @saved_{name} */;\n" for name in _CHECKS).encode()
# What the server says of a view, in its own language (share/english/errmsg-utf8.txt: ER_NO_SUCH_USER).
_NO_DEFINER = "The user specified as a definer"
_ENGLISH = "SET lc_messages = 'en_US';\n"
# So that statements are shown as they are taken, each in the character set of whoever made it.
_SHOWING = b"SET sql_mode = '', sql_quote_show_create = ON, character_set_results = binary;\n"
_ESCAPED = {b"n": b"\n", b"t": b"\t", b"0": b"\0"}
_ESCAPE = re.compile(rb"\\(.)", re.DOTALL)
_SHOW_SECONDS = 600
_CODE = (
    "(SELECT routine_type AS kind, routine_name AS name, routine_comment AS comment, '' AS of_table, 0 AS place"
    " FROM information_schema.routines WHERE routine_schema = {0}"
    " UNION ALL SELECT 'TRIGGER', trigger_name, '', event_object_table, action_order"
    " FROM information_schema.triggers WHERE trigger_schema = {0}"
    " UNION ALL SELECT 'EVENT', event_name, event_comment, '', 0"
    " FROM information_schema.events WHERE event_schema = {0}) AS code"
)
_TABLES = "information_schema.tables WHERE table_schema = {}"
_COLUMNS = "information_schema.columns WHERE table_schema = {}"
_PRECISE = "generation_expression = 'ROW START' AND data_type = 'bigint'"
_TABLE_COLUMNS = (
    "table_schema, table_name, table_type, engine, COALESCE(table_rows, 0),"
    " COALESCE(data_length, 0) + COALESCE(index_length, 0), UNIX_TIMESTAMP(create_time), UNIX_TIMESTAMP(update_time),"
    " table_comment"
)
_SHOWN = 500


@dataclass(frozen=True, slots=True)
class Table:
    """A table, view or sequence. ``size`` is in bytes, times in seconds since the epoch, ``rows`` an estimate.

    ``remark`` is the comment; of a view the error with which it can't be used, if so.
    """

    database: str
    name: str
    type: str
    engine: str | None
    rows: int
    size: int
    made: float | None
    changed: float | None
    remark: str = ""

    @property
    def is_view(self) -> bool:
        """Tell whether it is a view."""
        return self.type == "VIEW"

    @property
    def is_undefined(self) -> bool:
        """Tell whether it is a view that works but for its definer, who is gone."""
        return self.is_view and self.remark.startswith(_NO_DEFINER)

    @property
    def is_broken(self) -> bool:
        """Tell whether the server can't open it."""
        return self.engine is None and not self.is_view


@dataclass(frozen=True, slots=True)
class Contents:
    """What is in one database: tables, views and sequences; routines, triggers, events and views as code.

    ``precise`` are tables whose history is kept by transactions, ``broken`` views that can't be used.
    ``transactional`` are the engines of the server that have transactions.
    """

    tables: Sequence[Table]
    code: Sequence[CodeObject]
    collation: str
    precise: frozenset[str]
    broken: frozenset[str]
    transactional: frozenset[str]

    @property
    def views(self) -> list[str]:
        """Return the names of the views."""
        return [table.name for table in self.tables if table.is_view]

    @property
    def unusable(self) -> list[str]:
        """Return what the server can't open any more, tables and views, as a list for their owner calls them."""
        tables = [_table(table.name) for table in self.tables if table.is_broken]
        return [*tables, *(CodeObject(VIEW, view).shown for view in sorted(self.broken))]


@dataclass(slots=True)
class Dumped:
    """What a dump has: how many rows, and what is not in it, or not in a way that loads, and why."""

    rows: int = 0
    left_out: list[tuple[str, Reason]] = field(default_factory=list)


class DumpServer:
    """The MariaDB of this host, as root over its socket, or however an option file says.

    Raises ServiceUnavailable when it does not answer.
    """

    def __init__(self, *, socket: str | None = None, option_file: str | None = None) -> None:
        if option_file is not None:
            self._options = [f"--defaults-file={option_file}"]
        else:
            self._options = ["--no-defaults", "--protocol=socket", "--user=root"]
            self._options += [f"--socket={socket}"] if socket is not None else []

    def databases(self) -> frozenset[str]:
        """Return the names of all databases."""
        return frozenset(name for (name,) in self._rows("schema_name", "information_schema.schemata"))

    def owners(self) -> Mapping[str, str]:
        """Return database -> customer, as our own marks say; nothing where there are no marks."""
        return read_marks(self._rows).owners

    def contents(self, database: str) -> Contents:
        """Return what is in a database."""
        name = _literal(database)
        found, code, columns, precise, schemas, engines = self._answers(
            (_TABLE_COLUMNS, _TABLES.format(name)),
            ("kind, name, comment, of_table, place", _CODE.format(name)),
            ("table_name", f"{_COLUMNS.format(name)} AND ordinal_position = 1"),
            ("table_name", f"{_COLUMNS.format(name)} AND {_PRECISE}"),
            ("default_collation_name", f"information_schema.schemata WHERE schema_name = {name}"),
            ("engine", "information_schema.engines WHERE transactions = 'YES'"),
        )
        tables = [Table(*row) for row in found]
        views = [table.name for table in tables if table.is_view]
        objects = [CodeObject(*row[:3]) for row in sorted(code, key=_code_order)]
        return Contents(
            tables,
            [*objects, *(CodeObject(VIEW, view) for view in views)],
            collation="".join(text for (text,) in schemas),
            precise=frozenset(table for (table,) in precise),
            broken=frozenset(views)
            - {table for (table,) in columns}
            - {table.name for table in tables if table.is_undefined},
            transactional=frozenset(engine for (engine,) in engines),
        )

    def dump(self, database: str, contents: Contents, out: PayloadWriter, present: Collection[str] = ()) -> Dumped:
        """Write a dump. ``present`` are all databases of the server.

        Raises Incomplete where it ends early, or where the contents are others meanwhile.
        """
        dumped = Dumped()
        names = Names(database, present)
        out.write(_HEAD)
        for options in self._runs(database, contents, dumped):
            with self._dumping(["--skip-triggers", *options]) as output:
                copied = copy_tables(output, out, names)
            dumped.rows += copied.rows
            dumped.left_out += [(key, Reason.OTHER_DATABASE) for key in copied.foreign_keys]
        ready, remarks = self._code(database, contents, names, dumped)
        if ready:
            for statement in statements(ready, contents.collation):
                out.write(statement)
        if self.contents(database).code != contents.code:
            raise changed("views, triggers, events or routines")
        for remark in remarks:
            out.write(remark)
        out.write(_FOOT + b"\n" + END)
        return dumped

    def _runs(self, database: str, contents: Contents, dumped: Dumped) -> Iterator[list[str]]:
        """Yield the options of each run of mariadb-dump, and note what none of them can hand out."""
        tables = [table for table in contents.tables if not table.is_view]
        broken = [table.name for table in tables if table.is_broken]
        dumped.left_out += [(_table(name), Reason.BROKEN) for name in broken]
        apart = sorted(contents.precise - set(broken))
        dumped.left_out += [(_table(name), Reason.HISTORY) for name in apart]
        ways = _ways([table for table in tables if not table.is_broken], contents.transactional)
        without = [f"--ignore-table={database}.{name}" for name in (*contents.views, *broken, *apart)]
        yield [*ways, *without, "--", database]
        if apart:
            # the client writes no history of these, and with others none at all
            yield [*(way for way in ways if way != _HISTORY), "--", database, *apart]

    def _code(
        self, database: str, contents: Contents, names: Names, dumped: Dumped
    ) -> tuple[list[tuple[Definition, bytes]], list[bytes]]:
        """Return how all code is made again, in order, and remarks on what can't be."""
        shown = self._definitions(database, contents.code)
        known = [(given, portable(given, names)) for given in shown.values() if given is not None]
        missing = {quoted(made.name): Reason.BROKEN for made in contents.code if made.kind == VIEW and not shown[made]}
        dumped.left_out += [(made.shown, Reason.BROKEN) for made, given in shown.items() if given is None]
        ready = [each for each in known if each[0].made.kind != VIEW]
        remarks: list[bytes] = []
        for given, text in in_order([each for each in known if each[0].made.kind == VIEW]):
            name = given.made.name
            reason = Reason.BROKEN if name in contents.broken else Reason.OTHER_DATABASE if names.others(text) else None
            # nor can be made again what reads such a view
            reason = reason or next((missing[source] for source in sorted(sources(text) & missing.keys())), None)
            if reason is None:
                ready.append((given, text))
                continue
            missing[quoted(name)] = reason
            dumped.left_out.append((given.made.shown, reason))
            remarks.append(b"\n-- Not made again:\n" + as_comment(text))
        return ready, remarks

    def _definitions(self, database: str, code: Sequence[CodeObject]) -> dict[CodeObject, Definition | None]:
        """Return how the server says that each was made, None where it can't say it."""
        found: dict[CodeObject, Definition | None] = dict.fromkeys(code)
        if not code:
            return found
        # each answer comes behind its number, and a number has one column
        text = _SHOWING + b"".join(b"SELECT %d;\n" % place + made.question for place, made in enumerate(code))
        place = -1
        for answer in self._shown(database, text + b"SELECT %d;\n" % len(code)):
            if len(answer) == 1:
                place = int(answer[0])
            else:
                found[code[place]] = definition_of(code[place], answer)
        if place != len(code):
            raise ServiceUnavailable("MariaDB: it ended while it was asked for code", remedy=REMEDY)
        return found

    def _shown(self, database: str, text: bytes) -> Iterator[list[bytes]]:
        """Yield the rows of all statements that are no errors."""
        options = ["--force", "--batch", "--skip-column-names", "--binary-mode", "--default-character-set=utf8mb4"]
        with process.started(["mariadb", *self._options, *options, "--", database]) as client:
            try:
                output, _messages = client.communicate(text, timeout=_SHOW_SECONDS)
            except subprocess.TimeoutExpired:
                raise Incomplete(
                    f"MariaDB did not show its code within {_SHOW_SECONDS} s", remedy="run again", code="silent"
                ) from None
        for line in filter(None, output.split(b"\n")):
            yield [_unescaped(value) for value in line.split(b"\t")]

    def _rows(self, columns: str, source: str) -> list[list[Any]]:
        """Return the rows of ``SELECT columns FROM source``."""
        return self._answers((columns, source))[0]

    def _answers(self, *questions: tuple[str, str]) -> list[list[list[Any]]]:
        """Return the rows of each ``SELECT columns FROM source``, all asked at once; each comes as a line of JSON."""
        text = _ENGLISH + "".join(
            f"SELECT JSON_ARRAY({place}, {columns}) FROM {source};\n"  # noqa: S608 - both are written by us
            for place, (columns, source) in enumerate(questions)
        )
        argv = ["mariadb", *self._options, "--batch", "--raw", "--skip-column-names", "--default-character-set=utf8mb4"]
        done = process.run(argv, stdin=text)
        if done.code != 0:
            raise ServiceUnavailable(f"MariaDB: {done.said[:_SHOWN]}", remedy=REMEDY)
        answers: list[list[list[Any]]] = [[] for _question in questions]
        # names may hold what Python takes for the end of a line too, U+2028 for one
        for line in filter(None, done.output.split("\n")):
            place, *row = json.loads(line)
            answers[place].append(row)
        return answers

    @contextmanager
    def _dumping(self, options: Sequence[str]) -> Iterator[IO[bytes]]:
        """Hold the output of mariadb-dump open, which has to end well."""
        argv = ["mariadb-dump", *self._options, *_OPTIONS, *options]
        with ThreadPoolExecutor(1) as pool, process.started(argv) as dumping:
            input_, output, messages = process.pipes(dumping)
            input_.close()
            said = pool.submit(_said, messages)
            try:
                yield output
            except Incomplete as error:
                if error.code != ENDED_EARLY:
                    raise
                raise Incomplete(f"{error.message}: {said.result()}", remedy=REMEDY, code=ENDED_EARLY) from error
            if dumping.wait() != 0:
                raise Incomplete(f"mariadb-dump ended with {dumping.returncode}: {said.result()}", remedy=REMEDY)


def _ways(tables: Sequence[Table], transactional: Collection[str]) -> list[str]:
    ways = [] if all(table.engine in transactional for table in tables) else [*_LOCKED]
    # rows that were changed or removed, where the customer told the server to keep them
    return [*ways, *([_HISTORY] if any(table.type == _VERSIONED for table in tables) else [])]


def _code_order(row: Sequence[Any]) -> tuple[int, str, int, str]:
    kind, name, _comment, of_table, place = row
    return KINDS.index(kind), of_table, place, name


def _table(name: str) -> str:
    return f"table {shown_name(name.encode())}"


def _unescaped(value: bytes) -> bytes:
    return _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[1]), value)


def _said(messages: IO[bytes]) -> str:
    text = messages.read(_SHOWN).decode("utf-8", "replace")
    # whatever else there is to say, so that nobody waits to be read
    while messages.read(_SHOWN):
        pass
    return " ".join(text.split())


def _literal(name: str) -> str:
    """Return a name as a value in SQL, whatever characters it has."""
    return f"CONVERT(x'{name.encode().hex()}' USING utf8mb4)"

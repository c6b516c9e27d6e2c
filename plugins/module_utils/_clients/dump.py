# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Dumps of databases that load elsewhere, made by mariadb-dump.

A dump is made in three parts, so that nobody has to look for anything among customers' data: tables with their rows;
triggers, events and routines; views. ``dump_text`` makes them ready for another server.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

from .._core import process
from .._core.errors import Incomplete, ServiceUnavailable
from .._data_model.item_export import PayloadWriter
from .database_marks import read_marks
from .dump_text import END, ENDED_EARLY, REMEDY, Names, changed, copy_code, copy_tables

_OPTIONS = (
    "--single-transaction", "--quick", "--hex-blob", "--tz-utc", "--default-character-set=utf8mb4", "--skip-dump-date",
    "--skip-add-locks",
)  # fmt: skip
# Tables without transactions stay as they are for as long as they are read; nobody writes to them meanwhile.
_LOCKED = ("--skip-single-transaction", "--lock-tables")
_HISTORY = "--dump-history"
_SHOWN = 500


@dataclass(frozen=True, slots=True)
class Table:
    """A table, view or sequence. ``size`` is in bytes, times in seconds since the epoch, ``rows`` an estimate."""

    database: str
    name: str
    type: str
    engine: str | None
    rows: int
    size: int
    made: float | None
    changed: float | None

    @property
    def is_view(self) -> bool:
        """Tell whether it is a view."""
        return self.type == "VIEW"


@dataclass(frozen=True, slots=True)
class Contents:
    """What is in one database. ``code`` is the number of its triggers, events and routines."""

    tables: Sequence[Table]
    code: int

    @property
    def views(self) -> list[str]:
        """Return the names of the views."""
        return [table.name for table in self.tables if table.is_view]


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

    def tables(self, database: str) -> list[Table]:
        """Return all tables, views and sequences of a database."""
        columns = (
            "table_schema, table_name, table_type, engine, COALESCE(table_rows, 0),"
            " COALESCE(data_length, 0) + COALESCE(index_length, 0),"
            " UNIX_TIMESTAMP(create_time), UNIX_TIMESTAMP(update_time)"
        )
        source = f"information_schema.tables WHERE table_schema = {_literal(database)}"
        return [Table(*row) for row in self._rows(columns, source)]

    def contents(self, database: str) -> Contents:
        """Return what is in a database."""
        name = _literal(database)
        counts = ", ".join(
            f"(SELECT COUNT(*) FROM information_schema.{what}s WHERE {what}_schema = {name})"  # noqa: S608 - a literal
            for what in ("trigger", "event", "routine")
        )
        ((*numbers,),) = self._rows(counts, "DUAL")
        return Contents(self.tables(database), sum(numbers))

    def dump(self, database: str, contents: Contents, out: PayloadWriter) -> int:
        """Write a dump, and return the number of rows in it.

        Raises Incomplete where it ends early, or where the contents are others meanwhile.
        """
        views = contents.views
        names = Names(database)
        without = [f"--ignore-table={database}.{view}" for view in views]
        rows = 0
        with self._dumping(["--skip-triggers", *self._ways(contents), *without, "--", database]) as output:
            rows = copy_tables(output, out, names)
        if contents.code:
            options = ["--no-data", "--no-create-info", "--triggers", "--events", "--routines", "--", database]
            with self._dumping(options) as output:
                copy_code(output, out, names, contents.code)
        if views:
            with self._dumping(["--no-data", "--skip-triggers", "--", database, *views]) as output:
                copy_code(output, out, names, len(views))
        later = self.contents(database)
        if (sorted(later.views), later.code) != (sorted(views), contents.code):
            raise changed("views, triggers, events or routines")
        out.write(END)
        return rows

    def _ways(self, contents: Contents) -> list[str]:
        tables = [table for table in contents.tables if not table.is_view]
        safe = {engine for (engine,) in self._rows("engine", "information_schema.engines WHERE transactions = 'YES'")}
        ways = [] if all(table.engine in safe for table in tables) else [*_LOCKED]
        # rows that were changed or removed, where the customer told the server to keep them
        return [*ways, *([_HISTORY] if any(table.type == "SYSTEM VERSIONED" for table in tables) else [])]

    def _rows(self, columns: str, source: str) -> Iterator[list[Any]]:
        """Yield the rows of ``SELECT columns FROM source``, each of which comes as a line of JSON."""
        text = f"SELECT JSON_ARRAY({columns}) FROM {source};\n"  # noqa: S608 - both are written by us
        argv = ["mariadb", *self._options, "--batch", "--raw", "--skip-column-names", "--default-character-set=utf8mb4"]
        done = process.run(argv, stdin=text)
        if done.code != 0:
            raise ServiceUnavailable(f"MariaDB: {done.said[:_SHOWN]}", remedy=REMEDY)
        # names may hold what Python takes for the end of a line too, U+2028 for one
        for line in filter(None, done.output.split("\n")):
            yield json.loads(line)

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


def _said(messages: IO[bytes]) -> str:
    text = messages.read(_SHOWN).decode("utf-8", "replace")
    # whatever else there is to say, so that nobody waits to be read
    while messages.read(_SHOWN):
        pass
    return " ".join(text.split())


def _literal(name: str) -> str:
    """Return a name as a value in SQL, whatever characters it has."""
    return f"CONVERT(x'{name.encode().hex()}' USING utf8mb4)"

# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose a database is: our table of marks in MariaDB, for whatever client asks the server."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from .sql_statement import Statement

TABLE: Final = "magmasoft_hosting.ownership"
# Kinds of marks. The tool for databases asks for its own kind (role database_tool).
DATABASE: Final = "database"
TOOL: Final = "database_tool"
CREATE: Final = (
    Statement("CREATE DATABASE IF NOT EXISTS magmasoft_hosting CHARACTER SET utf8mb4"),
    Statement(
        f"CREATE TABLE IF NOT EXISTS {TABLE} (kind VARCHAR(16) NOT NULL, name VARCHAR(80) NOT NULL,"
        " customer VARCHAR(32) NOT NULL, incarnation VARCHAR(16) NOT NULL DEFAULT '', PRIMARY KEY (kind, name))"
        " ENGINE=InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
    ),
    # one that was made before names had lives
    Statement(f"ALTER TABLE {TABLE} ADD COLUMN IF NOT EXISTS incarnation VARCHAR(16) NOT NULL DEFAULT ''"),
)
# What MariaDB answers where there is no such database, or no such table.
NO_TABLE: Final = frozenset({"mariadb-1049", "mariadb-1146"})
_COLUMNS = "information_schema.columns WHERE table_schema = 'magmasoft_hosting' AND table_name = 'ownership'"

# What asks a server: columns and the source of a SELECT, to rows.
Rows = Callable[[str, str], Iterable[Sequence[Any]]]


@dataclass(frozen=True, slots=True)
class DatabaseMarks:
    """Database -> customer, database -> incarnation, and the databases that the tool may open.

    ``complete`` says whether there is the table, with all of its columns.
    """

    complete: bool = False
    owners: Mapping[str, str] = field(default_factory=dict)
    incarnations: Mapping[str, str] = field(default_factory=dict)
    tools: frozenset[str] = frozenset()


def read_marks(rows: Rows) -> DatabaseMarks:
    """Return all marks, none where there is no table of them."""
    columns = {column for (column,) in rows("column_name", _COLUMNS)}
    if not columns:
        return DatabaseMarks()
    complete = "incarnation" in columns
    incarnation = "incarnation" if complete else "''"
    found = list(rows(f"kind, name, customer, {incarnation}", TABLE))
    return DatabaseMarks(
        complete=complete,
        owners={name: customer for kind, name, customer, _incarnation in found if kind == DATABASE},
        incarnations={name: incarnation for kind, name, _customer, incarnation in found if kind == DATABASE},
        tools=frozenset(name for kind, name, _customer, _incarnation in found if kind == TOOL),
    )


def mark(kind: str, name: str, customer: str, incarnation: str = "") -> Statement:
    """Return what marks a database as a customer's, in one life of its name."""
    values = (kind, name, customer, incarnation)
    return Statement(f"REPLACE INTO {TABLE} (kind, name, customer, incarnation) VALUES (%s, %s, %s, %s)", values)  # noqa: S608


def unmark(kind: str, name: str) -> Statement:
    """Return what takes a mark off."""
    return Statement(f"DELETE FROM {TABLE} WHERE kind = %s AND name = %s", (kind, name))  # noqa: S608

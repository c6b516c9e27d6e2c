# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Roundcube's database, in a file of SQLite or in MariaDB. Its tables are the same in both (Roundcube's SQL/)."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

from .._core.errors import Incomplete, ServiceUnavailable
from .._core.files import directory, lstat
from .._core.process import Identity
from . import sqlite_reader
from .as_owner import child
from .mariadb import Address, Server, identifier
from .sql_statement import Statement

Row: TypeAlias = Mapping[str, Any]
_LINE = 1 << 28


class RoundcubeDatabase(Protocol):
    """Answers queries; all that are put at once from one state of the database."""

    def tables(self) -> frozenset[str]:
        """Return the names of the tables."""

    def rows(self, queries: Sequence[str]) -> Iterator[tuple[int, Row]]:
        """Yield the rows of all queries, each with the number of its query, one at a time."""


class SqliteFile:
    """A file of SQLite, read as its owner."""

    def __init__(self, path: str) -> None:
        self._directory, self._name = os.path.split(path)
        self._path = path

    def __str__(self) -> str:
        return self._path

    def tables(self) -> frozenset[str]:
        """Return the names of the tables."""
        query = "SELECT name FROM sqlite_master WHERE type = 'table'"
        return frozenset(str(row["name"]) for _number, row in self.rows([query]))

    def rows(self, queries: Sequence[str]) -> Iterator[tuple[int, Row]]:
        """Yield the rows of all queries."""
        try:
            with directory(self._directory) as place:
                yield from self._answers(place, queries)
        except FileNotFoundError:
            raise self._missing() from None

    def _answers(self, place: int, queries: Sequence[str]) -> Iterator[tuple[int, Row]]:
        found = lstat(place, self._name)
        if found is None:
            raise self._missing()
        request = {"file": self._name, "queries": list(queries)}
        with child(sqlite_reader, Identity(found.st_uid, found.st_gid), request, place) as output:
            while line := output.readline(_LINE):
                try:
                    number, row = json.loads(line)
                except ValueError:
                    raise Incomplete(f"{self._path}: an answer broke off", remedy="run again") from None
                yield number, row

    def _missing(self) -> ServiceUnavailable:
        return ServiceUnavailable(
            f"{self._path}: there is no such database", remedy="correct hosting_stores.webmail_settings.sqlite"
        )


class MariadbDatabase:
    """A database of MariaDB."""

    def __init__(self, address: Address, name: str) -> None:
        self._address = address
        self._name = name

    def __str__(self) -> str:
        return f"{self._address}: {self._name}"

    def tables(self) -> frozenset[str]:
        """Return the names of the tables."""
        query = "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()"
        return frozenset(str(row["name"]) for _number, row in self.rows([query]))

    def rows(self, queries: Sequence[str]) -> Iterator[tuple[int, Row]]:
        """Yield the rows of all queries."""
        with Server(self._address) as server:
            server.execute(Statement(f"USE {identifier(self._name)}"))
            server.execute(Statement("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY"))
            for number, query in enumerate(queries):
                for row in server.stream(query):
                    yield number, row

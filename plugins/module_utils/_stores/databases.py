# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Databases: a dump of each, which loads into an empty database of any name, as any user, on any server."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from time import time

from .._clients.dump import DumpServer
from .._core.errors import HostingError, Incomplete, ItemRefused
from .._data_model.item_export import ItemExport, Part
from .._data_model.measurement import Measurement, Tally
from .._data_model.place import Place, PlaceKeys
from .._data_model.selection import Database, Selection

_KIND = "databases"
_OTHERS = 0o077
# where the programs of MariaDB look for a server that nothing is said of
_ANY = "MariaDB"


class Databases:
    """Place: ``socket`` of the MariaDB on this host, spoken to as root; or ``option_file``, which says how to reach it
    (readable by root alone; https://mariadb.com/kb/en/configuring-mariadb-with-option-files/).
    """

    def __init__(self, place: Place) -> None:
        keys = PlaceKeys(_KIND, place)
        self._option_file = keys.optional_path("option_file")
        socket = keys.optional_path("socket") if self._option_file is None else None
        keys.done()
        self._server = DumpServer(socket=socket, option_file=self._option_file)
        self._place = self._option_file or socket or _ANY

    def measure(self, selections: Sequence[Selection]) -> Iterable[Measurement]:
        """Count the rows of each database, as far as the server knows without counting."""
        self._require_private()
        present, owners = self._server.databases(), self._server.owners()
        for selection, database in _databases(selections):
            tally = Tally(_KIND, selection.customer, database.name, self._place)
            with tally.noting():
                tables = (
                    self._server.tables(database.name) if _require_theirs(selection, database, present, owners) else []
                )
                for table in tables:
                    tally.add(table.size, table.made, table.rows)
                    tally.add(0, table.changed, 0)
            yield from tally.measurements()

    def export(self, selections: Sequence[Selection], parts: Mapping[str, Part]) -> None:
        """Deliver a dump of each database."""
        self._require_private()
        present, owners = self._server.databases(), self._server.owners()
        for selection, database in _databases(selections):
            with parts[selection.customer].delivering(_KIND, database.name) as delivery:
                if _require_theirs(selection, database, present, owners):
                    self._deliver(database.name, delivery)

    def _deliver(self, name: str, delivery: ItemExport) -> None:
        contents = self._server.contents(name)
        if not contents.tables and not contents.code:
            return
        with delivery.file(f"databases/{name}.sql") as out:
            rows = self._server.dump(name, contents, out)
        made = [table.made for table in contents.tables if table.made is not None]
        delivery.saw(min(made, default=time()), rows)
        delivery.saw(max((table.changed for table in contents.tables if table.changed), default=time()), 0)

    def _require_private(self) -> None:
        """Refuse an option file, which has a password, that others may read or write."""
        if self._option_file is None:
            return
        found = os.lstat(self._option_file)
        if not stat.S_ISREG(found.st_mode) or found.st_uid != 0 or found.st_mode & _OTHERS:
            raise ItemRefused(
                f"{self._option_file} is not a file of root alone",
                remedy=f"hosting_stores.{_KIND}.option_file: wanted is a file of root, mode 0600",
                code="unsafe-path",
            )


def _databases(selections: Sequence[Selection]) -> Iterator[tuple[Selection, Database]]:
    for selection in selections:
        for database in selection.databases:
            yield selection, database


def _require_theirs(
    selection: Selection, database: Database, present: frozenset[str], owners: Mapping[str, str]
) -> bool:
    """Return whether there is such a database. Raises what keeps it from being handed out, or from being new."""
    owner = owners.get(database.name)
    if owner is not None and owner != selection.customer:
        raise _refusal(f"belongs to customer {owner}", "correct the register")
    if database.name in present:
        if database.managed and owner is None:
            raise _refusal("exists and is not ours", "set managed: false in the register, or adopt it")
        return True
    if owner is not None or not database.managed:
        raise Incomplete(
            f"database {database.name} does not exist on this server",
            remedy="find out what became of it",
            code="missing",
        )
    return False


def _refusal(message: str, remedy: str) -> HostingError:
    return ItemRefused(message, remedy=remedy, code="not-theirs")

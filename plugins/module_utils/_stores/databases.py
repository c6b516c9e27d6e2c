# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Databases: a dump of each, which loads into an empty database of any name, as any user, on any server."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from time import time

from .._clients.dump import DumpServer
from .._core.errors import HostingError, Incomplete, ItemRefused
from .._data_model.item_export import ItemExport, Reason
from .._data_model.items import Database
from .._data_model.measurement import Tally
from .._data_model.place import Place, PlaceKeys
from .._data_model.selection import Selection
from .._formats.payload_names import PayloadNames
from ._base import DATABASES, Exclusion, ItemStore, PayloadFile, Unit

_OTHERS = 0o077
# where the programs of MariaDB look for a server that nothing is said of
_ANY = "MariaDB"


@dataclass(frozen=True, slots=True)
class _Shared:
    """The databases that there are, and whose they are as far as they are ours."""

    present: frozenset[str]
    owners: Mapping[str, str]

    def require_theirs(self, selection: Selection, database: Database) -> bool:
        """Return whether there is such a database. Raises what keeps it from being handed out, or from being new."""
        owner = self.owners.get(database.name)
        if owner is not None and owner != selection.customer:
            raise _refusal(f"belongs to customer {owner}", "correct the register")
        if database.name in self.present:
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


class Databases(ItemStore[Database, _Shared]):
    """Place: ``socket`` of the MariaDB on this host, spoken to as root; or ``option_file``, which says how to reach it
    (readable by root alone; https://mariadb.com/kb/en/configuring-mariadb-with-option-files/).
    """

    kind = "databases"
    groups = ("hosting_database",)
    item_set = DATABASES
    unit = Unit.ROWS
    exclusion = Exclusion("databases")
    payload = (PayloadFile("databases/<name>.sql", "a dump", "MariaDB, phpMyAdmin, mostly MySQL"),)

    def __init__(self, place: Place) -> None:
        keys = PlaceKeys(self.kind, place)
        self._option_file = keys.optional_path("option_file")
        socket = keys.optional_path("socket") if self._option_file is None else None
        keys.done()
        self._server = DumpServer(socket=socket, option_file=self._option_file)
        self._place = self._option_file or socket or _ANY

    @contextmanager
    def opened(self, selections: Sequence[Selection]) -> Iterator[_Shared]:
        """Read which databases there are, and whose they are."""
        self._require_private()
        yield _Shared(self._server.databases(), self._server.owners())

    def place_of(self, selection: Selection, item: Database) -> str:
        """Return how the server is reached."""
        return self._place

    def measure_item(self, shared: _Shared, selection: Selection, item: Database, tally: Tally) -> None:
        """Count the rows of a database, as far as the server knows without counting."""
        if not shared.require_theirs(selection, item):
            return
        contents = self._server.contents(item.name)
        for table in contents.tables:
            tally.add(table.size, table.made, table.rows)
            tally.add(0, table.changed, 0)
        for what in contents.unusable:
            tally.leave_out(what, Reason.BROKEN)

    def export_item(self, shared: _Shared, selection: Selection, item: Database, export: ItemExport) -> None:
        """Write a dump of a database."""
        if not shared.require_theirs(selection, item):
            return
        contents = self._server.contents(item.name)
        if not contents.tables and not contents.code:
            return
        with export.file(f"databases/{_file_name(selection, item)}") as out:
            dumped = self._server.dump(item.name, contents, out, shared.present)
        for what, reason in dumped.left_out:
            export.leave_out(what, reason)
        made = [table.made for table in contents.tables if table.made is not None]
        export.saw(min(made, default=time()), dumped.rows)
        export.saw(max((table.changed for table in contents.tables if table.changed), default=time()), 0)

    def _require_private(self) -> None:
        """Refuse an option file, which has a password, that others may read or write."""
        if self._option_file is None:
            return
        found = os.lstat(self._option_file)
        if not stat.S_ISREG(found.st_mode) or found.st_uid != 0 or found.st_mode & _OTHERS:
            raise ItemRefused(
                f"{self._option_file} is not a file of root alone",
                remedy=f"hosting_stores.{self.kind}.option_file: wanted is a file of root, mode 0600",
                code="unsafe-path",
            )


def _file_name(selection: Selection, item: Database) -> str:
    """Return the name of a dump: that of its database, as far as files can have it everywhere."""
    made = PayloadNames()
    # those of ours come first, so that they are called as they are
    ordered = sorted(selection.databases, key=lambda database: (not database.managed, database.name))
    return {database.name: made.make(database.name, ".sql") for database in ordered}[item.name]


def _refusal(message: str, remedy: str) -> HostingError:
    return ItemRefused(message, remedy=remedy, code="not-theirs")

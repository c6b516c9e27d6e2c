# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Webmail settings: what Roundcube keeps of an address beside its mail, as JSON, and its contacts as cards as well."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from typing import Any

from .._clients.mariadb import Address
from .._clients.roundcube import MariadbDatabase, RoundcubeDatabase, Row, SqliteFile
from .._data_model.addresses import canonical, names_of
from .._data_model.item_export import ItemExport
from .._data_model.items import Mailbox
from .._data_model.measurement import Tally
from .._data_model.place import Place, PlaceKeys
from .._data_model.selection import Selection, was_held
from .._formats import contentlines, php_data
from ._base import MAILBOXES, Belongs, Exclusion, ItemStore, PayloadFile

_SOCKET = "/run/mysqld/mysqld.sock"
# Table, and how to find the rows of a user in it. What is not here are sessions and caches. Older ones lack some.
_TABLES: Mapping[str, str] = {
    "identities": "SELECT * FROM identities WHERE user_id = {user} ORDER BY identity_id",
    "contacts": "SELECT * FROM contacts WHERE user_id = {user} ORDER BY contact_id",
    "contactgroups": "SELECT * FROM contactgroups WHERE user_id = {user} ORDER BY contactgroup_id",
    "contactgroupmembers": (
        "SELECT contactgroupmembers.* FROM contactgroupmembers JOIN contactgroups"
        " ON contactgroups.contactgroup_id = contactgroupmembers.contactgroup_id"
        " WHERE user_id = {user} ORDER BY contactgroupmembers.contactgroup_id, contact_id"
    ),
    "collected_addresses": "SELECT * FROM collected_addresses WHERE user_id = {user} ORDER BY address_id",
    "responses": "SELECT * FROM responses WHERE user_id = {user} ORDER BY response_id",
    "searches": "SELECT * FROM searches WHERE user_id = {user} ORDER BY search_id",
    "dictionary": "SELECT * FROM dictionary WHERE user_id = {user}",
    "filestore": "SELECT * FROM filestore WHERE user_id = {user} ORDER BY file_id",
}
_CARDS = (
    "SELECT vcard, name, firstname, surname, email FROM contacts WHERE user_id = {user} AND del = 0 ORDER BY contact_id"
)
# columns that PHP has serialized
_SERIALIZED = {("users", "preferences"), ("searches", "data")}
_TIMES = ("changed", "created", "last_login")


@dataclass(frozen=True, slots=True)
class _Shared:
    """The tables that there are, and the users by the address that their login counts as."""

    tables: Sequence[str]
    users: Mapping[str, Sequence[Row]]

    def logins(self, selection: Selection, mailbox: Mailbox) -> list[Row]:
        """Return the users that an address has, under its aliases as well, from the time that it is the customer's.

        The role webmail has set those aside of whom had an address before somebody else got it.
        """
        found = []
        for name in names_of(mailbox):
            spans = selection.held.get(name)
            found += [user for user in self.users.get(name, ()) if was_held(spans, _time(user) or 0.0)]
            found += self.users.get(f"{name} {selection.customer}", ())
        return found


class WebmailSettings(ItemStore[Mailbox, _Shared]):
    """Place: ``sqlite``, the file of Roundcube's database; or ``database``, its name in MariaDB, with ``socket`` and
    ``user`` to get there.
    """

    kind = "webmail_settings"
    groups = ("hosting_webmail",)
    item_set = MAILBOXES
    belongs_to = Belongs.MAILBOX
    exclusion = Exclusion("mailboxes")
    payload = (
        PayloadFile("mail/<address>/webmail.json", "settings of the webmail"),
        PayloadFile("mail/<address>/webmail.vcf", "its contacts (RFC 2426)", "any program for contacts"),
    )

    def __init__(self, place: Place) -> None:
        keys = PlaceKeys(self.kind, place)
        self._database: RoundcubeDatabase
        if keys.has("database"):
            address = Address(keys.path("socket", _SOCKET), keys.text("user", "root"))
            self._database = MariadbDatabase(address, keys.text("database"))
        else:
            self._database = SqliteFile(keys.path("sqlite"))
        keys.done()

    @contextmanager
    def opened(self, selections: Sequence[Selection]) -> Iterator[_Shared]:
        """Read which tables there are, and all users."""
        present = self._database.tables()
        users: dict[str, list[Row]] = {}
        for _number, row in self._database.rows(["SELECT * FROM users ORDER BY user_id"]):
            users.setdefault(canonical(str(row["username"])), []).append(row)
        yield _Shared([table for table in _TABLES if table in present], users)

    def place_of(self, selection: Selection, item: Mailbox) -> str:
        """Return the database."""
        return str(self._database)

    def measure_item(self, shared: _Shared, selection: Selection, item: Mailbox, tally: Tally) -> None:
        """Count rows, and the bytes of their texts."""
        for user in shared.logins(selection, item):
            tally.add(_size(user), _time(user))
            for _table, row in self._rows(user, shared.tables):
                tally.add(_size(row), _time(row))

    def export_item(self, shared: _Shared, selection: Selection, item: Mailbox, export: ItemExport) -> None:
        """Write everything of an address as one JSON file, and its contacts as cards."""
        logins = shared.logins(selection, item)
        if logins:
            self._export_settings(item, logins, shared.tables, export)
            self._export_cards(item, logins, export)

    def _export_settings(
        self, mailbox: Mailbox, logins: Sequence[Row], tables: Sequence[str], export: ItemExport
    ) -> None:
        with export.file(f"mail/{mailbox.name}/webmail.json") as out:
            out.write(f'{{"address": {_json(mailbox.name)}, "logins": ['.encode())
            for number, user in enumerate(logins):
                out.write((",\n{" if number else "\n{").encode())
                out.write(f'"user": {_json(_told("users", user))}'.encode())
                _saw(user, export)
                for piece in self._pieces(user, tables, export):
                    out.write(piece.encode())
                out.write(b"}")
            out.write(b"\n]}\n")

    def _pieces(self, user: Row, tables: Sequence[str], export: ItemExport) -> Iterator[str]:
        """Yield what a user has in each table, row by row, as members of an object in JSON."""
        current = ""
        for table, row in self._rows(user, tables):
            yield ("],\n" if current else ",\n") + f'"{table}": [\n' if table != current else ",\n"
            current = table
            yield _json(_told(table, row))
            _saw(row, export)
        yield "]" if current else ""

    def _export_cards(self, mailbox: Mailbox, logins: Sequence[Row], export: ItemExport) -> None:
        queries = [_CARDS.format(user=int(user["user_id"])) for user in logins]
        rows = self._database.rows(queries)
        first = next(rows, None)
        if first is None:
            return
        with export.file(f"mail/{mailbox.name}/webmail.vcf") as out:
            for _number, row in chain([first], rows):
                out.write(_card(row))

    def _rows(self, user: Row, tables: Sequence[str]) -> Iterator[tuple[str, Row]]:
        queries = [_TABLES[table].format(user=int(user["user_id"])) for table in tables]
        for number, row in self._database.rows(queries):
            yield tables[number], row


def _told(table: str, row: Row) -> dict[str, Any]:
    """Return a row as it is handed out."""
    return {
        column: _decoded(value) if (table, column) in _SERIALIZED else value
        for column, value in row.items()
        if column != "user_id"
    }


def _decoded(value: object) -> object:
    """Return what PHP has serialized as plain data; what that can't be read from stays a text."""
    try:
        return php_data.read(str(value or "N;").encode())
    except ValueError:
        return value


def _card(row: Row) -> bytes:
    """Return a contact as a card: its own where that is whole, else one made of its names and addresses."""
    own = str(row["vcard"] or "").strip().encode() + b"\r\n"
    try:
        contentlines.is_cards(io.BytesIO(own))
    except ValueError:
        return b"".join(_made_card(row))
    return own


def _made_card(row: Row) -> Iterator[bytes]:
    name, first, last = (str(row[column] or "") for column in ("name", "firstname", "surname"))
    addresses = [address.strip() for address in str(row["email"] or "").split(",")]
    yield b"BEGIN:VCARD\r\nVERSION:3.0\r\n"
    yield contentlines.line("FN", name or f"{first} {last}".strip() or addresses[0] or "-")
    yield contentlines.structured("N", [last, first, "", "", ""])
    yield from (contentlines.line("EMAIL;TYPE=INTERNET", address) for address in addresses if address)
    yield b"END:VCARD\r\n"


def _saw(row: Row, export: ItemExport) -> None:
    when = _time(row)
    if when is None:
        export.count += 1
    else:
        export.saw(when)


def _time(row: Row) -> float | None:
    """Return when a row was written, as far as it says so; in MariaDB the year 1000 means never."""
    for column in _TIMES:
        try:
            when = datetime.fromisoformat(str(row[column])).replace(tzinfo=UTC).timestamp()
        except (KeyError, ValueError, OverflowError):
            continue
        if when > 0:
            return when
    return None


def _size(row: Row) -> int:
    return sum(len(str(value).encode("utf-8", "replace")) for value in row.values())


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=_text).encode("utf-8", "replace").decode()


def _text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)

# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Contacts and calendars: Radicale's collections, each as one file of cards or one calendar."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import chain

from .._clients.radicale import Collection, Users, opened_users
from .._core.errors import ServiceUnavailable
from .._data_model.addresses import names_of
from .._data_model.item_export import ItemExport
from .._data_model.items import Mailbox
from .._data_model.measurement import Tally
from .._data_model.place import PLACE_FIELDS, Place, PlaceKeys, for_address
from .._data_model.selection import Selection
from ._base import CLOUD_ACCOUNTS, Belongs, Exclusion, ItemStore, PayloadFile
from ._collection_files import CollectionFiles


class ContactsCalendars(ItemStore[Mailbox, Users]):
    """Place: ``collections``, the directory in which Radicale has one for each user (collection-root), and ``login``,
    that user for an address, with {address}, {local}, {domain}, {customer} and {user}, the customer's system user.
    """

    kind = "contacts_calendars"
    groups = ("hosting_cloud",)
    item_set = CLOUD_ACCOUNTS
    belongs_to = Belongs.MAILBOX
    exclusion = Exclusion("cloud")
    payload = (
        PayloadFile("cloud/<address>/<name>.vcf", "an address book (RFC 6350 or 2426)", "any program for contacts"),
        PayloadFile("cloud/<address>/<name>.ics", "a calendar (RFC 5545)", "any program for calendars"),
        PayloadFile("cloud/<address>/collections.json", "their own names and properties"),
        PayloadFile("cloud/<address>/<name>-apart/<item>", "what fits in neither, as it is"),
    )

    def __init__(self, place: Place) -> None:
        keys = PlaceKeys(self.kind, place)
        self._root = keys.path("collections", "/var/lib/radicale/collections/collection-root")
        self._login = keys.template("login", PLACE_FIELDS, "{address}")
        keys.done()

    @contextmanager
    def opened(self, selections: Sequence[Selection]) -> Iterator[Users]:
        """Open the directory of all users, and list it."""
        with ExitStack() as stack:
            try:
                users = stack.enter_context(opened_users(self._root))
            except FileNotFoundError:
                raise ServiceUnavailable(
                    f"{self._root}: there is no such directory",
                    remedy=f"correct hosting_stores.{self.kind}.collections",
                ) from None
            yield users

    def place_of(self, selection: Selection, item: Mailbox) -> str:
        """Return the directory of all users."""
        return self._root

    def measure_item(self, shared: Users, selection: Selection, item: Mailbox, tally: Tally) -> None:
        """Count items."""
        for collection in self._collections(shared, selection, item):
            for what, reason in collection.left_out:
                tally.leave_out(what, reason)
            for found in collection.states():
                tally.add(found.st_size, found.st_mtime)

    def export_item(self, shared: Users, selection: Selection, item: Mailbox, export: ItemExport) -> None:
        """Write each collection of an address, and a list of them with what is known of each."""
        CollectionFiles(f"cloud/{item.name}", export).write(list(self._collections(shared, selection, item)))

    def _found(self, users: Users, selection: Selection, mailbox: Mailbox) -> list[str]:
        logins = dict.fromkeys(for_address(self._login, selection, name) for name in names_of(mailbox))
        return [name for login in logins for name in users.names.get(login, ())]

    def _collections(self, users: Users, selection: Selection, mailbox: Mailbox) -> Iterator[Collection]:
        return chain.from_iterable(users.collections(name) for name in self._found(users, selection, mailbox))

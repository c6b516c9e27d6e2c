# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every kind of data is: one class, whose attributes are its facts and whose methods are columns of the data map.

To add a kind: a file here, a line in `_table.py`, its texts in each language of the pages, its place in the defaults of
the role settings, its part of the conformance suite.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, ClassVar, Final, Generic, NamedTuple, Protocol, TypeVar

from .._core.errors import UnsafePath
from .._data_model.item_export import ItemExport, Part, Reason
from .._data_model.items import Database, Mailbox, Site
from .._data_model.measurement import Measurement, Tally
from .._data_model.place import Place
from .._data_model.selection import Selection


class Unit(StrEnum):
    """What people count a kind in."""

    FILES = "files"
    ROWS = "rows"
    LINES = "lines"
    MESSAGES = "messages"
    ENTRIES = "entries"


class Belongs(StrEnum):
    """With what a kind is picked: a site, a mailbox, or only with everything of the customer."""

    SITE = "site"
    MAILBOX = "mailbox"
    CUSTOMER = "customer"


class Exclusion(NamedTuple):
    """The list of ``backup.exclude`` in the register that keeps an item out of the backup.

    Lines of a site in a log that others share are kept out by no site.
    """

    field: str
    own_logs: bool = False


class PayloadFile(NamedTuple):
    """A file in a bag, below ``data/``; what stands between < and > differs from one to another."""

    path: str
    holds: str
    opens_with: str = ""


class Item(Protocol):
    """A site, a database, an address, or the customer as a whole, which has no name."""

    @property
    def name(self) -> str:
        """Return the name, as the register has it."""


@dataclass(frozen=True, slots=True)
class Whole:
    """The customer as a whole."""

    name: str = ""


_I = TypeVar("_I", bound=Item)
_S = TypeVar("_S")


@dataclass(frozen=True, slots=True)
class ItemSet(Generic[_I]):
    """The items that a kind may have of a customer (``possible``), and which of them have to be handed out."""

    label: str
    possible: Callable[[Selection], Iterable[_I]]
    is_expected: Callable[[_I], bool] = lambda _item: True


def _addresses(selection: Selection) -> Iterator[Mailbox]:
    """Yield the addresses, and the aliases, each of which may have been a mailbox."""
    for mailbox in selection.mailboxes:
        yield mailbox
        for alias in mailbox.aliases:
            yield replace(mailbox, name=alias, aliases=(), keep_copy=False, cloud=None, chat=False)


SITES: Final[ItemSet[Site]] = ItemSet("sites", lambda selection: selection.sites)
DATABASES: Final[ItemSet[Database]] = ItemSet("databases", lambda selection: selection.databases)
# Where each address has a place of its own, there may be one of a former mailbox.
MAIL_PLACES: Final[ItemSet[Mailbox]] = ItemSet("addresses", _addresses, lambda mailbox: mailbox.keep_copy)
CLOUD_PLACES: Final[ItemSet[Mailbox]] = ItemSet("addresses", _addresses, lambda mailbox: mailbox.cloud is not None)
# Where aliases are looked up with their address.
MAILBOXES: Final[ItemSet[Mailbox]] = ItemSet(
    "addresses", lambda selection: selection.mailboxes, lambda mailbox: mailbox.keep_copy
)
CLOUD_ACCOUNTS: Final[ItemSet[Mailbox]] = ItemSet(
    "addresses", lambda selection: selection.mailboxes, lambda mailbox: mailbox.cloud is not None
)
CHAT_ACCOUNTS: Final[ItemSet[Mailbox]] = ItemSet(
    "addresses", lambda selection: selection.mailboxes, lambda mailbox: mailbox.chat
)
CUSTOMER: Final[ItemSet[Whole]] = ItemSet("the customer", lambda _selection: (Whole(),))


class Store:
    """A kind of data.

    A store is made of its place, which it checks (ItemRefused). It takes any number of customers at once, so that what
    several share is read once, and names items as the register does. What cannot be had of one item is that item's
    failure (``Part.exporting``, ``Measurement.error``); what makes the whole store useless is raised, and then fails
    all of its items. A column that a kind does not have is "-" in the data map.
    """

    kind: ClassVar[str]
    # The groups of the inventory that hold it: every host of them its part, or the first host all of it. Without any,
    # it is the controller's.
    groups: ClassVar[tuple[str, ...]] = ()
    on_every_host: ClassVar[bool] = False
    item_set: ClassVar[ItemSet[Any]] = CUSTOMER
    unit: ClassVar[Unit] = Unit.ENTRIES
    belongs_to: ClassVar[Belongs] = Belongs.CUSTOMER
    exclusion: ClassVar[Exclusion | None] = None
    # What it hands out.
    payload: ClassVar[Sequence[PayloadFile]] = ()
    # What leaves it meanwhile comes into another store, and would be in neither if that were read before.
    is_read_first: ClassVar[bool] = False
    # Nothing of it is handed out, but customers are told that it exists.
    is_only_listed: ClassVar[bool] = False

    def __init__(self, place: Place) -> None:
        """Take the place in, which classes with columns check."""

    @classmethod
    def columns(cls) -> frozenset[str]:
        """Return the columns of the data map that this kind has."""
        return frozenset(name for name in COLUMNS if getattr(cls, name, None) is not getattr(Store, name, None))

    @classmethod
    def possible(cls, selection: Selection) -> list[str]:
        """Return the names of the items that there may be something of."""
        return [item.name for item in cls.item_set.possible(selection)]

    @classmethod
    def expected(cls, selection: Selection) -> list[str]:
        """Return the names of the items that have to be handed out; without a name, the customer as a whole."""
        return [item.name for item in cls.item_set.possible(selection) if cls.item_set.is_expected(item)]

    def measure(self, selections: Sequence[Selection]) -> Iterable[Measurement]:
        """Tell what is held: one for each possible item that there is something of, or that can't be looked at."""
        raise NotImplementedError

    def export(self, selections: Sequence[Selection], parts: Mapping[str, Part]) -> None:
        """Hand everything out into the part of each customer, one export for each expected item at least."""
        raise NotImplementedError


# The columns of the data map, each a method of the kinds that have it.
COLUMNS: Final = ("measure", "export", "erase", "sources", "restore")


class ItemStore(Store, ABC, Generic[_I, _S]):
    """A kind whose items are looked at one by one. ``opened`` holds what all of them need, read once."""

    days: int | None = None

    def measure(self, selections: Sequence[Selection]) -> Iterable[Measurement]:
        """Count what there is of each possible item."""
        with self.opened(selections) as shared:
            for selection in selections:
                for item in self.item_set.possible(selection):
                    place = self.place_of(selection, item)
                    tally = Tally(self.kind, selection.customer, item.name, place, self.days)
                    with tally.noting(), self._refusing_links(item, tally.leave_out):
                        self.measure_item(shared, selection, item, tally)
                    yield from tally.measurements()

    def export(self, selections: Sequence[Selection], parts: Mapping[str, Part]) -> None:
        """Hand each item out that is expected, and what else is there."""
        with self.opened(selections) as shared:
            for selection in selections:
                for item in self.item_set.possible(selection):
                    if self.item_set.is_expected(item) or self._holds_any(shared, selection, item):
                        with (
                            parts[selection.customer].exporting(self.kind, item.name) as export,
                            self._refusing_links(item, export.leave_out),
                        ):
                            self.export_item(shared, selection, item, export)

    @abstractmethod
    def opened(self, selections: Sequence[Selection]) -> AbstractContextManager[_S]:
        """Hold open what all items need. What is raised here fails all of them."""

    @abstractmethod
    def place_of(self, selection: Selection, item: _I) -> str:
        """Return where an item lies, for the operator."""

    @abstractmethod
    def measure_item(self, shared: _S, selection: Selection, item: _I, tally: Tally) -> None:
        """Count what there is of an item."""

    @abstractmethod
    def export_item(self, shared: _S, selection: Selection, item: _I, export: ItemExport) -> None:
        """Hand an item out."""

    def _holds_any(self, shared: _S, selection: Selection, item: _I) -> bool:
        """Tell whether there is anything of an item that nobody expects: what is measured is handed out."""
        tally = Tally(self.kind, selection.customer, item.name, "", self.days)
        with tally.noting(), self._refusing_links(item, tally.leave_out):
            self.measure_item(shared, selection, item, tally)
        return tally.has_any

    @contextmanager
    def _refusing_links(self, item: _I, leave_out: Callable[[str, Reason], None]) -> Iterator[None]:
        """Say where a link lies in the place of an item. Of one that has to be handed out, that is an error."""
        try:
            yield
        except UnsafePath:
            if self.item_set.is_expected(item):
                raise
            leave_out(item.name, Reason.ELSEWHERE)

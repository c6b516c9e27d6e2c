# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all stores of logs have in common: one pass over the logs, then each customer's part."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, Final

from .._data_model.addresses import mailboxes, names_of
from .._data_model.item_export import Part
from .._data_model.measurement import Measurement, Tally
from .._data_model.selection import Selection, held_names
from .._logs.extracts import extracting
from .._logs.reading import ADDRESSES, OwnerIndex
from .._logs.sinks import LineOwner, LogCounts, LogSink, by_domain
from ._base import PayloadFile, Store, Unit

_DOMAIN = "<domain>"


class LogStore(Store, ABC):
    """A store of logs. ``extract`` is the path of what is handed out, without its end; ``header`` names the columns of
    its tables.
    """

    unit = Unit.LINES
    extract: ClassVar[str]
    header: ClassVar[Sequence[str]]
    place: str
    days: int | None

    def __init_subclass__(cls) -> None:
        """Derive what is handed out."""
        cls.payload = (
            PayloadFile(f"{cls.extract}.log", "lines that concern the customer, as they are", "any editor"),
            PayloadFile(f"{cls.extract}.csv", "the same as a table", "any spreadsheet"),
        )

    def measure(self, selections: Sequence[Selection]) -> Iterable[Measurement]:
        """Count the lines of each item."""
        counts = LogCounts()
        failures = self._read(selections, counts)
        places = self.places(selections)
        for owner in self._owners(selections):
            tally = Tally(self.kind, owner.customer, owner.item, places.get(owner, self.place), self.days)
            with tally.noting():
                _raise(failures.get(owner))
                counts.count(owner, tally)
            yield from tally.measurements()

    def export(self, selections: Sequence[Selection], parts: Mapping[str, Part]) -> None:
        """Write the lines of each item, raw and as a table."""
        with extracting(self.header) as extracts:
            failures = self._read(selections, extracts)
            for owner in self._owners(selections):
                with parts[owner.customer].exporting(self.kind, owner.item) as export:
                    _raise(failures.get(owner))
                    extracts.export(owner, export, self.extract.replace(_DOMAIN, owner.item))

    @abstractmethod
    def read(self, selections: Sequence[Selection], sink: LogSink[Any]) -> Mapping[LineOwner, Exception]:
        """Give the lines to a sink. Return what went wrong with single items; what concerns all is raised."""

    def is_in_use(self, selection: Selection) -> bool:
        """Tell whether a customer has something of which this log tells."""
        return True

    def places(self, selections: Sequence[Selection]) -> Mapping[LineOwner, str]:
        """Return where the lines of single items lie, for those that have files of their own."""
        return {}

    def _read(self, selections: Sequence[Selection], sink: LogSink[Any]) -> Mapping[LineOwner, Exception]:
        """Read the logs. Those that can't be read are the failure of whoever has something there; others may have had
        something, and are told so.
        """
        try:
            return self.read(selections, sink)
        except Exception as error:  # noqa: BLE001 - it is the failure of these items
            in_use = {selection.customer for selection in selections if self.is_in_use(selection)}
            owners = self._owners(selections)
            for owner in owners:
                if owner.customer not in in_use:
                    sink.of(owner).note_unread(self.place)
            return {owner: error for owner in owners if owner.customer in in_use}

    def _owners(self, selections: Sequence[Selection]) -> list[LineOwner]:
        return [LineOwner(selection.customer, item) for selection in selections for item in self.possible(selection)]


def index_of_addresses(selections: Sequence[Selection]) -> OwnerIndex:
    """Return who is asked for by their addresses. What is searched for are domains: addresses have extensions."""
    owners = {
        name: LineOwner(selection.customer)
        for selection, mailbox in mailboxes(selections)
        for name in names_of(mailbox)
    }
    mentioned = by_domain(owners)
    return OwnerIndex(owners, mentioned, sorted(mentioned), held_names(selections))


# How a user stands in lines of mail servers.
_USERS: Final = re.compile(rb"@[A-Za-z0-9.-]+|(?:user=<|sasl_username=<?|\()[A-Za-z0-9._%+-]+[>,)]?")
_FORMS_OF_USERS: Final = ("user=<{}>", "sasl_username={}", "sasl_username=<{}>", "({})", "({},")


def index_of_users(selections: Sequence[Selection]) -> OwnerIndex:
    """Return who is asked for by their addresses, and by what they log in as where that is another name."""
    addresses = index_of_addresses(selections)
    logins = {box.login: LineOwner(selection.customer) for selection, box in mailboxes(selections) if box.login}
    forms = {form.format(login).encode(): [owner] for login, owner in logins.items() for form in _FORMS_OF_USERS}
    mentioned = {**addresses.mentioned, **forms}
    return OwnerIndex({**addresses.owners, **logins}, mentioned, [*addresses.patterns, *sorted(forms)], addresses.held)


def mention_of(index: OwnerIndex) -> re.Pattern[bytes]:
    """Return what finds those who are asked for in lines of mail servers: addresses alone are found faster."""
    return ADDRESSES if all(text.startswith(b"@") for text in index.mentioned) else _USERS


def _raise(failure: Exception | None) -> None:
    if failure is not None:
        raise failure

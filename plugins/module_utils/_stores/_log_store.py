# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all stores of logs have in common: one pass over the logs, then each customer's part."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from .._data_model.addresses import mailboxes, names_of
from .._data_model.item_export import Part
from .._data_model.measurement import Measurement, Tally
from .._data_model.selection import Selection, held_names
from .._logs.extracts import extracting
from .._logs.reading import OwnerIndex
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
        failures = self.read(selections, counts)
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
            failures = self.read(selections, extracts)
            for owner in self._owners(selections):
                with parts[owner.customer].exporting(self.kind, owner.item) as export:
                    _raise(failures.get(owner))
                    extracts.export(owner, export, self.extract.replace(_DOMAIN, owner.item))

    @abstractmethod
    def read(self, selections: Sequence[Selection], sink: LogSink[Any]) -> Mapping[LineOwner, Exception]:
        """Give the lines to a sink. Return what went wrong with single items; what concerns all is raised."""

    def places(self, selections: Sequence[Selection]) -> Mapping[LineOwner, str]:
        """Return where the lines of single items lie, for those that have files of their own."""
        return {}

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


def _raise(failure: Exception | None) -> None:
    if failure is not None:
        raise failure

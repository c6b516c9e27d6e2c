# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the lines go that a reader finds to be somebody's: here they are counted, elsewhere they are extracted."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from typing import Generic, NamedTuple, TypeVar

from .._data_model.item_export import Reason
from .._data_model.measurement import Tally
from .entry import LogEntry


class LineOwner(NamedTuple):
    """Whose lines are: a customer, and the item, if the kind has items."""

    customer: str
    item: str = ""


class LineCount:
    """The lines of one owner, counted."""

    def __init__(self) -> None:
        self.given = 0
        self.withheld = 0
        self.unexplained = 0
        # logs of which there is more than was given
        self.left_out: dict[str, Reason] = {}
        self.bytes = 0
        self.oldest = math.inf
        self.newest = -math.inf

    def times(self) -> tuple[float, ...]:
        """Return the times of the oldest and the newest line, as far as any time was understood."""
        return (self.oldest, self.newest) if self.oldest <= self.newest else ()

    def note_unread(self, log: str) -> None:
        """Note that there may be more in a log of this owner than was given."""
        self.left_out[log] = Reason.UNREAD

    def give_unread(self, line: bytes) -> None:
        """Take a line that is this owner's as all of its file is, and that nobody has understood."""
        self.given += 1
        self.bytes += len(line) + 1

    def give(self, line: bytes, entry: LogEntry, when: float, reason: bytes, counted: Collection[str] = ()) -> None:
        """Take a line of the time ``when``, for a reason. ``counted`` says what it is one more of in its month."""
        self.given += 1
        self.bytes += len(line) + 1
        self.oldest = min(self.oldest, when)
        self.newest = max(self.newest, when)


_C = TypeVar("_C", bound=LineCount)


class LogSink(Generic[_C]):
    """What a reader gives lines to: one place for each owner, made by ``make`` when its first line comes."""

    def __init__(self, make: Callable[[], _C]) -> None:
        self._make = make
        self._places: dict[LineOwner, _C] = {}
        # logs that do not say whose their lines are
        self.nameless: list[str] = []
        # what may be a part of a log that several write to, or is damaged
        self.unread: dict[str, Reason] = {}

    def note_unread(self, log: str) -> None:
        """Note that there may be more in a log of several than was given to anybody."""
        self.unread[log] = Reason.UNREAD

    def left_out(self, owner: LineOwner) -> Mapping[str, Reason]:
        """Return the logs of which an owner may have more than was given, and why."""
        place = self.of(owner)
        # whose lines are known has a log that names them
        nameless = dict.fromkeys(self.nameless, Reason.NAMELESS) if not place.given else {}
        return {**nameless, **self.unread, **place.left_out}

    def of(self, owner: LineOwner) -> _C:
        """Return the place of an owner."""
        if owner not in self._places:
            self._places[owner] = self._make()
        return self._places[owner]


class LogCounts(LogSink[LineCount]):
    """Counts lines and keeps none."""

    def __init__(self) -> None:
        super().__init__(LineCount)

    def count(self, owner: LineOwner, tally: Tally) -> None:
        """Add what there is of an owner to a measurement."""
        found = self.of(owner)
        if found.given:
            tally.add(found.bytes, number=found.given)
        for when in found.times():
            tally.add(0, when, 0)
        for log, reason in self.left_out(owner).items():
            tally.leave_out(log, reason)


def by_name(owners: Mapping[str, LineOwner]) -> dict[bytes, list[LineOwner]]:
    """Return owners by their names."""
    return {name.encode(): [owner] for name, owner in owners.items()}


def by_domain(owners: Mapping[str, LineOwner]) -> dict[bytes, list[LineOwner]]:
    """Return owners of addresses by ``@`` and the domain."""
    found: dict[bytes, list[LineOwner]] = {}
    for name, owner in owners.items():
        known = found.setdefault(b"@" + name.rpartition("@")[2].encode(), [])
        if owner not in known:
            known.append(owner)
    return found

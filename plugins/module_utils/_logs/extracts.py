# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each customer is handed of logs: raw lines and a table, which wait in a spool until their part is open."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import NamedTuple

from .._data_model.item_export import ItemExport, Reason
from .._data_model.measurement import Tally
from .._formats.timestamps import shown_time
from .entry import LogEntry
from .spool import Spool, Stream
from .table import row
from .times import month_of

# An address that comes with the same program several times in a day is one visit; robots are visitors too.
VISITS = "visits"
_DAY = 86400


class LineOwner(NamedTuple):
    """Whose an extract is: a customer, and the item, if the kind has items."""

    customer: str
    item: str = ""


class LogExtract:
    """The lines of one owner."""

    def __init__(self, spool: Spool | None) -> None:
        self.lines = Stream(spool) if spool is not None else None
        self.table = Stream(spool) if spool is not None else None
        self.given = 0
        self.withheld = 0
        self.unexplained = 0
        # logs of which there is more than was handed out
        self.left_out: dict[str, Reason] = {}
        self.months: Counter[str] = Counter()
        self.bytes = 0
        self.oldest = math.inf
        self.newest = -math.inf
        # whoever has come on one day, as digests
        self._day = 0
        self._visitors: set[int] = set()

    def _is_new_visitor(self, when: float, visitor: bytes) -> bool:
        """Tell whether somebody has not come before on the same day, in UTC."""
        day = int(when // _DAY)
        if day != self._day:
            self._day = day
            self._visitors.clear()
        known = len(self._visitors)
        self._visitors.add(hash(visitor))
        return len(self._visitors) > known

    def give(self, line: bytes, entry: LogEntry, when: float, reason: bytes, counted: Collection[str] = ()) -> None:
        """Hand a line out, for a reason. ``counted`` says what it is one more of in its month."""
        self.given += 1
        self.bytes += len(line) + 1
        self.oldest = min(self.oldest, when)
        self.newest = max(self.newest, when)
        if entry.visitor and self._is_new_visitor(when, entry.visitor):
            counted = {*counted, VISITS}
        for what in counted:
            self.months[f"{what}:{month_of(when)}"] += 1
        if self.lines is not None and self.table is not None:
            self.lines.write(line + b"\n")
            self.table.write(row((_shown(int(when)), reason, *entry.columns)))


@lru_cache(maxsize=64)
def _shown(second: int) -> bytes:
    return (shown_time(second) or "").encode()


class LogExtracts:
    """The extracts of one kind, made of columns whose names are ``header``. Without ``keep`` they are only counted."""

    def __init__(self, header: Sequence[str], *, keep: bool) -> None:
        self._header = ("time", "reason", *header)
        self._spool = Spool() if keep else None
        self._extracts: dict[LineOwner, LogExtract] = {}
        # logs that do not say whose their lines are, and what may be a part of a log that several write to
        self.nameless: list[str] = []
        self.passed_over: list[str] = []

    def of(self, owner: LineOwner) -> LogExtract:
        """Return the extract of an owner."""
        if owner not in self._extracts:
            self._extracts[owner] = LogExtract(self._spool)
        return self._extracts[owner]

    def export(self, owner: LineOwner, export: ItemExport, path: str) -> None:
        """Write ``path``.log and ``path``.csv, if there are lines."""
        extract = self.of(owner)
        export.tally.update({"given": extract.given, "withheld": extract.withheld, "unexplained": extract.unexplained})
        nameless = dict.fromkeys(self.nameless, Reason.NAMELESS) if not extract.given else {}
        passed_over = dict.fromkeys(self.passed_over, Reason.UNREAD)
        for log, reason in {**nameless, **passed_over, **extract.left_out}.items():
            export.leave_out(log, reason)
        if extract.lines is None or extract.table is None or not extract.given:
            return
        with export.file(f"{path}.log") as out:
            for chunk in extract.lines.chunks():
                out.write(chunk)
        with export.file(f"{path}.csv") as out:
            out.write(row([name.encode() for name in self._header]))
            for chunk in extract.table.chunks():
                out.write(chunk)
        export.saw(extract.oldest, 0)
        export.saw(extract.newest, extract.given)
        export.months.update(extract.months)

    def count(self, owner: LineOwner, tally: Tally) -> None:
        """Add what there is of an owner to a measurement."""
        extract = self.of(owner)
        if extract.given:
            tally.add(extract.bytes, extract.oldest, extract.given)
            tally.add(0, extract.newest, 0)

    def close(self) -> None:
        """Give the room of the spool back."""
        if self._spool is not None:
            self._spool.close()


@contextmanager
def extracts(header: Sequence[str], *, keep: bool) -> Iterator[LogExtracts]:
    """Hold extracts, whose spool goes at the end."""
    found = LogExtracts(header, keep=keep)
    try:
        yield found
    finally:
        found.close()


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

# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each customer is handed of logs: raw lines and a table beside, which wait in a spool until their part is open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from .._core.part import Delivery, shown_time
from .._logs.entry import Entry
from .._logs.spool import Spool, Stream
from .._logs.table import row
from .._logs.times import month_of
from ._holdings import Tally

GIVEN, WITHHELD, UNEXPLAINED = "given", "withheld", "unexplained"
# An address that comes with the same program several times in a day is one visit; robots are visitors too.
VISITS = "visits"


class Owner(NamedTuple):
    """Whose an extract is: a customer, and the item, if the kind has items."""

    customer: str
    item: str = ""


class _Extract:
    """The lines of one owner."""

    def __init__(self, spool: Spool | None) -> None:
        self.lines = Stream(spool) if spool is not None else None
        self.table = Stream(spool) if spool is not None else None
        self.tally: Counter[str] = Counter()
        self.months: Counter[str] = Counter()
        self.bytes = 0
        self.times: list[float] = []
        # whoever has come on one day, as digests
        self._day = ""
        self._visitors: set[int] = set()

    def is_new_visitor(self, when: float, visitor: bytes) -> bool:
        """Tell whether somebody has not come before on the same day, in UTC."""
        day = str(shown_time(when))[:10]
        if day != self._day:
            self._day = day
            self._visitors.clear()
        digest = hash(visitor)
        known = digest in self._visitors
        self._visitors.add(digest)
        return not known


class Extracts:
    """The extracts of one kind, made of columns whose names are ``header``. Without ``keep`` they are only counted."""

    def __init__(self, header: Sequence[str], *, keep: bool) -> None:
        self._header = ("time", "reason", *header)
        self._spool = Spool() if keep else None
        self._extracts: dict[Owner, _Extract] = {}

    def give(
        self, owner: Owner, line: bytes, entry: Entry, when: float, reasons: Iterable[str], counted: Iterable[str] = ()
    ) -> None:
        """Hand a line to its owner, for reasons. ``counted`` says what it is one more of in its month."""
        extract = self._of(owner)
        extract.tally[GIVEN] += 1
        extract.bytes += len(line) + 1
        # oldest and newest are all that is asked for
        extract.times = [min([*extract.times[:1], when]), max([*extract.times[1:], when])]
        if entry.visitor and extract.is_new_visitor(when, entry.visitor):
            counted = (*counted, VISITS)
        for what in counted:
            extract.months[f"{what}:{month_of(when)}"] += 1
        if extract.lines is not None and extract.table is not None:
            extract.lines.write(line + b"\n")
            reason = "; ".join(dict.fromkeys(reasons))
            extract.table.write(row([shown_time(when) or "", reason, *entry.columns]))

    def withhold(self, owner: Owner) -> None:
        """Count a line that has to do with somebody, but is others'."""
        self._of(owner).tally[WITHHELD] += 1

    def unexplained(self, owner: Owner) -> None:
        """Count a line that somebody stands in, but that can't be understood."""
        self._of(owner).tally[UNEXPLAINED] += 1

    def deliver(self, owner: Owner, delivery: Delivery, path: str) -> None:
        """Write ``path``.log and ``path``.csv, if there are lines."""
        extract = self._of(owner)
        delivery.tally.update(extract.tally)
        if extract.lines is None or extract.table is None or not extract.tally[GIVEN]:
            return
        with delivery.file(f"{path}.log") as out:
            for chunk in extract.lines.chunks():
                out.write(chunk)
        with delivery.file(f"{path}.csv") as out:
            out.write(row(self._header))
            for chunk in extract.table.chunks():
                out.write(chunk)
        delivery.saw(extract.times[0], 0)
        delivery.saw(extract.times[-1], extract.tally[GIVEN])
        delivery.months.update(extract.months)

    def count(self, owner: Owner, tally: Tally) -> None:
        """Add what there is of an owner to a holding."""
        extract = self._of(owner)
        if extract.times:
            tally.add(extract.bytes, extract.times[0], extract.tally[GIVEN])
            tally.add(0, extract.times[-1], 0)

    def _of(self, owner: Owner) -> _Extract:
        if owner not in self._extracts:
            self._extracts[owner] = _Extract(self._spool)
        return self._extracts[owner]

    def close(self) -> None:
        """Give the room of the spool back."""
        if self._spool is not None:
            self._spool.close()


@contextmanager
def extracts(header: Sequence[str], *, keep: bool) -> Iterator[Extracts]:
    """Hold extracts, whose spool goes at the end."""
    found = Extracts(header, keep=keep)
    try:
        yield found
    finally:
        found.close()


def by_name(owners: Mapping[str, Owner]) -> dict[bytes, list[Owner]]:
    """Return owners by their names."""
    return {name.encode(): [owner] for name, owner in owners.items()}


def by_domain(owners: Mapping[str, Owner]) -> dict[bytes, list[Owner]]:
    """Return owners of addresses by ``@`` and the domain."""
    found: dict[bytes, list[Owner]] = {}
    for name, owner in owners.items():
        known = found.setdefault(b"@" + name.rpartition("@")[2].encode(), [])
        if owner not in known:
            known.append(owner)
    return found

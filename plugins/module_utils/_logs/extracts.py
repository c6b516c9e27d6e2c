# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each customer is handed of logs: raw lines and a table, which wait in a spool until their part is open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache

from .._data_model.item_export import ItemExport
from .._formats.timestamps import shown_time
from .entry import LogEntry
from .sinks import LineCount, LineOwner, LogSink
from .spool import Spool, Stream
from .table import row
from .times import month_of

# An address that comes with the same program several times in a day is one visit; robots are visitors too.
VISITS = "visits"
_DAY = 86400


class LogExtract(LineCount):
    """The lines of one owner, with what they come to in each month."""

    def __init__(self, spool: Spool) -> None:
        super().__init__()
        self.lines = Stream(spool)
        self.table = Stream(spool)
        self.months: Counter[str] = Counter()
        # whoever has come on one day, as digests
        self._day = 0
        self._visitors: set[int] = set()

    def give(self, line: bytes, entry: LogEntry, when: float, reason: bytes, counted: Collection[str] = ()) -> None:
        """Keep a line, and its row of the table."""
        super().give(line, entry, when, reason, counted)
        if entry.visitor and self._is_new_visitor(when, entry.visitor):
            counted = {*counted, VISITS}
        for what in counted:
            self.months[f"{what}:{month_of(when)}"] += 1
        self.lines.write(line + b"\n")
        self.table.write(row((_shown(int(when)), reason, *entry.columns)))

    def give_unread(self, line: bytes) -> None:
        """Keep a line, of which a table has nothing to say."""
        super().give_unread(line)
        self.lines.write(line + b"\n")

    def _is_new_visitor(self, when: float, visitor: bytes) -> bool:
        """Tell whether somebody has not come before on the same day, in UTC."""
        day = int(when // _DAY)
        if day != self._day:
            self._day = day
            self._visitors.clear()
        known = len(self._visitors)
        self._visitors.add(hash(visitor))
        return len(self._visitors) > known


@lru_cache(maxsize=64)
def _shown(second: int) -> bytes:
    return (shown_time(second) or "").encode()


class LogExtracts(LogSink[LogExtract]):
    """The extracts of one kind, made of columns whose names are ``header``."""

    def __init__(self, header: Sequence[str], spool: Spool) -> None:
        super().__init__(lambda: LogExtract(spool))
        self._header = ("time", "reason", *header)

    def export(self, owner: LineOwner, export: ItemExport, path: str) -> None:
        """Write ``path``.log, and ``path``.csv of those lines that were understood, if there are any."""
        extract = self.of(owner)
        export.tally.update({"given": extract.given, "withheld": extract.withheld, "unexplained": extract.unexplained})
        for log, reason in self.left_out(owner).items():
            export.leave_out(log, reason)
        if not extract.given:
            return
        with export.file(f"{path}.log") as out:
            for chunk in extract.lines.chunks():
                out.write(chunk)
        if extract.table.size:
            with export.file(f"{path}.csv") as out:
                out.write(row([name.encode() for name in self._header]))
                for chunk in extract.table.chunks():
                    out.write(chunk)
        export.count += extract.given
        for when in extract.times():
            export.saw(when, 0)
        export.months.update(extract.months)


@contextmanager
def extracting(header: Sequence[str]) -> Iterator[LogExtracts]:
    """Hold extracts, whose spool goes at the end."""
    spool = Spool()
    try:
        yield LogExtracts(header, spool)
    finally:
        spool.close()

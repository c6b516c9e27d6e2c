# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times as logs write them: with and without a year, a zone, or fractions of a second."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_MONTHS = {
    name: number
    for number, name in enumerate(
        (b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec"), 1
    )
}
_CLOCK = rb"([0-9]{2}):([0-9]{2}):([0-9]{2})"
_ZONE = re.compile(r" ?([+-])([0-9]{2}):?([0-9]{2})\Z")
_SYSLOG = re.compile(rb"([A-Z][a-z]{2}) +([0-9]{1,2}) " + _CLOCK)
# Apache's access log, and PHP-FPM with hyphens and without a zone
_DAY_FIRST = re.compile(
    rb"([0-9]{1,2})[/-]([A-Z][a-z]{2})[/-]([0-9]{4})[: ]" + _CLOCK + rb"(?:\.[0-9]+)?( [+-][0-9]{4})?"
)
_ASCTIME = re.compile(rb"[A-Z][a-z]{2} ([A-Z][a-z]{2}) +([0-9]{1,2}) " + _CLOCK + rb"(?:\.[0-9]+)? ([0-9]{4})")
# How far a file may have been written to before what stands in it: clocks are set.
_SLACK = timedelta(days=1)
# The longest way back to a 29th of February.
_YEARS = 8


class Clock:
    """Reads the times in one file, which was last written to at ``mtime``, in seconds since the epoch.

    Times without a zone are the host's own. Those without a year are in the last year in which they are not later than
    the file itself, as far as a day ahead.
    """

    def __init__(self, mtime: float) -> None:
        self._latest = datetime.fromtimestamp(mtime).astimezone().replace(tzinfo=None) + _SLACK
        self._last: tuple[bytes, float | None] = (b"", None)

    def seconds(self, stamp: bytes) -> float | None:
        """Return a time in seconds since the epoch, None for what is none."""
        if stamp != self._last[0]:
            self._last = (stamp, self._read(stamp))
        return self._last[1]

    def _read(self, stamp: bytes) -> float | None:
        try:
            return self._instant(stamp).timestamp()
        except (ValueError, OverflowError, OSError):
            return None

    def _instant(self, stamp: bytes) -> datetime:
        if found := _SYSLOG.fullmatch(stamp):
            month, day, *clock = found.groups()
            return self._with_year(_MONTHS.get(month, 0), int(day), [int(part) for part in clock])
        if found := _DAY_FIRST.fullmatch(stamp):
            day, month, year, *clock, zone = found.groups()
            made = datetime(int(year), _MONTHS.get(month, 0), int(day), *map(int, clock))  # noqa: DTZ001
            return datetime.fromisoformat(f"{made.isoformat()}{_colon(zone)}") if zone else made
        if found := _ASCTIME.fullmatch(stamp):
            month, day, *clock, year = found.groups()
            return datetime(int(year), _MONTHS.get(month, 0), int(day), *map(int, clock))  # noqa: DTZ001
        return datetime.fromisoformat(_ZONE.sub(r"\1\2:\3", stamp.decode("ascii")))

    def _with_year(self, month: int, day: int, clock: list[int]) -> datetime:
        for year in range(self._latest.year, self._latest.year - _YEARS, -1):
            try:
                made = datetime(year, month, day, *clock)  # noqa: DTZ001
            except ValueError:
                continue
            if made <= self._latest:
                return made
        raise ValueError("no such day")


def month_of(when: float) -> str:
    """Return the month of a time, in UTC, as ``YYYY-MM``."""
    return datetime.fromtimestamp(when, UTC).strftime("%Y-%m")


def _colon(zone: bytes) -> str:
    text = zone.decode("ascii").strip()
    return f"{text[:3]}:{text[3:]}"

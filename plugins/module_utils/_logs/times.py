# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times as logs write them: with and without a year, a zone, or fractions of a second."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache

_MONTHS = {
    name: number
    for number, name in enumerate(
        (b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec"), 1
    )
}
_CLOCK = rb"([0-9]{2}):([0-9]{2}):([0-9]{2})"
_SYSLOG = re.compile(rb"([A-Z][a-z]{2}) +([0-9]{1,2}) " + _CLOCK)
# Apache's access log, and PHP with hyphens and mostly without a zone
_DAY_FIRST = re.compile(
    rb"([0-9]{1,2})[/-]([A-Z][a-z]{2})[/-]([0-9]{4})[: ]" + _CLOCK + rb"(?:\.[0-9]+)?( [+-][0-9]{4})?"
)
_NGINX = re.compile(rb"([0-9]{4})/([0-9]{2})/([0-9]{2}) " + _CLOCK)
_ASCTIME = re.compile(rb"[A-Z][a-z]{2} ([A-Z][a-z]{2}) +([0-9]{1,2}) " + _CLOCK + rb"(?:\.[0-9]+)? ([0-9]{4})")
_LEAP = re.compile(r"(:[0-9]{2}):60")
# How far a file may have been written to before what stands in it: clocks are set.
_SLACK = timedelta(days=1)
_DAY = 86400
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
        if stamp[4:5] == b"-":
            # ISO 8601, as Python reads it but for a blank before the zone
            text = stamp.decode("ascii")
            if ":60" in text:
                text = _LEAP.sub(r"\1:59", text)
            if " " in text:
                text = text.replace(" +", "+").replace(" -", "-")
            return datetime.fromisoformat(text)
        if found := _SYSLOG.fullmatch(stamp):
            month, day, *clock = found.groups()
            return self._with_year(month, day, clock)
        if found := _DAY_FIRST.fullmatch(stamp):
            day, month, year, *clock, zone = found.groups()
            made = _local(int(year), month, day, clock)
            return datetime.fromisoformat(f"{made.isoformat()}{_colon(zone)}") if zone else made
        if found := _ASCTIME.fullmatch(stamp):
            month, day, *clock, year = found.groups()
            return _local(int(year), month, day, clock)
        if found := _NGINX.fullmatch(stamp):
            return datetime.fromisoformat(_LEAP.sub(r"\1:59", stamp.decode("ascii").replace("/", "-")))
        raise ValueError("no time")

    def _with_year(self, month: bytes, day: bytes, clock: Sequence[bytes]) -> datetime:
        for year in range(self._latest.year, self._latest.year - _YEARS, -1):
            try:
                made = _local(year, month, day, clock)
            except ValueError:
                continue
            if made <= self._latest:
                return made
        raise ValueError("no such day")


def month_of(when: float) -> str:
    """Return the month of a time, in UTC, as ``YYYY-MM``."""
    return _month_of_day(int(when // _DAY))


@lru_cache(maxsize=64)
def _month_of_day(day: int) -> str:
    return datetime.fromtimestamp(day * _DAY, UTC).strftime("%Y-%m")


def _local(year: int, month: bytes, day: bytes, clock: Sequence[bytes]) -> datetime:
    hour, minute, second = clock
    # the 61st second of a minute, which is inserted at times, is no time to Python
    return datetime(year, _MONTHS.get(month, 0), int(day), int(hour), int(minute), min(int(second), 59))  # noqa: DTZ001


def _colon(zone: bytes) -> str:
    text = zone.decode("ascii").strip()
    return f"{text[:3]}:{text[3:]}"

# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers, sizes and dates as people of a language write them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

NBSP: Final = "\u00a0"
_UNITS: Final = ("B", "KB", "MB", "GB", "TB", "PB")
_STEP: Final = 1000
# From here on a decimal place says nothing to people.
_COARSE: Final = 100
_DAY: Final = len("2026-10-01")


@dataclass(frozen=True, slots=True)
class Notation:
    """How a language writes numbers and dates.

    ``date`` has the fields day, month, year, and name for the short name of the month, which ``months`` has.
    """

    decimal: str
    group: str
    date: str
    months: tuple[str, ...]

    def number(self, value: int) -> str:
        """Return a whole number, its digits in groups of three."""
        return f"{value:,}".replace(",", self.group)

    def size(self, size: int) -> str:
        """Return a number of bytes in the largest unit that fits; a KB is 1000 bytes."""
        value, unit = float(size), 0
        while round(value) >= _STEP and unit < len(_UNITS) - 1:
            value, unit = value / _STEP, unit + 1
        places = 1 if unit and value < _COARSE else 0
        whole, _point, rest = f"{value:.{places}f}".partition(".")
        return f"{self.number(int(whole))}{self.decimal if rest else ''}{rest}{NBSP}{_UNITS[unit]}"

    def day(self, when: str) -> str:
        """Return the day of a time in ISO 8601; what is no such time stays as it is."""
        try:
            found = date.fromisoformat(when[:_DAY])
        except ValueError:
            return when
        return self.date.format(day=found.day, name=self.months[found.month - 1], month=found.month, year=found.year)

    def month(self, month: str) -> str:
        """Return a month like ``2026-10``; what is none stays as it is."""
        try:
            found = date.fromisoformat(f"{month}-01")
        except ValueError:
            return month
        return f"{self.months[found.month - 1]}{NBSP}{found.year}"

# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is held of one item of a kind, and how it is counted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypedDict

from .._core.errors import ErrorReport, HostingError, as_hosting_error
from .._formats.timestamps import shown_time
from .item_export import LeftOut, Omissions, Reason


class Measurement(TypedDict):
    """What is held of one item of a kind.

    ``place`` says where, for the operator. ``bytes`` is what it takes there, ``count`` how many things it is. Times are
    ISO 8601 in UTC. ``days`` is how long each thing is kept at most, null where that is up to the customer.
    ``left_out`` names what could not be looked at in it. With an ``error`` that is all of the item, and the numbers say
    nothing.
    """

    kind: str
    customer: str
    item: str
    place: str
    bytes: int
    count: int
    oldest: str | None
    newest: str | None
    days: int | None
    left_out: list[LeftOut]
    error: ErrorReport | None


class Tally:
    """What is held of one item, as far as it was looked at. ``days`` is how long each thing is kept at most."""

    def __init__(self, kind: str, customer: str, item: str, place: str, days: int | None = None) -> None:
        self._kind, self._customer, self._item, self._place, self._days = kind, customer, item, place, days
        self._bytes = self._count = 0
        self._times: list[float] = []
        self._left_out = Omissions()
        self._error: HostingError | None = None

    def add(self, size: int, when: float | None = None, number: int = 1) -> None:
        """Count things of ``size`` bytes together, of the time ``when``."""
        self._bytes += size
        self._count += number
        if when is not None:
            # oldest and newest are all that is asked for
            times = [*self._times, when]
            self._times = [min(times), max(times)]

    def leave_out(self, what: str, reason: Reason) -> None:
        """Say that something could not be looked at."""
        self._left_out.add(what, reason)

    @contextmanager
    def noting(self) -> Iterator[None]:
        """Note what goes wrong as the error of this item."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 - it stands in the report
            self._error = as_hosting_error(error)

    @property
    def has_any(self) -> bool:
        """Tell whether there is anything to tell."""
        return bool(self._count or self._bytes or self._left_out or self._error)

    def measurements(self) -> Iterator[Measurement]:
        """Yield the measurement, if there is anything to tell."""
        if self.has_any:
            yield {
                "kind": self._kind,
                "customer": self._customer,
                "item": self._item,
                "place": self._place,
                "bytes": self._bytes,
                "count": self._count,
                "oldest": shown_time(self._times[0]) if self._times else None,
                "newest": shown_time(self._times[-1]) if self._times else None,
                "days": self._days,
                "left_out": self._left_out.record(),
                "error": self._error.report() if self._error else None,
            }

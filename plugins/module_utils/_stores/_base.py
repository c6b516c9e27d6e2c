# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every store is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from .._data_model.item_export import Part
from .._data_model.measurement import Measurement
from .._data_model.selection import Selection


class Store(Protocol):
    """The code that knows one data kind.

    A store is made of its place, which it checks (ItemRefused). It takes any number of customers at once, so that what
    several share is read once, and names items as the register does. What cannot be had of one item is that item's
    failure (``Part.exporting``, ``Measurement.error``); what makes the whole store useless is raised, and then fails
    all of its items.
    """

    def measure(self, selections: Sequence[Selection]) -> Iterable[Measurement]:
        """Tell what is held: one measurement for each item that there is something of, or that can't be looked at."""

    def export(self, selections: Sequence[Selection], parts: Mapping[str, Part]) -> None:
        """Deliver everything into the part of each customer: one delivery for each item that is asked for."""

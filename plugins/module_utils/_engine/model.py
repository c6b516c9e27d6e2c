# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The values that services speak of: wanted items, actual items, changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from .._core.errors import HostingError
from .._core.results import Action
from .._data_model.items import State

# A field is a scalar or a sorted tuple of strings; None means: not set.
Value: TypeAlias = "str | int | bool | tuple[str, ...] | None"


@dataclass(frozen=True, slots=True)
class Wanted:
    """An item as the register wants it. Only the ``fields`` named here are compared."""

    name: str
    customer: str
    state: State
    fields: Mapping[str, Value] = field(default_factory=dict)
    managed: bool = True


@dataclass(frozen=True, slots=True)
class Actual:
    """An item as it was found. ``owned`` says that it carries our mark; ``customer`` is who the mark names.

    The state is ABSENT where an item is gone and something it left behind, its data, is still there. ``lost`` says why
    an item goes out of service although nobody wants that: it would harm all others.
    """

    name: str
    customer: str | None
    state: State
    fields: Mapping[str, Value] = field(default_factory=dict)
    owned: bool = True
    lost: HostingError | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose items a run is about.

    ``customers`` are those all of whose items are wanted, with the state of each. With ``complete`` it is the whole
    register; ``withheld`` are the customers of which it can't be read.
    """

    complete: bool = False
    withheld: frozenset[str] = frozenset()
    customers: Mapping[str, State] = field(default_factory=dict)

    def concerns(self, found: Actual) -> bool:
        """Tell whether an item that is not wanted is an orphan."""
        return found.customer in self.customers or (self.complete and found.customer not in self.withheld)

    def closes(self, orphan: Actual) -> bool:
        """Tell whether an orphan is usable although its customer is suspended."""
        return orphan.state is State.PRESENT and self.customers.get(orphan.customer or "") is State.SUSPENDED


@dataclass(frozen=True, slots=True)
class Change:
    """One step from actual to wanted."""

    noun: str
    action: Action
    fields: tuple[str, ...]
    wanted: Wanted
    actual: Actual | None

    @property
    def name(self) -> str:
        """Return the name of the item."""
        return self.wanted.name

    @property
    def customer(self) -> str:
        """Return whose it is."""
        return self.wanted.customer


class Service(Protocol):
    """What the engine needs to know of a kind of item: a Worker that can read and refuse. ``read`` is called once."""

    @property
    def noun(self) -> str:
        """Return what an item is called, as in the results."""

    @property
    def secret_fields(self) -> frozenset[str]:
        """Return the fields whose values must not be shown."""

    def read(self, wanted: Sequence[Wanted]) -> Mapping[str, Actual]:
        """Read the actual state of all items, ours and those in the way, in a fixed number of queries."""

    def refuse(self, wanted: Wanted, actual: Actual | None) -> HostingError | None:
        """Return why this item can't be brought to its wanted state, judged before anything is changed."""

    def apply(self, change: Change, /) -> None:
        """Carry out one change. Raise HostingError if it can't be; ServiceUnavailable ends the run."""

    def activate(self, changes: Sequence[Change], /) -> Mapping[str, HostingError]:
        """Let the daemon take over what was applied; return the items that had to be left out, with the reason."""

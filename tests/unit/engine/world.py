# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A service in memory, and items for it: what the tests of the engine run against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ansible_collections.magmasoft.hosting.plugins.module_utils._core.errors import HostingError, ItemRefused
from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.items import State
from ansible_collections.magmasoft.hosting.plugins.module_utils._engine.model import (
    Actual,
    Change,
    Value,
    Wanted,
)
from hypothesis import strategies as st

SECRETS = frozenset({"password"})
_NAMES = ("a", "b", "c", "d", "e")
_CUSTOMERS = ("ann", "bob")


class World:
    """Items in a dictionary. Some may be broken: applying them raises what ``broken`` says."""

    noun = "thing"
    secret_fields = SECRETS

    def __init__(self, *items: Actual, broken: Mapping[str, Exception] | None = None) -> None:
        self.items = {item.name: item for item in items}
        self.broken = dict(broken or {})
        self.unreadable: Exception | None = None
        self.applied: list[Change] = []
        self.activated: list[list[str]] = []
        self.left_out: dict[str, HostingError] = {}
        self.activation_error: Exception | None = None

    def read(self, wanted: Sequence[Wanted]) -> Mapping[str, Actual]:
        """Return a copy of everything."""
        if self.unreadable is not None:
            raise self.unreadable
        return dict(self.items)

    def refuse(self, wanted: Wanted, actual: Actual | None) -> HostingError | None:
        """Refuse what says so itself."""
        if wanted.fields.get("quota") == -1:
            return ItemRefused("a negative quota", remedy="give a positive one")
        return None

    def apply(self, change: Change) -> None:
        """Do exactly what the change says, not what the wanted item says."""
        if change.name in self.broken:
            raise self.broken[change.name]
        self.applied.append(change)
        wanted = change.wanted
        fields = dict(change.actual.fields) if change.actual else {}
        fields.update((name, wanted.fields[name]) for name in change.fields)
        if wanted.state is State.ABSENT and fields.get("data") is None:
            del self.items[wanted.name]
            return
        if wanted.state is not State.ABSENT:
            fields["data"] = "kept"
        self.items[wanted.name] = Actual(wanted.name, wanted.customer, wanted.state, fields)

    def activate(self, changes: Sequence[Change]) -> Mapping[str, HostingError]:
        """Note what was to be activated."""
        self.activated.append([change.name for change in changes])
        if self.activation_error is not None:
            raise self.activation_error
        return self.left_out


def wanted(
    name: str, state: State = State.PRESENT, *, customer: str = "ann", managed: bool = True, **fields: Value
) -> Wanted:
    """Return a wanted item."""
    return Wanted(name, customer, state, fields, managed=managed)


def actual(
    name: str, state: State = State.PRESENT, *, customer: str | None = "ann", owned: bool = True, **fields: Value
) -> Actual:
    """Return an actual item."""
    return Actual(name, customer, state, fields, owned=owned)


def _fields(*, purge: bool, state: State) -> st.SearchStrategy[dict[str, Value]]:
    if state is State.ABSENT:
        return st.just({"data": None} if purge else {})
    texts = st.sets(st.sampled_from(["x", "y"])).map(lambda found: tuple(sorted(found)))
    return st.fixed_dictionaries(
        {"aliases": texts, "quota": st.sampled_from([None, 1, 2, -1])},
        optional={"password": st.sampled_from(["secret-one", "secret-two"])},
    )


@st.composite
def wanted_items(draw: st.DrawFn) -> list[Wanted]:
    """Make a register: every name at most once."""
    items = []
    for name in draw(st.lists(st.sampled_from(_NAMES), unique=True)):
        state = draw(st.sampled_from(State))
        fields = draw(_fields(purge=draw(st.booleans()), state=state))
        items.append(Wanted(name, draw(st.sampled_from(_CUSTOMERS)), state, fields, managed=draw(st.booleans())))
    return items


@st.composite
def actual_items(draw: st.DrawFn) -> list[Actual]:
    """Make a host: ours, foreign ones, and what removed ones left behind."""
    items = []
    for name in draw(st.lists(st.sampled_from(_NAMES), unique=True)):
        state = draw(st.sampled_from(State))
        owned = draw(st.booleans()) or state is State.ABSENT
        fields = draw(_fields(purge=False, state=State.PRESENT)) if state is not State.ABSENT else {}
        customer = draw(st.sampled_from(_CUSTOMERS)) if owned else None
        items.append(Actual(name, customer, state, {**fields, "data": "kept"}, owned=owned))
    return items

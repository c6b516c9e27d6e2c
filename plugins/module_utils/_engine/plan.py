# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare wanted with actual: a pure function, linear in the number of items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .._core.errors import HostingError, ItemRefused
from .._core.results import Action
from .._data_model import incarnations
from .._data_model.items import State
from .model import Actual, Change, Scope, Service, Wanted


@dataclass(frozen=True, slots=True)
class Plan:
    """The changes in the order of the wanted items; ``refused`` names those that must not even be tried."""

    changes: tuple[Change, ...]
    refused: Mapping[str, HostingError]
    unmanaged: tuple[Wanted, ...]
    unchanged: int


def make_plan(service: Service, wanted: Sequence[Wanted], actual: Mapping[str, Actual]) -> Plan:
    """Return what has to be done so that ``actual`` becomes ``wanted``."""
    changes: list[Change] = []
    refused: dict[str, HostingError] = {}
    managed = [item for item in wanted if item.managed]
    for item in managed:
        found = actual.get(item.name)
        change = _change(service.noun, item, found)
        reason = _foreign(item, found) or (service.refuse(item, found) if change else None)
        if reason is not None:
            refused[item.name] = reason
            change = change or Change(service.noun, Action.CHANGE, (), item, found)
        if change is not None:
            changes.append(change)
    return Plan(
        tuple(changes), refused, tuple(item for item in wanted if not item.managed), len(managed) - len(changes)
    )


def find_orphans(wanted: Sequence[Wanted], actual: Mapping[str, Actual], scope: Scope) -> list[Actual]:
    """Return what is ours, is there, and is not named by the register file of its customer, by name."""
    named = {item.name for item in wanted}
    return [
        item
        for name, item in sorted(actual.items())
        if item.owned and item.state is not State.ABSENT and name not in named and scope.concerns(item)
    ]


def _foreign(wanted: Wanted, actual: Actual | None) -> HostingError | None:
    if actual is None or (wanted.state is State.ABSENT and not actual.owned):
        return None
    if not actual.owned:
        return ItemRefused(
            "exists, not ours",
            remedy="set managed: false, or adopt it",
            code="not-ours",
        )
    if actual.customer != wanted.customer:
        return ItemRefused(
            f"belongs to customer {actual.customer}, wanted for {wanted.customer}",
            remedy="correct the register, or erase it for the one customer first",
            code="owned-by-other",
        )
    had, wants = actual.fields.get(incarnations.FIELD), wanted.fields.get(incarnations.FIELD)
    if had and wants and had != wants:
        return ItemRefused(
            "what is there is of a former life of this name: another customer had it in between, or the directory has"
            " lost its records of names",
            remedy="bring the records back, or erase what is there or put it aside, then run again",
            code="former-incarnation",
        )
    return None


def _change(noun: str, wanted: Wanted, actual: Actual | None) -> Change | None:
    if wanted.state is State.ABSENT:
        return _removal(noun, wanted, actual)
    if actual is None or actual.state is State.ABSENT:
        return Change(noun, Action.CREATE, tuple(sorted(wanted.fields)), wanted, actual)
    fields = _differing(wanted, actual)
    if wanted.state is not actual.state:
        action = Action.SUSPEND if wanted.state is State.SUSPENDED else Action.RESUME
    elif fields:
        action = Action.CHANGE
    else:
        return None
    return Change(noun, action, fields, wanted, actual)


def _removal(noun: str, wanted: Wanted, actual: Actual | None) -> Change | None:
    if actual is None or not actual.owned:
        return None
    fields = _differing(wanted, actual)
    if actual.state is State.ABSENT and not fields:
        return None
    return Change(noun, Action.REMOVE, fields, wanted, actual)


def _differing(wanted: Wanted, actual: Actual) -> tuple[str, ...]:
    return tuple(sorted(name for name, value in wanted.fields.items() if actual.fields.get(name) != value))

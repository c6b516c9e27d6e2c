# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Planning: what has to be done, and nothing else."""

from __future__ import annotations

import random

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.results import Action
from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.items import State
from ansible_collections.magmasoft.hosting.plugins.module_utils._engine.model import Actual, Scope, Wanted
from ansible_collections.magmasoft.hosting.plugins.module_utils._engine.plan import Plan, find_orphans, make_plan
from ansible_collections.magmasoft.hosting.tests.unit.engine.world import (
    World,
    actual,
    actual_items,
    wanted,
    wanted_items,
)
from hypothesis import given
from hypothesis import strategies as st

PRESENT, SUSPENDED, ABSENT = State.PRESENT, State.SUSPENDED, State.ABSENT


def _plan(world: World, items: list[Wanted]) -> Plan:
    return make_plan(world, items, world.read(items))


@given(wanted_items(), actual_items())
def test_what_was_applied_needs_no_second_change(items: list[Wanted], found: list[Actual]) -> None:
    world = World(*found)
    first = _plan(world, items)
    for change in first.changes:
        if change.name not in first.refused:
            world.apply(change)
    second = _plan(world, items)
    assert {change.name for change in second.changes} == set(first.refused)
    assert set(second.refused) == set(first.refused)


@given(wanted_items(), actual_items(), st.randoms(use_true_random=False))
def test_the_order_of_the_items_does_not_matter(
    items: list[Wanted], found: list[Actual], shuffler: random.Random
) -> None:
    other = list(items)
    shuffler.shuffle(other)
    one, two = _plan(World(*found), items), _plan(World(*reversed(found)), other)
    assert sorted(one.changes, key=lambda change: change.name) == sorted(two.changes, key=lambda change: change.name)
    assert {name: error.code for name, error in one.refused.items()} == {
        name: error.code for name, error in two.refused.items()
    }
    assert one.unchanged == two.unchanged


@given(wanted_items(), actual_items())
def test_every_item_is_accounted_for_once(items: list[Wanted], found: list[Actual]) -> None:
    plan = _plan(World(*found), items)
    assert len(plan.changes) + plan.unchanged + len(plan.unmanaged) == len(items)
    assert [change.name for change in plan.changes] == [
        item.name for item in items if item.name in {change.name for change in plan.changes}
    ]


@given(wanted_items(), actual_items())
def test_only_what_is_ours_and_the_right_customers_is_ever_changed(items: list[Wanted], found: list[Actual]) -> None:
    plan = _plan(World(*found), items)
    for change in plan.changes:
        assert change.wanted.managed
        if change.actual is not None and change.name not in plan.refused:
            assert change.actual.owned
            assert change.actual.customer == change.wanted.customer


@pytest.mark.parametrize(
    ("item", "found", "action", "fields"),
    [
        (wanted("a", quota=1, aliases=()), None, Action.CREATE, ("aliases", "quota")),
        (wanted("a", SUSPENDED, quota=1), None, Action.CREATE, ("quota",)),
        (wanted("a", quota=1), actual("a", ABSENT, data="kept"), Action.CREATE, ("quota",)),
        (wanted("a", quota=1), actual("a", quota=2, aliases=("x",)), Action.CHANGE, ("quota",)),
        (wanted("a", quota=None), actual("a", quota=2), Action.CHANGE, ("quota",)),
        (wanted("a", quota=1), actual("a"), Action.CHANGE, ("quota",)),
        (wanted("a", SUSPENDED, quota=1), actual("a", quota=1), Action.SUSPEND, ()),
        (wanted("a", SUSPENDED, quota=1), actual("a", quota=2), Action.SUSPEND, ("quota",)),
        (wanted("a", quota=1), actual("a", SUSPENDED, quota=1), Action.RESUME, ()),
        (wanted("a", ABSENT), actual("a", quota=1), Action.REMOVE, ()),
        (wanted("a", ABSENT), actual("a", SUSPENDED), Action.REMOVE, ()),
        (wanted("a", ABSENT, data=None), actual("a", data="kept"), Action.REMOVE, ("data",)),
        (wanted("a", ABSENT, data=None), actual("a", ABSENT, data="kept"), Action.REMOVE, ("data",)),
    ],
)
def test_actions(item: Wanted, found: Actual | None, action: Action, fields: tuple[str, ...]) -> None:
    plan = _plan(World(*([found] if found else [])), [item])
    assert [(change.action, change.fields) for change in plan.changes] == [(action, fields)]
    assert plan.refused == {}


@pytest.mark.parametrize(
    ("item", "found"),
    [
        (wanted("a", quota=1), actual("a", quota=1, aliases=("x",))),
        (wanted("a", SUSPENDED), actual("a", SUSPENDED)),
        (wanted("a", ABSENT), None),
        (wanted("a", ABSENT), actual("a", ABSENT, data="kept")),
        (wanted("a", ABSENT, data=None), None),
        (wanted("a", ABSENT), actual("a", owned=False, customer=None)),
        (wanted("a", ABSENT, data=None), actual("a", owned=False, customer=None, data="kept")),
        (wanted("a", managed=False, quota=1), actual("a", quota=2)),
        (wanted("a", managed=False, quota=1), None),
        (wanted("a", ABSENT, managed=False), actual("a")),
    ],
)
def test_nothing_to_do(item: Wanted, found: Actual | None) -> None:
    plan = _plan(World(*([found] if found else [])), [item])
    assert (plan.changes, plan.refused) == ((), {})


@pytest.mark.parametrize(
    ("item", "found", "code"),
    [
        (wanted("a", quota=1), actual("a", quota=1, owned=False, customer=None), "not-ours"),
        (wanted("a", SUSPENDED), actual("a", owned=False, customer=None), "not-ours"),
        (wanted("a", quota=1), actual("a", quota=1, customer="bob"), "owned-by-other"),
        (wanted("a", ABSENT), actual("a", customer="bob"), "owned-by-other"),
        (wanted("a", quota=1), actual("a", ABSENT, customer="bob", data="kept"), "owned-by-other"),
        (wanted("a", quota=-1), None, "item-refused"),
    ],
)
def test_refusals(item: Wanted, found: Actual | None, code: str) -> None:
    plan = _plan(World(*([found] if found else [])), [item, wanted("b", quota=1)])
    assert {name: error.code for name, error in plan.refused.items()} == {"a": code}
    assert [change.name for change in plan.changes] == ["a", "b"]


def test_what_is_as_wanted_is_not_asked_about() -> None:
    """A rule that has become stricter must not fail what was made before it."""
    assert _plan(World(actual("a", quota=-1)), [wanted("a", quota=-1)]).refused == {}


def test_orphans_are_ours_there_and_unnamed() -> None:
    found = [
        actual("named"),
        actual("unmanaged"),
        actual("orphan"),
        actual("another", SUSPENDED, customer="bob"),
        actual("foreign", owned=False, customer=None),
        actual("left-behind", ABSENT, data="kept"),
        actual("of-a-broken-file", customer="broken"),
    ]
    items = [wanted("named"), wanted("unmanaged", managed=False)]
    everything = {item.name: item for item in found}
    orphans = find_orphans(items, everything, Scope(complete=True, withheld=frozenset({"broken"})))
    assert [orphan.name for orphan in orphans] == ["another", "orphan"]
    orphans = find_orphans(items, everything, Scope(customers={"bob": State.PRESENT}))
    assert [orphan.name for orphan in orphans] == ["another"]
    assert find_orphans(items, everything, Scope()) == []

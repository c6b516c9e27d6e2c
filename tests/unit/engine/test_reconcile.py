# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The gate: check mode, errors per item, services that are down, surprises."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.errors import (
    Busy,
    ItemRefused,
    ServiceUnavailable,
)
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.results import Report
from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.items import State
from ansible_collections.magmasoft.hosting.plugins.module_utils._engine.model import Actual, Scope, Wanted
from ansible_collections.magmasoft.hosting.plugins.module_utils._engine.reconcile import Batch, reconcile, scope_of
from ansible_collections.magmasoft.hosting.tests.unit.engine.world import (
    World,
    actual,
    actual_items,
    wanted,
    wanted_items,
)
from hypothesis import given

DOWN = ServiceUnavailable("it is down", remedy="start it")
REFUSED = ItemRefused("it can't be", remedy="correct it")


def _run(world: World, *items: Wanted, check_mode: bool = False) -> Report:
    return reconcile([Batch(world, items)], check_mode=check_mode)


def _statuses(report: Report) -> dict[str, str]:
    return {result["name"]: result["status"] for result in report.results}


@given(wanted_items(), actual_items())
def test_check_mode_predicts_the_run(items: list[Wanted], found: list[Actual]) -> None:
    predicted = _run(World(*found), *items, check_mode=True)
    done = _run(World(*found), *items)
    for result in predicted.results:
        if result["status"] == "planned":
            result["status"] = "done"
    assert predicted.results == done.results
    assert predicted.diff == done.diff
    assert (predicted.changed, predicted.failed) == (done.changed, done.failed)
    assert predicted.unmanaged == done.unmanaged


@given(wanted_items(), actual_items())
def test_check_mode_changes_nothing(items: list[Wanted], found: list[Actual]) -> None:
    world = World(*found)
    _run(world, *items, check_mode=True)
    assert (world.applied, world.activated) == ([], [])


@given(wanted_items(), actual_items())
def test_the_second_run_changes_nothing(items: list[Wanted], found: list[Actual]) -> None:
    world = World(*found)
    _run(world, *items)
    second = _run(world, *items)
    assert not second.changed
    assert second.diff == []
    assert set(_statuses(second).values()) <= {"failed"}


@pytest.mark.parametrize("check_mode", [True, False])
def test_what_a_run_costs_others_is_told(check_mode: bool) -> None:
    world = World(replace(actual("b", customer="bob"), lost=REFUSED), actual("c"))
    report = _run(world, wanted("a"), check_mode=check_mode)
    told = [(item["name"], item["customer"], item["action"], item["status"]) for item in report.results]
    assert told == [
        ("a", "ann", "create", "planned" if check_mode else "done"),
        ("b", "bob", "remove", "failed"),
    ]
    assert report.failed
    assert report.results[1]["error"] == REFUSED.report()


def test_unchanged_items_are_counted_not_listed() -> None:
    report = _run(World(actual("a", quota=1)), wanted("a", quota=1), wanted("b", quota=1))
    assert _statuses(report) == {"b": "done"}
    assert +report.counts == {"unchanged": 1, "done": 1}


def test_one_broken_item_does_not_stop_the_others() -> None:
    world = World(broken={"b": REFUSED})
    report = _run(world, wanted("a"), wanted("b"), wanted("c"))
    assert _statuses(report) == {"a": "done", "b": "failed", "c": "done"}
    assert report.results[1]["error"] == {"code": "item-refused", "message": "it can't be", "remedy": "correct it"}
    assert report.failed
    assert report.changed
    assert world.activated == [["a", "c"]]
    world.broken.clear()
    assert _statuses(_run(world, wanted("a"), wanted("b"), wanted("c"))) == {"b": "done"}


def test_a_refused_item_is_not_even_tried() -> None:
    world = World()
    report = _run(world, wanted("a", quota=-1), wanted("b"))
    assert _statuses(report) == {"a": "failed", "b": "done"}
    assert [change.name for change in world.applied] == ["b"]


def test_a_service_that_goes_down_ends_the_run() -> None:
    world = World(broken={"b": DOWN})
    other = World()
    report = reconcile(
        [Batch(world, [wanted("a"), wanted("b"), wanted("c")]), Batch(other, [wanted("x")])], check_mode=False
    )
    assert _statuses(report) == {"a": "done", "b": "failed", "c": "skipped", "x": "skipped"}
    assert report.unavailable == DOWN.report()
    assert other.applied == []
    assert report.results[2]["error"] is None
    assert +report.counts == {"done": 1, "failed": 1, "skipped": 2}


def test_a_service_that_is_down_from_the_start() -> None:
    world = World()
    world.unreadable = DOWN
    report = _run(world, wanted("a"), wanted("b"))
    assert report.results == []
    assert +report.counts == {"unknown": 2}
    assert report.unavailable == DOWN.report()
    assert report.failed
    assert not report.changed


@pytest.mark.parametrize("problem", [DOWN, REFUSED, KeyError("a password")])
def test_what_was_done_is_told_when_a_later_batch_cannot_be_read(problem: Exception) -> None:
    later = World()
    later.unreadable = problem
    report = reconcile([Batch(World(), [wanted("a")]), Batch(later, [wanted("b")])], check_mode=False)
    assert _statuses(report) == {"a": "done"}
    assert report.failed
    assert report.counts["unknown"] == 1


def test_a_surprise_fails_its_item_and_quotes_nothing() -> None:
    world = World(broken={"a": ValueError("the password is hunter2")})
    report = _run(world, wanted("a"), wanted("b"))
    assert _statuses(report) == {"a": "failed", "b": "done"}
    error: Any = report.results[0]["error"]
    assert error["code"] == "unexpected"
    assert "ValueError" in error["message"]
    assert "world.py line" in error["message"]
    assert "hunter2" not in str(report)


def test_an_error_of_the_operating_system_says_what_and_where() -> None:
    world = World(broken={"a": OSError(28, "No space left on device", "/srv/www")})
    error: Any = _run(world, wanted("a")).results[0]["error"]
    assert "No space left on device: '/srv/www'" in error["message"]


def test_an_item_wanted_twice_is_refused_before_anything_is_done() -> None:
    first, second = World(), World()
    with pytest.raises(ItemRefused, match="thing b: wanted twice, as item 0 and as item 2") as caught:
        reconcile(
            [Batch(first, [wanted("a")]), Batch(second, [wanted("b"), wanted("c"), wanted("b")])], check_mode=False
        )
    assert caught.value.code == "duplicate"
    assert first.applied == []


def test_what_a_daemon_left_out_has_failed() -> None:
    world = World()
    world.left_out = {"a": REFUSED}
    report = _run(world, wanted("a"), wanted("b"))
    assert _statuses(report) == {"a": "failed", "b": "done"}
    assert [block["before_header"] for block in report.diff] == ["thing b"]


@pytest.mark.parametrize("problem", [DOWN, Busy("another run", remedy="wait"), RuntimeError("hunter2")])
def test_nothing_is_done_when_the_daemon_takes_nothing_over(problem: Exception) -> None:
    world = World()
    world.activation_error = problem
    report = _run(world, wanted("a"), wanted("b", State.SUSPENDED))
    assert _statuses(report) == {"a": "failed", "b": "failed"}
    assert not report.changed
    assert "hunter2" not in str(report)
    assert (report.unavailable is not None) == isinstance(problem, ServiceUnavailable)


def test_a_daemon_takes_over_what_was_applied_before_the_service_went_down() -> None:
    world = World(broken={"b": DOWN})
    _run(world, wanted("a"), wanted("b"))
    assert world.activated == [["a"]]


def test_unmanaged_items_are_reported() -> None:
    report = _run(World(actual("a")), wanted("a", managed=False), wanted("b", managed=False, customer="bob"))
    assert report.unmanaged == [
        {"kind": "thing", "name": "a", "customer": "ann", "found": "yes"},
        {"kind": "thing", "name": "b", "customer": "bob", "found": "no"},
    ]
    assert not report.failed


def test_orphans_are_told_of_the_whole_register_only() -> None:
    world = World(actual("orphan"), actual("withheld", customer="broken"))
    assert _run(world).orphans == []
    scope = Scope(complete=True, withheld=frozenset({"broken"}))
    report = reconcile([Batch(world, [], scope)], check_mode=False)
    assert report.orphans == [{"kind": "thing", "name": "orphan", "customer": "ann"}]
    assert not report.changed
    assert not report.failed


def test_orphans_are_closed_with_their_customer() -> None:
    """Not those of others, and not before; and what is closed is not touched again."""
    world = World(
        actual("orphan", quota=1, password="hash"),
        actual("closed", State.SUSPENDED),
        actual("others", customer="bob"),
        actual("left-behind", State.ABSENT, data="kept"),
    )
    active = Scope(customers={"ann": State.PRESENT, "bob": State.PRESENT})
    assert reconcile([Batch(world, [], active)], check_mode=False).results == []
    suspended = Scope(customers={"ann": State.SUSPENDED, "bob": State.PRESENT})
    predicted = reconcile([Batch(world, [], suspended)], check_mode=True)
    report = reconcile([Batch(world, [], suspended)], check_mode=False)
    assert [(item["name"], item["action"], item["fields"]) for item in report.results] == [("orphan", "suspend", [])]
    assert predicted.diff == report.diff
    assert world.items["orphan"].state is State.SUSPENDED
    assert world.items["orphan"].fields["password"] == "hash"
    assert [item["name"] for item in report.orphans] == ["closed", "orphan", "others"]
    assert not reconcile([Batch(world, [], suspended)], check_mode=False).changed


def test_a_state_that_there_is_none_of_is_refused() -> None:
    with pytest.raises(ItemRefused, match="owners: 'gone'"):
        scope_of({"complete": False, "withheld": [], "owners": {"ann": "gone"}})

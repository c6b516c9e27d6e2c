# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The diff: what changes, never a secret."""

from __future__ import annotations

from ansible_collections.magmasoft.hosting.plugins.module_utils._core.results import Report
from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.items import State
from ansible_collections.magmasoft.hosting.plugins.module_utils._engine.model import Actual, Wanted
from ansible_collections.magmasoft.hosting.plugins.module_utils._engine.reconcile import Batch, reconcile
from ansible_collections.magmasoft.hosting.tests.unit.engine.world import (
    World,
    actual,
    actual_items,
    wanted,
    wanted_items,
)
from hypothesis import given


def _diff(world: World, *items: Wanted) -> Report:
    return reconcile([Batch(world, items)], check_mode=False)


@given(wanted_items(), actual_items())
def test_secrets_never_appear(items: list[Wanted], found: list[Actual]) -> None:
    report = _diff(World(*found), *items)
    assert "secret-" not in repr((report.diff, report.results, report.unavailable))


@given(wanted_items(), actual_items())
def test_every_change_shows_a_difference(items: list[Wanted], found: list[Actual]) -> None:
    report = _diff(World(*found), *items)
    done = [result for result in report.results if result["status"] == "done"]
    assert sorted(f"thing {result['name']}" for result in done) == [block["before_header"] for block in report.diff]
    for block in report.diff:
        assert block["before"] != block["after"]


def test_a_change_shows_its_fields_alone() -> None:
    world = World(actual("a", quota=1, aliases=("x", "y"), keep=True, password="old-secret"))
    report = _diff(world, wanted("a", quota=2, aliases=(), keep=False, password="new-secret"))
    assert report.diff == [
        {
            "before_header": "thing a",
            "after_header": "thing a",
            "before": "state: present\naliases: x, y\nkeep: true\npassword: (hidden)\nquota: 1\n",
            "after": "state: present\naliases: (none)\nkeep: false\npassword: (hidden, another)\nquota: 2\n",
        }
    ]


def test_a_creation_starts_from_nothing() -> None:
    (block,) = _diff(World(), wanted("a", State.SUSPENDED, quota=None, password="secret-one")).diff
    assert block["before"] == ""
    assert block["after"] == "state: suspended\npassword: (hidden, another)\nquota: (not set)\n"


def test_a_first_password_is_told_from_another() -> None:
    (block,) = _diff(World(actual("a", password=None)), wanted("a", password="secret-one")).diff
    assert block["before"] == "state: present\npassword: (not set)\n"


def test_a_removal_ends_in_nothing() -> None:
    (block,) = _diff(World(actual("a", quota=1)), wanted("a", State.ABSENT)).diff
    assert (block["before"], block["after"]) == ("state: present\n", "")


def test_a_removal_tells_what_becomes_of_the_data() -> None:
    (block,) = _diff(World(actual("a", State.ABSENT, data="kept")), wanted("a", State.ABSENT, data=None)).diff
    assert block["before"] == "state: absent\ndata: kept\n"
    assert block["after"] == "state: absent\ndata: (not set)\n"


def test_blocks_are_sorted() -> None:
    report = _diff(World(), wanted("b"), wanted("a"), wanted("c", quota=-1))
    assert [block["before_header"] for block in report.diff] == ["thing a", "thing b"]

# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The frame of a module: lock, results, message."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._core import run as frame
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.errors import (
    Busy,
    ItemRefused,
    ServiceUnavailable,
)
from ansible_collections.magmasoft.hosting.plugins.module_utils._engine import run
from ansible_collections.magmasoft.hosting.plugins.module_utils._engine.model import Scope, Wanted
from ansible_collections.magmasoft.hosting.plugins.module_utils._engine.reconcile import Batch
from ansible_collections.magmasoft.hosting.tests.unit.engine.world import World, actual, wanted


class Ended(Exception):
    """How a module ended."""

    def __init__(self, *, failed: bool, values: dict[str, Any]) -> None:
        super().__init__(values)
        self.failed = failed
        self.values = values


class FakeModule:
    """AnsibleModule, as far as the engine knows it."""

    def __init__(self, *, check_mode: bool = False) -> None:
        self.check_mode = check_mode
        self.params: dict[str, Any] = {}

    def exit_json(self, **values: Any) -> NoReturn:
        """End well."""
        raise Ended(failed=False, values=values)

    def fail_json(self, msg: str, **values: Any) -> NoReturn:
        """End failed."""
        raise Ended(failed=True, values={"msg": msg, **values})


@pytest.fixture
def locked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note which locks are taken, without taking them."""
    taken: list[str] = []

    @contextmanager
    def lock(service: str) -> Iterator[None]:
        taken.append(service)
        yield

    monkeypatch.setattr(frame, "service_lock", lock)
    return taken


def _end(world: World, *items: Wanted, check_mode: bool = False, **more: Any) -> Ended:
    with pytest.raises(Ended) as caught:
        run.run_module(
            FakeModule(check_mode=check_mode),
            lambda: [Batch(world, items, Scope(complete=True))],
            lock="things",
            **more,
        )
    return caught.value


def test_the_results_of_the_contract(locked: list[str]) -> None:
    ended = _end(World(actual("orphan")), wanted("a", quota=1), wanted("b", managed=False))
    assert not ended.failed
    assert locked == ["things"]
    assert ended.values == {
        "msg": "1 done",
        "changed": True,
        "results": [
            {
                "kind": "thing",
                "name": "a",
                "customer": "ann",
                "action": "create",
                "fields": ["quota"],
                "status": "done",
                "error": None,
            }
        ],
        "unmanaged": [{"kind": "thing", "name": "b", "customer": "ann", "found": "no"}],
        "orphans": [{"kind": "thing", "name": "orphan", "customer": "ann"}],
        "counts": {"unchanged": 0, "done": 1},
        "diff": [
            {"before_header": "thing a", "after_header": "thing a", "before": "", "after": "state: present\nquota: 1\n"}
        ],
        "error": None,
        "invocation": {"module_args": {}},
    }


def test_check_mode_takes_no_lock(locked: list[str]) -> None:
    ended = _end(World(), wanted("a"), check_mode=True)
    assert locked == []
    assert ended.values["changed"]
    assert ended.values["results"][0]["status"] == "planned"


@pytest.mark.usefixtures("locked")
def test_nothing_to_do() -> None:
    ended = _end(World())
    assert (ended.failed, ended.values["changed"], ended.values["msg"]) == (False, False, "nothing to do")


@pytest.mark.usefixtures("locked")
def test_a_failed_item_ends_the_module_failed_and_is_named() -> None:
    world = World(broken={"b": ItemRefused("it can't be", remedy="correct it")})
    ended = _end(world, wanted("a"), wanted("b"))
    assert ended.failed
    assert ended.values["changed"]
    assert ended.values["msg"] == "1 done, 1 failed; thing b: it can't be (correct it)"


@pytest.mark.usefixtures("locked")
def test_of_many_failed_items_the_message_names_five() -> None:
    names = [f"n{number}" for number in range(8)]
    world = World(broken={name: ItemRefused("no", remedy="do") for name in names})
    ended = _end(world, *map(wanted, names))
    assert ended.values["msg"].count("thing n") == 5
    assert ended.values["msg"].endswith("and 3 more, see results")
    assert len(ended.values["results"]) == 8


@pytest.mark.usefixtures("locked")
def test_a_service_that_is_down_is_named_first() -> None:
    world = World()
    world.unreadable = ServiceUnavailable("it is down", remedy="start it")
    ended = _end(world, wanted("a"))
    assert ended.failed
    assert not ended.values["changed"]
    assert ended.values["msg"] == "it is down (start it); 1 unknown"
    assert ended.values["error"] == {"code": "service-unavailable", "message": "it is down", "remedy": "start it"}


def test_somebody_else_is_writing(monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def busy(service: str) -> Iterator[None]:
        if service:
            raise Busy(f"{service}: another run is writing (process 4711)", remedy="wait")
        yield

    monkeypatch.setattr(frame, "service_lock", busy)
    world = World()
    ended = _end(world, wanted("a"))
    assert ended.failed
    assert ended.values["msg"] == "things: another run is writing (process 4711) (wait)"
    assert ended.values["error"]["code"] == "busy"
    assert (ended.values["changed"], ended.values["results"], world.applied) == (False, [], [])


@pytest.mark.usefixtures("locked")
def test_further_values_are_made_last() -> None:
    world = World()
    ended = _end(world, wanted("a"), extra=lambda: {"applied": len(world.applied)})
    assert ended.values["applied"] == 1

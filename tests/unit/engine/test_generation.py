# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Generations: staged, checked, swapped, proved or taken back, whatever the daemons do and whenever a run is killed."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.errors import Incomplete, ServiceUnavailable
from ansible_collections.magmasoft.hosting.plugins.module_utils._daemon_config import disk, isolate
from ansible_collections.magmasoft.hosting.plugins.module_utils._daemon_config.disk import KEEP, MANIFEST
from ansible_collections.magmasoft.hosting.plugins.module_utils._daemon_config.model import (
    SENTINEL,
    GenerationItem,
)
from ansible_collections.magmasoft.hosting.plugins.module_utils._daemon_config.switch import Generations
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st


class Killed(BaseException):
    """Stands for a SIGKILL: nothing catches it."""


class Daemon:
    """A daemon in memory. Files with ``syntax`` do not pass its check, ``fatal`` kills it when it loads them."""

    def __init__(self, name: str, root: Path, *, telling: bool = True) -> None:
        self.name = name
        self.root = root
        self.telling = telling
        self.serving: int | None = 0
        self.loaded: dict[str, bytes] = {}
        self.reloads = 0
        self.restarts = 0
        self.checks = 0
        self.complaint = ""
        self.deaf = False
        self.refusing = False
        # items of whom something outside of the generations is broken
        self.broken: set[str] = set()

    def sentinel(self, number: int) -> bytes:
        return f"serve {number}".encode()

    def check(self, generation: Path) -> str | None:
        self.checks += 1
        for path in sorted((generation / self.name).iterdir()):
            if b"syntax" in path.read_bytes():
                return f"error in {path}: syntax" if self.telling else "error somewhere"
        return None

    def reload(self) -> Mapping[str, str]:
        self.reloads += 1
        if self.refusing:
            return {"": "refused"}
        if not self.deaf:
            self._load()
        return {name: f"{name} is broken" for name in self.broken}

    def restart(self) -> None:
        self.restarts += 1
        self._load()

    def active(self) -> bool:
        return self.serving is not None

    def answer(self) -> int | None:
        return self.serving

    def mark_log(self) -> None:
        self.complaint = ""

    def complaints(self) -> str:
        return self.complaint

    def _load(self) -> None:
        directory = self.root / "current" / self.name
        self.loaded = {path.name: path.read_bytes() for path in directory.iterdir()}
        fatal = [name for name, content in self.loaded.items() if b"fatal" in content]
        if fatal:
            self.complaint = f"can't use {fatal[0].removesuffix('.conf')}" if self.telling else "can't"
            self.serving = None
        else:
            match = re.fullmatch(rb"serve (\d+)", self.loaded[SENTINEL])
            assert match
            self.serving = int(match[1])


class Host:
    """A directory as the role makes it, with two daemons that serve it."""

    def __init__(self, root: Path, *, telling: bool = True) -> None:
        self.root = root
        for name in ("web", "app"):
            (root / "generations" / "0" / name).mkdir(parents=True)
            (root / "generations" / "0" / name / SENTINEL).write_text("serve 0")
        (root / "current").symlink_to("generations/0")
        self.web = Daemon("web", root, telling=telling)
        self.app = Daemon("app", root, telling=telling)
        self.now = 0.0

    def generations(self) -> Generations:
        return Generations(str(self.root), [self.web, self.app], patience=5, clock=lambda: self.now, sleep=self._sleep)

    def run(self, changes: Mapping[str, GenerationItem | None]) -> dict[str, str]:
        """Do what a module does; return the codes of the items that were left out."""
        generations = self.generations()
        generations.recover()
        base = generations.base()
        generations.require_answers(base)
        return {name: error.code for name, error in generations.activate(base, changes).items()}

    def link(self, name: str) -> str:
        return os.readlink(self.root / name)  # noqa: PTH115 - the text of the link is what is compared

    def served(self) -> dict[str, bytes]:
        """Return what the daemons have loaded, and assert that it is what lies there as current."""
        found: dict[str, bytes] = {}
        for daemon in (self.web, self.app):
            directory = self.root / "current" / daemon.name
            present = {path.name: path.read_bytes() for path in directory.iterdir()}
            assert daemon.serving == int(present.pop(SENTINEL).split()[1])
            if daemon.loaded:
                assert {name: content for name, content in daemon.loaded.items() if name != SENTINEL} == present
            found |= {f"{daemon.name}/{name}": content for name, content in present.items()}
        return found

    def _sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def host(tmp_path: Path) -> Host:
    """Return a host with nothing on it."""
    return Host(tmp_path)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sync", lambda: None)


def item(name: str, web: str = "web", app: str | None = None, **notes: str) -> GenerationItem:
    """Return an item with a file for one or both daemons."""
    files = {f"web/{name}.conf": web.encode()}
    if app is not None:
        files[f"app/{name}.conf"] = app.encode()
    return GenerationItem(files, notes)


def test_items_come_change_and_go(host: Host) -> None:
    assert host.run({"a": item("a"), "b": item("b", app="app")}) == {}
    assert host.served() == {"web/a.conf": b"web", "web/b.conf": b"web", "app/b.conf": b"app"}
    assert host.run({"a": item("a", "other"), "b": None}) == {}
    assert host.served() == {"web/a.conf": b"other"}
    assert host.link("current") == host.link("proved") == "generations/2"


def test_nothing_to_do_writes_nothing(host: Host) -> None:
    host.run({"a": item("a")})
    reloads = host.web.reloads
    assert host.run({"a": item("a"), "b": None}) == {}
    assert host.run({}) == {}
    assert host.link("current") == "generations/1"
    assert host.web.reloads == reloads


def test_one_reload_and_only_of_what_is_concerned(host: Host) -> None:
    host.run({name: item(name, app="app") for name in "abc"})
    assert (host.web.reloads, host.app.reloads) == (1, 1)
    host.run({"a": item("a", "other", app="app"), "d": item("d")})
    assert (host.web.reloads, host.app.reloads) == (2, 1)
    assert (host.web.answer(), host.app.answer()) == (2, 1)
    host.run({"a": item("a", "other", app="app", note="new")})
    assert (host.web.reloads, host.app.reloads) == (2, 1)
    assert host.generations().base().notes["a"] == {"note": "new"}


def test_an_item_that_is_broken_stops_no_other(host: Host) -> None:
    """What it needs outside of the generations is gone: that is no fault of those that are changed now."""
    host.run({"a": item("a"), "b": item("b")})
    host.web.broken = {"a"}
    assert host.run({"b": item("b", "other"), "c": item("c")}) == {}
    assert host.run({"a": item("a", "other"), "d": item("d")}) == {"a": "configuration-rejected"}
    assert host.served() == {"web/a.conf": b"web", "web/b.conf": b"other", "web/c.conf": b"web", "web/d.conf": b"web"}
    # what is no item of ours, the daemon has to be in order itself
    host.web.broken = {"elsewhere"}
    assert host.run({"e": item("e")}) == {"e": "configuration-rejected"}


def test_a_file_that_is_pointed_to_may_ask_for_a_reload(host: Host) -> None:
    host.run({"a": item("a")})
    host.run({"a": GenerationItem(item("a").files, {}, frozenset({"app"}))})
    assert (host.web.reloads, host.app.reloads) == (1, 1)


def test_unchanged_files_are_hard_links(host: Host) -> None:
    host.run({"a": item("a"), "b": item("b")})
    host.run({"b": item("b", "other")})
    first, second = (host.root / "generations" / number / "web" for number in "12")
    assert (first / "a.conf").samefile(second / "a.conf")
    assert not (first / "b.conf").samefile(second / "b.conf")


def test_old_generations_go(host: Host) -> None:
    for number in range(6):
        host.run({"a": item("a", str(number))})
    left = sorted(path.name for path in (host.root / "generations").iterdir())
    assert left == ["4", "5", "6"]
    assert len(left) == KEEP


def test_only_root_can_read_a_generation(host: Host) -> None:
    host.run({"a": item("a")})
    top = host.root / "generations" / "1"
    assert {path.stat().st_mode & 0o077 for path in [top, *top.rglob("*")]} == {0}


def test_a_group_may_read_where_a_daemon_does_not_run_as_root(host: Host) -> None:
    generations = Generations(str(host.root), [host.web, host.app], readers=os.getgid())
    generations.stage(generations.base(), {"a": item("a")})
    top = host.root / "generations" / "1"
    found = [path.stat() for path in [top, *top.rglob("*")]]
    assert {status.st_mode & 0o7777 for status in found} == {0o750, 0o640}
    assert {status.st_gid for status in found} == {os.getgid()}


@pytest.mark.parametrize("fault", ["syntax", "fatal"])
@pytest.mark.parametrize("telling", [True, False])
@pytest.mark.parametrize("part", ["web", "app"])
def test_the_item_at_fault_is_left_out(tmp_path: Path, fault: str, part: str, *, telling: bool) -> None:
    host = Host(tmp_path, telling=telling)
    host.run({"a": item("a")})
    bad = item("bad", fault, app="app") if part == "web" else item("bad", app=fault)
    changes = {**{f"good{number}": item(f"good{number}") for number in range(20)}, "bad": bad, "a": None}
    assert host.run(changes) == {"bad": "configuration-rejected"}
    assert host.served() == {f"web/good{number}.conf": b"web" for number in range(20)}
    checks = host.web.checks + host.app.checks
    assert checks < 50


@pytest.mark.parametrize("telling", [True, False])
def test_a_bad_change_leaves_the_item_as_it_was(tmp_path: Path, *, telling: bool) -> None:
    host = Host(tmp_path, telling=telling)
    host.run({"a": item("a", "good"), "b": item("b")})
    assert host.run({"a": item("a", "fatal")}) == {"a": "configuration-rejected"}
    assert host.served() == {"web/a.conf": b"good", "web/b.conf": b"web"}
    assert host.run({"a": item("a", "better")}) == {}


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kinds=st.lists(st.sampled_from(["fine", "fine", "fine", "syntax", "fatal"]), min_size=1, max_size=12),
    telling=st.booleans(),
)
def test_whatever_is_broken_the_rest_is_served(
    tmp_path_factory: pytest.TempPathFactory, kinds: list[str], *, telling: bool
) -> None:
    host = Host(tmp_path_factory.mktemp("host"), telling=telling)
    changes = {f"i{number}": item(f"i{number}", kind) for number, kind in enumerate(kinds)}
    broken = {f"i{number}" for number, kind in enumerate(kinds) if kind != "fine"}
    assert host.run(changes).keys() == broken
    assert host.served().keys() == {f"web/{name}.conf" for name in changes if name not in broken}


def test_many_broken_items_end_the_search(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolate, "_ATTEMPTS", 5)
    changes = {f"i{number}": item(f"i{number}", "syntax") for number in range(50)}
    assert host.run(changes).keys() == changes.keys()
    assert host.web.checks < 20
    assert host.served() == {}


def test_a_name_in_a_message_is_matched_exactly(host: Host) -> None:
    host.run({"example.com": item("example.com")})
    changes = {
        "myexample.com": item("myexample.com", "fatal"),
        "example.com": item("example.com", "other"),
        "myexample.com.au": item("myexample.com.au"),
    }
    assert host.run(changes) == {"myexample.com": "configuration-rejected"}
    assert host.served()["web/example.com.conf"] == b"other"


def test_a_daemon_that_does_not_take_over_is_given_up(host: Host) -> None:
    host.run({"a": item("a")})
    host.web.deaf = True
    with pytest.raises(ServiceUnavailable, match="web still serves generation 1 after 5 s"):
        host.run({name: item(name) for name in "bcd"})
    assert host.web.reloads == 2
    assert host.link("current") == host.link("proved") == "generations/1"
    host.web.deaf = False
    assert host.run({"b": item("b")}) == {}


def test_a_daemon_that_refuses_to_reload(host: Host) -> None:
    host.web.refusing = True
    assert host.run({"a": item("a")}) == {"a": "configuration-rejected"}
    assert host.web.serving == 0
    assert host.served() == {}


def test_a_daemon_that_never_comes_back_ends_the_run(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    host.run({"a": item("a")})

    def die() -> None:
        host.web.serving = None

    monkeypatch.setattr(host.web, "restart", die)
    with pytest.raises(ServiceUnavailable, match="was put back, and yet"):
        host.run({"b": item("b", "fatal")})
    assert host.link("current") == "generations/1"


def test_faults_outside_of_the_items_are_nobodys(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    host.run({"a": item("a")})
    monkeypatch.setattr(host.web, "check", lambda _generation: "broken elsewhere")
    with pytest.raises(ServiceUnavailable, match="even without the changes: broken elsewhere"):
        host.run({"b": item("b")})
    assert host.served() == {"web/a.conf": b"web"}
    assert [path.name for path in (host.root / "generations").iterdir() if path.name not in "01"] == []


def test_a_stopped_daemon_is_told_before_anything_is_written(host: Host) -> None:
    host.run({"a": item("a")})
    host.app.serving = None
    with pytest.raises(ServiceUnavailable, match="app"):
        host.run({"b": item("b")})
    assert host.link("current") == "generations/1"
    assert host.app.restarts == 0


def test_a_busy_daemon_is_given_time(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    host.run({"a": item("a")})
    answers = iter([None, None, None])
    monkeypatch.setattr(host.app, "answer", lambda: next(answers, 0))
    assert host.run({"b": item("b")}) == {}
    assert host.now > 0


def test_a_daemon_that_runs_and_never_answers_is_told(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host.app, "answer", lambda: None)
    with pytest.raises(ServiceUnavailable, match="app: no answer"):
        host.run({"b": item("b")})


def test_a_daemon_that_lags_behind_takes_over(host: Host) -> None:
    host.run({"a": item("a")})
    host.web.serving = 0
    assert host.run({}) == {}
    assert host.served() == {"web/a.conf": b"web"}


def test_altered_files_are_found_and_written_anew(host: Host) -> None:
    host.run({"a": item("a"), "b": item("b"), "c": item("c", app="app")})
    directory = host.root / "current" / "web"
    (directory / "a.conf").write_text("something else")
    (directory / "b.conf").unlink()
    (directory / "c.conf").unlink()
    (directory / "c.conf").symlink_to("/etc/passwd")
    generations = host.generations()
    expected = {"a": ["web/a.conf"], "b": ["web/b.conf"], "c": ["web/c.conf"]}
    assert generations.altered(generations.base()) == expected
    assert host.run({"d": item("d")}) == {}
    assert generations.altered(generations.base()).keys() >= {"a", "b"}
    assert host.run({"a": item("a"), "b": item("b"), "c": item("c", app="app")}) == {}
    assert generations.altered(generations.base()) == {}
    assert host.served().keys() == {"web/a.conf", "web/b.conf", "web/c.conf", "web/d.conf", "app/c.conf"}
    assert host.app.reloads == 1


def test_a_host_without_generations(tmp_path: Path) -> None:
    generations = Generations(str(tmp_path), [])
    generations.recover()
    with pytest.raises(ServiceUnavailable, match="run the playbook servers"):
        generations.base()


@pytest.mark.parametrize("content", ["{", '{"format": 99}'])
def test_a_manifest_that_is_not_ours(host: Host, content: str) -> None:
    host.run({"a": item("a")})
    (host.root / "current" / MANIFEST).write_text(content)
    with pytest.raises(Incomplete):
        host.run({})


# Every place where something is written or a daemon is touched; a run may be killed before or after each.
_STEPS: list[tuple[object, str]] = [
    (disk, "_write"),
    (os, "link"),
    (os, "sync"),
    (os, "fsync"),
    (shutil, "rmtree"),
    (Path, "rename"),
    (Path, "symlink_to"),
    (Path, "mkdir"),
    (Path, "touch"),
    (Path, "unlink"),
    (Daemon, "check"),
    (Daemon, "reload"),
    (Daemon, "restart"),
    (Daemon, "answer"),
]


def _arm(monkeypatch: pytest.MonkeyPatch, deadline: int, *, after: bool) -> Callable[[], int]:
    """Kill the run at the n-th step."""
    count = 0

    def wrap(owner: object, name: str) -> None:
        original = getattr(owner, name)

        def step(*arguments: object, **more: object) -> object:
            nonlocal count
            count += 1
            mine = count
            if mine == deadline and not after:
                raise Killed
            try:
                return original(*arguments, **more)
            finally:
                if mine == deadline:
                    raise Killed

        monkeypatch.setattr(owner, name, step)

    for owner, name in _STEPS:
        wrap(owner, name)
    return lambda: count


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("fault", ["fine", "fatal"])
def test_killed_at_any_step_the_next_run_ends_the_same(tmp_path: Path, fault: str, *, after: bool) -> None:
    changes: dict[str, GenerationItem | None] = {
        "a": None,
        "b": item("b", "other", app="app"),
        "c": item("c", fault),
        "d": item("d"),
    }
    step, killed = 0, True
    while killed:
        step += 1
        host = Host(tmp_path / f"{step}")
        host.run({"a": item("a"), "b": item("b", app="app")})
        with pytest.MonkeyPatch.context() as patch:
            _arm(patch, step, after=after)
            try:
                host.run(changes)
                killed = False
            except Killed:
                pass
        # whatever happened: what is current is whole
        assert (host.root / "current" / "web" / SENTINEL).is_file()
        assert (host.root / "current" / "app" / SENTINEL).is_file()
        host.run(changes)
        expected = {"web/b.conf": b"other", "app/b.conf": b"app", "web/d.conf": b"web"}
        expected |= {"web/c.conf": b"fine"} if fault == "fine" else {}
        assert host.served() == expected, step
        assert host.link("current") == host.link("proved")
        left = [path.name for path in (host.root / "generations").iterdir()]
        assert all(name.isdigit() for name in left)
        assert len(left) <= KEEP
    assert step > 20

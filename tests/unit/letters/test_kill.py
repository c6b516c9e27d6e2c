# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Killed at any moment: the next run ends as an uninterrupted one would have, and no password is lost."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.complete import complete_letters
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.logins import Login
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.pending import make_pending
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.render import Page
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.store import open_store

from .conftest import CUSTOMERS, ENDPOINTS, Letters

# Whatever changes a file system; each is a moment to die before, which is just after the one before it.
STEPS = ("open", "mkdir", "fsync", "rename", "unlink")
KILLED, DONE = 9, 0
# Databases, whose hashes cost nothing: what is tried here are the files.
FIRST, SECOND, THIRD = LOGINS = [Login("database", f"alp-{name}", "alp") for name in ("web", "shop", "wiki")]
MOVED = Login("database", "alp-web", "other")


def make(letters: Letters, *logins: Login, renew: bool = False) -> None:
    """Run the state ``pending``."""
    with open_store(str(letters.path), writing=True) as store:
        made = make_pending(store, logins, renew=renew, write=True)
    assert not made.errors


def complete(letters: Letters, *logins: Login) -> None:
    """Run the state ``complete``."""
    with open_store(str(letters.path), writing=True) as store:
        done = complete_letters(store, logins, CUSTOMERS, ENDPOINTS, Page(), write=True)
    assert not done.errors


def killed_at(step: int, run: Callable[[], None]) -> bool:
    """Run in a child that dies without a word at this step. Return whether it lived that long."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            _die_at(step)
            run()
            status = DONE
        finally:
            os._exit(status)
    _child, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code in (KILLED, DONE), "the run failed by itself"
    return code == KILLED


def _die_at(step: int) -> None:
    moment = iter(range(step, -1, -1))

    def dying(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*arguments: Any, **more: Any) -> Any:
            if (name != "open" or arguments[1] & os.O_CREAT) and next(moment, None) == 0:
                os._exit(KILLED)
            return call(*arguments, **more)

        return wrapped

    for name in STEPS:
        setattr(os, name, dying(name, getattr(os, name)))


def at_every_step(
    letters: Letters, before: Callable[[], Any], run: Callable[[], None], after: Callable[[Any], None]
) -> int:
    """Prepare, run until the step, then check, for every step there is; return how many there were."""
    for step in range(10_000):
        shutil.rmtree(letters.path, ignore_errors=True)
        state = before()
        lived = killed_at(step, run)
        after(state)
        if not lived:
            return step
    raise AssertionError("it never ends")


def _everything(letters: Letters) -> dict[str, bytes]:
    return {
        str(path.relative_to(letters.path)): path.read_bytes()
        for path in letters.path.rglob("*")
        if path.is_file() and path.name != "letters.lock"
    }


def test_making_passwords(letters: Letters) -> None:
    """What a killed run wrote, the next one keeps: a module may have used it already."""

    def after(_state: None) -> None:
        written = letters.pending()
        make(letters, *LOGINS)
        assert set(letters.pending()) == {login.key for login in LOGINS}
        assert written.items() <= letters.pending().items()
        assert set(_everything(letters)) == {"pending/alp.json"}

    assert at_every_step(letters, lambda: None, lambda: make(letters, *LOGINS), after) >= 6


def test_adding_and_moving(letters: Letters) -> None:
    """A login that goes to another customer is never in no file."""

    def before() -> dict[str, Any]:
        make(letters, FIRST, SECOND)
        return letters.pending()

    def after(state: dict[str, Any]) -> None:
        found = {**letters.pending("other"), **letters.pending()}
        assert state.items() <= found.items()
        make(letters, MOVED, THIRD)
        assert letters.pending("other") == {MOVED.key: state[MOVED.key]}
        assert set(letters.pending()) == {SECOND.key, THIRD.key}

    assert at_every_step(letters, before, lambda: make(letters, MOVED, THIRD), after) >= 6


def test_completing(letters: Letters) -> None:
    """The letter has the very passwords that were pending, and all files are as without the kill."""

    def before() -> dict[str, Any]:
        make(letters, *LOGINS)
        complete(letters, FIRST)
        make(letters, FIRST, renew=True)
        return letters.pending()

    def after(state: dict[str, Any]) -> None:
        wanted = {login.name: state[login.key]["password"] for login in LOGINS}
        in_letter = {entry["user"]: entry["password"] for entry in letters.letter()}
        for login in LOGINS:
            assert login.key in letters.pending() or in_letter[login.name] == wanted[login.name]
        complete(letters, *LOGINS)
        assert {entry["user"]: entry["password"] for entry in letters.letter()} == wanted
        assert set(_everything(letters)) == {"alp.json", "alp.txt", "alp.html"}
        for form in ("txt", "html"):
            content = (letters.path / f"alp.{form}").read_text()
            assert all(password in content for password in wanted.values())

    assert at_every_step(letters, before, lambda: complete(letters, *LOGINS), after) >= 12


def test_renewing(letters: Letters) -> None:
    """Either the former password is pending or the new one, and it is whole."""

    def before() -> dict[str, Any]:
        make(letters, *LOGINS)
        return letters.pending()

    def after(state: dict[str, Any]) -> None:
        found = letters.pending()
        assert set(found) == set(state)
        assert {key for key in found if found[key] != state[key]} <= {FIRST.key}
        make(letters, FIRST, renew=True)
        assert letters.pending()[FIRST.key] not in (state[FIRST.key], found[FIRST.key])

    at_every_step(letters, before, lambda: make(letters, FIRST, renew=True), after)


def test_the_steps_are_the_real_ones(tmp_path: Path) -> None:
    """A step that is counted and never dies would prove nothing."""
    (tmp_path / "a").touch()
    assert killed_at(0, lambda: os.rename(tmp_path / "a", tmp_path / "b"))  # noqa: PTH104
    assert (tmp_path / "a").exists()
    assert not killed_at(1, lambda: os.rename(tmp_path / "a", tmp_path / "b"))  # noqa: PTH104
    assert (tmp_path / "b").exists()

# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Passwords that are made and written down before anything uses them."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._core import files
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.logins import Login
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.passwords import hash_password
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.pending import Made, make_pending, plan_pending
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.store import Secret, open_store
from hypothesis import given
from hypothesis import strategies as st

from .conftest import DATABASE, FILES, LOGINS, MAILBOX, Letters

ELSEWHERE = Login("database", "alp-web", "other")


def _make(letters: Letters, logins: list[Login], *, renew: bool = False, write: bool = True) -> Made:
    with open_store(str(letters.path), writing=write) as store:
        return make_pending(store, logins, renew=renew, write=write)


def test_each_login_gets_a_password_and_its_hash(letters: Letters) -> None:
    """In the file of its customer."""
    made = _make(letters, LOGINS)
    assert made.changed
    assert made.logins == LOGINS
    assert not made.errors
    pending = letters.pending()
    assert list(pending) == ["database:alp-web", "file_login:alp", "mailbox:office@alp.example"]
    assert len({entry["password"] for entry in pending.values()}) == 3
    database = pending["database:alp-web"]
    assert database["hash"] == hash_password("database", database["password"])


def test_what_is_pending_stays_the_same(letters: Letters) -> None:
    """Equality of the hash is how modules compare."""
    _make(letters, LOGINS)
    before = letters.pending()
    made = _make(letters, LOGINS)
    assert not made.changed
    assert made.logins == []
    assert letters.pending() == before
    _make(letters, [Login("database", "alp-new", "alp")])
    assert {key: entry for key, entry in letters.pending().items() if key != "database:alp-new"} == before


def test_renew_makes_another(letters: Letters) -> None:
    """Of that login only."""
    _make(letters, LOGINS)
    before = letters.pending()
    made = _make(letters, [MAILBOX], renew=True)
    assert made.logins == [MAILBOX]
    after = letters.pending()
    assert {key for key in after if after[key] != before[key]} == {MAILBOX.key}


def test_check_mode_predicts_and_writes_nothing(letters: Letters) -> None:
    """Not even a directory."""
    predicted = _make(letters, LOGINS, write=False)
    assert not letters.path.exists()
    made = _make(letters, LOGINS)
    assert (predicted.changed, predicted.logins) == (made.changed, made.logins)
    content = letters.pending()
    assert not _make(letters, LOGINS, write=False).changed
    assert _make(letters, [FILES], renew=True, write=False).logins == [FILES]
    assert letters.pending() == content


def test_a_login_moves_with_its_owner(letters: Letters) -> None:
    """The register says whose it is; the password that may be in force already is kept."""
    _make(letters, LOGINS)
    password = letters.pending()[DATABASE.key]
    made = _make(letters, [ELSEWHERE])
    assert made.changed
    assert made.logins == []
    assert letters.pending("other") == {DATABASE.key: password}
    assert DATABASE.key not in letters.pending()
    assert not _make(letters, [ELSEWHERE]).changed


def test_a_file_without_logins_is_removed(letters: Letters) -> None:
    """Nothing is left of it."""
    _make(letters, [DATABASE])
    _make(letters, [ELSEWHERE])
    assert sorted(path.name for path in (letters.path / "pending").iterdir()) == ["other.json"]


def test_a_damaged_file_fails_its_customer_only(letters: Letters) -> None:
    """The others get theirs, and the damaged file is left as it is."""
    _make(letters, LOGINS)
    file = letters.path / "pending" / "alp.json"
    file.write_text("{")
    made = _make(letters, [*LOGINS, Login("database", "other-web", "other")])
    assert [login.name for login in made.logins] == ["other-web"]
    assert set(made.errors) == {"alp"}
    assert file.read_text() == "{"


def test_a_full_disk_fails_that_customer_only(letters: Letters, monkeypatch: pytest.MonkeyPatch) -> None:
    """And a password that could not be written is not made known."""
    write = files.write_beside

    def full(parent_fd: int, name: str, *arguments: Any, **more: Any) -> None:
        if name == "alp.json":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        write(parent_fd, name, *arguments, **more)

    monkeypatch.setattr(files, "write_beside", full)
    made = _make(letters, [*LOGINS, Login("database", "other-web", "other")])
    assert [login.name for login in made.logins] == ["other-web"]
    assert "No space left" in str(made.errors["alp"])
    assert letters.pending() == {}


def test_a_move_that_fails_loses_nothing(letters: Letters, monkeypatch: pytest.MonkeyPatch) -> None:
    """It stays in the former owner's file until the next run."""
    _make(letters, LOGINS)
    before = letters.pending()
    with monkeypatch.context() as patched:

        def full(*_arguments: Any, **_more: Any) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        patched.setattr(files, "write_beside", full)
        assert set(_make(letters, [ELSEWHERE]).errors) == {"other"}
    assert letters.pending() == before
    _make(letters, [ELSEWHERE])
    assert letters.pending("other")[DATABASE.key] == before[DATABASE.key]


def test_everything_is_synced_before_it_is_used(letters: Letters, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each file before it is renamed, and the directory after."""
    calls: list[str] = []
    fsync, rename = os.fsync, os.rename

    def synced(descriptor: int) -> None:
        calls.append("sync " + Path(f"/proc/self/fd/{descriptor}").readlink().name.rpartition(".")[2])
        fsync(descriptor)

    def renamed(source: str, target: str, **more: Any) -> None:
        calls.append(f"rename {target}")
        rename(source, target, **more)

    _make(letters, [])
    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "rename", renamed)
    _make(letters, LOGINS)
    assert calls == ["sync new", "rename alp.json", "sync pending"]


def test_a_thousand_customers_are_made_in_batches(letters: Letters) -> None:
    """All of them, each in a file of its own."""
    logins = [Login("database", f"c{number}-web", f"c{number}") for number in range(1000)]
    made = _make(letters, logins)
    assert len(made.logins) == 1000
    assert len(list((letters.path / "pending").iterdir())) == 1000
    assert made.hash_seconds > 0


_KEYS = st.sampled_from([login.key for login in LOGINS])
_SECRETS = st.builds(Secret, password=st.text(), hash=st.text())
_PENDING = st.dictionaries(st.sampled_from(["alp", "other", "third"]), st.dictionaries(_KEYS, _SECRETS))


@given(_PENDING, st.lists(st.sampled_from(LOGINS), unique=True), st.booleans())
def test_a_plan_never_loses_a_password(pending: dict[str, dict[str, Secret]], logins: list[Login], renew: bool) -> None:
    """What is dropped from a file is in the owner's, or made anew because that was asked for."""
    work = plan_pending(pending, logins, renew=renew)
    made = {login.key for customer in work.make.values() for login in customer}
    for holder, keys in work.drop.items():
        for key in keys:
            owner = next(login.customer for login in logins if login.key == key)
            assert holder != owner
            assert key in made or key in pending.get(owner, {}) or key in work.take[owner]
    assert renew == (made == {login.key for login in logins}) or not renew
    for login in logins:
        have = login.key in made or login.key in work.take.get(login.customer, {})
        assert have != (login.key in pending.get(login.customer, {}) and not renew)

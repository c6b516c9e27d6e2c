# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts, trees, quotas, logins and links of the cloud, without a host."""

from __future__ import annotations

import base64
import json
import os
import threading
import time
from contextlib import suppress
from dataclasses import fields
from pathlib import Path

import pytest
from ansible_collections.magmasoft.hosting.roles.cloud.files.hosting_cloud import login
from ansible_collections.magmasoft.hosting.roles.cloud.files.hosting_cloud.accounts import Account, Accounts, key_of
from ansible_collections.magmasoft.hosting.roles.cloud.files.hosting_cloud.languages.table import LANGUAGES
from ansible_collections.magmasoft.hosting.roles.cloud.files.hosting_cloud.shares import Shares
from ansible_collections.magmasoft.hosting.roles.cloud.files.hosting_cloud.trees import (
    ENTRY,
    FullError,
    OutsideError,
    TooDeepError,
    Trees,
    extent_of,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

ANNA = "anna@a.example"


class Clock:
    """A clock that stands still."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def write(root: Path, address: str = ANNA, **more: object) -> None:
    """Write an account as the module does."""
    directory = root / address
    (directory / "files").mkdir(parents=True, exist_ok=True)
    content = {"format": 1, "customer": "a", "state": "present", "language": "de", "quota": None, **more}
    (directory / "account.new").write_text(json.dumps(content), "utf-8")
    (directory / "account.new").replace(directory / "account.json")


def account(quota: int | None = None, version: int = 1) -> Account:
    """Return an account."""
    return Account(ANNA, "a", "de", quota, (version, 1))


def test_accounts_come_and_go_with_their_files(tmp_path: Path) -> None:
    clock = Clock()
    accounts = Accounts(str(tmp_path), clock)
    assert accounts.get(ANNA) is None
    write(tmp_path, quota=5)
    found = accounts.get(ANNA)
    assert found is not None
    assert (found.quota, found.language) == (5, "de")
    assert accounts.by_key(key_of(ANNA)) == found
    write(tmp_path, state="suspended")
    assert accounts.get(ANNA) is None
    assert accounts.by_key(key_of(ANNA)) is None
    write(tmp_path)
    again = accounts.get(ANNA)
    assert again is not None
    assert again.version != found.version


@pytest.mark.parametrize(
    "name", ["", ".", "..", "a", "../x@a.example", "a/b@a.example", "anna@a.example/", "*@a.example"]
)
def test_what_is_no_address_is_no_account(tmp_path: Path, name: str) -> None:
    write(tmp_path)
    assert Accounts(str(tmp_path)).get(name) is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    parts=st.lists(st.sampled_from([".", "..", "", "a", "dir", "link", "/", "a/b", "\0", "x" * 300, "ü"]) | st.text())
)
def test_no_path_leads_out_of_a_tree(tmp_path_factory: pytest.TempPathFactory, parts: list[str]) -> None:
    root = tmp_path_factory.mktemp("cloud")
    write(root)
    top = root / ANNA / "files"
    (top / "dir").mkdir()
    (top / "link").symlink_to("/etc")
    (top / "dir" / "link").symlink_to(root)
    try:
        found = Trees(str(root)).path(account(), parts)
    except (OutsideError, UnicodeEncodeError):
        return
    assert os.path.realpath(found) == str(found)
    assert found == top or top in found.parents


def test_uploads_count_while_they_grow(tmp_path: Path) -> None:
    write(tmp_path)
    trees, anna = Trees(str(tmp_path)), account(quota=10 + 2 * ENTRY)
    top = trees.top(anna)
    first = trees.begin(anna)
    first.write(b"123456")
    second = trees.begin(anna)
    with pytest.raises(FullError):
        second.write(b"12345")
    second.discard()
    first.finish(top / "file")
    assert trees.used(anna) == 6 + ENTRY
    # the new content counts beside the former one until it takes its place
    third = trees.begin(anna)
    third.write(b"1234")
    third.finish(top / "file")
    assert trees.used(anna) == 4 + ENTRY
    assert (top / "file").read_bytes() == b"1234"
    third.discard()
    assert trees.used(anna) == 4 + ENTRY
    trees.remove(anna, top / "file")
    assert trees.used(anna) == 0
    assert list((tmp_path / ANNA / "uploads").iterdir()) == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    steps=st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 9), st.sampled_from(["keep", "drop", "remove"])))
)
def test_usage_is_what_lies_on_the_disk(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int, str]]
) -> None:
    root = tmp_path_factory.mktemp("cloud")
    write(root)
    quota = 20 + 3 * ENTRY
    trees, anna = Trees(str(root)), account(quota=quota)
    for name, size, what in steps:
        target = trees.top(anna) / name
        if what == "remove":
            if target.exists():
                trees.remove(anna, target)
            continue
        try:
            upload = trees.begin(anna)
        except FullError:
            continue
        try:
            upload.write(b"x" * size)
            if what == "keep":
                upload.finish(target)
        except FullError:
            pass
        upload.discard()
    assert trees.used(anna) == sum(ENTRY + path.stat().st_size for path in trees.top(anna).iterdir()) <= quota


def test_what_is_empty_counts_as_well(tmp_path: Path) -> None:
    """Otherwise an account could have files without number, and the disk has not."""
    write(tmp_path)
    trees, anna = Trees(str(tmp_path)), account(quota=3 * ENTRY)
    trees.make_folder(anna, trees.top(anna) / "folder")
    trees.make_file(anna, trees.top(anna) / "folder" / "file")
    with pytest.raises(FileExistsError):
        trees.make_folder(anna, trees.top(anna) / "folder")
    trees.begin(anna).finish(trees.top(anna) / "other")
    for make in (trees.make_file, trees.make_folder):
        with pytest.raises(FullError):
            make(anna, trees.top(anna) / "more")
    with pytest.raises(FullError):
        trees.begin(anna)
    assert trees.used(anna) == 3 * ENTRY == Trees(str(tmp_path)).used(anna)
    trees.remove(anna, trees.top(anna) / "folder")
    assert trees.used(anna) == ENTRY


def _deep(top: Path, names: list[str], content: bytes) -> None:
    """Make a file below more folders than a path may name."""
    here = os.open(top, os.O_RDONLY)
    for name in names:
        os.mkdir(name, dir_fd=here)
        below = os.open(name, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    file = os.open("file", os.O_WRONLY | os.O_CREAT, dir_fd=here)
    os.write(file, content)
    os.close(file)
    os.close(here)


@pytest.mark.parametrize("names", [["x" * 200] * 23, ["y"] * 300])
def test_what_is_too_deep_for_a_path_counts(tmp_path: Path, names: list[str]) -> None:
    write(tmp_path)
    trees, anna = Trees(str(tmp_path)), account(quota=1_000_000)
    _deep(trees.top(anna), names, b"z" * 500_000)
    assert trees.used(anna) == 500_000 + (len(names) + 1) * ENTRY
    assert extent_of(trees.top(anna)).length == sum(len(name) + 1 for name in [*names, "file"])
    assert extent_of(trees.top(anna)).depth == len(names) + 1
    trees.remove(anna, trees.top(anna) / names[0])
    assert trees.used(anna) == 0


def test_what_can_t_be_looked_at_is_not_free(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path)
    trees, anna = Trees(str(tmp_path)), account()
    (trees.top(anna) / "folder").mkdir()
    opened = os.open

    def refuse(path: str, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        if path == "folder":
            raise PermissionError(13, "Permission denied", path)
        return opened(path, flags, mode, dir_fd=dir_fd)

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(PermissionError):
        trees.used(anna)


def test_no_path_gets_deeper_than_it_can_be_reached(tmp_path: Path) -> None:
    write(tmp_path)
    trees, anna = Trees(str(tmp_path)), account()
    top = trees.top(anna)
    trees.path(anna, ["x"] * 100)
    for parts in (["x"] * 101, ["x" * 250] * 9):
        with pytest.raises(TooDeepError):
            trees.path(anna, parts)
    _deep(top, ["a" * 200] * 6, b"")
    _deep(top, ["b" * 200] * 6, b"")
    inner = top.joinpath(*["b" * 200] * 6)
    trees.require_movable(anna, top / ("a" * 200), top / "c")
    with pytest.raises(TooDeepError):
        trees.require_movable(anna, top / ("a" * 200), inner / "c")


def test_counting_one_tree_holds_nobody_else_up(tmp_path: Path) -> None:
    write(tmp_path)
    write(tmp_path, "bert@a.example")
    bert = Account("bert@a.example", "a", "de", None, (1, 1))
    counting, counted = threading.Event(), threading.Event()

    def clock() -> float:
        # read when a count begins
        if threading.current_thread() is not threading.main_thread():
            counting.set()
            assert counted.wait(30)
        return 1000.0

    trees = Trees(str(tmp_path), clock)
    thread = threading.Thread(target=trees.used, args=(account(),))
    thread.start()
    assert counting.wait(30)
    assert trees.used(bert) == 0
    counted.set()
    thread.join(30)
    assert not thread.is_alive()


def test_usage_is_counted_anew_after_an_hour(tmp_path: Path) -> None:
    write(tmp_path)
    clock = Clock()
    trees = Trees(str(tmp_path), clock)
    assert trees.used(account()) == 0
    (trees.top(account()) / "by-hand").write_bytes(b"123")
    assert trees.used(account()) == 0
    clock.now += 3601
    assert trees.used(account()) == 3 + ENTRY


def test_uploads_that_nobody_takes_any_more_go(tmp_path: Path) -> None:
    """A worker that was killed left the one; the other is being written."""
    write(tmp_path)
    uploads = tmp_path / ANNA / "uploads"
    uploads.mkdir()
    for name, hours in (("left", 25), ("growing", 23)):
        (uploads / name).write_bytes(b"1234")
        then = time.time() - hours * 3600
        os.utime(uploads / name, (then, then))
    assert Trees(str(tmp_path)).used(account()) == 4 + ENTRY
    assert [place.name for place in uploads.iterdir()] == ["growing"]


def test_good_logins_are_remembered_for_a_minute_and_one_version_of_the_account() -> None:
    clock = Clock()
    remembered = login.Remembered(clock)
    remembered.add(account(), "right")
    assert remembered.has(account(), "right")
    assert not remembered.has(account(), "wrong")
    assert not remembered.has(account(version=2), "right")
    clock.now += 61
    assert not remembered.has(account(), "right")


def test_too_many_wrong_passwords_lock_for_a_minute() -> None:
    clock = Clock()
    failures = login.Failures(clock=clock)
    for _number in range(10):
        failures.refuse_if_many((ANNA, "192.0.2.1"))
        failures.note((ANNA, "192.0.2.1"))
    with pytest.raises(login.TooManyError):
        failures.refuse_if_many((ANNA, "192.0.2.1"))
    failures.refuse_if_many(("bert@a.example", "192.0.2.1"))
    failures.refuse_if_many((ANNA, "192.0.2.2"))
    clock.now += 61
    failures.refuse_if_many((ANNA, "192.0.2.1"))
    failures.note((ANNA, "192.0.2.1"))
    failures.refuse_if_many((ANNA, "192.0.2.1"))


def _tries(tmp_path: Path, tries: list[tuple[str, str]]) -> int:
    """Try wrong passwords for addresses from clients; return how many of them the directory was asked for."""

    class Directory:
        asked = 0

        def accepts(self, _address: str, _password: str) -> bool:
            self.asked += 1
            return False

    directory = Directory()
    logins = login.Login(Accounts(str(tmp_path)), directory)
    for number, (address, client) in enumerate(tries):
        write(tmp_path, address)
        header = "Basic " + base64.b64encode(f"{address}:wrong-{number}".encode()).decode()
        with suppress(login.TooManyError):
            assert logins.account(header, client) is None
    return directory.asked


def test_whoever_has_an_ipv6_network_is_one_client(tmp_path: Path) -> None:
    assert _tries(tmp_path, [(ANNA, f"2001:db8::{number:x}:1") for number in range(50)]) == 10
    assert _tries(tmp_path, [(ANNA, f"::ffff:192.0.2.{number}") for number in range(50)]) == 50
    assert _tries(tmp_path, [(ANNA, f"2001:db8:0:{number:x}::1") for number in range(50)]) == 50


def test_who_tries_many_addresses_is_counted_as_well(tmp_path: Path) -> None:
    assert _tries(tmp_path, [(f"anna{number}@a.example", "192.0.2.1") for number in range(150)]) == 100


@pytest.mark.parametrize(
    "header", ["", "Basic", "Basic !", "Bearer x", "Basic " + "x" * 2000, "Basic " + base64.b64encode(b"name").decode()]
)
def test_what_is_no_login_is_none(header: str) -> None:
    assert login._basic(header) is None


@given(name=st.text(max_size=50), password=st.text(max_size=50))
def test_logins_are_read_as_they_were_sent(name: str, password: str) -> None:
    encoded = base64.b64encode(f"{name}:{password}".encode()).decode("ascii")
    found = login._basic(f"Basic {encoded}")
    if "\0" in name + password:
        assert found is None
    elif ":" not in name:
        assert found == (name.lower(), password)


def test_links(tmp_path: Path) -> None:
    write(tmp_path)
    shares = Shares(str(tmp_path))
    made = shares.add(account(), ("Fotos", "2026"))
    assert shares.add(account(), ("Fotos", "2026")) == made
    assert shares.get(account(), made.token) == made
    assert shares.all(account()) == [made]
    for token in ("", "..", "../account.json", made.token[:-1], made.token + "x"):
        assert shares.get(account(), token) is None
        shares.remove(account(), token)
    # power was lost before it was written
    broken = tmp_path / ANNA / "shares" / ("x" * 43)
    broken.touch()
    assert shares.all(account()) == [made]
    shares.remove(account(), broken.name)
    shares.remove(account(), made.token)
    assert shares.all(account()) == []


def test_texts_of_all_languages_are_complete() -> None:
    for name, texts in LANGUAGES.items():
        assert texts.language == name
        assert all(getattr(texts, field.name) for field in fields(texts))
        assert texts.used.format(used="1", quota="2") != texts.used

# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where letters lie: modes, links, git, lock."""

from __future__ import annotations

import fcntl
import json
import os
import stat
import subprocess
from pathlib import Path

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._core import lock
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.errors import Busy, HostingError, UnsafePath
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters import place
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.passwords import hash_password
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.store import Secret, open_store

from .conftest import Letters

SECRET = Secret("pass-word", hash_password("database", "pass-word"))


def _write(letters: Letters, customer: str = "alp") -> None:
    with open_store(str(letters.path), writing=True) as store:
        assert store is not None
        store.write_pending(customer, {"database:a": SECRET})
        store.write_letter(customer, ".txt", "letter")


def test_everything_is_ours_alone(letters: Letters) -> None:
    """Whatever the umask."""
    former = os.umask(0)
    try:
        _write(letters)
    finally:
        os.umask(former)
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (letters.path, *letters.path.rglob("*"))}
    assert set(modes.values()) == {0o700, 0o600}
    assert all(mode == (0o700 if path.is_dir() else 0o600) for path, mode in modes.items())


def test_reading_makes_nothing(letters: Letters) -> None:
    """Neither a directory nor a lock."""
    with open_store(str(letters.path), writing=False) as store:
        assert store is None
    letters.path.mkdir(mode=0o700)
    with open_store(str(letters.path), writing=False) as store:
        assert store is not None
        assert store.read_pending() == ({}, {})
    assert list(letters.path.iterdir()) == []


@pytest.mark.parametrize("mode", [0o755, 0o750, 0o770, 0o701, 0o777, 0o1777])
@pytest.mark.parametrize("writing", [True, False])
def test_a_directory_open_to_others_is_refused(letters: Letters, mode: int, writing: bool) -> None:
    """It could have been read already: the operator has to know."""
    letters.path.mkdir()
    letters.path.chmod(mode)
    with (
        pytest.raises(UnsafePath, match=r"is open to others.*chmod 0700"),
        open_store(str(letters.path), writing=writing),
    ):
        pytest.fail("it was opened")


def test_a_pending_directory_open_to_others_is_refused(letters: Letters) -> None:
    """It holds passwords as well."""
    _write(letters)
    (letters.path / "pending").chmod(0o755)
    with pytest.raises(UnsafePath, match="/pending: is open to others"), open_store(str(letters.path), writing=True):
        pytest.fail("it was opened")


def test_a_directory_of_somebody_else_is_refused(letters: Letters, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its owner could read everything."""
    letters.path.mkdir(mode=0o700)
    monkeypatch.setattr(os, "geteuid", lambda: 4711)
    with pytest.raises(UnsafePath, match="belongs to user number"), open_store(str(letters.path), writing=False):
        pytest.fail("it was opened")


@pytest.mark.parametrize("path", ["letters", "./x", ""])
def test_a_relative_path_is_refused(path: str) -> None:
    """It would depend on where the run was started."""
    with pytest.raises(UnsafePath, match="not an absolute path"):
        place.resolve(path)


def test_a_file_in_its_place_is_refused(letters: Letters) -> None:
    """With a sentence."""
    letters.path.write_text("x")
    for writing in (True, False):
        with pytest.raises(HostingError, match="letters"), open_store(str(letters.path), writing=writing):
            pytest.fail("it was opened")


def test_links_are_not_followed(letters: Letters, tmp_path: Path) -> None:
    """Neither for reading nor for writing, and the target is as before."""
    _write(letters)
    precious = tmp_path / "precious"
    precious.write_text(json.dumps({"logins": []}))
    for name in ("alp.txt", "alp.json", "pending/alp.json"):
        (letters.path / name).unlink(missing_ok=True)
        (letters.path / name).symlink_to(precious)
    with open_store(str(letters.path), writing=True) as store:
        assert store is not None
        pending, errors = store.read_pending()
        assert not pending
        assert errors["alp"].code == "unsafe-path"
        with pytest.raises(UnsafePath, match="symbolic link"):
            store.read_letter("alp")
        with pytest.raises(UnsafePath, match="symbolic link"):
            store.write_letter("alp", ".txt", "new")
        store.write_pending("alp", {"database:a": SECRET})
    assert not (letters.path / "pending" / "alp.json").is_symlink()
    assert json.loads(precious.read_text()) == {"logins": []}


def test_pending_as_a_link_is_refused(letters: Letters, tmp_path: Path) -> None:
    """Passwords would end up elsewhere."""
    letters.path.mkdir(mode=0o700)
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    (letters.path / "pending").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UnsafePath, match="symbolic link"), open_store(str(letters.path), writing=True):
        pytest.fail("it was opened")


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "null",
        '{"logins": []}',
        '{"logins": {"database:a": {"password": "s3cr3t"}}}',
        '{"logins": {"database:a": {"password": "s3cr3t", "hash": "s3cr3t"}}}',
        '{"logins": {"a": {"password": "s3cr3t", "hash": "*0"}}}',
        '{"logins": {"database:a": "s3cr3t"',
        '{"logins": {"database:": {"password": 3, "hash": null}}}',
        "\ufeff\x00\udcff",
    ],
)
def test_a_damaged_file_is_named_and_never_quoted(letters: Letters, content: str) -> None:
    """The errors of parsers carry what they could not parse."""
    _write(letters)
    _write(letters, "other")
    (letters.path / "pending" / "alp.json").write_text(content, "utf-8", "surrogateescape")
    (letters.path / "alp.json").write_text(
        content.replace("[]", '[{"password": "s3cr3t"}]'), "utf-8", "surrogateescape"
    )
    with open_store(str(letters.path), writing=True) as store:
        assert store is not None
        pending, errors = store.read_pending()
        assert set(pending) == {"other"}
        assert "pending/alp.json: is damaged" in str(errors["alp"])
        with pytest.raises(HostingError, match=r"alp\.json: is damaged") as caught:
            store.read_letter("alp")
    for error in (errors["alp"], caught.value):
        assert "s3cr3t" not in str(error)
        assert error.__cause__ is None
        assert error.__suppress_context__


def test_what_a_killed_run_left_is_swept(letters: Letters) -> None:
    """Half-written files hold passwords too."""
    _write(letters)
    for name in (".hosting-0123456789abcdef.new", "pending/.hosting-0123456789abcdef.new"):
        (letters.path / name).write_text("half")
    _write(letters)
    assert not list(letters.path.rglob(".hosting-*"))


def test_two_runs_do_not_interleave(letters: Letters, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second waits, and then names the first."""
    _write(letters)
    monkeypatch.setattr(lock, "_POLL_SECONDS", 0.01)
    monkeypatch.setattr(lock.service_lock.__wrapped__, "__kwdefaults__", {"directory": "", "wait": 0.05})  # type: ignore[attr-defined]
    with open(letters.path / "letters.lock", "r+") as held:  # noqa: PTH123
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(Busy, match="letters: another run is writing"), open_store(str(letters.path), writing=True):
            pytest.fail("it was opened")
        with open_store(str(letters.path), writing=False) as store:
            assert store is not None


def _git(tree: Path, *arguments: str) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    subprocess.run(["git", "-C", str(tree), *arguments], check=True, capture_output=True, env=environment)


def test_a_git_work_tree_must_ignore_all_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise passwords would be in the next commit."""
    _git(tmp_path, "init")
    monkeypatch.setenv("GIT_DIR", "/another/repository")
    path = tmp_path / "a" / "letters"
    with pytest.raises(UnsafePath, match=r"does not ignore.*add /a/letters/ to .*gitignore"):
        place.resolve(str(path))
    (tmp_path / ".gitignore").write_text("*.json\n")
    with pytest.raises(UnsafePath, match="does not ignore"):
        place.resolve(str(path))
    (tmp_path / ".gitignore").write_text("/a/letters/\n")
    assert place.resolve(str(path)) == path
    (tmp_path / "link").symlink_to(tmp_path / "b")
    with pytest.raises(UnsafePath, match="does not ignore"):
        place.resolve(str(tmp_path / "link"))


def test_without_git_a_work_tree_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody can tell then."""
    (tmp_path / ".git").mkdir()
    with pytest.raises(UnsafePath, match="git cannot tell"):
        place.resolve(str(tmp_path / "letters"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UnsafePath, match=r"git cannot be asked.*FileNotFoundError"):
        place.resolve(str(tmp_path / "letters"))


def test_secrets_do_not_show_in_tracebacks() -> None:
    """Their representation is empty."""
    assert repr(SECRET) == "Secret()"

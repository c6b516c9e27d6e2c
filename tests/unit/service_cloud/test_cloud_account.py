# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cloud accounts in a directory of the test: what is made, what is refused, what is left."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._clients.users import SystemAccounts, User
from ansible_collections.magmasoft.hosting.plugins.module_utils._core import files
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.results import Report
from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.incarnations import NameKind
from ansible_collections.magmasoft.hosting.plugins.module_utils._engine.reconcile import (
    Batch,
    reconcile,
    with_incarnations,
)
from ansible_collections.magmasoft.hosting.plugins.module_utils._service.cloud import dav as cloud_account_dav
from ansible_collections.magmasoft.hosting.plugins.module_utils._service.cloud.account import (
    CloudAccountService,
    wanted_account,
)
from ansible_collections.magmasoft.hosting.plugins.module_utils._service.cloud.dav import DavBackend

ANNA = "anna@a.example"


@pytest.fixture(autouse=True)
def user(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the cloud run as whoever runs the tests, and root be nobody else."""
    found = User("hosting-cloud", os.getuid(), os.getgid())
    monkeypatch.setattr(cloud_account_dav, "read_accounts", lambda: SystemAccounts({found.name: found}, {}, {}, {}, {}))


def run(root: Path, *accounts: Mapping[str, Any], purge: bool = False, check: bool = False, lives: str = "") -> Report:
    """Run the service as the module does."""
    (root / "trees").mkdir(exist_ok=True)
    backend = DavBackend(str(root / "trees"), str(root / "collections"), "hosting-cloud")
    items = [
        {"customer": "a", "state": "present", "managed": True, "quota": None, "language": "de", **item}
        for item in accounts
    ]
    wanted = [wanted_account(item, backend.place(), purge=purge) for item in items]
    known = with_incarnations(wanted, lives, NameKind.MAILBOX)
    return reconcile([Batch(CloudAccountService(backend, purge=purge), known)], check_mode=check)


def told(report: Report) -> list[tuple[str, str, str]]:
    """Return what became of each item."""
    return [(item["name"], item["action"], item["status"]) for item in report.results]


@pytest.mark.skipif(os.getuid() != 0, reason="directories are given to root")
def test_an_account_lives_and_goes(tmp_path: Path) -> None:
    account = {"name": ANNA, "quota": 5}
    assert told(run(tmp_path, account, check=True)) == [(ANNA, "create", "planned")]
    assert told(run(tmp_path, account)) == [(ANNA, "create", "done")]
    assert told(run(tmp_path, account)) == []
    mark = json.loads((tmp_path / "trees" / ANNA / "account.json").read_text("utf-8"))
    assert mark == {"format": 1, "customer": "a", "state": "present", "language": "de", "quota": 5, "incarnation": ""}
    assert told(run(tmp_path, {**account, "state": "suspended"})) == [(ANNA, "suspend", "done")]
    assert told(run(tmp_path, account)) == [(ANNA, "resume", "done")]
    assert told(run(tmp_path, {**account, "state": "absent"})) == [(ANNA, "remove", "done")]
    assert told(run(tmp_path, {**account, "state": "absent"})) == []
    (tmp_path / "collections" / "collection-root" / ANNA).mkdir(parents=True)
    assert told(run(tmp_path, {**account, "state": "absent"}, purge=True)) == [(ANNA, "remove", "done")]
    assert list((tmp_path / "trees").iterdir()) == []
    assert list((tmp_path / "collections" / "collection-root").iterdir()) == []
    assert told(run(tmp_path, {**account, "state": "absent"}, purge=True)) == []


@pytest.mark.skipif(os.getuid() != 0, reason="directories are given to root")
def test_the_mark_says_which_life_of_its_address_an_account_is_of(tmp_path: Path) -> None:
    account = {"name": ANNA, "quota": 5}
    run(tmp_path, account)
    assert run(tmp_path, account, lives=f"mailbox {ANNA} aa").results[0]["fields"] == ["incarnation"]
    assert told(run(tmp_path, account, lives=f"mailbox {ANNA} aa")) == []
    # whoever changes something else, and knows of no lives
    assert told(run(tmp_path, {**account, "quota": 6})) == [(ANNA, "change", "done")]
    mark = json.loads((tmp_path / "trees" / ANNA / "account.json").read_text("utf-8"))
    assert mark["incarnation"] == "aa"
    refused = run(tmp_path, account, lives=f"mailbox {ANNA} bb").results[0]["error"]
    assert refused is not None
    assert refused["code"] == "former-incarnation"
    assert json.loads((tmp_path / "trees" / ANNA / "account.json").read_text("utf-8")) == mark


@pytest.mark.skipif(os.getuid() != 0, reason="directories are given to root")
def test_what_killed_runs_left_half_made_goes_with_the_next_change(tmp_path: Path) -> None:
    left = tmp_path / "trees" / files.temporary_name()
    (left / "files").mkdir(parents=True)
    (left / "account.json").write_text("{}")
    (tmp_path / "trees" / files.temporary_name()).mkdir()
    assert told(run(tmp_path, {"name": ANNA}, check=True)) == [(ANNA, "create", "planned")]
    assert left.exists()
    assert told(run(tmp_path, {"name": ANNA})) == [(ANNA, "create", "done")]
    assert [place.name for place in (tmp_path / "trees").iterdir()] == [ANNA]


@pytest.mark.skipif(os.getuid() != 0, reason="directories are given to root")
def test_a_mark_is_on_the_disk_before_the_account_is_in_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a loss of power would leave an account that no run can read any more."""
    synced: list[int] = []
    fsync = os.fsync

    def note(descriptor: int) -> None:
        synced.append(descriptor)
        assert not (tmp_path / "trees" / ANNA).exists()
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", note)
    assert told(run(tmp_path, {"name": ANNA})) == [(ANNA, "create", "done")]
    assert synced


@pytest.mark.skipif(os.getuid() != 0, reason="directories are given to root")
@pytest.mark.parametrize("state", ["present", "suspended", "absent"])
def test_what_is_in_the_way_is_named_whatever_is_wanted(tmp_path: Path, state: str) -> None:
    (tmp_path / "trees").mkdir()
    (tmp_path / "trees" / ANNA).symlink_to("/etc")
    result = run(tmp_path, {"name": ANNA, "state": state}, {"name": "bert@a.example"}, purge=True)
    by_name = {item["name"]: item for item in result.results}
    assert by_name["bert@a.example"]["status"] == "done"
    assert by_name[ANNA]["status"] == "failed"
    error = by_name[ANNA]["error"]
    assert error is not None
    assert str(tmp_path / "trees" / ANNA) in error["message"]
    assert (tmp_path / "trees" / ANNA).is_symlink()


@pytest.mark.parametrize(
    "name", ["../x@a.example", "x", "a/b@a.example", f"{'x' * 64}@{'y' * 60}.{'z' * 60}.{'w' * 63}.example"]
)
def test_names_that_are_no_addresses_are_refused(tmp_path: Path, name: str) -> None:
    result = run(tmp_path, {"name": name})
    error = result.results[0]["error"]
    assert error is not None
    assert error["code"] == "invalid-name"
    assert list((tmp_path / "trees").iterdir()) == []


def test_a_host_without_the_cloud_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cloud_account_dav, "read_accounts", lambda: SystemAccounts({}, {}, {}, {}, {}))
    result = run(tmp_path, {"name": ANNA})
    assert result.unavailable is not None
    assert "servers" in result.unavailable["remedy"]

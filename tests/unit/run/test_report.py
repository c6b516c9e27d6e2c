# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report out of what hosts and the controller said, and what the verdict says of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.errors import Incomplete
from ansible_collections.magmasoft.hosting.plugins.module_utils._evidence.evidence import add_evidence
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._run.record import customer_record
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._run.report import customer_report
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._run.verdict import verdict

ABOUT = {
    "customer": "ann",
    "name": "Ann",
    "language": "en",
    "made": "2026-11-25T10:00:00Z",
    "provider": {"name": "Musterhosting", "contact": ""},
    "asked": ["site_files", "databases", "mail_messages"],
}
REGISTER = """\
customer: ann
name: Ann
contact: ann@elsewhere.example
language: en
contract: {status: active}
mailboxes: [{address: office@ann.example}]
backup: {mode: separate, exclude: {databases: [ann-web]}}
"""
BROKEN = {"code": "x", "message": "MariaDB: gone", "remedy": "start it"}


def _measurement(kind: str, item: str, **more: Any) -> dict[str, Any]:
    return {
        "kind": kind, "customer": "ann", "item": item, "place": "/srv", "bytes": 10, "count": 2, "oldest": None,
        "newest": None, "days": None, "left_out": [], "error": None, **more,
    }  # fmt: skip


def _result(*measurements: dict[str, Any], kinds: list[str], absent: list[str] | None = None) -> dict[str, Any]:
    return {"measurements": list(measurements), "kinds": kinds, "absent": absent or [], "bags": {"ann": []}}


@pytest.fixture
def record(tmp_path: Path) -> dict[str, Any]:
    """Return what a controller holds."""
    for name in ("register", "letters"):
        (tmp_path / name).mkdir()
    (tmp_path / "register/ann.yml").write_text(REGISTER, "utf-8")
    for name in ("ann.txt", "ann.json", "anna.txt"):
        (tmp_path / "letters" / name).write_text("password", "utf-8")
    key = str(tmp_path / "key")
    add_evidence(str(tmp_path / "evidence"), "ann", [{"what": "export"}], key=key, check_mode=False)
    return {**customer_record("ann", *_places(tmp_path))}


def _places(controller: Path) -> list[str]:
    return [str(controller / name) for name in ("register", "letters", "evidence", "key")]


def test_the_controller_tells_no_passwords(record: dict[str, Any]) -> None:
    assert record["register"]["contact"] == "ann@elsewhere.example"
    assert [letter["file"] for letter in record["letters"]] == ["ann.txt", "ann.json"]
    assert [line["what"] for line in record["evidence"]] == ["export"]
    assert "password" not in json.dumps(record)


def test_changed_evidence_is_told(record: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "evidence/ann.jsonl").write_text('{"what": "nothing"}\n', "utf-8")
    with pytest.raises(Incomplete):
        customer_record("ann", *_places(tmp_path))


def test_everything_that_is_held(record: dict[str, Any]) -> None:
    runs = {
        "web1": _result(_measurement("site_files", "ann.example"), kinds=["site_files"]),
        "db1": _result(_measurement("databases", "ann-web"), kinds=["databases"], absent=["mail_messages"]),
    }
    report = customer_report(runs, ABOUT, record)
    data = json.loads(report["json"])
    assert {kind["kind"]: kind["count"] for kind in data["kinds"]} == {
        "site_files": 2,
        "databases": 2,
        "customer_record": 4,
    }
    assert data["no_service"] == ["mail_messages"]
    assert data["complete"]
    assert report["html"].startswith("<!DOCTYPE html>")


def test_nobody_is_told_of_a_backup_that_nobody_makes(record: dict[str, Any]) -> None:
    """Whatever the register wants of backups."""
    runs = {"db1": _result(_measurement("databases", "ann-web"), kinds=["databases"])}
    report = customer_report(runs, ABOUT, record)
    data = json.loads(report["json"])
    assert data["backup"]["mode"] == "not-set-up"
    assert {item["backup"] for kind in data["kinds"] for item in kind["items"]} == {"not-set-up"}
    assert "no backup is set up" in report["html"]
    assert not any(words in report["html"] for words in ("shared backup", "backup of your own", "in no backup"))


@pytest.mark.parametrize("lost", [{"unreachable": True}, {"msg": "broke", "failed": True}])
def test_a_host_that_does_not_answer_is_no_host_without_data(record: dict[str, Any], lost: dict[str, Any]) -> None:
    runs = {"web1": _result(_measurement("site_files", "ann.example"), kinds=["site_files"]), "db1": lost}
    data = json.loads(customer_report(runs, ABOUT, record)["json"])
    assert data["not_looked_at"] == ["databases", "mail_messages"]
    assert not data["complete"]
    assert verdict({"customer_info": runs})["failed"]


def test_what_could_not_be_looked_at_is_in_the_verdict(record: dict[str, Any]) -> None:
    runs = {"db1": _result(_measurement("databases", "ann-web", error=BROKEN), kinds=["databases"])}
    assert not json.loads(customer_report(runs, ABOUT, record)["json"])["complete"]
    told = verdict({"customer_info": runs})
    assert told["failed"]
    assert any("db1: databases ann-web: MariaDB: gone; start it" in line for line in told["lines"])


def test_a_report_that_found_everything_is_no_failure() -> None:
    runs = {"db1": _result(_measurement("databases", "ann-web"), kinds=["databases"])}
    assert not verdict({"customer_info": runs})["failed"]

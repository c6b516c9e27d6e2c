# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What customers hold beyond the register, and since when their names are theirs."""

from __future__ import annotations

import json
from typing import Any

from ansible_collections.magmasoft.hosting.plugins.module_utils._bag.options import read_selections
from ansible_collections.magmasoft.hosting.plugins.module_utils._clients.name_records import begin, parse
from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.incarnations import NameKind
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._run.held import with_held
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._run.selections import export_request, selections_on
from hypothesis import given
from hypothesis import strategies as st

EARLY, LATE = "2026-11-01T00:00:00Z", "2026-11-20T00:00:00Z"
GROUPS = {"hosting_directory": ["dir"]}


def _plan() -> dict[str, Any]:
    box = {
        "name": "office@ann.example", "customer": "ann", "state": "present", "managed": True, "aliases": [],
        "quota": None, "forward_to": [], "keep_copy": True, "cloud": None, "chat": False,
    }  # fmt: skip
    owner = {
        "name": "ann", "unix_user": "hc-ann", "language": "de",
        "names": ["mailbox office@ann.example", "file_login ann"], "foreign_names": [],
    }  # fmt: skip
    login = {"name": "ann", "customer": "ann", "state": "present", "site": None}
    return {"customers": [owner], "sites": [], "mailboxes": [box], "databases": [], "file_logins": [login]}


def _record(kind: str, name: str, since: str | None = None, until: str | None = None) -> dict[str, str | None]:
    return {"kind": kind, "name": name, "since": since, "until": until}


def _held(*records: dict[str, str | None]) -> dict[str, Any]:
    return with_held(_plan(), GROUPS, {"dir": {"hosting_run_name_info": {"names": {"ann": list(records)}}}})


def test_what_left_the_register_is_among_the_items() -> None:
    plan = _held(
        _record("mailbox", "office@ann.example", EARLY),
        _record("mailbox", "treasurer@ann.example", EARLY),
        _record("mailbox_alias", "info@ann.example", EARLY),
        _record("site", "youth.ann.example", EARLY),
        _record("site_alias", "www.youth.ann.example", EARLY),
        _record("database", "ann-youth"),
        _record("file_login", "ann-youth"),
    )
    assert [box["name"] for box in plan["mailboxes"]] == [
        "office@ann.example", "treasurer@ann.example", "info@ann.example",
    ]  # fmt: skip
    assert [(box["keep_copy"], box["chat"]) for box in plan["mailboxes"][1:]] == [(True, True), (False, False)]
    assert [(site["name"], site["aliases"]) for site in plan["sites"]] == [
        ("youth.ann.example", ["www.youth.ann.example"])
    ]
    assert [item["name"] for item in plan["databases"]] == ["ann-youth"]
    assert [item["name"] for item in plan["file_logins"]] == ["ann", "ann-youth"]
    assert json.loads(plan["held"])["ann"]["office@ann.example"] == [[EARLY, None]]
    assert "ann-youth" not in json.loads(plan["held"])["ann"]
    # on each web host, since nobody knows on which it was; and the modules take all of it
    for host in ("web1", "web2"):
        (given,) = selections_on(plan, export_request(plan), host, ["web1", "web2"])
        assert [site["name"] for site in given["sites"]] == ["youth.ann.example"]
        (selection,) = read_selections("customers", [given])
        assert selection.held["treasurer@ann.example"][0][1] == float("inf")


def test_a_name_that_came_back_is_theirs_twice() -> None:
    plan = _held(
        _record("mailbox_alias", "office@ann.example", EARLY, LATE), _record("mailbox", "office@ann.example", LATE)
    )
    assert json.loads(plan["held"])["ann"]["office@ann.example"] == [[EARLY, LATE], [LATE, None]]
    assert len(plan["mailboxes"]) == 1


def test_a_database_tells_nothing_of_a_login_of_its_name() -> None:
    plan = _held(_record("database", "ann", None), _record("file_login", "ann", LATE))
    assert json.loads(plan["held"])["ann"]["ann"] == [[LATE, None]]


def test_without_an_answer_the_plan_is_what_the_register_says() -> None:
    for answer in ({}, {"unreachable": True}, {"error": {"message": "down"}}):
        plan = with_held(_plan(), GROUPS, {"dir": {"hosting_run_name_info": answer}})
        assert {name: plan[name] for name in _plan()} == _plan()
    assert with_held(_plan(), {}, {})["held"] == "{}"


@given(st.sampled_from(NameKind), st.text(min_size=1), st.sampled_from([None, EARLY]))
def test_a_record_is_read_as_it_was_written(kind: NameKind, name: str, since: str | None) -> None:
    made = begin(kind, name.encode("utf-8", "replace").decode(), since)
    assert parse(made.text()) == made
    assert made.text().isascii()
    assert made.text().count(" ") == 4


@given(st.text())
def test_what_is_no_record_is_none(text: str) -> None:
    found = parse(text)
    assert found is None or found.kind in NameKind

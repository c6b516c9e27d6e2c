# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes to which host, who needs a password, whose letter is complete, and the verdict."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._run.hosts import gather_runs, on_host, system_users
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._run.logins import (
    finished_logins,
    missing_logins,
    wanted_logins,
)
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._run.verdict import verdict


def _mailbox(name: str, **fields: Any) -> dict[str, Any]:
    return {"name": name, "customer": "c", "managed": True, "keep_copy": True, "cloud": None, "chat": False, **fields}


def _plan() -> dict[str, Any]:
    return {
        "mailboxes": [
            _mailbox("office@x.example", cloud={"quota": None}, chat=True),
            _mailbox("forward@x.example", keep_copy=False),
            _mailbox("old@x.example", managed=False),
        ],
        "file_logins": [{"name": "c", "customer": "c", "site": None}],
        "databases": [
            {"name": "c-web", "customer": "c", "managed": True, "tool": False},
            {"name": "c-old", "customer": "c", "managed": False, "tool": True},
        ],
        "sites": [{"name": "x.example", "customer": "c", "managed": True, "databases": ["c-web"], "host": None}],
    }


def _keys(logins: Any) -> list[str]:
    return [f"{login['kind']}:{login['name']}" for login in logins]


def _result(*failed: tuple[str, str], **more: Any) -> dict[str, Any]:
    error = {"code": "c", "message": "refused", "remedy": "mend it"}
    items = [
        {
            "kind": kind,
            "name": name,
            "customer": "c",
            "action": "create",
            "fields": [],
            "status": "failed",
            "error": error,
        }
        for kind, name in failed
    ]
    return {"results": items, "counts": {"failed": len(items)}, "error": None, **more}


def _runs(**modules: dict[str, Any]) -> dict[str, Any]:
    names = ("customer_account", "mailbox", "database", "site")
    return {name: {"host": modules.get(name, _result())} for name in names}


def test_only_what_somebody_can_log_in_to_has_a_password() -> None:
    wanted = wanted_logins(_plan())
    assert _keys(wanted) == ["mailbox:office@x.example", "file_login:c", "database:c-web"]
    assert wanted[1]["services"] == ["files", "statistics"]
    assert wanted[0]["services"] == ["mail", "cloud", "chat"]
    assert wanted[2]["services"] == ["database"]


def test_the_tool_for_databases_is_told_to_those_who_may_use_it() -> None:
    plan = _plan()
    plan["databases"][0]["tool"] = True
    assert wanted_logins(plan)[2]["services"] == ["database", "database_tool"]


def test_a_password_is_missing_where_no_host_knows_it() -> None:
    directory = {"with_password": {"mailbox": ["office@x.example"], "file_login": [], "database": None}}
    database: dict[str, Any] = {"with_password": {"mailbox": None, "file_login": None, "database": []}}
    assert _keys(missing_logins(_plan(), [directory, database])) == ["file_login:c", "database:c-web"]


def test_a_service_that_is_down_gets_no_new_passwords() -> None:
    directory = {"with_password": {"mailbox": None, "file_login": None}}
    database: dict[str, Any] = {"with_password": {"database": []}}
    assert _keys(missing_logins(_plan(), [directory, database])) == ["database:c-web"]


def test_all_letters_are_complete_when_all_went_well() -> None:
    assert _keys(finished_logins(_plan(), _runs())) == ["mailbox:office@x.example", "file_login:c", "database:c-web"]


@pytest.mark.parametrize(
    ("module", "result", "open_"),
    [
        ("mailbox", _result(("mailbox", "office@x.example")), "mailbox:office@x.example"),
        ("mailbox", _result(error={"message": "down"}), "mailbox:office@x.example"),
        ("mailbox", {"unreachable": True}, "mailbox:office@x.example"),
        ("mailbox", {}, "mailbox:office@x.example"),
        ("customer_account", _result(("file_login", "c")), "file_login:c"),
        ("database", _result(("database", "c-web")), "database:c-web"),
        ("site", _result(("site", "x.example")), "database:c-web"),
        ("site", {"unreachable": True}, "database:c-web"),
    ],
)
def test_a_letter_stays_open_until_its_password_is_in_force(module: str, result: dict[str, Any], open_: str) -> None:
    finished = _keys(finished_logins(_plan(), _runs(**{module: result})))
    assert open_ not in finished
    assert len(finished) == 2


def test_a_customer_of_the_same_name_does_not_stand_for_the_login() -> None:
    runs = _runs(customer_account=_result(("customer", "c")))
    assert "file_login:c" in _keys(finished_logins(_plan(), runs))


def test_the_verdict_names_everything_that_failed() -> None:
    runs = {
        "mailbox": {"dir": _result(("mailbox", "office@x.example"))},
        "database": {"db": {"unreachable": True, "msg": "no route"}},
        "site": {"web": {"msg": "crashed"}},
        "customer_account": {"dir": _result(error={"message": "slapd is down", "remedy": "start it"})},
    }
    found = verdict(runs, ["alpha.yml:3: name: missing"])
    text = "\n".join(found["lines"])
    assert found["failed"]
    assert "register: alpha.yml:3: name: missing" in text
    assert "dir: mailbox office@x.example (create): refused; mend it" in text
    assert "db: not reachable" in text
    assert "web: site: crashed" in text
    assert "dir: customer_account: slapd is down; start it" in text
    assert "FAILED, 5 to look at" in text


def test_the_verdict_names_letters_that_failed_once() -> None:
    damaged = {"code": "letter-damaged", "message": "pending/c.json: is damaged", "remedy": "put it back"}
    results: list[dict[str, Any]] = [
        {"errors": {"c": damaged}},
        {"errors": {"c": damaged}},
        {"skipped": True},
        {"error": damaged},
    ]
    found = verdict({}, [], results)
    assert found["failed"]
    assert found["lines"][2:] == [
        "  - letter of c: pending/c.json: is damaged; put it back",
        "  - letters: pending/c.json: is damaged; put it back",
    ]


def test_the_verdict_of_a_good_run_counts_and_lists_what_needs_hands() -> None:
    good = _result(
        counts={"done": 2, "unchanged": 3}, results=[], unmanaged=[{"kind": "site", "name": "x", "customer": "c"}]
    )
    found = verdict({"site": {"web": good}})
    assert not found["failed"]
    assert found["lines"] == ["2 done, 3 unchanged", "  by hand: site x of c on web"]


def test_the_verdict_names_each_name_without_a_certificate_and_the_run_does_not_fail() -> None:
    told = [
        {"site": "", "name": "", "customer": "", "reason": "the authority: not there"},
        {"site": "x.example", "name": "old.example", "customer": "c", "reason": "no such name"},
    ]
    found = verdict({"site": {"web": _result(counts={"unchanged": 1}, results=[], certificates=told)}})
    assert not found["failed"]
    assert found["lines"][1:] == [
        "  certificate: web: the authority: not there",
        "  certificate: old.example of site x.example of c on web: no such name",
    ]


def test_what_the_register_warns_of_fails_no_run() -> None:
    found = verdict(
        {"mailbox": {"dir": _result(counts={"unchanged": 9}, results=[])}}, register_warnings=["b.yml:7: x"]
    )
    assert found == {"failed": False, "lines": ["9 unchanged", "  look at it: register: b.yml:7: x"]}


def test_the_verdict_names_what_the_register_wants_erased_and_nobody_does() -> None:
    """No line says that `erase` removes something, and no order is passed over in silence."""
    orphan = _result(counts={"unchanged": 9}, results=[], orphans=[{"kind": "mailbox", "name": "k@x", "customer": "c"}])
    order = {"kind": "mailbox", "name": "k@x", "customer": "c", "approved": "2026-11-30"}
    found = verdict({"mailbox": {"dir": orphan}}, erase=[order])
    assert not found["failed"]
    assert found["lines"] == [
        "9 unchanged",
        "  orphan: mailbox k@x of c on dir (the register does not want it; it stays)",
        "  erase: mailbox k@x of c, approved 2026-11-30: NOT carried out, this version erases nothing",
    ]


def test_the_verdict_names_logins_whose_owner_has_chosen_another_password() -> None:
    (_counts, line) = verdict({}, letters=[{"replaced": ["mailbox:a@x.example"]}, {}])["lines"]
    assert line == "  letter: mailbox:a@x.example: the owner has chosen another password, so the letter tells none"


def test_skipped_items_are_counted_and_the_first_is_named() -> None:
    run = _result(("mailbox", "a@x.example"))
    run["results"].append({**run["results"][0], "name": "b@x.example", "status": "skipped", "error": None})
    assert "dir: mailbox: 1 not reached, from mailbox b@x.example on" in "\n".join(
        verdict({"mailbox": {"dir": run}})["lines"]
    )


def test_sites_go_to_their_host() -> None:
    sites: list[dict[str, Any]] = [{"name": "a", "host": None}, {"name": "b", "host": "web2"}]
    assert [site["name"] for site in on_host(sites, "web1", ["web1"])] == ["a"]
    assert [site["name"] for site in on_host(sites, "web2", ["web1", "web2"])] == ["b"]


def test_system_users_come_from_the_hosts_when_the_directory_is_down() -> None:
    customers = [
        {"name": "a", "unix_user": "hc-a"},
        {"name": "b", "unix_user": "hc-b"},
        {"name": "n", "unix_user": "hc-n"},
    ]
    told = {"users": {"a": {"user": "hc-a", "uid": 1, "web_gid": 2}}}
    users = system_users(customers, told, {"hc-b": 20001}, 10000)
    assert users == {"a": told["users"]["a"], "b": {"user": "hc-b", "uid": 20001, "web_gid": 30001}}


def test_a_module_that_did_not_run_stands_in_the_runs() -> None:
    runs = gather_runs({"hosting_web": ["web1"]}, {"web1": {}})
    assert runs["site"] == {"web1": {}}
    assert runs["mailbox"] == {}
    assert verdict({"site": runs["site"]})["failed"]


def test_a_task_that_had_nothing_to_do_is_no_failure() -> None:
    runs = {"mailbox_session": {"mail": {"changed": False, "skipped": True}}}
    assert not verdict(runs)["failed"]


def test_a_login_for_files_is_told_the_hosts_of_its_sites() -> None:
    sites = [("a.example", "web1"), ("b.example", "web2"), ("c.example", None)]
    plan: dict[str, Any] = {
        "mailboxes": [],
        "databases": [],
        "sites": [{"name": name, "customer": "c", "host": host} for name, host in sites]
        + [{"name": "d.example", "customer": "d", "host": None}],
        "file_logins": [
            {"name": "c", "customer": "c", "site": None},
            {"name": "c-b", "customer": "c", "site": "b.example"},
            {"name": "d", "customer": "d", "site": None},
        ],
    }
    assert {login["name"]: login.get("hosts") for login in wanted_logins(plan)} == {
        "c": ["web1", "web2"],
        "c-b": ["web2"],
        "d": None,
    }

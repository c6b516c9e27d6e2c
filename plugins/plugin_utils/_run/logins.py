# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which logins need a password, and which have got theirs: pure functions over the plan and what the hosts said."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NotRequired, TypedDict

RunPlan = Mapping[str, Sequence[Mapping[str, Any]]]
_UNFINISHED = {"failed", "skipped"}


class WantedLogin(TypedDict):
    """A login as the action ``letter`` takes it.

    ``services`` names what a mailbox may use, ``hosts`` where a login for files has sites, ``site`` the only one that
    it enters.
    """

    kind: str
    name: str
    customer: str
    services: list[str]
    hosts: NotRequired[list[str]]
    site: NotRequired[str]


def wanted_logins(plan: RunPlan) -> list[WantedLogin]:
    """Return every login that the plan wants. What is not managed has its passwords elsewhere."""
    logins = [_login("mailbox", item, _services(item)) for item in plan["mailboxes"] if item["managed"]]
    logins += _file_logins(plan)
    logins += [
        _login("database", item, ["database", "database_tool"] if item["tool"] else ["database"])
        for item in plan["databases"]
        if item["managed"]
    ]
    return [login for login in logins if login["services"]]


def _file_logins(plan: RunPlan) -> list[WantedLogin]:
    """Return the logins for files, each with the hosts of its sites where the register says which those are."""
    hosts: dict[tuple[str, str | None], set[str]] = {}
    for site in plan["sites"]:
        if site["host"] is not None:
            for key in (site["name"], None):
                hosts.setdefault((site["customer"], key), set()).add(site["host"])
    logins: list[WantedLogin] = []
    for item in plan["file_logins"]:
        login = _login("file_login", item, ["files", "statistics"])
        if item["site"] is not None:
            login["site"] = item["site"]
        found = hosts.get((item["customer"], item["site"]))
        logins.append({**login, "hosts": sorted(found)} if found else login)
    return logins


def missing_logins(plan: RunPlan, hosts: Iterable[Mapping[str, Any]]) -> list[WantedLogin]:
    """Return the wanted logins that have no password yet.

    ``hosts`` are the results of account_info. A kind that no host could tell of is left out.
    """
    known: dict[str, set[str]] = {}
    for host in hosts:
        for kind, names in (host.get("with_password") or {}).items():
            if names is not None:
                known.setdefault(kind, set()).update(names)
    return [
        login for login in wanted_logins(plan) if login["kind"] in known and login["name"] not in known[login["kind"]]
    ]


def closed_orphans(owners: str, kind: str, answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the logins of suspended customers that are not in the register, which nobody may use any more.

    ``owners`` is the text of the plan, ``answer`` what the module returned that knows the logins.
    """
    states = json.loads(owners)
    return [
        {"name": found["name"], "customer": found["customer"]}
        for found in answer.get("orphans") or ()
        if found["kind"] == kind and states.get(found["customer"], "present") != "present"
    ]


def finished_logins(plan: RunPlan, runs: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> list[WantedLogin]:
    """Return the logins whose password is in force everywhere, so that their letter can be completed.

    ``runs`` is module -> host -> result. A database's password is in force when
    the database and every site that uses it have it.
    """
    by_kind = {"mailbox": "mailbox", "file_login": "customer_account", "database": "database"}
    users: dict[str, list[str]] = {}
    for site in plan["sites"]:
        for database in site["databases"] if site["managed"] else ():
            users.setdefault(database, []).append(site["name"])
    good = {module: _Achieved(list(hosts.values())) for module, hosts in runs.items()}
    return [
        login
        for login in wanted_logins(plan)
        if good[by_kind[login["kind"]]].accepts(login["kind"], login["name"])
        and (
            login["kind"] != "database"
            or all(good["site"].accepts("site", site) for site in users.get(login["name"], ()))
        )
    ]


class _Achieved:
    """What one module achieved on all its hosts."""

    def __init__(self, results: Sequence[Mapping[str, Any]]) -> None:
        self._usable = bool(results) and all(_ended(result) for result in results)
        self._bad = {
            (item["kind"], item["name"])
            for result in results
            for item in result.get("results") or ()
            if item["status"] in _UNFINISHED
        }

    def accepts(self, kind: str, name: str) -> bool:
        return self._usable and (kind, name) not in self._bad


def _ended(result: Mapping[str, Any]) -> bool:
    """Tell whether the module came to its end; then whatever it did not name is as wanted."""
    return "results" in result and not result.get("error")


def _login(kind: str, item: Mapping[str, Any], services: list[str]) -> WantedLogin:
    return {"kind": kind, "name": item["name"], "customer": item["customer"], "services": services}


def _services(item: Mapping[str, Any]) -> list[str]:
    used = {"mail": item["keep_copy"], "cloud": item["cloud"] is not None, "chat": item["chat"]}
    return [name for name, wanted in used.items() if wanted]

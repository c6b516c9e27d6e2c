# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What customers hold beyond the register, and since when their names are theirs, as the directory says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.magmasoft.hosting.plugins.plugin_utils._run.hosts import gather_runs
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._run.packing import text

_Plan = Mapping[str, Any]
_Record = Mapping[str, Any]


def with_held(plan: _Plan, groups: Mapping[str, Sequence[str]], hostvars: Mapping[str, Any]) -> dict[str, Any]:
    """Return the plan with what left the register among its items.

    Reads ``hosting_run_name_info``. ``held`` has, as text, customer -> name -> pairs of since when and until when.
    """
    (answers,) = gather_runs(groups, hostvars, ["name_info"]).values()
    names: dict[str, list[_Record]] = {}
    for answer in answers.values():
        names.update(answer.get("names") or {})
    owners = {item["name"]: item for item in plan["customers"]}
    orphans = [found for customer, records in names.items() for found in _orphans(owners[customer], records)]
    return {
        **plan,
        **{
            kind: [*plan[kind], *(item for of_kind, item in orphans if of_kind == kind)]
            for kind in ("sites", "mailboxes", "databases", "file_logins")
        },
        "held": text({customer: _spans(records) for customer, records in names.items()}),
    }


def _orphans(owner: Mapping[str, Any], records: Sequence[_Record]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield what a customer has that is not in the plan, each with the list it belongs into."""
    known = {*owner["names"], *owner["foreign_names"]}
    common = {"customer": owner["name"], "state": "suspended", "managed": True}
    addresses = {name.partition(" ")[2] for name in known if name.startswith("mailbox")}
    for record in records:
        name, kind = record["name"], record["kind"]
        if f"{kind} {name}" in known:
            continue
        if kind == "site":
            former = [found["name"] for found in records if found["kind"] == "site_alias" and _is_former(found, known)]
            yield "sites", {**_site(owner), **common, "name": name, "aliases": former}
        elif kind.startswith("mailbox") and name not in addresses:
            addresses.add(name)
            yield "mailboxes", {**_mailbox(is_alias=kind == "mailbox_alias"), **common, "name": name}
        elif kind == "database":
            yield "databases", {**common, "name": name, "tool": False}
        elif kind == "file_login":
            yield "file_logins", {"customer": owner["name"], "state": "suspended", "name": name, "site": None}


def _is_former(record: _Record, known: set[str]) -> bool:
    return f"{record['kind']} {record['name']}" not in known


def _site(owner: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a site that is not in the register is taken for; it may lie on any web host."""
    return {
        "unix_user": owner["unix_user"],
        "kind": "static",
        "log": "own",
        "databases": [],
        "host": None,
        "language": owner["language"],
        "root": None,
        "logs": [],
        "shared_logs": [],
    }


def _mailbox(*, is_alias: bool) -> dict[str, Any]:
    """Return what an address that is not in the register is taken for: one with everything, if it was no alias."""
    return {
        "aliases": [],
        "quota": None,
        "forward_to": [],
        "keep_copy": not is_alias,
        "cloud": None if is_alias else {"quota": None},
        "chat": not is_alias,
    }


def _spans(records: Sequence[_Record]) -> dict[str, list[list[str | None]]]:
    """Return since when and until when each name is, or was, a customer's; without those that always were.

    No log names a database; a login of the same name may be theirs since another day.
    """
    spans: dict[str, list[list[str | None]]] = {}
    for record in records:
        if record["kind"] == "database":
            continue
        spans.setdefault(record["name"], []).append([record["since"], record["until"]])
    return {name: found for name, found in spans.items() if [None, None] not in found}

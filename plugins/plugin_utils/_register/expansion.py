# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A validated register as flat lists, one for each module: pure, linear, in the order of the names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias, TypedDict

from ansible_collections.magmasoft.hosting.plugins.module_utils._logs.rotation import same_log

from .collector import uncollected
from .errors import Error, format_errors, shown

PlanItem = dict[str, Any]
# A log, by what the paths of all its files have in common -> for which customers it stands in the register, and on
# which of the hosts, where that is said.
_Listings: TypeAlias = Mapping[str, set[tuple[str, str | None]]]
_STATES: Final = {"active": "present", "suspended": "suspended", "ended": "suspended"}


class CustomerPlan(TypedDict):
    """What the modules take. ``withheld`` and ``errors`` are those of the whole register, whoever was picked.

    The ``closed_`` lists name the logins that nobody may use, whose sessions have to end. ``owners`` has the state of
    each customer that was picked. ``erase`` are the items that the register wants erased, each with ``kind``, ``name``,
    ``customer`` and ``approved``, a date. ``warnings`` are of those picked; they may be right.
    """

    customers: list[PlanItem]
    file_logins: list[PlanItem]
    mailboxes: list[PlanItem]
    cloud_accounts: list[PlanItem]
    chat_accounts: list[PlanItem]
    databases: list[PlanItem]
    sites: list[PlanItem]
    closed_mailboxes: list[PlanItem]
    closed_file_logins: list[PlanItem]
    owners: dict[str, str]
    erase: list[PlanItem]
    withheld: list[str]
    errors: list[Error]
    warnings: list[Error]


class UnknownCustomer(ValueError):
    """The customer that was picked is not among the validated."""


@uncollected
def expand(register: Mapping[str, Any], customer: str | Sequence[str] | None = None) -> CustomerPlan:
    """Return the items of all validated customers, or of those picked. Raises UnknownCustomer where there is none."""
    plan: CustomerPlan = {
        "customers": [],
        "file_logins": [],
        "mailboxes": [],
        "cloud_accounts": [],
        "chat_accounts": [],
        "databases": [],
        "sites": [],
        "closed_mailboxes": [],
        "closed_file_logins": [],
        "owners": {},
        "erase": [],
        "withheld": sorted(register["withheld"]),
        "errors": list(register["errors"]),
        "warnings": [],
    }
    listings = _listings(register["customers"])
    for entry in _picked(register, customer):
        _add_customer(plan, entry, listings)
    for items in (
        plan["customers"],
        plan["file_logins"],
        plan["mailboxes"],
        plan["cloud_accounts"],
        plan["chat_accounts"],
        plan["databases"],
        plan["sites"],
        plan["erase"],
    ):
        items.sort(key=lambda item: item["name"])
    plan["warnings"] = [one for one in register["warnings"] if one["customer"] in plan["owners"]]
    plan["closed_mailboxes"] = _closed(plan["mailboxes"])
    plan["closed_file_logins"] = _closed(plan["file_logins"])
    return plan


def _closed(logins: Iterable[PlanItem]) -> list[PlanItem]:
    closed = (login for login in logins if login["state"] != "present" and login.get("managed", True))
    return [{"name": login["name"], "customer": login["customer"]} for login in closed]


def _picked(register: Mapping[str, Any], picked: str | Sequence[str] | None) -> Iterable[Mapping[str, Any]]:
    customers: list[Mapping[str, Any]] = register["customers"]
    if not picked:
        return customers
    names = [picked] if isinstance(picked, str) else picked
    found = {entry["customer"]: entry for entry in customers if entry["customer"] in names}
    if unknown := [name for name in names if name not in found]:
        raise UnknownCustomer("\n".join(_reason(register, name) for name in unknown))
    return found.values()


def _reason(register: Mapping[str, Any], name: str) -> str:
    told = shown(name)
    if name in register["withheld"]:
        wrong = "\n".join(format_errors(error for error in register["errors"] if error["customer"] == name))
        return f"customer {told} is withheld, because the register file is broken:\n{wrong}"
    return f"customer {told} is in no file of the register; allowed: the name of a register file without .yml"


def _listings(customers: Iterable[Mapping[str, Any]]) -> _Listings:
    found: dict[str, set[tuple[str, str | None]]] = {}
    for entry in customers:
        for site in entry["sites"]:
            for path in site["logs"] or ():
                found.setdefault(same_log(path), set()).add((entry["customer"], site["host"]))
    return found


def _shared_logs(site: Mapping[str, Any], customer: str, listings: _Listings) -> list[str]:
    """Return those logs of a site that stand in the register for another customer, too. A site without a host may lie
    on any.
    """
    return [
        path
        for path in site["logs"]
        if any(
            other != customer and (host == site["host"] or None in (host, site["host"]))
            for other, host in listings[same_log(path)]
        )
    ]


def _add_customer(plan: CustomerPlan, entry: Mapping[str, Any], listings: _Listings) -> None:
    common = {"customer": entry["customer"], "state": _STATES[entry["contract"]["status"]]}
    unix = entry["unix"]
    user = unix["user"] if unix else f"hc-{entry['customer']}"
    plan["owners"][entry["customer"]] = common["state"]
    ours, foreign = _names(entry)
    mailboxes = [_mailbox(mailbox, common) for mailbox in entry["mailboxes"]]
    plan["mailboxes"] += mailboxes
    plan["cloud_accounts"] += [
        {
            "name": box["name"],
            **common,
            "managed": box["managed"],
            "quota": box["cloud"]["quota"],
            "language": entry["language"],
        }
        for box in mailboxes
        if box["cloud"]
    ]
    plan["chat_accounts"] += [
        {"name": box["name"], **common, "managed": box["managed"]} for box in mailboxes if box["chat"]
    ]
    plan["customers"].append(
        {
            "name": entry["customer"],
            "display_name": entry["name"],
            "state": common["state"],
            "language": entry["language"],
            "contact": entry["contact"],
            "domains": _mail_domains(mailboxes),
            "unix_user": user,
            "unix_uid": unix["uid"] if unix else None,
            "names": ours,
            "foreign_names": foreign,
        }
    )
    plan["file_logins"] += [{"name": item["name"], **common, "site": item["site"]} for item in entry["file_logins"]]
    plan["databases"] += [
        {"name": item["name"], **common, "managed": item["managed"], "tool": entry["database_tool"]}
        for item in entry["databases"]
    ]
    plan["erase"] += [{**order, "customer": entry["customer"]} for order in entry["erase"]]
    plan["sites"] += [_site(site, common, user, entry["language"], listings) for site in entry["sites"]]


def _names(entry: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """Return kind and name of all that a customer has by name: of what is ours, and of what is not."""
    ours = [f"file_login {login['name']}" for login in entry["file_logins"]]
    foreign: list[str] = []
    for site in entry["sites"]:
        names = ours if site["managed"] else foreign
        names.append(f"site {site['domain']}")
        names += [f"site_alias {alias}" for alias in site["aliases"]]
    for box in entry["mailboxes"]:
        names = ours if box["managed"] else foreign
        names.append(f"mailbox {box['address']}")
        names += [f"mailbox_alias {alias}" for alias in box["aliases"]]
    for database in entry["databases"]:
        (ours if database["managed"] else foreign).append(f"database {database['name']}")
    return sorted(ours), sorted(foreign)


def _mail_domains(mailboxes: Iterable[PlanItem]) -> list[str]:
    """Return the domains for which mail is accepted here; whoever runs an unmanaged mailbox accepts its mail."""
    managed = [mailbox for mailbox in mailboxes if mailbox["managed"]]
    return sorted({address.rpartition("@")[2] for box in managed for address in (box["name"], *box["aliases"])})


def _mailbox(mailbox: Mapping[str, Any], common: Mapping[str, str]) -> PlanItem:
    return {
        "name": mailbox["address"],
        **common,
        "managed": mailbox["managed"],
        "login": mailbox["login"],
        "aliases": sorted(mailbox["aliases"]),
        "quota": mailbox["quota"],
        "forward_to": sorted(mailbox["forward_to"]),
        "keep_copy": mailbox["keep_copy"],
        "cloud": {"quota": mailbox["cloud"]["quota"]} if mailbox["cloud"] else None,
        "chat": mailbox["chat"],
    }


def _site(
    site: Mapping[str, Any], common: Mapping[str, str], user: str, language: str, listings: _Listings
) -> PlanItem:
    return {
        "name": site["domain"],
        **common,
        "unix_user": user,
        "managed": site["managed"],
        "kind": site["kind"],
        "aliases": sorted(site["aliases"]),
        "log": site["log"],
        "databases": sorted(site["databases"]),
        "host": site["host"],
        "language": language,
        "root": site["root"],
        "logs": site["logs"] or [],
        "shared_logs": _shared_logs(site, common["customer"], listings) if site["logs"] else [],
    }

# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose data are asked for, which of them, and on which host: pure functions over the plan."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias, TypedDict

from ansible_collections.magmasoft.hosting.plugins.module_utils._bag.options import NONE, read_selections
from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.selection import Selection
from ansible_collections.magmasoft.hosting.plugins.module_utils._stores._base import Belongs
from ansible_collections.magmasoft.hosting.plugins.module_utils._stores._table import ON_HOSTS
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._run.errors import NotAsked

# One name, several with commas between them or as a list, or nothing in particular.
Picks: TypeAlias = "str | Sequence[str] | None"

# Kinds whose items the register names, and how it calls them.
_NAMED: Final = {"site_files": "sites", "databases": "databases", "mail_messages": "mailboxes"}
_MOST_TOLD: Final = 8


class Request(TypedDict):
    """What is asked for: which kinds, and which sites and addresses where not all. ``digest`` tells requests apart."""

    kinds: list[str]
    sites: list[str] | None
    mailboxes: list[str] | None
    digest: str


def export_request(
    plan: Mapping[str, Sequence[Mapping[str, Any]]], kinds: Picks = None, site: Picks = None, mailbox: Picks = None
) -> Request:
    """Return what is asked for of a customer: of the kinds, sites and addresses what was picked, or all.

    Who picks a site or a mailbox gets what belongs to it and nothing else. Raises NotAsked with all that is wrong.
    """
    mistakes: list[str] = []
    sites = _picked("site", site, [found["name"] for found in plan["sites"]], mistakes)
    mailboxes = _picked("mailbox", mailbox, [found["name"] for found in plan["mailboxes"]], mistakes)
    names = _picked("kinds", kinds, list(ON_HOSTS), mistakes)
    if mistakes:
        raise NotAsked("; ".join(mistakes))
    if names is None:
        names = [kind for kind in ON_HOSTS if _concerned(kind, sites, mailboxes)]
    asked = {"kinds": names, "sites": sites, "mailboxes": mailboxes}
    digest = hashlib.sha256(json.dumps(asked).encode()).hexdigest()
    return {"kinds": names, "sites": sites, "mailboxes": mailboxes, "digest": digest}


class Share(TypedDict):
    """What one host has to do with a request: whose data, where each kind lies, and what has to be handed out."""

    customers: list[dict[str, Any]]
    stores: dict[str, Any]
    expected: dict[str, list[list[str]]]


def export_share(
    plan: Mapping[str, Sequence[Mapping[str, Any]]],
    request: Request,
    host: str,
    groups: Mapping[str, Sequence[str]],
    places: Mapping[str, Any],
) -> Share:
    """Return the share of a host. ``expected`` has pairs of kind and item for each customer, made from the plan alone.

    Raises NotAsked for kinds that have no place, and for those of which the register names items and the place says
    that there is no such service.
    """
    stores = stores_on(places, request["kinds"], groups, host)
    customers = selections_on(plan, request, host, groups.get("hosting_web", ()))
    selections = read_selections("customers", customers)
    _require_no_contradiction(host, [kind for kind, place in stores.items() if place == NONE], selections)
    kinds = [kind for kind, place in stores.items() if place != NONE]
    expected = {
        selection.customer: [[kind, item] for kind in kinds for item in ON_HOSTS[kind].expected(selection)]
        for selection in selections
    }
    return {"customers": customers, "stores": stores, "expected": expected}


def _require_no_contradiction(host: str, absent: Iterable[str], selections: Iterable[Selection]) -> None:
    """Refuse that a service does not exist of which the register names items by themselves. What each address gets
    without saying so, such as a cloud account, may be missing at a provider.
    """
    mistakes = [
        f"{host}: hosting_stores.{kind} is {NONE}, and the register lists {_NAMED[kind]} of {selection.customer}:"
        f" {_first(items)}; allowed: where they lie, or none of them in register and inventory"
        for kind in absent
        if kind in _NAMED
        for selection in selections
        if (items := ON_HOSTS[kind].expected(selection))
    ]
    if mistakes:
        raise NotAsked("; ".join(mistakes))


def _first(items: Sequence[str]) -> str:
    return ", ".join(items[:_MOST_TOLD]) + (", ..." if len(items) > _MOST_TOLD else "")


def selections_on(
    plan: Mapping[str, Sequence[Mapping[str, Any]]], request: Request, host: str, web_hosts: Sequence[str]
) -> list[dict[str, Any]]:
    """Return the customers of a plan with what was asked for of them on one host, as the modules take them."""
    return [_selection(plan, customer, request, host, web_hosts) for customer in plan["customers"]]


def stores_on(
    places: Mapping[str, Any], kinds: Sequence[str], groups: Mapping[str, Sequence[str]], host: str
) -> dict[str, Any]:
    """Return kind -> place for the kinds that are asked of one host.

    Of a group with several hosts that all hold the same, the first is asked; sites are spread over all of theirs.
    Raises NotAsked for kinds that have no place.
    """
    asked = [kind for kind in kinds if host in _holders(kind, groups)]
    unset = [kind for kind in asked if kind not in places]
    if unset:
        raise NotAsked(
            f"{host}: hosting_stores says nothing of {', '.join(unset)}; allowed: where they lie, or none where there"
            " is no such service"
        )
    return {kind: places[kind] for kind in asked}


def _holders(kind: str, groups: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the hosts that are asked for a kind."""
    store = ON_HOSTS[kind]
    return [host for name in store.groups for host in groups.get(name, ())[: None if store.on_every_host else 1]]


def _picked(name: str, value: Picks, allowed: Sequence[str], mistakes: list[str]) -> list[str] | None:
    if value is None or value == "":
        return None
    names = value.split(",") if isinstance(value, str) else [str(part) for part in value]
    unknown = [part for part in names if part not in allowed]
    if unknown:
        mistakes.append(f"-e {name}: there is no {', '.join(unknown)}; allowed: {', '.join(allowed) or 'nothing'}")
    return [part for part in allowed if part in names]


def _concerned(kind: str, sites: Sequence[str] | None, mailboxes: Sequence[str] | None) -> bool:
    """Tell whether a kind is among what was picked."""
    if sites is None and mailboxes is None:
        return True
    picked = {Belongs.SITE: sites, Belongs.MAILBOX: mailboxes}
    return picked.get(ON_HOSTS[kind].belongs_to) is not None


def _selection(
    plan: Mapping[str, Sequence[Mapping[str, Any]]],
    entry: Mapping[str, Any],
    request: Request,
    host: str,
    web_hosts: Sequence[str],
) -> dict[str, Any]:
    customer = entry["name"]
    boxes = [box for box in plan["mailboxes"] if box["customer"] == customer]
    picked_boxes = [box for box in boxes if _wanted(box["name"], request["mailboxes"], request["sites"])]
    sites = [
        site
        for site in plan["sites"]
        if site["customer"] == customer
        # of several web hosts, only what left the register may lie on any
        and (site["host"] == host or (site["host"] is None and host in web_hosts))
        and _wanted(site["name"], request["sites"], request["mailboxes"])
    ]
    return {
        "customer": customer,
        "sites": sites,
        "databases": [found for found in plan["databases"] if found["customer"] == customer],
        "mailboxes": picked_boxes,
        "file_logins": [login["name"] for login in plan["file_logins"] if login["customer"] == customer],
        "own_addresses": sorted(_addresses(boxes)),
        "held": json.loads(str(plan.get("held") or "{}")).get(customer, {}),
        "user": entry.get("unix_user"),
    }


def _wanted(name: str, picked: Sequence[str] | None, others: Sequence[str] | None) -> bool:
    """Tell whether an item is asked for: it was picked, or nothing was."""
    return name in picked if picked is not None else others is None


def _addresses(boxes: Iterable[Mapping[str, Any]]) -> set[str]:
    return {address for box in boxes for address in (box["name"], *box["aliases"])}

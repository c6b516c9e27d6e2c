# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each host does in an export, and what became of it: pure functions over the variables of all hosts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypedDict

from .hosts import gather_runs
from .verdict import RunVerdict, verdict

Groups = Mapping[str, Sequence[str]]
HostVars = Mapping[str, Mapping[str, Any]]


class Steps(TypedDict):
    """What one host has to do, as far as it can be said by now.

    ``peer`` is the certificate by which the sealing host fetches parts. It is given ``parts``, host to offer, and
    ``expected``, customer to host to pairs of kind and item.
    """

    makes_part: bool
    receives: bool
    offers: bool
    seals: bool
    removes_part: bool
    peer: str
    parts: dict[str, Any]
    expected: dict[str, dict[str, Any]]


def export_steps(groups: Groups, hostvars: HostVars, host: str, sealing: str, customer: str, bag: str) -> Steps:
    """Return what ``host`` has to do, of which ``sealing`` seals the bag.

    Reads ``hosting_share``, and what tasks have registered: ``hosting_found``, ``hosting_run_customer_export``,
    ``hosting_receiver``, ``hosting_offer``, ``hosting_run_customer_bag``.
    """
    of_sealing = hostvars[sealing]
    found = (of_sealing.get("hosting_found", {}).get("bags") or {}).get(customer, [])
    is_sealed = any(one["bag"] == f"{customer}-{bag}" for one in found)
    has_share = bool(hostvars[host]["hosting_share"]["stores"])
    runs = gather_runs(groups, hostvars, ["customer_export"])
    others = [name for name, run in runs["customer_export"].items() if name != sealing and not run.get("skipped")]
    all_there = not verdict(runs)["failed"]
    joins = bool(others) and all_there and not is_sealed
    return {
        "makes_part": host == sealing or (has_share and not is_sealed),
        "receives": host == sealing and joins,
        "offers": host in others and joins,
        "seals": host == sealing and all_there,
        "removes_part": host != sealing
        and has_share
        and customer in (of_sealing.get("hosting_run_customer_bag", {}).get("sealed") or {}),
        "peer": of_sealing.get("hosting_receiver", {}).get("certificate", ""),
        "parts": {name: hostvars[name].get("hosting_offer", {}) for name in others},
        "expected": {
            customer: {
                name: hostvars[name].get("hosting_share", {}).get("expected", {}).get(customer, [])
                for name in (sealing, *others)
            }
        },
    }


class Outcome(TypedDict):
    """What a run about a customer's data came to, on the host that seals: the seal of the bag, the links to it.

    ``published`` is what the link to the bag leads to. Without a bag or a link they are empty. ``host_name`` is that of
    links, where the inventory says so for the host.
    """

    sealed: dict[str, Any]
    links: list[dict[str, Any]]
    published: dict[str, Any]
    host_name: str | None
    withdrawn: list[dict[str, Any]]
    downloads: list[dict[str, Any]]
    verdict: RunVerdict


def export_outcome(  # named, in a playbook
    groups: Groups,
    hostvars: HostVars,
    sealing: str,
    customer: str,
    bag: str,
    modules: Sequence[str],
    letters: Iterable[Mapping[str, Any]] = (),
) -> Outcome:
    """Return what ``modules`` came to. ``letters`` are results of download_letter."""
    of_sealing = hostvars[sealing]
    name = f"{customer}-{bag}"
    bags = (of_sealing.get("hosting_found", {}).get("bags") or {}).get(customer, [])
    sealed = (of_sealing.get("hosting_run_customer_bag", {}).get("sealed") or {}).get(customer)
    links = of_sealing.get("hosting_run_download_link", {})
    return {
        "sealed": sealed or next((one for one in bags if one["bag"] == name), {}),
        "links": list(links.get("links") or ()),
        "published": (links.get("published") or {}).get(name, {}),
        "host_name": of_sealing.get("hosting_downloads_host_name"),
        "withdrawn": [{**one, "what": "withdrawal"} for one in (links.get("withdrawn") or {}).get(customer, ())],
        "downloads": [{**one, "what": "download"} for one in (links.get("downloads") or {}).get(customer, ())],
        "verdict": verdict(gather_runs(groups, hostvars, modules), letters=list(letters)),
    }

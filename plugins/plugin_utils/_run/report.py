# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report: what all hosts and the controller hold of a customer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.selection import Selection
from ansible_collections.magmasoft.hosting.plugins.module_utils._pages.model import Backup, InBackup, ReportAbout
from ansible_collections.magmasoft.hosting.plugins.module_utils._pages.report_data import report_data
from ansible_collections.magmasoft.hosting.plugins.module_utils._pages.report_page import render_report
from ansible_collections.magmasoft.hosting.plugins.module_utils._pages.sums import to_json
from ansible_collections.magmasoft.hosting.plugins.module_utils._stores.customer_record import CustomerRecord

HostResults = Mapping[str, Mapping[str, Any]]


def customer_report(runs: HostResults, about: Mapping[str, Any], record: Mapping[str, Any]) -> dict[str, str]:
    """Return the report as ``json`` and ``html``. ``runs`` is host -> what customer_info returned there."""
    customer = str(about["customer"])
    held = [*_held(runs), *_controller(customer, runs, record)]
    data = report_data(_about(about, runs, record), held)
    return {"json": to_json(data).decode(), "html": render_report(data)}


def _held(runs: HostResults) -> Iterator[dict[str, Any]]:
    for host, result in runs.items():
        yield from ({**measurement, "host": host} for measurement in result.get("measurements") or ())


def _controller(customer: str, runs: HostResults, record: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what the controller holds, and what was made of the customer's data: bags, evidence."""
    bags = [bag for result in runs.values() for bag in (result.get("bags") or {}).get(customer, ())]
    store = CustomerRecord({"records": {customer: record}, "bags": {customer: bags}})
    yield from ({**found, "host": "controller"} for found in store.measure([Selection(customer)]))


def _about(about: Mapping[str, Any], runs: HostResults, record: Mapping[str, Any]) -> ReportAbout:
    answered = [result for result in runs.values() if "measurements" in result]
    looked_at = {kind for result in answered for kind in (*result["kinds"], *result["absent"])}
    absent = {kind for result in answered for kind in result["absent"]}
    failed = len(answered) < sum(1 for result in runs.values() if not result.get("skipped"))
    missing = [kind for kind in about["asked"] if kind not in looked_at]
    return {
        "customer": about["customer"],
        "name": about["name"],
        "language": about["language"],
        "made": about["made"],
        "provider": {"name": about["provider"]["name"], "contact": about["provider"]["contact"] or None},
        "backup": _backup(record["register"]),
        # a kind of which no host was asked has no host; with a host that did not answer, that can't be told
        "no_service": sorted(absent) if failed else sorted({*absent, *missing}),
        "not_looked_at": missing if failed else [],
    }


def _backup(register: Mapping[str, Any]) -> Backup:
    backup = register.get("backup") or {}
    sites = register.get("sites") or []
    return {
        # whatever the register wants, this version makes none
        "mode": InBackup.NOT_SET_UP.value,
        "exclude": backup.get("exclude") or {},
        "own_logs": [site["domain"] for site in sites if site.get("log", _log(site)) == "own"],
    }


def _log(site: Mapping[str, Any]) -> str:
    return "own" if site.get("kind") == "php" else "shared"

# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Validation of the whole register: pure, linear, every error at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

from . import names
from .claims import (
    KINDS,
    Claim,
    claims_of,
    names_in_data,
    report_foreign_places,
    report_twice_owned,
    warn_of_names_below_others,
)
from .collector import uncollected
from .errors import Error, RegisterRefused, RegisterReport
from .forwarding import report_lost_forwardings
from .rules import WEB_ROOT, RegisterSettings, check_customer
from .schema import CUSTOMER

_MAPPING = "a mapping with the fields of a customer"


class Register(TypedDict):
    """A register that was validated. ``reserved`` is kind -> name -> the withheld customer whose name it is."""

    customers: list[dict[str, Any]]
    withheld: list[str]
    reserved: dict[str, dict[str, str]]
    errors: list[Error]
    # what may be right, but somebody should look at it
    warnings: list[Error]


@dataclass(slots=True)
class _File:
    """One file on its way through validation."""

    source: Mapping[str, Any]
    report: RegisterReport
    customer: dict[str, Any] | None
    claims: list[Claim]
    # (kind, name) of what a broken file seems to own beside its claims
    seems: list[tuple[str, str]]

    @property
    def broken(self) -> bool:
        """Tell whether anything is wrong."""
        return bool(self.source["errors"] or self.report.errors)


@uncollected
def validate(
    files: Iterable[Mapping[str, Any]],
    web_hosts: Sequence[str] = (),
    reserved_domains: Iterable[str] = (),
    web_root: str = WEB_ROOT,
    provider_trees: Sequence[str] = (),
    groups: Mapping[str, Sequence[str]] | None = None,
) -> Register:
    """Check what the lookup ``register`` read. A broken file withholds its own customer and no other."""
    domains = frozenset(map(_reserved_domain, reserved_domains))
    settings = RegisterSettings(tuple(web_hosts), domains, web_root.rstrip("/"), tuple(provider_trees), groups)
    checked = [_check(source, settings) for source in files]
    claims = [claim for file in checked for claim in file.claims]
    report_twice_owned(claims)
    warn_of_names_below_others(claims)
    read = [(file.customer, file.report) for file in checked if file.customer is not None]
    report_foreign_places(read, settings.web_root, settings.provider_trees)
    seeming = {name for file in checked for kind, name in file.seems if kind == "address"}
    report_lost_forwardings(read, seeming)
    _report_names_of_broken_files(checked)
    good = [file.customer for file in checked if file.customer is not None and not file.broken]
    errors = [error for file in checked for error in (*file.source["errors"], *file.report.errors)]
    return {
        "customers": [_finished(customer) for customer in good],
        "withheld": _withheld(checked, {customer["customer"] for customer in good}),
        "reserved": _reserved(checked),
        "errors": _in_order(errors),
        "warnings": _in_order(warning for file in checked for warning in file.report.warnings),
    }


def _in_order(errors: Iterable[Error]) -> list[Error]:
    return sorted(errors, key=lambda error: (error["file"], error["line"], error["field"]))


def _reserved_domain(text: str) -> str:
    try:
        return names.domain(text)
    except RegisterRefused:
        # Whatever the operator wrote is taken at its word, be it a single label.
        return text.lower()


def _check(source: Mapping[str, Any], settings: RegisterSettings) -> _File:
    report = RegisterReport(source["customer"], source["file"], source["lines"])
    data, customer = source["data"], None
    if isinstance(data, Mapping):
        customer = CUSTOMER.read(data, "", report)
    elif not source["errors"]:
        report.add("", data, "is no mapping", _MAPPING)
    claims = []
    if customer is not None:
        check_customer(customer, report, settings)
        claims = list(claims_of(customer, report))
    file = _File(source, report, customer, claims, [])
    if file.broken:
        file.seems = [(seen[0], seen[1]) for seen in (*source["names"], *names_in_data(data))]
        if source["customer"]:
            file.seems.append(("login", source["customer"]))
    return file


def _report_names_of_broken_files(checked: Sequence[_File]) -> None:
    """Refuse to others what a broken file seems to own: nobody takes over while a slip is repaired."""
    seeming: dict[tuple[str, str], _File] = {}
    for file in checked:
        # What it claims in so many words has been compared already.
        told = {(claim.kind, claim.name) for claim in file.claims}
        seeming.update((name, file) for name in file.seems if name not in told)
    for claim in (claim for file in checked for claim in file.claims) if seeming else ():
        owner = seeming.get((claim.kind, claim.name))
        if owner is not None and owner.report is not claim.report:
            claim.report.add(
                claim.at,
                claim.name,
                f"{KINDS[claim.kind]} seems to belong to {owner.report.file}, which is broken",
                "each name once in the register; repair that file first",
            )


def _finished(customer: dict[str, Any]) -> dict[str, Any]:
    if customer["file_logins"] is None:
        customer["file_logins"] = [{"name": customer["customer"], "site": None}]
    return customer


def _withheld(checked: Iterable[_File], good: Collection[str]) -> list[str]:
    withheld = set()
    for file in checked:
        if file.broken:
            withheld.add(file.source["customer"])
            if file.customer is not None:
                withheld.add(file.customer["customer"] or "")
    return sorted(withheld - set(good) - {""})


def _reserved(checked: Iterable[_File]) -> dict[str, dict[str, str]]:
    reserved: dict[str, dict[str, str]] = {kind: {} for kind in KINDS}
    for file in checked:
        if file.broken:
            owned = [(claim.kind, claim.name) for claim in file.claims]
            for kind, name in (*owned, *file.seems):
                reserved[kind].setdefault(name, file.source["customer"])
    return reserved

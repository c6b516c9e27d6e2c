# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who owns which name: what each file claims, also a broken one, and what is claimed twice."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from . import names
from .errors import RegisterRefused, RegisterReport

# FieldType of name -> how people call it.
KINDS: Final = {
    "domain": "domain",
    "address": "address",
    "database": "database",
    "login": "file login",
    "mail_login": "login for mail",
    "user": "system user",
    "uid": "system user number",
}
_NORMALISED: Final[dict[str, Callable[[str], str]]] = {
    "domain": names.domain,
    "address": names.address,
    "database": names.any_database,
    "login": names.login,
    "mail_login": names.mail_login,
}
# Field in which a name stands -> what it may be the name of.
_FIELDS: Final = {
    "domain": ("domain",),
    "address": ("address",),
    "aliases": ("domain", "address"),
    "name": ("database", "login"),
    "login": ("mail_login",),
}
_ENTRY: Final = re.compile(
    r"(?<![a-z_])([a-z_]{1,20})[\"']?\s{0,8}:\s{0,80}(\[[^\[\]]{0,4000}|\"[^\"]{0,400}|'[^']{0,400}|[^\s,{}\[\]]{0,400})"
)
_LIST_ITEM: Final = re.compile(r"\s{0,80}-\s{1,8}([^\s:,{}\[\]]{1,400})\s*\Z")
_MOST_NAMED: Final = 3


class Claim:
    """A name that a file claims, and where it stands there."""

    __slots__ = ("at", "kind", "name", "report")

    def __init__(self, kind: str, name: str, at: str, report: RegisterReport) -> None:
        self.kind = kind
        self.name = name
        self.at = at
        self.report = report

    @property
    def place(self) -> str:
        """Say where it stands."""
        line = self.report.line(self.at)
        return f"{self.report.file}:{line}" if line else self.report.file


def claims_of(customer: Mapping[str, Any], report: RegisterReport) -> Iterator[Claim]:
    """Return what a customer claims. Fields that were refused are None and left out."""
    for at, site in _each(customer, "sites"):
        yield from _claims("domain", site["domain"], f"{at}/domain", site["aliases"], f"{at}/aliases", report)
    for at, mailbox in _each(customer, "mailboxes"):
        yield from _claims("address", mailbox["address"], f"{at}/address", mailbox["aliases"], f"{at}/aliases", report)
        yield from _claims("mail_login", mailbox["login"], f"{at}/login", None, "", report)
    for at, database in _each(customer, "databases"):
        yield from _claims("database", database["name"], f"{at}/name", None, "", report)
    for at, login in _each(customer, "file_logins"):
        yield from _claims("login", login["name"], f"{at}/name", None, "", report)
    if customer["file_logins"] is None and report.customer:
        yield Claim("login", report.customer, "customer", report)
    unix = customer["unix"]
    if unix:
        yield from _claims("user", unix["user"], "unix/user", None, "", report)
        yield from _claims("uid", unix["uid"] and str(unix["uid"]), "unix/uid", None, "", report)


def report_twice_owned(claims: Iterable[Claim]) -> None:
    """Report every name with several claims, at each of them, and name the others."""
    first: dict[tuple[str, str], Claim] = {}
    several: dict[tuple[str, str], list[Claim]] = {}
    for claim in claims:
        key = (claim.kind, claim.name)
        owner = first.setdefault(key, claim)
        if owner is not claim:
            several.setdefault(key, [owner]).append(claim)
    for (kind, name), owners in several.items():
        for claim in owners:
            others = [other for other in owners if other is not claim]
            told = ", ".join(
                f"{other.place} (customer {other.report.customer or '?'})" for other in others[:_MOST_NAMED]
            )
            more = f" and {len(others) - _MOST_NAMED} more" if len(others) > _MOST_NAMED else ""
            claim.report.add(
                claim.at, name, f"{KINDS[kind]} is claimed by {told}{more} as well", "each name once in the register"
            )


def warn_of_names_below_others(claims: Sequence[Claim]) -> None:
    """Warn of sites and addresses in a domain of which another customer has the site: they could pass for them."""
    sites = {claim.name: claim for claim in claims if claim.kind == "domain"}
    for claim in claims:
        if claim.kind not in ("domain", "address"):
            continue
        domain = claim.name.rpartition("@")[2] if claim.kind == "address" else claim.name.partition(".")[2]
        while domain:
            owner = sites.get(domain)
            if owner is not None:
                if owner.report is not claim.report:
                    claim.report.warn(
                        claim.at,
                        claim.name,
                        f"lies in {domain}, which is a site of customer {owner.report.customer or '?'} ({owner.place})",
                        f"what customer {owner.report.customer or '?'} has agreed to",
                    )
                break
            domain = domain.partition(".")[2]


@dataclass(frozen=True, slots=True)
class _Place:
    """A path, with a slash at its end where it is a directory. One that stands in no file has no ``report``."""

    path: str
    owner: str
    told: str
    at: str = ""
    report: RegisterReport | None = None


def report_foreign_places(
    customers: Iterable[tuple[Mapping[str, Any], RegisterReport]], web_root: str, trees: Iterable[str]
) -> None:
    """Report directories and logs of unmanaged sites that lie in, or hold, another customer's or the provider's.

    One would be handed the other's files. Managed sites lie below ``web_root``, in a directory for each customer;
    ``trees`` are the provider's.
    """
    places = [_Place(f"{tree.rstrip('/')}/", "", f"{tree}, which is the provider's") for tree in trees]
    for customer, report in customers:
        places += _places_of(customer, report, web_root)
    around: list[_Place] = []
    for place in sorted(places, key=lambda found: found.path):
        while around and not place.path.startswith(around[-1].path):
            around.pop()
        for outer in around:
            if outer.owner != place.owner:
                _report_foreign(place, outer)
        if place.path.endswith("/"):
            around.append(place)


def _places_of(customer: Mapping[str, Any], report: RegisterReport, web_root: str) -> Iterator[_Place]:
    owner = report.customer
    if any(site["managed"] for _at, site in _each(customer, "sites")):
        yield _Place(f"{web_root}/{owner}/", owner, f"the tree of the managed sites of customer {owner}")
    for at, site in _each(customer, "sites"):
        if site["root"]:
            told = f"the directory of {report.file}:{report.line(f'{at}/root')}"
            yield _Place(f"{site['root']}/", owner, told, f"{at}/root", report)
        for position, log in enumerate(site["logs"] or ()):
            if log:
                told = f"the log of {report.file}:{report.line(f'{at}/logs')}"
                yield _Place(log, owner, told, f"{at}/logs/{position}", report)


def _report_foreign(inner: _Place, outer: _Place) -> None:
    allowed = "a place of this customer alone"
    if inner.report is not None:
        inner.report.add(inner.at, inner.path.rstrip("/"), f"lies in {outer.told}", allowed)
    # a log does not make a directory somebody else's
    if outer.report is not None and inner.path.endswith("/"):
        outer.report.add(outer.at, outer.path.rstrip("/"), f"holds {inner.told}", allowed)


def names_in(text: str) -> list[list[str]]:
    """Return [kind, name] of what a text that is no good YAML seems to own. Takes time linear in its length."""
    found = ((field, token) for field, value in _entries(text) for token in re.split(r"[\s,\[\]\"']+", value) if token)
    return _normalised(found)


def names_in_data(data: Any) -> list[list[str]]:
    """Return [kind, name] of what data that break the schema seem to own."""
    items = {field: value for field, value in data.items() if field != "name"} if isinstance(data, Mapping) else None
    return _normalised(_pairs(items))


def _claims(
    kind: str, name: str | None, at: str, aliases: list[str | None] | None, aliases_at: str, report: RegisterReport
) -> Iterator[Claim]:
    if name:
        yield Claim(kind, name, at, report)
    for position, alias in enumerate(aliases or ()):
        if alias:
            yield Claim(kind, alias, f"{aliases_at}/{position}", report)


def _each(customer: Mapping[str, Any], field: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for position, item in enumerate(customer[field] or ()):
        if item is not None:
            yield f"{field}/{position}", item


def _entries(text: str) -> Iterator[tuple[str, str]]:
    field = ""
    for line in text.splitlines():
        content = line.split(" #", 1)[0]
        item = _LIST_ITEM.fullmatch(content)
        if item:
            yield field, item[1]
        for match in _ENTRY.finditer(content):
            field = match[1]
            # At the beginning of a line stands the customer's own name, which is nobody's database.
            if field != "name" or match.start() > 0:
                yield field, match[2]


def _pairs(data: Any) -> Iterator[tuple[str, str]]:
    """Walk over data, whose depth the reader has limited."""
    if isinstance(data, Mapping):
        for field, value in data.items():
            for item in value if isinstance(value, list) else [value]:
                if isinstance(item, str):
                    yield str(field), item
            if field != "erase":
                yield from _pairs(value)
    elif isinstance(data, list):
        for item in data:
            yield from _pairs(item)


def _normalised(found: Iterable[tuple[str, str]]) -> list[list[str]]:
    owned = set()
    for field, token in found:
        for kind in _FIELDS.get(field, ()):
            try:
                owned.add((kind, _NORMALISED[kind](token)))
            except RegisterRefused:
                continue
    return [list(item) for item in sorted(owned)]

# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who owns which name: what each file claims, also a broken one, and what is claimed twice."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from . import names
from .errors import RegisterRefused, RegisterReport

# FieldType of name -> how people call it.
KINDS: Final = {
    "domain": "domain",
    "address": "address",
    "database": "database",
    "login": "file login",
    "user": "system user",
    "uid": "system user number",
}
_NORMALISED: Final[dict[str, Callable[[str], str]]] = {
    "domain": names.domain,
    "address": names.address,
    "database": names.database,
    "login": names.login,
}
# Field in which a name stands -> what it may be the name of.
_FIELDS: Final = {
    "domain": ("domain",),
    "address": ("address",),
    "aliases": ("domain", "address"),
    "name": ("database", "login"),
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


def report_nested_roots(customers: Iterable[tuple[Mapping[str, Any], RegisterReport]]) -> None:
    """Report directories of unmanaged sites that lie in another customer's: one would be handed the other's files."""
    roots = [
        (f"{site['root']}/", f"{at}/root", report)
        for customer, report in customers
        for at, site in _each(customer, "sites")
        if site["root"]
    ]
    roots.sort(key=lambda item: item[0])
    around: list[tuple[str, str, RegisterReport]] = []
    for root, at, report in roots:
        while around and not root.startswith(around[-1][0]):
            around.pop()
        for outer, outer_at, other in around:
            if other is not report:
                place = f"{other.file}:{other.line(outer_at)}"
                report.add(at, root[:-1], f"lies in the directory of {place}", "a directory of this customer alone")
                place = f"{report.file}:{report.line(at)}"
                other.add(outer_at, outer[:-1], f"holds the directory of {place}", "a directory of this customer alone")
        around.append((root, at, report))


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

# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What has to fit together within one customer."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.addresses import canonical

from . import names
from .errors import RegisterRefused, RegisterReport

CustomerData = dict[str, Any]
_MOST_TOLD: Final = 8
# FieldType of an erased item -> the kind of what would bring it back, and the grammar of its name.
_ERASED: Final[dict[str, tuple[str, Callable[[str], str]]]] = {
    "site": ("sites", names.domain),
    "database": ("databases", names.any_database),
    "mailbox": ("mailboxes", names.address),
    "cloud": ("cloud", names.address),
    "chat": ("chat", names.address),
}


# As in the role settings.
WEB_ROOT: Final = "/srv/www"


# What the register names, which exists on hosts of a group only.
_GROUPS: Final = {"sites": "hosting_web", "databases": "hosting_database", "mailboxes": "hosting_mail"}


# Kind -> the list that it stands in, what names it there, and what switches it off.
_OWN: Final = {
    "sites": ("sites", "domain", ""),
    "databases": ("databases", "name", ""),
    "mailboxes": ("mailboxes", "address", ""),
    "cloud": ("mailboxes", "address", "cloud"),
    "chat": ("mailboxes", "address", "chat"),
}


@dataclass(frozen=True, slots=True)
class RegisterSettings:
    """What the inventory says. Without ``groups`` nothing is said of them."""

    web_hosts: tuple[str, ...] = ()
    reserved_domains: frozenset[str] = frozenset()
    web_root: str = WEB_ROOT
    provider_trees: tuple[str, ...] = ()
    groups: Mapping[str, Sequence[str]] | None = None


def check_customer(customer: CustomerData, report: RegisterReport, settings: RegisterSettings) -> None:
    """Report what does not fit, and fill in the defaults that depend on other fields."""
    for _at, mailbox in _each(customer["mailboxes"], "mailboxes"):
        _fill_in(mailbox)
    own = _Own(customer)
    _check_identifier(customer, report)
    _check_contract(customer["contract"], report)
    for at, site in _each(customer["sites"], "sites"):
        _check_site(site, at, own, report, settings)
    for at, database in _each(customer["databases"], "databases"):
        _check_database(database, at, report)
    for at, login in _each(customer["file_logins"], "file_logins"):
        _check_own("sites", [(login["site"], f"{at}/site")], own, report)
    for at, mailbox in _each(customer["mailboxes"], "mailboxes"):
        _check_mailbox(mailbox, at, report, settings)
    _check_groups(customer, report, settings)
    _check_exclude(customer["backup"], own, report)
    _check_erase(customer["erase"], own, report)


class _Own(dict[str, "Mapping[str, str] | None"]):
    """Kind -> name -> where it stands, made when it is asked for.

    None where the list was refused, so that nothing can be said of it.
    """

    def __init__(self, customer: CustomerData) -> None:
        super().__init__()
        self._customer = customer

    def __missing__(self, kind: str) -> Mapping[str, str] | None:
        at, key, unless = _OWN[kind]
        self[kind] = places = _places(self._customer[at], at, key, unless)
        return places


def _places(items: Sequence[CustomerData | None] | None, at: str, key: str, unless: str) -> dict[str, str] | None:
    if items is None:
        return None
    return {item[key]: f"{at}/{key}" for at, item in _each(items, at) if not unless or item[unless] is not False}


def _each(items: Sequence[CustomerData | None] | None, at: str) -> Iterator[tuple[str, CustomerData]]:
    """Return the items that were not refused, each with its path."""
    for position, item in enumerate(items or ()):
        if item is not None:
            yield f"{at}/{position}", item


def _check_identifier(customer: CustomerData, report: RegisterReport) -> None:
    name = customer["customer"]
    if name is not None and report.customer and name != report.customer:
        report.add(
            "customer", name, "is not the name of the file", f"customer: {report.customer}, or another file name"
        )
    if customer["file_logins"] is None and name is not None and names.is_system_name(name):
        report.add(
            "customer",
            name,
            "would name the customer's login, and the system uses that name itself",
            "file_logins with another name, or [] for none",
        )


def _check_contract(contract: CustomerData | None, report: RegisterReport) -> None:
    if contract is None or contract["status"] is None:
        return
    ended = contract["status"] == "ended"
    if ended and contract["ended"] is None and not report.has("contract/ended"):
        report.add("contract/ended", "", "is missing beside status: ended", "the day of the end as YYYY-MM-DD")
    elif contract["ended"] is not None and not ended:
        report.add(
            "contract/ended", contract["ended"], "stands beside a contract that goes on", "status: ended, or no date"
        )


def _check_site(site: CustomerData, at: str, own: _Own, report: RegisterReport, settings: RegisterSettings) -> None:
    if site["log"] is None:
        site["log"] = "own" if site["kind"] == "php" else "shared"
    for name, place in _named(site["domain"], site["aliases"], at, "domain"):
        _check_reserved(name, name, place, report, settings)
    _check_own("databases", _indexed(site["databases"], f"{at}/databases"), own, report)
    _check_credentials(site, at, report)
    for field in ("root", "logs"):
        if site[field] is not None and site["managed"] is True:
            report.add(
                f"{at}/{field}",
                "",
                "says where something lies that this collection places itself",
                "managed: false beside it",
            )
    _check_host(site, at, report, settings.web_hosts)


def _check_credentials(site: CustomerData, at: str, report: RegisterReport) -> None:
    """Report databases whose credentials a site of ours can't be given, since they can't be ours."""
    for name, place in _indexed(site["databases"], f"{at}/databases") if site["managed"] is True else ():
        try:
            names.database(name or "none")
        except RegisterRefused as error:
            report.add(place, name, error.message, f"{error.allowed}; the site gets its credentials")


def _check_host(site: CustomerData, at: str, report: RegisterReport, hosts: Collection[str]) -> None:
    if not hosts:
        return
    told = f"one of {', '.join(hosts)}"
    if site["host"] is not None and site["host"] not in hosts:
        report.add(f"{at}/host", site["host"], "is no web host of the inventory", told)
    elif site["host"] is None and len(hosts) > 1:
        report.add(f"{at}/host", "", "is missing, and there are several web hosts", told)


def _fill_in(mailbox: CustomerData) -> None:
    """Say whether an address without a word about it has a cloud and a chat account: a pure forwarding has no login."""
    has_login = mailbox["keep_copy"] is not False
    if mailbox["cloud"] is None:
        mailbox["cloud"] = {"quota": None} if has_login else False
    if mailbox["chat"] is None:
        mailbox["chat"] = has_login


def _check_database(database: CustomerData, at: str, report: RegisterReport) -> None:
    """Report the name of one that is to be made, which is that of its user as well."""
    if database["name"] is None or database["managed"] is not True:
        return
    try:
        names.database(database["name"])
    except RegisterRefused as error:
        allowed = f"{error.allowed}; or managed: false for one that exists"
        report.add(f"{at}/name", database["name"], error.message, allowed)


def _check_mailbox(mailbox: CustomerData, at: str, report: RegisterReport, settings: RegisterSettings) -> None:
    addresses = dict(_named(mailbox["address"], mailbox["aliases"], at, "address"))
    for name, place in addresses.items():
        _check_reserved(name.rpartition("@")[2], name, place, report, settings)
    if mailbox["login"] is not None and mailbox["managed"] is True:
        report.add(
            f"{at}/login",
            mailbox["login"],
            "is the login of a mailbox that this collection makes",
            "no login: it is the address",
        )
    if mailbox["keep_copy"] is False and mailbox["forward_to"] == []:
        report.add(f"{at}/keep_copy", False, "keeps nothing and forwards nothing", "addresses in forward_to, or true")
    targets = _indexed(mailbox["forward_to"], f"{at}/forward_to")
    for target, place in targets:
        if target is not None and canonical(target) in addresses:
            report.add(
                place, target, "forwards to itself", "addresses of other mailboxes; what follows a + does not count"
            )
    _check_repeated(targets, report)


def _check_groups(customer: CustomerData, report: RegisterReport, settings: RegisterSettings) -> None:
    """Report items that no host is there for: every run would pass them over, and say that there is no such service."""
    if settings.groups is None:
        return
    for kind, group in _GROUPS.items():
        # a pure forwarding has no storage
        stored = [at for at, item in _each(customer[kind], kind) if item.get("keep_copy", True) is not False]
        if stored and not settings.groups.get(group):
            report.add(
                stored[0],
                "",
                f"stands among the {kind}, and the inventory has no host in the group {group}",
                f"a host in {group}, or no {kind} that are stored here",
            )


def _check_reserved(domain: str, value: str, at: str, report: RegisterReport, settings: RegisterSettings) -> None:
    if not settings.reserved_domains:
        return
    name = domain
    while name:
        if name in settings.reserved_domains:
            report.add(at, value, f"lies in {name}, which the provider needs itself", "a domain of the customer")
            return
        name = name.partition(".")[2]


def _check_exclude(backup: CustomerData | None, own: _Own, report: RegisterReport) -> None:
    if backup is None or backup["exclude"] is None:
        return
    if backup["exclude"] == "all":
        backup["exclude"] = dict.fromkeys(("sites", "databases", "mailboxes", "cloud", "chat"), "all")
        return
    for kind, excluded in backup["exclude"].items():
        if excluded and excluded != "all":
            _check_own(kind, _indexed(excluded, f"backup/exclude/{kind}"), own, report)


def _check_erase(entries: Sequence[CustomerData | None] | None, own: _Own, report: RegisterReport) -> None:
    seen: dict[tuple[str, str], str] = {}
    for at, entry in _each(entries, "erase"):
        if entry["kind"] is None or entry["name"] is None:
            continue
        kind, normalise = _ERASED[entry["kind"]]
        try:
            entry["name"] = normalise(entry["name"])
        except RegisterRefused as error:
            report.add(f"{at}/name", entry["name"], error.message, error.allowed)
            continue
        _check_tombstone(entry, at, (own[kind] or {}).get(entry["name"]), report)
        first = seen.setdefault((entry["kind"], entry["name"]), at)
        if first != at:
            report.add(f"{at}/name", entry["name"], f"stands in line {report.line(first)} already", "each item once")


def _check_tombstone(entry: CustomerData, at: str, wanted_at: str | None, report: RegisterReport) -> None:
    if wanted_at is None:
        return
    report.add(
        f"{at}/name",
        entry["name"],
        f"is to be erased here (line {report.line(f'{at}/name')}) and wanted in line {report.line(wanted_at)}",
        f"one of the two: take the {entry['kind']} out of the register, or the entry out of erase",
    )


def _check_own(kind: str, named: Sequence[tuple[str | None, str]], own: _Own, report: RegisterReport) -> None:
    if not named:
        return
    known = own[kind]
    if known is None:
        return
    for name, at in named:
        if name is not None and name not in known:
            report.add(at, name, f"is not among this customer's {kind}", _told(known))
    _check_repeated(named, report)


def _check_repeated(named: Sequence[tuple[str | None, str]], report: RegisterReport) -> None:
    seen: set[str] = set()
    for name, at in named:
        if name in seen:
            report.add(at, name, "stands here twice", "each name once")
        elif name is not None:
            seen.add(name)


def _told(known: Mapping[str, str]) -> str:
    if not known:
        return "nothing, there are none"
    first = [name for name in known if name is not None][:_MOST_TOLD]
    return ", ".join(first) + (", ..." if len(known) > len(first) else "")


def _named(name: str | None, aliases: Sequence[str | None] | None, at: str, key: str) -> Iterator[tuple[str, str]]:
    """Return a name and its aliases, each with its path."""
    if name is not None:
        yield name, f"{at}/{key}"
    for alias, place in _indexed(aliases, f"{at}/aliases"):
        if alias is not None:
            yield alias, place


def _indexed(values: Sequence[str | None] | None, at: str) -> list[tuple[str | None, str]]:
    return [(value, f"{at}/{position}") for position, value in enumerate(values)] if values else []

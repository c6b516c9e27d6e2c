# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Moves passwords that are in force from pending into the letters of their customers."""

from __future__ import annotations

import urllib.parse
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from ...module_utils._core.errors import HostingError, ItemRefused
from .logins import KIND_OF, KINDS, Customer, Endpoint, Login
from .overview import Holdings, Overview, overview
from .pending import at_once, not_written, write_all
from .render import Page, render
from .store import Errors, Letter, LetterStore, Pending, Secret, letter_json

LetterEntry = dict[str, Any]
_NO_HOLDINGS = Holdings()
# stands for the login in the address of a service
_LOGIN = "{login}"
_ORDER = {service: number for number, service in enumerate(KIND_OF)}


@dataclass(slots=True)
class CompletedLetter:
    """Whose letters were written, which logins still wait for a service, and which customers failed.

    ``present`` are the customers, among those given, whose letter lies there now. ``replaced`` are keys of logins whose
    password is not told any more, since the owner has chosen another.
    """

    customers: list[str] = field(default_factory=list)
    present: list[str] = field(default_factory=list)
    logins: list[Login] = field(default_factory=list)
    waiting: list[Login] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    errors: Errors = field(default_factory=dict)


def entries(login: Login, password: str | None, endpoints: Mapping[str, Endpoint]) -> list[LetterEntry]:
    """Return what a letter says of one login: an entry for each of its services that exists."""
    return [
        _entry(service, login, password, endpoints[service], host)
        for service in login.services
        if service in endpoints
        for host in endpoints[service].of(login)
    ]


def merge(  # the five things that decide what a letter says
    letter: Sequence[LetterEntry],
    logins: Sequence[Login],
    secrets: Mapping[str, Secret],
    endpoints: Mapping[str, Endpoint],
    wanted: Sequence[Login] | None = None,
    replaced: Collection[str] = (),
) -> list[LetterEntry]:
    """Return the letter with these logins in it.

    New passwords replace known ones. A known one is never replaced by null, but for ``replaced``, keys of logins whose
    owner has chosen another. What is not among ``logins`` stays, unless ``wanted`` has all logins that there are to be:
    then whatever is not among those goes. A service that its login is not for goes in any case.
    """
    known = {
        key: entry["password"]
        for entry in letter
        if entry["password"] is not None and (key := _key_of(entry)) not in replaced
    }
    known.update({login.key: secrets[login.key].password for login in logins if login.key in secrets})
    services = {login.key: login.services for login in (*(wanted or ()), *logins)}

    def stays(entry: LetterEntry) -> bool:
        key = _key_of(entry)
        if key in services:
            return entry["service"] in services[key]
        return wanted is None or entry["service"] not in KIND_OF

    told = [entry for login in logins for entry in entries(login, None, endpoints)]
    again = {(entry["service"], entry["user"]) for entry in told}
    merged = [dict(entry) for entry in letter if (entry["service"], entry["user"]) not in again and stays(entry)] + told
    for entry in merged:
        entry["password"] = known.get(_key_of(entry))
    return sorted(merged, key=_position)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of customers beside the logins that are in force.

    ``wanted`` are all logins that they are to have, None where that is not known. ``replaced`` are keys of logins whose
    service has another hash than the one set with the password in the letter.
    """

    wanted: Sequence[Login] | None = None
    holdings: Holdings = _NO_HOLDINGS
    replaced: Collection[str] = ()


NOTHING_ELSE = Known()


def complete_letters(
    store: LetterStore | None,
    logins: Sequence[Login],
    customers: Mapping[str, Customer],
    endpoints: Mapping[str, Endpoint],
    page: Page,
    *,
    write: bool,
    beside: Known = NOTHING_ELSE,
) -> CompletedLetter:
    """Complete the letters of all customers with a password among ``logins`` that is pending.

    A letter that lies there and says otherwise, because a service has moved or is not wanted any more, or its owner has
    chosen another password, is brought up to date.
    """
    completed = CompletedLetter()
    if store is None:
        return completed
    pending, damaged = store.read_pending()
    held = _Held(pending)
    finished, wanted = _by_customer(logins), _by_customer(beside.wanted or ())
    holdings = beside.holdings.by_customer()
    concerned = {*finished, *wanted, *(customers if beside.wanted is not None else ())}
    completed.errors = {customer: damaged[customer] for customer in concerned if customer in damaged}
    ready: dict[str, list[Login]] = {}
    for customer in sorted(concerned - damaged.keys()):
        ready[customer], waiting = held.ready(finished.get(customer, ()), endpoints)
        completed.waiting += waiting

    changed: set[str] = set()
    present: set[str] = set()
    replaced: set[str] = set()

    def complete(customer: str) -> HostingError | None:
        secrets = {login.key: held.secret(login) for login in ready[customer]}
        try:
            former = store.read_letter(customer)
            if former is None and not secrets:
                return None
            mine = finished.get(customer, [])
            all_of_mine = wanted.get(customer, []) if beside.wanted is not None else None
            about = overview(
                holdings.get(customer, _NO_HOLDINGS), mine if all_of_mine is None else all_of_mine, endpoints
            )
            addressee = _known(customers, customer)
            letter = _letter(former, mine, secrets, endpoints, all_of_mine, beside.replaced)
            letter["customer"], letter["about"] = customer, {**asdict(addressee), **asdict(page), **about}
            present.add(customer)
            replaced.update(_forgotten(former, letter))
            # also those that a killed run has written, since their passwords are pending still
            if secrets or letter != former:
                changed.add(customer)
                if write:
                    _write(store, addressee, letter, about, page, keep_date=not secrets)
        except HostingError as error:
            return error
        except OSError as error:
            return not_written(f"letter of {customer}", error)
        return None

    errors = at_once(complete, list(ready))
    completed.errors.update(errors)
    completed.customers, completed.present = sorted(changed - errors.keys()), sorted(present - errors.keys())
    completed.logins = [login for customer in completed.customers for login in ready[customer]]
    completed.replaced = sorted(replaced)
    if write:
        # As long as a password is pending too, every step before this one can be done again.
        completed.errors.update(held.drop(store, [login.key for login in completed.logins]))
    return completed


def _forgotten(former: Letter | None, letter: Letter) -> set[str]:
    """Return the keys of logins that stay in a letter without the password that it told."""
    kept = {_key_of(entry) for entry in letter["logins"]}
    return (former["hashes"].keys() - letter["hashes"].keys()) & kept if former is not None else set()


def _by_customer(logins: Iterable[Login]) -> dict[str, list[Login]]:
    found: dict[str, list[Login]] = defaultdict(list)
    for login in logins:
        found[login.customer].append(login)
    return found


def _letter(
    former: Letter | None,
    logins: Sequence[Login],
    secrets: Mapping[str, Secret],
    endpoints: Mapping[str, Endpoint],
    wanted: Sequence[Login] | None,
    replaced: Collection[str],
) -> Letter:
    """Return what the letter of a customer has to say of logins. ``secrets`` are those that were pending."""
    entries_before, hashes = (former["logins"], former["hashes"]) if former is not None else ([], {})
    # Those that wait have no service and so no entry: all can be given.
    merged = merge(entries_before, logins, secrets, endpoints, wanted, replaced)
    told = {_key_of(entry) for entry in merged if entry["password"] is not None}
    hashes = {**hashes, **{key: secret.hash for key, secret in secrets.items()}}
    return {
        "customer": "",
        "logins": merged,
        "hashes": {key: value for key, value in sorted(hashes.items()) if key in told},
        "about": {},
    }


class _Held:
    """What is pending, and in whose files."""

    def __init__(self, pending: Pending) -> None:
        self._pending = pending
        self.holders: dict[str, list[str]] = defaultdict(list)
        for customer, secrets in pending.items():
            for key in secrets:
                self.holders[key].append(customer)

    def secret(self, login: Login) -> Secret:
        """Return what is pending for a login, even where only a former owner's file has it."""
        holders = self.holders[login.key]
        return self._pending[login.customer if login.customer in holders else holders[0]][login.key]

    def ready(self, logins: Iterable[Login], endpoints: Mapping[str, Endpoint]) -> tuple[list[Login], list[Login]]:
        """Return the logins with something pending that have a service, and those that have none yet.

        Without a service there is no entry in the letter, and the password would be lost.
        """
        pending = [login for login in logins if login.key in self.holders]
        ready = [login for login in pending if not endpoints.keys().isdisjoint(login.services)]
        return ready, [login for login in pending if login not in ready]

    def drop(self, store: LetterStore, keys: Iterable[str]) -> Errors:
        """Remove what is in a letter now."""
        rest: dict[str, dict[str, Secret]] = {}
        for key in keys:
            for holder in self.holders[key]:
                rest.setdefault(holder, dict(self._pending[holder])).pop(key)
        return write_all(store, rest)


def _known(customers: Mapping[str, Customer], name: str) -> Customer:
    if name not in customers:
        raise ItemRefused(
            f"customers: {name} has logins and is not there", remedy="give every customer that a login names"
        )
    return customers[name]


def _write(
    store: LetterStore, customer: Customer, letter: Letter, about: Overview, page: Page, *, keep_date: bool
) -> None:
    # the one that is compared comes last: a run that was killed in between is taken up again
    forms = {**render(customer, letter["logins"], page, about), ".json": letter_json(letter)}
    for suffix, content in forms.items():
        store.write_letter(customer.name, suffix, content, keep_date=keep_date)


def _entry(service: str, login: Login, password: str | None, endpoint: Endpoint, host: str | None) -> LetterEntry:
    entry: LetterEntry = {
        "service": service,
        "user": login.name,
        "password": password,
        "host": host,
        "port": endpoint.port,
        "security": endpoint.security,
    }
    if endpoint.url is not None:
        entry["url"] = endpoint.url.replace(_LOGIN, urllib.parse.quote(login.name, safe="@"))
    if login.kind == "database":
        entry["database"] = login.name
    return entry


def _key_of(entry: LetterEntry) -> str:
    """Return the key of the login that an entry is of."""
    return f"{KIND_OF.get(entry['service'], entry['service'])}:{entry['user']}"


def _position(entry: LetterEntry) -> tuple[int, str, int, str]:
    kind = KIND_OF.get(entry["service"])
    return (
        KINDS.index(kind) if kind else len(KINDS),
        entry["user"],
        _ORDER.get(entry["service"], len(_ORDER)),
        entry.get("host") or "",
    )

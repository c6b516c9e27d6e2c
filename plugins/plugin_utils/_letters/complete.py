# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Moves passwords that are in force from pending into the letters of their customers."""

from __future__ import annotations

import urllib.parse
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ...module_utils._core.errors import HostingError, ItemRefused
from .logins import KIND_OF, KINDS, Customer, Endpoint, Login
from .pending import at_once, not_written, write_all
from .render import Page, render
from .store import Errors, LetterStore, Pending, Secret, letter_json

LetterEntry = dict[str, Any]
# stands for the login in the address of a service
_LOGIN = "{login}"
_ORDER = {service: number for number, service in enumerate(KIND_OF)}


@dataclass(slots=True)
class CompletedLetter:
    """Whose letters were written, which logins still wait for a service, and which customers failed."""

    customers: list[str] = field(default_factory=list)
    logins: list[Login] = field(default_factory=list)
    waiting: list[Login] = field(default_factory=list)
    errors: Errors = field(default_factory=dict)


def entries(login: Login, password: str | None, endpoints: Mapping[str, Endpoint]) -> list[LetterEntry]:
    """Return what a letter says of one login: an entry for each of its services that exists."""
    return [
        _entry(service, login, password, endpoints[service], host)
        for service in login.services
        if service in endpoints
        for host in endpoints[service].of(login)
    ]


def merge(
    letter: Sequence[LetterEntry],
    logins: Sequence[Login],
    secrets: Mapping[str, Secret],
    endpoints: Mapping[str, Endpoint],
) -> list[LetterEntry]:
    """Return the letter with these logins in it.

    New passwords replace known ones, a known one is never replaced by null, and what is not among ``logins`` stays.
    """
    known = {_login_of(entry): entry["password"] for entry in letter if entry["password"] is not None}
    known.update({(login.kind, login.name): secrets[login.key].password for login in logins if login.key in secrets})
    told = [entry for login in logins for entry in entries(login, None, endpoints)]
    again = {(entry["service"], entry["user"]) for entry in told}
    merged = [dict(entry) for entry in letter if (entry["service"], entry["user"]) not in again] + told
    for entry in merged:
        entry["password"] = known.get(_login_of(entry))
    return sorted(merged, key=_position)


def complete_letters(
    store: LetterStore | None,
    logins: Sequence[Login],
    customers: Mapping[str, Customer],
    endpoints: Mapping[str, Endpoint],
    page: Page,
    *,
    write: bool,
) -> CompletedLetter:
    """Complete the letters of all customers with a password among ``logins`` that is pending.

    A letter that lies there and says otherwise of ``logins``, because a service has moved, is brought up to date.
    """
    completed = CompletedLetter()
    if store is None:
        return completed
    pending, damaged = store.read_pending()
    held = _Held(pending)
    by_customer: dict[str, list[Login]] = defaultdict(list)
    for login in logins:
        by_customer[login.customer].append(login)
    completed.errors = {customer: damaged[customer] for customer in by_customer if customer in damaged}
    ready: dict[str, list[Login]] = {}
    for customer in sorted(by_customer.keys() - damaged.keys()):
        waiting = [login for login in by_customer[customer] if login.key in held.holders]
        ready[customer] = [login for login in waiting if not endpoints.keys().isdisjoint(login.services)]
        # Without a service there is no entry in the letter, and the password would be lost.
        completed.waiting += [login for login in waiting if login not in ready[customer]]

    changed: set[str] = set()

    def complete(customer: str) -> HostingError | None:
        secrets = {login.key: held.secret(login) for login in ready[customer]}
        try:
            former = store.read_letter(customer)
            # Those that wait have no service and so no entry: all can be given.
            letter = merge(former, by_customer[customer], secrets, endpoints)
            if secrets or (former and letter != former):
                addressee = _known(customers, customer)
                changed.add(customer)
                if write:
                    _write(store, addressee, letter, page, keep_date=not secrets)
        except HostingError as error:
            return error
        except OSError as error:
            return not_written(f"letter of {customer}", error)
        return None

    errors = at_once(complete, list(ready))
    completed.errors.update(errors)
    completed.customers = sorted(changed - errors.keys())
    completed.logins = [login for customer in completed.customers for login in ready[customer]]
    if write:
        # As long as a password is pending too, every step before this one can be done again.
        completed.errors.update(held.drop(store, [login.key for login in completed.logins]))
    return completed


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


def _write(store: LetterStore, customer: Customer, letter: list[LetterEntry], page: Page, *, keep_date: bool) -> None:
    # the one that is compared comes last: a run that was killed in between is taken up again
    forms = {**render(customer, letter, page), ".json": letter_json(customer.name, letter)}
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


def _login_of(entry: LetterEntry) -> tuple[str, str]:
    return KIND_OF.get(entry["service"], entry["service"]), entry["user"]


def _position(entry: LetterEntry) -> tuple[int, str, int, str]:
    kind = KIND_OF.get(entry["service"])
    return (
        KINDS.index(kind) if kind else len(KINDS),
        entry["user"],
        _ORDER.get(entry["service"], len(_ORDER)),
        entry.get("host") or "",
    )

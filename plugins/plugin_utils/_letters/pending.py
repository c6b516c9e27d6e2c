# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the passwords that are missing, and writes them down before anything uses them."""

from __future__ import annotations

import os
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from ...module_utils._core.errors import HostingError
from .logins import Login
from .passwords import hash_passwords, make_password
from .store import Errors, LetterStore, Pending, Secret

# Hashes between two writes: enough for all processors, little enough that a kill costs a second of work.
_BATCH = 128


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be done: passwords to make, to take over from another customer's file, to drop from a file."""

    make: Mapping[str, Sequence[Login]]
    take: Mapping[str, Mapping[str, Secret]]
    drop: Mapping[str, frozenset[str]]

    @property
    def customers(self) -> list[str]:
        """Return whose files get something."""
        return sorted({*self.make, *self.take})


@dataclass(slots=True)
class Made:
    """What was done, by the names of the logins, whether any password waits, and which customers failed."""

    logins: list[Login] = field(default_factory=list)
    changed: bool = False
    pending: bool = False
    hash_seconds: float = 0.0
    errors: Errors = field(default_factory=dict)


def plan_pending(pending: Pending, logins: Sequence[Login], *, renew: bool) -> Work:
    """Compare what is pending with the logins that need a password.

    Whose login it is, the register says: what is pending in the file of another customer moves.
    """
    holders: dict[str, list[str]] = defaultdict(list)
    for customer, secrets in pending.items():
        for key in secrets:
            holders[key].append(customer)
    make: dict[str, list[Login]] = defaultdict(list)
    take: dict[str, dict[str, Secret]] = defaultdict(dict)
    drop: dict[str, set[str]] = defaultdict(set)
    for login in logins:
        others = [holder for holder in holders[login.key] if holder != login.customer]
        if renew or not holders[login.key]:
            make[login.customer].append(login)
        elif login.customer not in holders[login.key]:
            take[login.customer][login.key] = pending[others[0]][login.key]
        for other in others:
            drop[other].add(login.key)
    return Work(make, take, {customer: frozenset(keys) for customer, keys in drop.items()})


def make_pending(store: LetterStore | None, logins: Sequence[Login], *, renew: bool, write: bool) -> Made:
    """Make what is missing. With ``write`` off only tell what would be made."""
    pending, errors = store.read_pending() if store is not None else ({}, {})
    usable = [login for login in logins if login.customer not in errors]
    work = plan_pending(pending, usable, renew=renew)
    made = Made(changed=bool(work.make or work.take or work.drop), pending=bool(pending or errors or work.make))
    made.errors = {login.customer: errors[login.customer] for login in logins if login.customer in errors}
    if store is None or not write:
        made.logins = [login for customer in work.customers for login in work.make.get(customer, ())]
        return made
    for batch in _batches(work):
        made.hash_seconds += _fill(pending, work, batch)
        made.errors.update(write_all(store, {customer: pending[customer] for customer in batch}))
        made.logins += [
            login for customer in batch if customer not in made.errors for login in work.make.get(customer, ())
        ]
    if made.errors:
        return made
    # Only now: killed before, the same password is in two files; in none, it would be lost.
    for customer, keys in work.drop.items():
        for key in keys:
            pending[customer].pop(key)
    made.errors.update(write_all(store, {customer: pending[customer] for customer in work.drop}))
    return made


def _batches(work: Work) -> Iterator[list[str]]:
    batch: list[str] = []
    hashes = 0
    for customer in work.customers:
        batch.append(customer)
        hashes += len(work.make.get(customer, ()))
        if hashes >= _BATCH:
            yield batch
            batch, hashes = [], 0
    if batch:
        yield batch


def _fill(pending: Pending, work: Work, batch: Sequence[str]) -> float:
    """Add the passwords of a batch of customers to ``pending``; return how long hashing took."""
    logins = [login for customer in batch for login in work.make.get(customer, ())]
    passwords = [make_password() for _login in logins]
    started = time.monotonic()
    hashes = hash_passwords([(login.kind, password) for login, password in zip(logins, passwords, strict=True)])
    seconds = time.monotonic() - started
    for customer in batch:
        pending.setdefault(customer, {}).update(work.take.get(customer, {}))
    for login, password, digest in zip(logins, passwords, hashes, strict=True):
        pending[login.customer][login.key] = Secret(password, digest)
    return seconds


def write_all(store: LetterStore, pending: Mapping[str, Mapping[str, Secret]]) -> Errors:
    """Write the pending passwords of these customers. Return the errors of those that could not be written."""

    def write(customer: str) -> HostingError | None:
        try:
            store.write_pending(customer, pending[customer])
        except OSError as error:
            return not_written(f"pending/{customer}.json", error)
        return None

    return at_once(write, sorted(pending))


def at_once(work: Callable[[str], HostingError | None], customers: Sequence[str]) -> Errors:
    """Do the work of many customers side by side, since most of it is waiting for the disk. Return the errors."""
    with ThreadPoolExecutor(max_workers=4 * (os.cpu_count() or 1)) as pool:
        outcomes = list(pool.map(work, customers))
    return {customer: error for customer, error in zip(customers, outcomes, strict=True) if error is not None}


def not_written(name: str, error: OSError) -> HostingError:
    """Return the error of a file that could not be written."""
    return HostingError(
        f"{name}: {error.strerror}", remedy="make room for it, or make it writable, then run again", code="not-written"
    )

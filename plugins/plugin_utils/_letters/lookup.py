# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the lookups read: pending hashes or passwords of one kind of login, and the hashes of letters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ...module_utils._core.errors import HostingError, ItemRefused
from .logins import KINDS
from .store import Secret, open_store


def read_kind(terms: Sequence[Any], allowed: Sequence[str] = KINDS) -> str:
    """Return the one term of a lookup, the kind of login."""
    if len(terms) != 1 or terms[0] not in allowed:
        shown = ", ".join(str(term)[:40] for term in terms)
        raise ItemRefused(f"the kind of login is {shown or 'missing'}", remedy=f"one of {', '.join(allowed)}")
    return str(terms[0])


def pending_values(directory: str, kind: str, value: Callable[[Secret], str]) -> dict[str, str]:
    """Return name of the login to ``value`` of what is pending; empty where the directory does not exist.

    A file that cannot be understood has nothing; the action ``letter`` tells of it. Raises HostingError for a login
    whose password two files disagree on.
    """
    with open_store(directory, writing=False) as store:
        if store is None:
            return {}
        pending, _damaged = store.read_pending()
    found: dict[str, tuple[str, Secret]] = {}
    for customer, secrets in pending.items():
        for name, secret in _of_kind(secrets, kind):
            holder, known = found.setdefault(name, (customer, secret))
            if known != secret:
                raise HostingError(
                    f"{kind} {name} is pending for {holder} and for {customer}, with different passwords",
                    remedy="run reset_password for this login",
                    code="ambiguous",
                )
    return {name: value(secret) for name, (_holder, secret) in found.items()}


def letter_hashes(directory: str) -> dict[str, dict[str, str]]:
    """Return kind of login -> name -> the hash that was set with the password in a letter."""
    found: dict[str, dict[str, str]] = {kind: {} for kind in KINDS}
    with open_store(directory, writing=False) as store:
        for letter in store.read_letters() if store is not None else ():
            for key, value in letter["hashes"].items():
                kind, _colon, name = key.partition(":")
                found[kind][name] = value
    return found


def _of_kind(secrets: Mapping[str, Secret], kind: str) -> list[tuple[str, Secret]]:
    return [(key.removeprefix(f"{kind}:"), secret) for key, secret in secrets.items() if key.startswith(f"{kind}:")]

# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cloud accounts of addresses. What an account is made of, and where, a backend knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from ..._core import names
from ..._core.errors import HostingError, ItemRefused
from ..._data_model.items import State
from ..._engine.model import Actual, Change, Value, Wanted

# the name of a directory (NAME_MAX)
_LONGEST_ADDRESS = 255


class Backend(Protocol):
    """What keeps contacts, calendars and files."""

    def read(self) -> Mapping[str, Actual]:
        """Return all accounts, and what is in the way of others; without those that ``refuse`` has a reason for."""

    def place(self) -> Value:
        """Return the field ``place`` of an account that is as it has to be."""

    def refuse(self, address: str) -> HostingError | None:
        """Return why an account can't be where it has to be."""

    def put(self, wanted: Wanted) -> None:
        """Make an account, or bring it to its wanted state. Whoever is not present can't log in from then on."""

    def purge(self, address: str) -> None:
        """Remove an account with everything in it."""


def wanted_account(item: Mapping[str, Any], place: Value, *, purge: bool) -> Wanted:
    """Return the wanted state of one item of the module's option ``accounts``."""
    state = State(item["state"])
    fields: dict[str, Value] = {"data": None} if purge else {}
    if state is not State.ABSENT:
        fields = {"quota": item["quota"], "language": item["language"], "place": place}
    return Wanted(item["name"], item["customer"], state, fields, managed=item["managed"])


class CloudAccountService:
    """The cloud accounts of a host. Implements the engine's Service."""

    noun = "cloud_account"
    secret_fields: frozenset[str] = frozenset()

    def __init__(self, backend: Backend, *, purge: bool) -> None:
        self._backend = backend
        self._purge = purge

    def read(self, wanted: Sequence[Wanted]) -> Mapping[str, Actual]:
        """Read all accounts: O(accounts)."""
        found = dict(self._backend.read())
        for item in wanted:
            if self._backend.refuse(item.name) is not None:
                # whose it is can't be read; why, ``refuse`` tells
                found[item.name] = Actual(item.name, item.customer, State.PRESENT)
        return found

    def refuse(self, wanted: Wanted, actual: Actual | None) -> HostingError | None:
        """Refuse names that are no addresses, and places that hold something else."""
        try:
            names.require_customer(wanted.customer)
            names.require_address(wanted.name)
        except ItemRefused as error:
            return error
        if len(wanted.name) > _LONGEST_ADDRESS:
            return ItemRefused(
                f"{wanted.name[:80]!r}... is too long for a cloud account",
                remedy=f"allowed: {_LONGEST_ADDRESS} characters",
                code="invalid-name",
            )
        return self._backend.refuse(wanted.name)

    def apply(self, change: Change) -> None:
        """Carry out one change."""
        if change.wanted.state is State.ABSENT and self._purge:
            self._backend.purge(change.name)
        else:
            self._backend.put(change.wanted)

    def activate(self, changes: Sequence[Change]) -> Mapping[str, HostingError]:
        """Nothing to do: the application looks at an account at every request."""
        return {}

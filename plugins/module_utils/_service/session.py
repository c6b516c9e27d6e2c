# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Open sessions of logins that are closed: the directory refuses new ones, and those that are open have to be ended."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from .._core import names
from .._core.errors import HostingError, ItemRefused
from .._data_model.items import State
from .._engine.model import Actual, Change, Wanted

_SECONDS = 10
_POLL_SECONDS = 0.2


class SessionDaemon(Protocol):
    """A daemon in which people are logged in."""

    def connected(self) -> frozenset[str]:
        """Return who is logged in."""

    def disconnect(self, user: str) -> None:
        """End all sessions of one user."""


_REQUIRE = {"mailbox": names.require_address, "file_login": names.require_login}


class SessionService:
    """The sessions of one kind of login. Implements the engine's Service: every session that is named is unwanted."""

    secret_fields: frozenset[str] = frozenset()

    def __init__(self, login: str, daemon: SessionDaemon) -> None:
        self.noun = f"{login}_session"
        self._require = _REQUIRE[login]
        self._daemon = daemon

    def read(self, wanted: Sequence[Wanted]) -> Mapping[str, Actual]:
        """Ask the daemon once who is logged in, whoever is wanted."""
        connected = self._daemon.connected()
        return {item.name: Actual(item.name, item.customer, State.PRESENT) for item in wanted if item.name in connected}

    def refuse(self, wanted: Wanted, actual: Actual | None) -> HostingError | None:
        """Refuse what is not the name of a login: it goes to the daemon as a pattern."""
        try:
            self._require(wanted.name)
        except HostingError as error:
            return error
        return None

    def apply(self, change: Change) -> None:
        """End the sessions of one login: one process."""
        self._daemon.disconnect(change.name)

    def activate(self, changes: Sequence[Change]) -> Mapping[str, HostingError]:
        """Wait until the daemon has put everybody out; return those who are still in."""
        names = {change.name for change in changes}
        until = time.monotonic() + _SECONDS
        left = names
        while left and (left := left & self._daemon.connected()) and time.monotonic() < until:
            time.sleep(_POLL_SECONDS)
        problem = ItemRefused(
            f"still logged in after {_SECONDS} s", remedy="see the log of the daemon, then run again", code="still-open"
        )
        return dict.fromkeys(left, problem)


def closed_login(item: Mapping[str, Any]) -> Wanted:
    """Return an item of the module's options: nobody is to be logged in by it."""
    return Wanted(item["name"], item["customer"], State.ABSENT)

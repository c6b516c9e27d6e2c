# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The accounts of this host, as the module cloud_account has written them down."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_FORMAT = 1
_PRESENT = "present"


@dataclass(frozen=True, slots=True)
class Account:
    """An account in service. ``quota`` is in bytes, None for no limit."""

    address: str
    customer: str
    language: str
    quota: int | None


def key_of(address: str) -> str:
    """Return what stands for an address in links, so that those who get one do not learn it."""
    return hashlib.sha256(address.encode()).hexdigest()[:20]


class Accounts:
    """Accounts by address. Looks for a new file at each question, which costs one call of the system."""

    def __init__(self, path: str, changed: Callable[[], None]) -> None:
        self._path = Path(path)
        self._changed = changed
        self._lock = threading.Lock()
        self._known: tuple[int, int] | None = None
        self._accounts: dict[str, Account] = {}
        self._by_key: dict[str, Account] = {}

    def get(self, address: str) -> Account | None:
        """Return the account of an address, None for one that is suspended or that there is not."""
        with self._lock:
            self._refresh()
            return self._accounts.get(address)

    def by_key(self, key: str) -> Account | None:
        """Return the account whose links have this key."""
        with self._lock:
            self._refresh()
            return self._by_key.get(key)

    def _refresh(self) -> None:
        try:
            status = os.stat(self._path)
        except FileNotFoundError:
            self._accounts, self._by_key, self._known = {}, {}, None
            return
        seen = (status.st_ino, status.st_mtime_ns)
        if seen == self._known:
            return
        content = json.loads(self._path.read_text("utf-8"))
        if content["format"] != _FORMAT:
            raise ValueError(f"{self._path}: format {content['format']!r}, {_FORMAT} is expected")
        self._accounts = {
            address: Account(address, notes["customer"], notes["language"], notes["quota"])
            for address, notes in content["accounts"].items()
            if notes["state"] == _PRESENT
        }
        self._by_key = {key_of(address): account for address, account in self._accounts.items()}
        self._known = seen
        # nobody stays logged in whom the new file does not have
        self._changed()

# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The accounts of this host: a directory for each address, with a file in it that the module cloud_account writes.

<root>/<address>/account.json    whose it is, its state, language and quota; we only read it
<root>/<address>/files           what the customer sees
<root>/<address>/uploads         what is on its way there
<root>/<address>/shares          links to folders
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_FILE = "account.json"
_FORMAT = 1
_PRESENT = "present"
_ADDRESS = re.compile(r"(?=.{6,255}\Z)[a-z0-9_-]+(?:\.[a-z0-9_-]+)*@[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_KEYS_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Account:
    """An account in service. ``quota`` is in bytes, None for no limit; ``version`` changes with the file."""

    address: str
    customer: str
    language: str
    quota: int | None
    version: tuple[int, int]


class Accounts:
    """Accounts by address. Each question looks whether the file is another one, and reads it only then."""

    def __init__(self, root: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._root = Path(root)
        self._clock = clock
        self._lock = threading.Lock()
        self._known: dict[str, Account | None] = {}
        self._versions: dict[str, tuple[int, int]] = {}
        self._keys: dict[str, str] = {}
        self._keys_until = 0.0

    def get(self, address: str) -> Account | None:
        """Return the account of an address, None for one that is suspended or that there is not."""
        if _ADDRESS.fullmatch(address) is None:
            return None
        path = self._root / address / _FILE
        with self._lock:
            try:
                status = path.lstat()
            except (FileNotFoundError, NotADirectoryError):
                self._known.pop(address, None)
                self._versions.pop(address, None)
                return None
            version = (status.st_ino, status.st_mtime_ns)
            if self._versions.get(address) != version:
                self._known[address] = _read(address, path, version)
                self._versions[address] = version
            return self._known[address]

    def by_key(self, key: str) -> Account | None:
        """Return the account whose links have this key. Lists the directory at most every half a minute."""
        with self._lock:
            if key not in self._keys and self._clock() >= self._keys_until:
                self._keys = {key_of(path.name): path.name for path in self._root.iterdir()}
                self._keys_until = self._clock() + _KEYS_SECONDS
            address = self._keys.get(key)
        return self.get(address) if address is not None else None


def key_of(address: str) -> str:
    """Return what stands for an address in links, so that those who get one do not learn it."""
    return hashlib.sha256(address.encode()).hexdigest()[:20]


def _read(address: str, path: Path, version: tuple[int, int]) -> Account | None:
    content = json.loads(path.read_text("utf-8"))
    if content["format"] != _FORMAT:
        raise ValueError(f"{path}: format {content['format']!r}, {_FORMAT} is expected")
    if content["state"] != _PRESENT:
        return None
    return Account(address, content["customer"], content["language"], content["quota"], version)

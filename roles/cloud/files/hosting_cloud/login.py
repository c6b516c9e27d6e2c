# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who somebody is: the directory is asked with what they typed, and a good answer is remembered for a minute."""

from __future__ import annotations

import base64
import binascii
import hashlib
import ipaddress
import os
import threading
import time
from collections.abc import Callable
from typing import Protocol

from .accounts import Account, Accounts

_REMEMBERED_SECONDS = 60.0
# Wrong passwords for one address from one client, and from one client for whatever address.
_FAILURES, _FAILURES_OF_CLIENT = 10, 100
_LOCKED_SECONDS = 60.0
# more names than this are not counted at once: the oldest is forgotten
_COUNTED = 10_000
_LONGEST = 1024
_NETWORK_BITS = 64
_Key = tuple[str, str]


class DirectoryDownError(Exception):
    """The directory does not answer."""


class TooManyError(Exception):
    """There were too many wrong passwords."""


class Failures:
    """Wrong passwords by address and whence they came: after so many, none is tried for a while, be it right or wrong.

    Somebody elsewhere is not locked out by them.
    """

    def __init__(self, most: int = _FAILURES, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._clock = clock
        self._lock = threading.Lock()
        self._counts: dict[_Key, tuple[int, float]] = {}

    def refuse_if_many(self, key: _Key) -> None:
        """Raise TooManyError."""
        with self._lock:
            count, last = self._counts.get(key, (0, 0.0))
            if count >= self._most and self._clock() - last < _LOCKED_SECONDS:
                raise TooManyError

    def note(self, key: _Key) -> None:
        """Count a wrong password; what lies back longer than the lock is forgotten."""
        with self._lock:
            now = self._clock()
            count, last = self._counts.pop(key, (0, now))
            if len(self._counts) >= _COUNTED:
                self._counts.pop(next(iter(self._counts)))
            self._counts[key] = (1 if now - last >= _LOCKED_SECONDS else count + 1, now)

    def clear(self, key: _Key) -> None:
        """Forget the wrong passwords."""
        with self._lock:
            self._counts.pop(key, None)


class Remembered:
    """Good logins of the last minute, by a keyed digest of name and password."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._key = os.urandom(32)
        self._lock = threading.Lock()
        self._until: dict[bytes, float] = {}

    def has(self, account: Account, password: str) -> bool:
        """Tell whether this login was good within the last minute."""
        with self._lock:
            return self._until.get(self._digest(account, password), 0.0) > self._clock()

    def add(self, account: Account, password: str) -> None:
        """Remember a good login."""
        now = self._clock()
        with self._lock:
            self._until = {digest: until for digest, until in self._until.items() if until > now}
            self._until[self._digest(account, password)] = now + _REMEMBERED_SECONDS

    def _digest(self, account: Account, password: str) -> bytes:
        # with its version, so that nobody stays logged in over a suspension
        text = f"{account.address}\0{account.version}\0{password}"
        return hashlib.blake2b(text.encode(), key=self._key, digest_size=32).digest()


class Directory(Protocol):
    """What knows passwords."""

    def accepts(self, address: str, password: str) -> bool:
        """Tell whether the password is that of an address in good standing. Raises DirectoryDownError."""


class Login:
    """Tells whose a request is."""

    def __init__(self, accounts: Accounts, directory: Directory) -> None:
        self._remembered = Remembered()
        self._failures = Failures()
        self._failures_of_client = Failures(_FAILURES_OF_CLIENT)
        self._directory = directory
        self._accounts = accounts

    def account(self, header: str, client: str) -> Account | None:
        """Return the account of a header ``Authorization`` from a network address.

        Raises TooManyError and DirectoryDownError.
        """
        given = _basic(header)
        if given is None:
            return None
        address, password = given
        account = self._accounts.get(address)
        if account is None or not password:
            return None
        if self._remembered.has(account, password):
            return account
        whence = origin(client)
        self._failures.refuse_if_many((address, whence))
        self._failures_of_client.refuse_if_many(("", whence))
        if not self._directory.accepts(address, password):
            self._failures.note((address, whence))
            self._failures_of_client.note(("", whence))
            return None
        self._failures.clear((address, whence))
        self._remembered.add(account, password)
        return account


def origin(client: str) -> str:
    """Return what stands for a network address: whoever has an IPv6 address has all of its network of 64 bits."""
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return client
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(address), _NETWORK_BITS), strict=False))


def _basic(header: str) -> tuple[str, str] | None:
    """Return name and password of HTTP's Basic (RFC 7617), the name in lower case."""
    scheme, _space, encoded = header.partition(" ")
    if scheme.lower() != "basic" or len(encoded) > _LONGEST:
        return None
    try:
        name, colon, password = base64.b64decode(encoded.strip(), validate=True).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (name.lower(), password) if colon and "\0" not in name + password else None

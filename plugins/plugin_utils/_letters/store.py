# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of letters and of passwords that are not in force yet."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypedDict

from ...module_utils._core import files, names
from ...module_utils._core.errors import HostingError
from ...module_utils._core.lock import service_lock
from .logins import KINDS
from .passwords import is_hash
from .place import require_own, resolve

SUFFIXES = (".html", ".txt", ".json")
_PENDING = "pending"
_LIMIT = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Secret:
    """A password that is not in force everywhere yet, with the one hash that is used until it is."""

    password: str = field(repr=False)
    hash: str = field(repr=False)


class Letter(TypedDict):
    """A letter, for programs.

    ``logins`` has an entry for each service of each login. ``hashes`` is key of a login -> the hash that was set with
    the password in the letter: where the service has another, the owner has chosen another password. ``about`` is what
    the letter tells beside, and of whom it is.
    """

    customer: str
    logins: list[dict[str, Any]]
    hashes: dict[str, str]
    about: dict[str, Any]


Pending = dict[str, dict[str, Secret]]
Errors = dict[str, HostingError]


class LetterStore:
    """An open letters' directory. ``pending_fd`` is None where nothing has ever been pending."""

    def __init__(self, path: str, letters_fd: int, pending_fd: int | None) -> None:
        self._path = path
        self._letters_fd = letters_fd
        self._pending_fd = pending_fd
        self._mode = files.Ownership(os.geteuid(), os.getegid(), 0o600)

    def read_pending(self) -> tuple[Pending, Errors]:
        """Return customer -> key -> secret, and the error of each customer whose file cannot be understood."""
        pending: Pending = {}
        errors: Errors = {}
        if self._pending_fd is None:
            return pending, errors
        for name in _names(self._pending_fd):
            customer = name.removesuffix(".json")
            if customer == name or names.CUSTOMER.fullmatch(customer) is None:
                continue
            try:
                pending[customer] = self._read(self._pending_fd, name, f"{_PENDING}/{name}", _secrets) or {}
            except HostingError as error:
                errors[customer] = error
        return pending, errors

    def write_pending(self, customer: str, secrets: Mapping[str, Secret]) -> None:
        """Write the passwords of one customer that are pending, or remove the file when there are none."""
        if self._pending_fd is None:
            raise files.unsafe(f"{self._path}/{_PENDING}", "not there")
        name = f"{customer}.json"
        if not secrets:
            with suppress(FileNotFoundError):
                os.unlink(name, dir_fd=self._pending_fd)
            os.fsync(self._pending_fd)
            return
        logins = {key: {"password": secret.password, "hash": secret.hash} for key, secret in sorted(secrets.items())}
        files.write_beside(self._pending_fd, name, _json({"customer": customer, "logins": logins}), self._mode)

    def read_letter(self, customer: str) -> Letter | None:
        """Return a customer's letter; None if there is none."""
        found: Letter | None = self._read(self._letters_fd, f"{customer}.json", f"{customer}.json", _letter)
        return found

    def read_letters(self) -> Iterator[Letter]:
        """Yield every letter that can be understood; the action ``letter`` names the others."""
        for customer in sorted({customer for customer, suffix, _changed in self.letters() if suffix == ".json"}):
            with suppress(HostingError):
                found = self.read_letter(customer)
                if found is not None:
                    yield found

    def write_letter(self, customer: str, suffix: str, content: str, *, keep_date: bool = False) -> None:
        """Write one of the three forms of a letter, if it is not there already.

        With ``keep_date`` it keeps the date of its last change: its passwords are no younger, and go in time.
        """
        name, data = f"{customer}{suffix}", content.encode()
        if files.read_regular(self._letters_fd, name, shown=self.shown(name), limit=_LIMIT) == data:
            return
        former = files.lstat(self._letters_fd, name) if keep_date else None
        files.write_beside(self._letters_fd, name, data, self._mode)
        if former is not None:
            os.utime(name, ns=(former.st_mtime_ns, former.st_mtime_ns), dir_fd=self._letters_fd)

    def letter_path(self, customer: str, suffix: str) -> str:
        """Return where one form of a letter lies."""
        return self.shown(f"{customer}{suffix}")

    def letters(self) -> Iterator[tuple[str, str, float]]:
        """Yield customer, suffix and time of the last change of every file of every letter."""
        for name in _names(self._letters_fd):
            for suffix in SUFFIXES:
                customer = name.removesuffix(suffix)
                if customer != name and names.CUSTOMER.fullmatch(customer) is not None:
                    found = files.lstat(self._letters_fd, name)
                    if found is not None:
                        yield customer, suffix, found.st_mtime

    def remove_letter(self, customer: str, suffix: str) -> None:
        """Remove one form of a letter."""
        with suppress(FileNotFoundError):
            os.unlink(f"{customer}{suffix}", dir_fd=self._letters_fd)

    @contextmanager
    def folder(self, name: str, *, make: bool) -> Iterator[int | None]:
        """Hold a directory of one's own below that of the letters open; None where there is none, and none is made."""
        if make:
            _make_private(self._letters_fd, self._path, name)
        descriptor = _open_private(self._letters_fd, self._path, name)
        try:
            yield descriptor
        finally:
            if descriptor is not None:
                os.close(descriptor)

    def shown(self, name: str) -> str:
        """Return the path of a file below the directory of the letters."""
        return f"{self._path}/{name}"

    def sweep(self) -> None:
        """Remove what a killed run left half-written; only while the lock is held."""
        files.sweep_temporary(self._letters_fd)
        if self._pending_fd is not None:
            files.sweep_temporary(self._pending_fd)

    def _read(self, descriptor: int, name: str, place: str, understand: Callable[[Any], Any]) -> Any:
        shown = self.shown(place)
        content = files.read_regular(descriptor, name, shown=shown, limit=_LIMIT)
        if content is None:
            return None
        try:
            return understand(json.loads(content))
        except (ValueError, KeyError, TypeError, AttributeError):
            # What was read is a secret, and the errors of the parsers quote it.
            raise HostingError(
                f"{shown}: is damaged",
                remedy="put it back from where it was changed; if it is lost, remove it and run reset_password "
                "for each login of this customer",
                code="letter-damaged",
            ) from None


@contextmanager
def open_store(directory: str, *, writing: bool) -> Iterator[LetterStore | None]:
    """Open the letters' directory; ``writing`` makes it where it is missing, and holds its lock.

    Without ``writing`` nothing is changed, and a directory that does not exist gives None.
    """
    path = str(resolve(directory))
    with ExitStack() as stack:
        try:
            if writing:
                Path(path).mkdir(mode=0o700, parents=True, exist_ok=True)
            letters_fd = stack.enter_context(files.directory(path))
        except FileNotFoundError:
            yield None
            return
        except OSError as error:
            raise files.unsafe(path, f"not usable ({error.strerror})") from None
        require_own(letters_fd, path)
        if writing:
            stack.enter_context(service_lock("letters", directory=path))
            _make_private(letters_fd, path, _PENDING)
        pending_fd = _open_private(letters_fd, path, _PENDING)
        if pending_fd is not None:
            stack.callback(os.close, pending_fd)
        store = LetterStore(path, letters_fd, pending_fd)
        if writing:
            store.sweep()
        yield store


def _names(descriptor: int) -> list[str]:
    with os.scandir(descriptor) as entries:
        return sorted(entry.name for entry in entries)


def _make_private(letters_fd: int, path: str, name: str) -> None:
    with suppress(FileExistsError):
        os.mkdir(name, 0o700, dir_fd=letters_fd)
        os.fsync(letters_fd)
        parent_fd = os.open(Path(path).parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(parent_fd)
        finally:
            os.close(parent_fd)


def _open_private(letters_fd: int, path: str, name: str) -> int | None:
    shown = f"{path}/{name}"
    try:
        descriptor = files.open_child_directory(letters_fd, name, shown=shown)
    except FileNotFoundError:
        return None
    try:
        require_own(descriptor, shown)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _secrets(document: Any) -> dict[str, Secret]:
    secrets = {key: Secret(entry["password"], entry["hash"]) for key, entry in document["logins"].items()}
    for key, secret in secrets.items():
        kind, _colon, name = key.partition(":")
        if kind not in KINDS or not name or not isinstance(secret.password, str) or not is_hash(kind, secret.hash):
            raise ValueError
    return secrets


def _letter(document: Any) -> Letter:
    logins = document["logins"]
    for entry in logins:
        if not isinstance(entry["service"], str) or not isinstance(entry["user"], str):
            raise TypeError
        if not isinstance(entry["password"], str | None):
            raise TypeError
    # letters of former versions have logins only
    hashes, about = document.get("hashes", {}), document.get("about", {})
    if any(key.partition(":")[0] not in KINDS or not isinstance(value, str) for key, value in hashes.items()):
        raise ValueError
    return {"customer": str(document["customer"]), "logins": list(logins), "hashes": dict(hashes), "about": dict(about)}


def letter_json(letter: Letter) -> str:
    """Return a letter as programs read it."""
    return _json(letter).decode()


def _json(document: Mapping[str, Any]) -> bytes:
    return (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode()

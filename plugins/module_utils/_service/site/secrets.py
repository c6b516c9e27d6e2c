# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The credentials of a site's databases: root-owned files that the site's user alone can read, outside its docroot."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from typing import Any, NamedTuple

from ..._clients.users import SystemAccounts
from ..._core import files
from ..._core.errors import ItemRefused, UnsafePath
from ..._core.files import Ownership
from .files import PRIVATE, private_ownership
from .model import SiteItem, SiteOwner, SiteSettings

JSON_FILE, PHP_FILE = "databases.json", "databases.php"
_LIMIT = 1 << 20
_NOTHING_GIVEN = "nothing was given"

# Database -> what a program needs to log in.
SiteCredentials = Mapping[str, Mapping[str, str]]


class StoredCredentials(NamedTuple):
    """The credentials that a site has; ``intact`` if its files are exactly as the module writes them."""

    credentials: SiteCredentials
    intact: bool


class Secrets:
    """The credentials of all sites. ``passwords`` are those that were just made."""

    def __init__(self, settings: SiteSettings, passwords: Mapping[str, str]) -> None:
        self._settings = settings
        self._passwords = passwords
        self._root_fd: int | None = None
        self._unsettled = False

    def wanted(self, site: SiteItem) -> tuple[str, ...]:
        """Return the databases of a site as the field ``databases`` has them."""
        return tuple(f"{name} on {self._settings.database_host}" for name in site.databases)

    def wanted_digest(self, site: SiteItem) -> str | None:
        """Return a digest of the passwords that were given for a site, None if there were none."""
        given = self._given(site)
        return _digest(given) if given else None

    def read(self, site: SiteItem, accounts: SystemAccounts, *, seen_intact: bool = False) -> StoredCredentials:
        """Return the credentials that a site has; ``seen_intact`` tells that its directories are as they have to be."""
        path = f"{self._directory(site)}/{PRIVATE}"
        if site.owner is None or not (site.databases or os.path.lexists(f"{path}/{JSON_FILE}")):
            return StoredCredentials({}, intact=True)
        try:
            if seen_intact:
                directory = files.open_roots_directory(path)
            else:
                directory = files.open_below(self._root(), site.customer, site.name, PRIVATE, shown=path)
        except (OSError, UnsafePath):
            return StoredCredentials({}, intact=False)
        try:
            return _load(directory, private_ownership(site.owner, accounts, directory=False))
        except (OSError, UnsafePath):
            return StoredCredentials({}, intact=False)
        finally:
            os.close(directory)

    def told(self, found: StoredCredentials) -> tuple[str, ...] | None:
        """Return what was found as the field ``databases`` has it, None if a file is not as it has to be."""
        if not found.intact:
            return None
        return tuple(sorted(f"{name} on {entry.get('host')}" for name, entry in found.credentials.items()))

    def found_digest(self, site: SiteItem, found: StoredCredentials) -> str:
        """Return a digest of those present passwords of which others may have been given."""
        given = self._given(site)
        if not given:
            return _NOTHING_GIVEN
        return _digest({name: found.credentials.get(name, {}).get("password") or "" for name in given})

    def missing(self, site: SiteItem, credentials: SiteCredentials) -> ItemRefused | None:
        """Return the error for databases whose password nobody has given, and no file has."""
        unknown = [
            name
            for name in site.databases
            if not (self._passwords.get(name) or credentials.get(name, {}).get("password"))
        ]
        if not unknown:
            return None
        return ItemRefused(
            f"the password of database {', '.join(unknown)} is not known on this host",
            remedy=f"run the playbook reset_password with -e customer={site.customer} -e login=database:{unknown[0]}",
            code="password-unknown",
        )

    def write(self, site: SiteItem, owner: SiteOwner, accounts: SystemAccounts) -> None:
        """Write the files of a site, or remove them where it has no database. Raises ItemRefused without a password."""
        found = self.read(site, accounts).credentials
        problem = self.missing(site, found)
        if problem is not None:
            raise problem
        wanted = {
            name: {
                "host": self._settings.database_host,
                "database": name,
                "user": name,
                "password": self._passwords.get(name) or found[name]["password"],
            }
            for name in site.databases
        }
        ownership = private_ownership(owner, accounts, directory=False)
        with files.directory(f"{self._directory(site)}/{PRIVATE}") as directory:
            files.sweep_temporary(directory)
            # the JSON last, by which ``read`` tells that there is something
            for name, content in _contents(wanted).items():
                if wanted:
                    files.write_beside(directory, name, content, ownership, sync=False)
                else:
                    with suppress(FileNotFoundError):
                        os.unlink(name, dir_fd=directory)
        self._unsettled = True

    def settle(self) -> None:
        """Let all that was written be on the disk, in one call: the controller forgets the passwords after the run."""
        if self._unsettled:
            os.sync()
            self._unsettled = False

    def _given(self, site: SiteItem) -> dict[str, str]:
        return {name: self._passwords[name] for name in site.databases if name in self._passwords}

    def _root(self) -> int:
        """Return the directory below which all sites lie; it stays open to the end of the process."""
        if self._root_fd is None:
            self._root_fd = files.open_directory(self._settings.web_root)
        return self._root_fd

    def _directory(self, site: SiteItem) -> str:
        return f"{self._settings.web_root}/{site.customer}/{site.name}"


def _load(directory: int, wanted: Ownership) -> StoredCredentials:
    found = {name: files.read_owned(directory, name, shown=name, limit=_LIMIT) for name in (JSON_FILE, PHP_FILE)}
    there = found[JSON_FILE]
    credentials = _parse(there[0]) if there is not None else {}
    intended = {name: (content, wanted) for name, content in _contents(credentials).items()}
    return StoredCredentials(credentials, intact=found == intended)


def _parse(content: bytes) -> SiteCredentials:
    try:
        entries: Any = json.loads(content)["databases"]
    except (ValueError, LookupError, TypeError):
        return {}
    if not isinstance(entries, dict) or not all(isinstance(entry, dict) for entry in entries.values()):
        return {}
    return {str(name): {str(key): str(value) for key, value in entry.items()} for name, entry in entries.items()}


def _contents(credentials: SiteCredentials) -> dict[str, bytes]:
    entries = {name: dict(sorted(entry.items())) for name, entry in sorted(credentials.items())}
    return {
        PHP_FILE: _php(entries).encode(),
        JSON_FILE: _json(entries).encode(),
    }


def _json(entries: Mapping[str, Mapping[str, str]]) -> str:
    """Return the credentials as JSON, a line for each database."""
    lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(entry)}" for name, entry in entries.items())
    return f'{{"databases": {{\n{lines}\n}}}}\n'


def _php(entries: Mapping[str, Mapping[str, str]]) -> str:
    """Return a program whose value, by ``require``, is the credentials."""
    lines = ["<?php", "return ["]
    for name, entry in entries.items():
        values = ", ".join(f"{_php_string(key)} => {_php_string(value)}" for key, value in entry.items())
        lines.append(f"    {_php_string(name)} => [{values}],")
    return "\n".join([*lines, "];", ""])


# the same words in every file
@lru_cache(maxsize=64)
def _php_string(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _digest(passwords: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(passwords, sort_keys=True).encode()).hexdigest()

# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which system users, groups, logins and host keys exist: read only, and no hash leaves the host."""

from __future__ import annotations

import grp
import pwd
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from .._clients.database_marks import DATABASE, NO_TABLE, TABLE
from .._core.errors import HostingError

Lists: TypeAlias = "dict[str, list[str] | None]"
# kind of login -> name -> hash; of a service that was only asked for names, "".
Hashes: TypeAlias = Mapping[str, Mapping[str, str]]

# An account whose string is empty or `invalid` has no password; an account in the ownership table is one of ours.
_HASH = "JSON_VALUE(g.Priv, '$.authentication_string')"
_WITH_PASSWORD = (
    f"{TABLE} o"
    " JOIN mysql.global_priv g ON CONVERT(g.User USING utf8mb4) = o.name"
    f" WHERE o.kind = '{DATABASE}' AND {_HASH} NOT IN ('', 'invalid')"
)


def account_info(
    directory: Mapping[str, Any] | None,
    database_socket: str | None,
    letter_hashes: Hashes | None = None,
    host_keys: Sequence[str] = (),
) -> dict[str, Any]:
    """Return what the module returns. ``letter_hashes`` are those set with the passwords that letters tell.

    Raises OSError for a file of ``host_keys`` that is there and cannot be read.
    """
    letters = {kind: hashes for kind, hashes in (letter_hashes or {}).items() if hashes}
    with_password: Lists = {}
    replaced: Lists = {}
    errors: list[dict[str, str]] = []

    def note(service: str, kinds: Sequence[str], ask: Callable[[bool], Hashes]) -> None:
        """Note what a service has; where it fails, null for each kind, so that nobody takes it for an empty list."""
        try:
            found = ask(not letters.keys().isdisjoint(kinds))
        except HostingError as error:
            with_password.update(dict.fromkeys(kinds))
            replaced.update(dict.fromkeys(kinds))
            errors.append({"service": service, "code": error.code, "message": error.message, "remedy": error.remedy})
            return
        for kind in kinds:
            with_password[kind] = sorted(found[kind])
            told = letters.get(kind, {})
            replaced[kind] = sorted(name for name, has in found[kind].items() if told.get(name, has) != has)

    if directory is not None:
        note("directory", ("mailbox", "file_login"), lambda hashes: _directory_logins(directory, hashes=hashes))
    if database_socket is not None:
        note("database", ("database",), lambda hashes: _database_users(database_socket, hashes=hashes))
    return {
        "system_users": {entry.pw_name: entry.pw_uid for entry in pwd.getpwall()},
        "system_groups": {entry.gr_name: entry.gr_gid for entry in grp.getgrall()},
        "with_password": with_password,
        "replaced": replaced,
        "host_keys": [line for path in host_keys for line in _lines(path)],
        "errors": errors,
    }


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text("utf-8").splitlines()
    except FileNotFoundError:
        return []


def _directory_logins(settings: Mapping[str, Any], *, hashes: bool) -> Hashes:
    # Imported where it is used: most hosts have no directory, and the import is half of the module's time.
    from .._clients.ldap import Directory

    found: dict[str, dict[str, str]] = {"mailbox": {}, "file_login": {}}
    with Directory(settings) as directory:
        name = directory.name
        secret = ["userPassword"] if hashes else []
        # One search for each class saves reading the classes of every entry, which are most of what it says.
        for kind, of_class, attribute in (
            ("mailbox", "hostingMailbox", "mail"),
            ("file_login", "hostingFileLogin", "uid"),
        ):
            wanted = f"(&(userPassword=*)(objectClass={name(of_class)}))"
            for entry in filter(directory.owns, directory.search(wanted, [name(attribute), *secret])):
                names = entry.all(name(attribute))
                has = "\n".join(entry.all("userPassword")) if hashes else ""
                found[kind].update(dict.fromkeys(map(str.lower, names) if kind == "mailbox" else names, has))
    return found


def _database_users(socket: str, *, hashes: bool) -> Hashes:
    from .._clients.mariadb import Address, Server

    with Server(Address(socket=socket, user="root")) as server:
        try:
            rows = server.rows(f"o.name, {_HASH}" if hashes else "o.name", _WITH_PASSWORD)
        except HostingError as error:
            if error.code not in NO_TABLE:
                raise
            rows = []
    # a user has an account for each of its hosts, all of which have the same password
    return {"database": {name: str(has[0]) if has else "" for name, *has in rows}}

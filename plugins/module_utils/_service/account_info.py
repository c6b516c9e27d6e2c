# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which system users, groups and logins exist: read only, and never a hash."""

from __future__ import annotations

import grp
import pwd
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from .._clients.database_marks import DATABASE, NO_TABLE, TABLE
from .._core.errors import HostingError

Lists: TypeAlias = "dict[str, list[str] | None]"

# An account whose string is empty or `invalid` has no password; an account in the ownership table is one of ours.
_WITH_PASSWORD = (
    f"{TABLE} o"
    " JOIN mysql.global_priv g ON CONVERT(g.User USING utf8mb4) = o.name"
    f" WHERE o.kind = '{DATABASE}' AND JSON_VALUE(g.Priv, '$.authentication_string') NOT IN ('', 'invalid')"
)


def account_info(directory: Mapping[str, Any] | None, database_socket: str | None) -> dict[str, Any]:
    """Return what the module returns."""
    with_password: Lists = {}
    errors: list[dict[str, str]] = []
    if directory is not None:
        _ask(with_password, errors, "directory", ("mailbox", "file_login"), lambda: _directory_logins(directory))
    if database_socket is not None:
        _ask(with_password, errors, "database", ("database",), lambda: _database_users(database_socket))
    return {
        "system_users": {entry.pw_name: entry.pw_uid for entry in pwd.getpwall()},
        "system_groups": {entry.gr_name: entry.gr_gid for entry in grp.getgrall()},
        "with_password": with_password,
        "errors": errors,
    }


def _ask(
    lists: Lists, errors: list[dict[str, str]], service: str, kinds: Sequence[str], ask: Callable[[], Lists]
) -> None:
    """Add what ``ask`` returns; where it fails, null for each kind, so that nobody takes it for an empty list."""
    try:
        lists.update(ask())
    except HostingError as error:
        lists.update(dict.fromkeys(kinds))
        errors.append({"service": service, "code": error.code, "message": error.message, "remedy": error.remedy})


def _directory_logins(settings: Mapping[str, Any]) -> Lists:
    # Imported where it is used: most hosts have no directory, and the import is half of the module's time.
    from .._clients.ldap import Directory

    mailboxes: set[str] = set()
    logins: set[str] = set()
    with Directory(settings) as directory:
        name = directory.name
        mailbox, login = name("hostingMailbox"), name("hostingFileLogin")
        wanted = f"(&(userPassword=*)(|(objectClass={mailbox})(objectClass={login})))"
        for entry in directory.search(wanted, ["objectClass", name("mail"), name("uid")]):
            if not directory.owns(entry):
                continue
            classes = {value.lower() for value in entry.all("objectClass")}
            if mailbox.lower() in classes:
                mailboxes.update(map(str.lower, entry.all(name("mail"))))
            if login.lower() in classes:
                logins.update(entry.all(name("uid")))
    return {"mailbox": sorted(mailboxes), "file_login": sorted(logins)}


def _database_users(socket: str) -> Lists:
    from .._clients.mariadb import Address, Server

    with Server(Address(socket=socket, user="root")) as server:
        try:
            rows = server.rows("o.name", _WITH_PASSWORD)
        except HostingError as error:
            if error.code not in NO_TABLE:
                raise
            rows = []
    return {"database": sorted({name for (name,) in rows})}

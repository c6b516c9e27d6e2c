# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Databases: each with a user of the same name, who has all rights on it and on nothing else."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .._clients import database_marks
from .._clients.database_marks import DATABASE, TOOL, mark, read_marks, unmark
from .._clients.mariadb import Server, grant_pattern, identifier
from .._clients.sql_statement import Statement
from .._core import names
from .._core.errors import HostingError, ItemRefused
from .._core.results import Action
from .._data_model.incarnations import FIELD
from .._data_model.items import Database, State
from .._engine.model import Actual, Change, Value, Wanted

CHARSET = "utf8mb4"
COLLATION = "utf8mb4_unicode_ci"
PLUGIN = "mysql_native_password"
# MariaDB's own way to say that no password fits.
NO_PASSWORD = "invalid"  # noqa: S105
RESERVED = frozenset(
    {
        "information_schema",
        "magmasoft_hosting",
        "mariadb",
        "mysql",
        "performance_schema",
        "public",
        "root",
        "sys",
        "test",
    }
)
_LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
_HASH = re.compile(r"\*[0-9A-F]{40}")
_GRANT_OPTION = "Grant_priv"
_PATTERN_LIMIT = 64
# A database is a directory, and MariaDB writes a hyphen in its name as `@002d`.
_DIRECTORY_NAME_LIMIT = 255
_HYPHEN_COSTS = 4
# Rights below the level of a database, and roles. Rights on a column have a row in tables_priv as well.
_OTHER_RIGHTS = (
    "(SELECT User, Host, Db, CONCAT('rights on table ', Db, '.', Table_name) AS Said FROM mysql.tables_priv"
    " UNION ALL SELECT User, Host, Db, CONCAT('rights on routine ', Db, '.', Routine_name) FROM mysql.procs_priv"
    " UNION ALL SELECT User, Host, '', CONCAT('role ', Role) FROM mysql.roles_mapping) AS others"
)
# Whose rights code has that is in a database: of triggers and views there, of routines and events anywhere.
_DEFINERS = (
    "(SELECT CONVERT(definer USING utf8mb4) COLLATE utf8mb4_bin AS definer FROM information_schema.triggers"
    " WHERE trigger_schema = '{0}' UNION SELECT CONVERT(definer USING utf8mb4) COLLATE utf8mb4_bin"
    " FROM information_schema.views WHERE table_schema = '{0}' UNION SELECT CONVERT(definer USING utf8mb4)"
    " COLLATE utf8mb4_bin FROM mysql.proc UNION SELECT CONVERT(definer USING utf8mb4) COLLATE utf8mb4_bin"
    " FROM mysql.event) AS definers"
)
# What a database or its mark leaves behind, as values of the field `data`.
_KEPT = "kept"
_MARK_ONLY = "erased, its mark is left"


@dataclass(frozen=True, slots=True)
class DatabaseAccount:
    """One account of a user: MariaDB has one for each host that the user may come from."""

    host: str
    password: str | None
    locked: bool
    tls: bool
    rights: tuple[str, ...]

    @property
    def is_closed(self) -> bool:
        """Tell whether nobody will log in with it again: it is there for the code that it has defined."""
        return self.locked and self.password == NO_PASSWORD


@dataclass(frozen=True, slots=True)
class ServerState:
    """Everything that was read of the server."""

    owners: Mapping[str, str]
    tools: frozenset[str]
    schemas: Mapping[str, tuple[str, str]]
    accounts: Mapping[str, Sequence[DatabaseAccount]]
    sessions: Mapping[str, int]
    incarnations: Mapping[str, str] = field(default_factory=dict)


def wanted_database(item: Database, hashes: Mapping[str, str], hosts: Sequence[str], *, purge: bool) -> Wanted:
    """Return the wanted state of one item of the module's option ``databases``."""
    name, state = item.name, item.state
    fields: dict[str, Value] = {"tool": item.tool and state is not State.ABSENT}
    if item.tool:
        # the tool runs where the database is
        hosts = [*hosts, *({"localhost"} - set(hosts))]
    if state is not State.PRESENT:
        fields["sessions"] = 0
    if state is not State.ABSENT:
        fields.update(
            charset=CHARSET,
            collation=COLLATION,
            client_hosts=tuple(sorted(hosts)),
            tls=tuple(sorted(host for host in hosts if host not in _LOCAL_HOSTS)),
            rights=tuple(sorted(_full_right(host, name) for host in hosts)),
        )
        if name in hashes:
            fields["password"] = hashes[name]
    elif purge:
        fields["data"] = None
    return Wanted(name, item.customer, state, fields, managed=item.managed)


class DatabaseService:
    """The databases of all customers. Implements the engine's Service."""

    noun = "database"
    secret_fields = frozenset({"password"})

    def __init__(self, server: Server) -> None:
        self._server = server
        self._accounts: Mapping[str, Sequence[DatabaseAccount]] = {}
        self._marks_are_complete = False

    def read(self, wanted: Sequence[Wanted]) -> Mapping[str, Actual]:
        """Read the state of all databases in seven queries, and the open sessions in one where some must be closed."""
        schemas = self._server.rows(
            "schema_name, default_character_set_name, default_collation_name", "information_schema.schemata"
        )
        marks = read_marks(self._server.rows)
        self._marks_are_complete = marks.complete
        found = ServerState(
            owners=marks.owners,
            tools=marks.tools,
            incarnations=marks.incarnations,
            schemas={name: (charset, collation) for name, charset, collation in schemas},
            accounts=self._read_accounts(),
            sessions=self._read_sessions() if any("sessions" in item.fields for item in wanted) else {},
        )
        self._accounts = found.accounts
        items = {item.name: item for item in wanted}
        actual = (_actual(name, found, items.get(name)) for name in {*found.owners, *items})
        return {item.name: item for item in actual if item is not None}

    def refuse(self, wanted: Wanted, actual: Actual | None) -> HostingError | None:
        """Refuse names that are no databases of customers, and hashes that are none."""
        try:
            names.require_customer(wanted.customer)
            names.require_database(wanted.name)
            _require_usable(wanted)
        except ItemRefused as error:
            return error
        return None

    def apply(self, change: Change) -> None:
        """Carry out one change: a few statements, in an order that the next run can go on with after any of them."""
        if not self._marks_are_complete:
            for statement in database_marks.CREATE:
                self._server.execute(statement)
            self._marks_are_complete = True
        accounts = self._accounts.get(change.name, ())
        definers = self._definers(change.name) if _superfluous(change, accounts) else frozenset()
        for statement in statements(change, accounts, definers):
            self._server.execute(statement)

    def activate(self, changes: Sequence[Change]) -> Mapping[str, HostingError]:
        """Nothing to do: account statements are in effect at once."""
        return {}

    def _read_accounts(self) -> dict[str, list[DatabaseAccount]]:
        rights = self._read_rights()
        accounts: dict[str, list[DatabaseAccount]] = defaultdict(list)
        for user, host, entry in self._server.rows("User, Host, JSON_COMPACT(Priv)", "mysql.global_priv"):
            if not entry.get("is_role"):
                accounts[user].append(_account(host, entry, rights.get((user, host), ())))
        return accounts

    def _read_rights(self) -> dict[tuple[str, str], list[str]]:
        """Return all rights of all users below the global ones, as texts."""
        listed = "information_schema.columns WHERE table_schema = 'mysql' AND table_name = 'db'"
        columns = [name for (name,) in self._server.rows("column_name", listed) if name.endswith("_priv")]
        flags = ", ".join(identifier(column) for column in columns)
        rights: dict[tuple[str, str], list[str]] = defaultdict(list)
        for user, host, pattern, given in self._server.rows(f"User, Host, Db, CONCAT({flags})", "mysql.db"):
            rights[user, host].append(_database_right(host, pattern, columns, given))
        for user, host, database, text in self._server.rows("User, Host, Db, Said", _OTHER_RIGHTS):
            if database != user:
                rights[user, host].append(f"{host}: {text}")
        return rights

    def _definers(self, name: str) -> frozenset[str]:
        """Return the hosts of those accounts of a user by whose rights code runs."""
        found = (definer.rpartition("@") for (definer,) in self._server.rows("definer", _DEFINERS.format(name)))
        return frozenset(host for user, _at, host in found if user == name)

    def _read_sessions(self) -> dict[str, int]:
        rows = self._server.rows("user", "information_schema.processlist WHERE command <> 'Killed'")
        return Counter(user for (user,) in rows)


def statements(
    change: Change, accounts: Sequence[DatabaseAccount], definers: frozenset[str] = frozenset()
) -> Iterator[Statement]:
    """Yield what carries out a change, given the accounts that its user has, and the hosts of those that define code.

    The mark comes first when something is made and goes last when it is removed, so that whatever is left by a run that
    was killed in between is known as ours.
    """
    if change.wanted.state is State.ABSENT:
        yield from _removal(change, accounts)
        return
    if change.actual is None or change.action is Action.CREATE or FIELD in change.fields:
        before = None if change.actual is None else change.actual.fields.get(FIELD)
        yield mark(DATABASE, change.name, change.wanted.customer, str(change.wanted.fields.get(FIELD) or before or ""))
    yield from _schema(change)
    yield from _accounts(change, accounts, definers)
    yield from _rights(change, accounts)
    yield from _tool(change)
    if change.wanted.state is State.SUSPENDED and accounts:
        yield _kill(change.name)


def _removal(change: Change, accounts: Sequence[DatabaseAccount]) -> Iterator[Statement]:
    name = change.name
    yield from _tool(change)
    for account in accounts:
        yield Statement("DROP USER IF EXISTS %s@%s", (name, account.host))
    yield _kill(name)
    if "data" in change.fields:
        yield Statement(f"DROP DATABASE IF EXISTS {identifier(name)}", patient=True)
    if "data" in change.fields or (change.actual is not None and change.actual.fields["charset"] is None):
        yield unmark(DATABASE, name)


def _tool(change: Change) -> Iterator[Statement]:
    marked = change.actual is not None and change.actual.fields["tool"]
    if change.wanted.fields["tool"] and not marked:
        yield mark(TOOL, change.name, change.wanted.customer)
    elif marked and not change.wanted.fields["tool"]:
        yield unmark(TOOL, change.name)


def _schema(change: Change) -> Iterator[Statement]:
    options = f"{identifier(change.name)} CHARACTER SET {CHARSET} COLLATE {COLLATION}"
    found = change.actual.fields if change.actual is not None else {}
    if found.get("charset") is None:
        yield Statement(f"CREATE DATABASE {options}")
    elif (found["charset"], found["collation"]) != (CHARSET, COLLATION):
        yield Statement(f"ALTER DATABASE {options}")


def _accounts(change: Change, accounts: Sequence[DatabaseAccount], definers: frozenset[str]) -> Iterator[Statement]:
    name, wanted = change.name, change.wanted
    known = {account.host: account for account in accounts}
    passwords = (account.password for account in accounts if account.password != NO_PASSWORD)
    password = wanted.fields.get("password") or next(filter(None, passwords), NO_PASSWORD)
    identified = f" IDENTIFIED VIA {PLUGIN} USING %s"
    alter = change.action in (Action.SUSPEND, Action.RESUME) or not {"password", "tls"}.isdisjoint(change.fields)
    for host in _texts(wanted.fields["client_hosts"]):
        options = _account_options(wanted, host)
        if host not in known:
            yield Statement(f"CREATE USER %s@%s{identified}{options}", (name, host, str(password)))
        elif "password" in change.fields or (known[host].is_closed and password != NO_PASSWORD):
            yield Statement(f"ALTER USER %s@%s{identified}{options}", (name, host, str(password)))
        elif alter:
            yield Statement(f"ALTER USER %s@%s{options}", (name, host))
    superfluous = _superfluous(change, accounts)
    for account in superfluous:
        if account.host in definers:
            # without it that code would fail, and writing to a table with its triggers
            yield Statement(f"ALTER USER %s@%s{identified} ACCOUNT LOCK", (name, account.host, NO_PASSWORD))
        else:
            yield Statement("DROP USER IF EXISTS %s@%s", (name, account.host))
    if wanted.state is State.PRESENT and not all(account.is_closed for account in superfluous):
        yield _kill(name)


def _superfluous(change: Change, accounts: Iterable[DatabaseAccount]) -> list[DatabaseAccount]:
    """Return the accounts for hosts from which nobody is to come any more."""
    if change.wanted.state is State.ABSENT:
        return []
    hosts = _texts(change.wanted.fields["client_hosts"])
    return sorted((account for account in accounts if account.host not in hosts), key=lambda account: account.host)


def _account_options(wanted: Wanted, host: str) -> str:
    tls = "SSL" if host in _texts(wanted.fields["tls"]) else "NONE"
    lock = "LOCK" if wanted.state is State.SUSPENDED else "UNLOCK"
    return f" REQUIRE {tls} ACCOUNT {lock}"


def _rights(change: Change, accounts: Sequence[DatabaseAccount]) -> Iterator[Statement]:
    name = change.name
    found = {account.host: account.rights for account in accounts}
    for host in _texts(change.wanted.fields["client_hosts"]):
        right, present = _full_right(host, name), found.get(host, ())
        if present == (right,):
            continue
        if present:
            yield Statement("REVOKE ALL PRIVILEGES, GRANT OPTION FROM %s@%s", (name, host))
        yield Statement(f"GRANT ALL PRIVILEGES ON {identifier(grant_pattern(name))}.* TO %s@%s", (name, host))


def _kill(name: str) -> Statement:
    return Statement("KILL CONNECTION USER %s", (name,))


def _actual(name: str, found: ServerState, item: Wanted | None) -> Actual | None:
    wanted = item.state if item is not None else None
    accounts = found.accounts.get(name, ())
    if item is not None and wanted is not State.ABSENT:
        hosts = _texts(item.fields.get("client_hosts"))
        accounts = [account for account in accounts if account.host in hosts or not account.is_closed]
    schema = found.schemas.get(name)
    owner = found.owners.get(name)
    # A mark alone is what a killed run leaves; it must only be seen by the one that is to remove it.
    if not accounts and schema is None and (owner is None or wanted is not State.ABSENT):
        return None
    charset, collation = schema or (None, None)
    fields: dict[str, Value] = {
        "charset": charset,
        "collation": collation,
        "client_hosts": tuple(sorted(account.host for account in accounts)),
        "tls": tuple(sorted(account.host for account in accounts if account.tls)),
        "rights": tuple(sorted(right for account in accounts for right in account.rights)),
        "password": _common(account.password for account in accounts),
        "sessions": found.sessions.get(name, 0),
        "tool": name in found.tools,
        FIELD: found.incarnations.get(name) or None,
        "data": _MARK_ONLY if schema is None else _KEPT,
    }
    return Actual(name, owner, _state(accounts, wanted), fields, owned=owner is not None)


def _state(accounts: Sequence[DatabaseAccount], wanted: State | None) -> State:
    locked = {account.locked for account in accounts}
    if not locked:
        return State.ABSENT
    if len(locked) == 1:
        return State.SUSPENDED if locked.pop() else State.PRESENT
    # Half of the accounts locked is neither state: whichever is wanted has yet to be reached.
    return State.SUSPENDED if wanted is State.PRESENT else State.PRESENT


def _account(host: str, entry: Mapping[str, Any], rights: Iterable[str]) -> DatabaseAccount:
    everything = [*rights, f"{host}: global rights"] if entry.get("access") else rights
    return DatabaseAccount(
        host,
        entry.get("authentication_string") if entry.get("plugin") == PLUGIN and "auth_or" not in entry else None,
        locked=bool(entry.get("account_locked")),
        tls=bool(entry.get("ssl_type")),
        rights=tuple(sorted(everything)),
    )


def _database_right(host: str, pattern: str, columns: Sequence[str], flags: str) -> str:
    if flags == "".join("N" if column == _GRANT_OPTION else "Y" for column in columns):
        return f"{host}: ALL PRIVILEGES ON `{pattern}`.*"
    given = [column.removesuffix("_priv") for column, flag in zip(columns, flags, strict=True) if flag == "Y"]
    return f"{host}: {', '.join(sorted(given))} ON `{pattern}`.*"


def _full_right(host: str, name: str) -> str:
    return f"{host}: ALL PRIVILEGES ON `{grant_pattern(name)}`.*"


def _require_usable(wanted: Wanted) -> None:
    name, password = wanted.name, wanted.fields.get("password")
    if name in RESERVED:
        raise ItemRefused(
            "MariaDB or its administrators use this name", remedy="choose another name", code="reserved-name"
        )
    if len(grant_pattern(name)) > _PATTERN_LIMIT or len(name) + _HYPHEN_COSTS * name.count("-") > _DIRECTORY_NAME_LIMIT:
        raise ItemRefused(
            "the name is too long for MariaDB, where underscores and hyphens take more room than letters",
            remedy=f"at most {_PATTERN_LIMIT} characters with underscores counted twice, and fewer than 48 hyphens",
            code="invalid-name",
        )
    if password is not None and _HASH.fullmatch(str(password)) is None:
        raise ItemRefused(
            f"its password hash is not one of {PLUGIN}",
            remedy="an asterisk and 40 hexadecimal digits, upper case",
            code="invalid-hash",
        )


def _common(values: Iterable[str | None]) -> str | None:
    """Return the value that all have, None if they differ."""
    different = set(values)
    return different.pop() if len(different) == 1 else None


def _texts(value: Value) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()

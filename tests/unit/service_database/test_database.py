# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Databases: what is read, what differs, and which statements follow from it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._clients.sql_statement import Statement
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.errors import ItemRefused, ServiceUnavailable
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.results import Report
from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.incarnations import NameKind
from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.items import Database, State
from ansible_collections.magmasoft.hosting.plugins.module_utils._engine.model import Scope, Wanted
from ansible_collections.magmasoft.hosting.plugins.module_utils._engine.reconcile import (
    Batch,
    reconcile,
    with_incarnations,
)
from ansible_collections.magmasoft.hosting.plugins.module_utils._service.database import (
    DatabaseService,
    wanted_database,
)

HASH = "*6BB4837EB74329105EE4568DDA7DC67ED2CA2AD9"
OTHER_HASH = "*0000000000000000000000000000000000000001"
COLUMNS = ("Select_priv", "Insert_priv", "Grant_priv", "Event_priv")
FULL = "YYNY"


class FakeServer:
    """MariaDB's tables, as far as the service reads them; statements are written down."""

    def __init__(self) -> None:
        self.owners: dict[str, str] | None = {}
        self.tools: set[str] = set()
        self.schemas = {"mysql": ("utf8mb4", "utf8mb4_general_ci")}
        self.accounts: dict[tuple[str, str], dict[str, Any]] = {("root", "localhost"): {"access": 2**64 - 1}}
        self.grants: dict[tuple[str, str, str], str] = {}
        self.others: list[tuple[str, str, str, str]] = []
        self.sessions: dict[str, int] = {"root": 1}
        self.definers = ["root@localhost", "mariadb.sys@localhost"]
        self.incarnations: dict[str, str] = {}
        self.mark_columns: tuple[str, ...] = ("kind", "name", "customer", "incarnation")
        self.queries = 0
        self.executed: list[str] = []
        self.failing: dict[str, Exception] = {}

    def add(self, name: str, customer: str | None = "ann", *, host: str = "localhost", **entry: Any) -> None:
        """Add a database as the module leaves it."""
        if customer is not None:
            assert self.owners is not None
            self.owners[name] = customer
        self.schemas[name] = ("utf8mb4", "utf8mb4_unicode_ci")
        self.accounts[name, host] = {
            "access": 0,
            "plugin": "mysql_native_password",
            "authentication_string": HASH,
            **entry,
        }
        self.grants[name, host, name.replace("_", "\\_")] = FULL

    def rows(self, _columns: str, source: str) -> Sequence[Sequence[Any]]:
        """Answer the queries of the service."""
        self.queries += 1
        if "'ownership'" in source:
            return [] if self.owners is None else [(column,) for column in self.mark_columns]
        if "ownership" in source:
            assert self.owners is not None
            lives = self.incarnations
            marks = [("database", name, customer, lives.get(name, "")) for name, customer in self.owners.items()]
            return [*marks, *(("database_tool", name, self.owners[name], "") for name in self.tools)]
        answers: dict[str, Sequence[Sequence[Any]]] = {
            "AS definers": [(definer,) for definer in self.definers],
            "schemata": [(name, *options) for name, options in self.schemas.items()],
            "global_priv": [(user, host, entry) for (user, host), entry in self.accounts.items()],
            "columns": [(column,) for column in ("Host", "Db", "User", *COLUMNS)],
            "mysql.db": [(*key, flags) for key, flags in self.grants.items()],
            "tables_priv": self.others,
            "processlist": [(user,) for user, number in self.sessions.items() for _attempt in range(number)],
        }
        return next(rows for part, rows in answers.items() if part in source)

    def execute(self, statement: Statement) -> None:
        """Write the statement down, formatted."""
        text = statement.text % tuple(f"'{value}'" for value in statement.values)
        for part, error in self.failing.items():
            if part in text:
                raise error
        self.executed.append(text)


@pytest.fixture
def server() -> FakeServer:
    """Return an empty server."""
    return FakeServer()


def _wanted(  # noqa: PLR0913  # each has a default
    name: str,
    state: str = "present",
    *,
    customer: str = "ann",
    managed: bool = True,
    hosts: Sequence[str] = ("localhost",),
    password: str | None = None,
    purge: bool = False,
    tool: bool = False,
) -> Wanted:
    item = Database(name=name, customer=customer, state=State(state), managed=managed, tool=tool)
    return wanted_database(item, {} if password is None else {name: password}, hosts, purge=purge)


def _run(server: FakeServer, *items: Wanted, check_mode: bool = False) -> Report:
    return reconcile([Batch(DatabaseService(server), items)], check_mode=check_mode)  # type: ignore[arg-type]


def _only(report: Report) -> tuple[str, list[str], str]:
    (result,) = report.results
    return result["action"], result["fields"], result["status"]


def _code(report: Report) -> str:
    (result,) = report.results
    assert result["error"] is not None
    return result["error"]["code"]


def _mark_of(name: str, incarnation: str = "", kind: str = "database") -> str:
    columns = "(kind, name, customer, incarnation)"
    return f"REPLACE INTO magmasoft_hosting.ownership {columns} VALUES ('{kind}', '{name}', 'ann', '{incarnation}')"


def test_a_new_database(server: FakeServer) -> None:
    report = _run(server, _wanted("ann_1", password=HASH))
    assert _only(report) == (
        "create",
        ["charset", "client_hosts", "collation", "password", "rights", "tls", "tool"],
        "done",
    )
    assert server.executed == [
        _mark_of("ann_1"),
        "CREATE DATABASE `ann_1` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci",
        (
            f"CREATE USER 'ann_1'@'localhost' IDENTIFIED VIA mysql_native_password USING '{HASH}'"
            " REQUIRE NONE ACCOUNT UNLOCK"
        ),
        "GRANT ALL PRIVILEGES ON `ann\\_1`.* TO 'ann_1'@'localhost'",
    ]


def test_without_a_hash_nobody_can_log_in(server: FakeServer) -> None:
    _run(server, _wanted("ann"))
    assert "USING 'invalid'" in server.executed[2]


def test_remote_clients_need_tls_and_a_suspended_one_is_made_locked(server: FakeServer) -> None:
    _run(server, _wanted("ann", "suspended", hosts=("web1.example", "127.0.0.1", "::1")))
    assert server.executed[2:5] == [
        (
            "CREATE USER 'ann'@'127.0.0.1' IDENTIFIED VIA mysql_native_password USING 'invalid'"
            " REQUIRE NONE ACCOUNT LOCK"
        ),
        ("CREATE USER 'ann'@'::1' IDENTIFIED VIA mysql_native_password USING 'invalid' REQUIRE NONE ACCOUNT LOCK"),
        (
            "CREATE USER 'ann'@'web1.example' IDENTIFIED VIA mysql_native_password USING 'invalid'"
            " REQUIRE SSL ACCOUNT LOCK"
        ),
    ]
    assert len([text for text in server.executed if text.startswith("GRANT")]) == 3


def test_a_database_for_the_tool_is_marked_last_and_lets_its_host_in(server: FakeServer) -> None:
    assert _only(_run(server, _wanted("ann_1", tool=True, hosts=["web.example"])))[0] == "create"
    assert server.executed[-1] == (_mark_of("ann_1", kind="database_tool"))
    assert sum("CREATE USER 'ann_1'@'localhost'" in text for text in server.executed) == 1


@pytest.mark.parametrize("state", ["present", "suspended"])
def test_the_tool_comes_and_goes_alone(server: FakeServer, state: str) -> None:
    server.add("ann_1", account_locked=state == "suspended")
    assert _only(_run(server, _wanted("ann_1", state, tool=True))) == ("change", ["tool"], "done")
    end = ["KILL CONNECTION USER 'ann_1'"] if state == "suspended" else []
    assert server.executed == [
        _mark_of("ann_1", kind="database_tool"),
        *end,
    ]
    server.tools, server.executed = {"ann_1"}, []
    assert not _run(server, _wanted("ann_1", state, tool=True)).results
    assert _only(_run(server, _wanted("ann_1", state))) == ("change", ["tool"], "done")
    assert server.executed == [
        "DELETE FROM magmasoft_hosting.ownership WHERE kind = 'database_tool' AND name = 'ann_1'",
        *end,
    ]


def test_the_tool_goes_first_with_the_user(server: FakeServer) -> None:
    server.add("ann_1")
    server.tools = {"ann_1"}
    assert _only(_run(server, _wanted("ann_1", "absent", tool=True))) == ("remove", ["tool"], "done")
    assert server.executed[:2] == [
        "DELETE FROM magmasoft_hosting.ownership WHERE kind = 'database_tool' AND name = 'ann_1'",
        "DROP USER IF EXISTS 'ann_1'@'localhost'",
    ]


def test_nothing_to_do_with_and_without_the_hash(server: FakeServer) -> None:
    server.add("ann_1")
    server.add("ben", "bob", account_locked=True)
    report = _run(
        server,
        _wanted("ann_1", password=HASH),
        _wanted("ben", "suspended", customer="bob"),
        _wanted("gone", "absent", purge=True),
    )
    assert report.results == []
    assert server.executed == []


def test_the_number_of_queries_does_not_grow(server: FakeServer) -> None:
    for number in range(100):
        server.add(f"d{number}")
    items = [_wanted(f"d{number}", "suspended") for number in range(100)]
    _run(server, *items, check_mode=True)
    assert server.queries == 8


def test_the_table_of_marks_is_made_with_the_first_change_only(server: FakeServer) -> None:
    server.owners = None
    _run(server, _wanted("a"), check_mode=True)
    assert server.executed == []
    _run(server, _wanted("a"), _wanted("b"))
    assert server.executed[0].startswith("CREATE DATABASE IF NOT EXISTS magmasoft_hosting")
    assert server.executed[1].startswith("CREATE TABLE IF NOT EXISTS magmasoft_hosting.ownership")
    assert len([text for text in server.executed if "CREATE TABLE" in text]) == 1


@pytest.mark.parametrize("what", ["schema", "account"])
def test_what_carries_no_mark_is_not_ours(server: FakeServer, what: str) -> None:
    server.add("ann", None)
    if what == "schema":
        del server.accounts["ann", "localhost"]
    else:
        del server.schemas["ann"]
    for item in (_wanted("ann"), _wanted("ann", "suspended")):
        assert _code(_run(server, item)) == "not-ours"
    assert _run(server, _wanted("ann", "absent", purge=True)).results == []
    assert server.executed == []


def test_what_belongs_to_another_customer_is_left_alone(server: FakeServer) -> None:
    server.add("ann", "bob")
    for item in (_wanted("ann"), _wanted("ann", "absent", purge=True)):
        assert _code(_run(server, item)) == "owned-by-other"
    assert server.executed == []


@pytest.mark.parametrize(
    "name", ["mysql", "sys", "information_schema", "performance_schema", "magmasoft_hosting", "root"]
)
@pytest.mark.parametrize("state", ["present", "absent"])
def test_the_servers_own_names_are_refused_even_if_marked(server: FakeServer, name: str, state: str) -> None:
    server.add(name, charset="x")
    server.schemas[name] = ("latin1", "latin1_swedish_ci")
    assert _code(_run(server, _wanted(name, state, purge=True))) == "reserved-name"
    assert server.executed == []


@pytest.mark.parametrize(
    "name", ["a" * 65, "a" + "_" * 32, "a" + "-" * 63, "a`b", "a\0b", "a'b", "A", "a b", "a.b", "ä", "a%", "a\n", ""]
)
def test_bad_names_are_refused(server: FakeServer, name: str) -> None:
    assert _code(_run(server, _wanted(name))) == "invalid-name"
    assert server.executed == []


@pytest.mark.parametrize("name", ["a" * 64, "a" + "_" * 31, "a" + "-" * 47])
def test_the_longest_names(server: FakeServer, name: str) -> None:
    assert _run(server, _wanted(name), check_mode=True).counts["planned"] == 1


@pytest.mark.parametrize("bad", ["", "hunter2", HASH.lower(), HASH + "0", HASH + "\n", "{ARGON2}x", "*" + "G" * 40])
def test_what_is_no_hash_is_refused_and_not_quoted(server: FakeServer, bad: str) -> None:
    report = _run(server, _wanted("ann", password=bad))
    assert _code(report) == "invalid-hash"
    assert "hunter2" not in repr(report)
    assert server.executed == []


def test_another_password(server: FakeServer) -> None:
    server.add("ann")
    report = _run(server, _wanted("ann", password=OTHER_HASH))
    assert _only(report) == ("change", ["password"], "done")
    assert server.executed == [
        (
            f"ALTER USER 'ann'@'localhost' IDENTIFIED VIA mysql_native_password USING '{OTHER_HASH}'"
            " REQUIRE NONE ACCOUNT UNLOCK"
        ),
    ]
    assert HASH not in repr(report)
    assert OTHER_HASH not in repr(report)


@pytest.mark.parametrize(
    "entry", [{"plugin": "unix_socket"}, {"auth_or": [{}, {"plugin": "unix_socket"}]}, {"authentication_string": ""}]
)
def test_another_way_in_is_closed_when_the_password_is_given(server: FakeServer, entry: dict[str, Any]) -> None:
    server.add("ann", **entry)
    assert _only(_run(server, _wanted("ann", password=HASH))) == ("change", ["password"], "done")


@pytest.mark.parametrize("password", [HASH, OTHER_HASH])
def test_accounts_that_differ_get_the_one_password(server: FakeServer, password: str) -> None:
    server.add("ann")
    server.add("ann", host="127.0.0.1", authentication_string=OTHER_HASH)
    hosts = ("localhost", "127.0.0.1")
    assert _only(_run(server, _wanted("ann", hosts=hosts, password=password)))[1] == ["password"]
    assert len(server.executed) == 2
    server.executed.clear()
    assert _run(server, _wanted("ann", hosts=hosts)).results == []


def test_suspending_locks_and_ends_sessions(server: FakeServer) -> None:
    server.add("ann")
    server.sessions["ann"] = 3
    assert _only(_run(server, _wanted("ann", "suspended"))) == ("suspend", ["sessions"], "done")
    assert server.executed == [
        "ALTER USER 'ann'@'localhost' REQUIRE NONE ACCOUNT LOCK",
        "KILL CONNECTION USER 'ann'",
    ]


def test_sessions_left_open_by_a_killed_run_are_ended(server: FakeServer) -> None:
    server.add("ann", account_locked=True)
    server.sessions["ann"] = 1
    assert _only(_run(server, _wanted("ann", "suspended"))) == ("change", ["sessions"], "done")
    assert server.executed == ["KILL CONNECTION USER 'ann'"]


def test_resuming_keeps_the_password(server: FakeServer) -> None:
    server.add("ann", account_locked=True)
    server.sessions["ann"] = 1
    assert _only(_run(server, _wanted("ann"))) == ("resume", [], "done")
    assert server.executed == ["ALTER USER 'ann'@'localhost' REQUIRE NONE ACCOUNT UNLOCK"]


@pytest.mark.parametrize(("state", "action"), [("present", "resume"), ("suspended", "suspend")])
def test_half_locked_is_brought_to_what_is_wanted(server: FakeServer, state: str, action: str) -> None:
    server.add("ann", account_locked=True)
    server.add("ann", host="127.0.0.1")
    assert _only(_run(server, _wanted("ann", state, hosts=("localhost", "127.0.0.1"))))[0] == action


def test_hosts_come_with_the_password_that_is_there_and_go(server: FakeServer) -> None:
    server.add("ann")
    server.add("ann", host="old.example", ssl_type=1)
    report = _run(server, _wanted("ann", hosts=("localhost", "new.example")))
    assert _only(report) == ("change", ["client_hosts", "rights", "tls"], "done")
    assert server.executed == [
        "ALTER USER 'ann'@'localhost' REQUIRE NONE ACCOUNT UNLOCK",
        (
            f"CREATE USER 'ann'@'new.example' IDENTIFIED VIA mysql_native_password USING '{HASH}'"
            " REQUIRE SSL ACCOUNT UNLOCK"
        ),
        "DROP USER IF EXISTS 'ann'@'old.example'",
        "KILL CONNECTION USER 'ann'",
        "GRANT ALL PRIVILEGES ON `ann`.* TO 'ann'@'new.example'",
    ]


CLOSED = "IDENTIFIED VIA mysql_native_password USING 'invalid' ACCOUNT LOCK"


def test_the_definer_of_code_is_closed_instead_of_dropped(server: FakeServer) -> None:
    server.definers += ["ann@old.example", "bob@other.example", "ann@elsewhere.example"]
    for host in ("localhost", "old.example", "other.example"):
        server.add("ann", host=host)
    report = _run(server, _wanted("ann"))
    assert _only(report) == ("change", ["client_hosts", "rights"], "done")
    assert server.executed == [
        f"ALTER USER 'ann'@'old.example' {CLOSED}",
        "DROP USER IF EXISTS 'ann'@'other.example'",
        "KILL CONNECTION USER 'ann'",
    ]


@pytest.mark.parametrize("state", ["present", "suspended"])
def test_a_closed_account_is_none_of_those_that_are_wanted(server: FakeServer, state: str) -> None:
    server.add("ann", account_locked=state == "suspended")
    server.add("ann", host="old.example", authentication_string="invalid", account_locked=True)
    assert _run(server, _wanted("ann", state, password=HASH)).results == []
    # whatever else changes, it is looked at again, and nobody's session ends for it
    assert _only(_run(server, _wanted("ann", state, password=OTHER_HASH)))[1] == ["password"]
    assert server.executed[1] == "DROP USER IF EXISTS 'ann'@'old.example'"
    assert server.executed[2:] == (["KILL CONNECTION USER 'ann'"] if state == "suspended" else [])


@pytest.mark.parametrize("password", [HASH, None])
def test_a_closed_account_that_is_wanted_again_is_opened(server: FakeServer, password: str | None) -> None:
    server.add("ann")
    server.add("ann", host="web.example", authentication_string="invalid", account_locked=True)
    report = _run(server, _wanted("ann", hosts=("localhost", "web.example"), password=password))
    assert _only(report)[0] == "resume"
    opened = f"ALTER USER 'ann'@'web.example' IDENTIFIED VIA mysql_native_password USING '{HASH}'"
    assert f"{opened} REQUIRE SSL ACCOUNT UNLOCK" in server.executed


def test_what_is_removed_takes_closed_accounts_along(server: FakeServer) -> None:
    server.definers.append("ann@old.example")
    server.add("ann", host="old.example", authentication_string="invalid", account_locked=True)
    assert _only(_run(server, _wanted("ann", "absent")))[0] == "remove"
    assert server.executed[0] == "DROP USER IF EXISTS 'ann'@'old.example'"


def test_missing_tls_is_required_again(server: FakeServer) -> None:
    server.add("ann", host="web.example")
    assert _only(_run(server, _wanted("ann", hosts=("web.example",))))[1] == ["tls"]
    assert server.executed == ["ALTER USER 'ann'@'web.example' REQUIRE SSL ACCOUNT UNLOCK"]


@pytest.mark.parametrize(
    "drift",
    [
        {"grants": {("ann_1", "localhost", "bob"): FULL}},
        {"grants": {("ann_1", "localhost", "%"): "YNNN"}},
        {"grants": {("ann_1", "localhost", "ann_1"): FULL}},
        {"grants": {("ann_1", "localhost", "ann\\_1"): "YYYY"}},
        {"grants": {("ann_1", "localhost", "ann\\_1"): "YNNN"}},
        {"others": [("ann_1", "localhost", "bob", "rights on table bob.t")]},
        {"others": [("ann_1", "localhost", "", "role admins")]},
        {"access": 1},
    ],
)
def test_rights_are_put_right(server: FakeServer, drift: dict[str, Any]) -> None:
    server.add("ann_1")
    server.grants.update(drift.get("grants", {}))
    server.others.extend(drift.get("others", []))
    server.accounts["ann_1", "localhost"]["access"] = drift.get("access", 0)
    assert _only(_run(server, _wanted("ann_1"))) == ("change", ["rights"], "done")
    assert server.executed == [
        "REVOKE ALL PRIVILEGES, GRANT OPTION FROM 'ann_1'@'localhost'",
        "GRANT ALL PRIVILEGES ON `ann\\_1`.* TO 'ann_1'@'localhost'",
    ]


def test_missing_rights_are_given_back(server: FakeServer) -> None:
    server.add("ann")
    server.grants.clear()
    assert _only(_run(server, _wanted("ann")))[1] == ["rights"]
    assert server.executed == ["GRANT ALL PRIVILEGES ON `ann`.* TO 'ann'@'localhost'"]


def test_rights_within_the_own_database_and_those_of_others_are_no_drift(server: FakeServer) -> None:
    server.add("ann")
    server.others.append(("ann", "localhost", "ann", "rights on routine ann.p"))
    server.grants["bob", "localhost", "ann"] = FULL
    server.accounts["admins", ""] = {"is_role": True, "access": 1}
    server.accounts["ann", ""] = {"is_role": True, "access": 1}
    assert _run(server, _wanted("ann")).results == []


def test_a_database_dropped_by_hand_is_made_again(server: FakeServer) -> None:
    server.add("ann")
    del server.schemas["ann"]
    assert _only(_run(server, _wanted("ann")))[:2] == ("change", ["charset", "collation"])
    assert server.executed == ["CREATE DATABASE `ann` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci"]


def test_another_charset_is_corrected(server: FakeServer) -> None:
    server.add("ann")
    server.schemas["ann"] = ("latin1", "latin1_swedish_ci")
    _run(server, _wanted("ann"))
    assert server.executed == ["ALTER DATABASE `ann` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci"]


def test_absent_keeps_the_data_and_the_mark(server: FakeServer) -> None:
    server.add("ann")
    server.add("ann", host="web.example")
    assert _only(_run(server, _wanted("ann", "absent"))) == ("remove", [], "done")
    assert server.executed == [
        "DROP USER IF EXISTS 'ann'@'localhost'",
        "DROP USER IF EXISTS 'ann'@'web.example'",
        "KILL CONNECTION USER 'ann'",
    ]


def test_purge_removes_the_mark_last(server: FakeServer) -> None:
    server.add("ann")
    server.sessions["ann"] = 2
    assert _only(_run(server, _wanted("ann", "absent", purge=True))) == ("remove", ["data", "sessions"], "done")
    assert server.executed == [
        "DROP USER IF EXISTS 'ann'@'localhost'",
        "KILL CONNECTION USER 'ann'",
        "DROP DATABASE IF EXISTS `ann`",
        "DELETE FROM magmasoft_hosting.ownership WHERE kind = 'database' AND name = 'ann'",
    ]


def test_kept_data_are_removed_later_or_used_again(server: FakeServer) -> None:
    server.add("ann")
    server.accounts.clear()
    assert _run(server, _wanted("ann", "absent")).results == []
    assert _only(_run(server, _wanted("ann", "absent", purge=True)))[:2] == ("remove", ["data"])
    server.executed.clear()
    assert _only(_run(server, _wanted("ann")))[0] == "create"
    assert not [text for text in server.executed if "DROP" in text or "CREATE DATABASE" in text]


def test_the_mark_says_which_life_of_a_name_it_is_of(server: FakeServer) -> None:
    first = with_incarnations([_wanted("ann")], "database ann 00000000000000aa\nsite ann bb", NameKind.DATABASE)
    _run(server, *first)
    assert server.executed[0] == _mark_of("ann", "00000000000000aa")
    # from before names had lives
    server.add("ann")
    server.mark_columns = server.mark_columns[:3]
    server.executed.clear()
    report = _run(server, *first)
    assert _only(report) == ("change", ["incarnation"], "done")
    assert "00000000000000aa" not in str(report.diff)
    assert server.executed[2].startswith("ALTER TABLE magmasoft_hosting.ownership ADD COLUMN IF NOT EXISTS")
    assert server.executed[3:] == [_mark_of("ann", "00000000000000aa")]


def test_what_is_of_a_former_life_is_refused(server: FakeServer) -> None:
    server.add("ann")
    server.incarnations["ann"] = "00000000000000aa"
    for incarnation in ("00000000000000bb", "new"):
        wanted = with_incarnations([_wanted("ann", password=HASH)], f"database ann {incarnation}", NameKind.DATABASE)
        assert _code(_run(server, *wanted, check_mode=incarnation == "new")) == "former-incarnation"
    assert server.executed == []
    # it may be removed, and who says nothing of lives changes nothing of them
    same = with_incarnations([_wanted("ann")], "database ann 00000000000000aa", NameKind.DATABASE)
    assert _run(server, *same).results == _run(server, _wanted("ann")).results == []
    _run(server, *with_incarnations([_wanted("ann", "absent")], "database ann 00000000000000bb", NameKind.DATABASE))
    assert server.executed[0].startswith("DROP USER")
    # one that comes back keeps its life
    server.accounts.clear()
    server.executed.clear()
    _run(server, _wanted("ann"))
    assert server.executed[0] == _mark_of("ann", "00000000000000aa")


@pytest.mark.parametrize("text", ["database", "database ann", "x", "database ann aa\n"])
def test_lives_that_cannot_be_understood_are_refused(text: str) -> None:
    with pytest.raises(ItemRefused, match="incarnations: cannot be understood"):
        with_incarnations([_wanted("ann")], text, NameKind.DATABASE)


def test_a_mark_left_alone_is_in_nobodys_way_and_is_cleaned_up(server: FakeServer) -> None:
    server.owners = {"ann": "bob"}
    assert _only(_run(server, _wanted("ann")))[0] == "create"
    assert "VALUES ('database', 'ann', 'ann', '')" in server.executed[0]
    server.executed.clear()
    assert _run(server, _wanted("ann", "absent", customer="bob")).results == []
    assert _only(_run(server, _wanted("ann", "absent", customer="bob", purge=True)))[:2] == ("remove", ["data"])
    assert server.executed[-1].startswith("DELETE FROM magmasoft_hosting.ownership")


def test_orphans_are_databases_that_somebody_can_use(server: FakeServer) -> None:
    server.add("orphan")
    server.add("kept")
    del server.accounts["kept", "localhost"]
    assert server.owners is not None
    server.owners["mark-only"] = "ann"
    scope = Scope(complete=True)
    report = reconcile([Batch(DatabaseService(server), [], scope)], check_mode=False)  # type: ignore[arg-type]
    assert report.orphans == [{"kind": "database", "name": "orphan", "customer": "ann"}]


def test_one_refused_database_fails_alone(server: FakeServer) -> None:
    server.failing["CREATE DATABASE `bad`"] = ItemRefused("no", remedy="r", code="mariadb-1007")
    report = _run(server, _wanted("a"), _wanted("bad"), _wanted("c"))
    assert [result["status"] for result in report.results] == ["done", "failed", "done"]


def test_a_lost_connection_skips_the_rest(server: FakeServer) -> None:
    server.failing["CREATE USER 'bad'"] = ServiceUnavailable("gone", remedy="r")
    report = _run(server, _wanted("a"), _wanted("bad"), _wanted("c"))
    assert [result["status"] for result in report.results] == ["done", "failed", "skipped"]


def test_unmanaged_databases_are_never_touched(server: FakeServer) -> None:
    server.add("ann", account_locked=True)
    report = _run(server, _wanted("ann", managed=False), _wanted("none", managed=False))
    assert [item["found"] for item in report.unmanaged] == ["yes", "no"]
    assert server.executed == []

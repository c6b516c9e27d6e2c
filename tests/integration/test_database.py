# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module database against a real MariaDB, with customers who log in."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._clients.sql_statement import Statement
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.results import Action
from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.items import Database, State
from ansible_collections.magmasoft.hosting.plugins.module_utils._engine.model import Actual, Change
from ansible_collections.magmasoft.hosting.plugins.module_utils._service.database import (
    DatabaseAccount,
    statements,
    wanted_database,
)
from ansible_collections.magmasoft.hosting.tests.integration.host import Host
from ansible_collections.magmasoft.hosting.tests.integration.runs import ansible_playbook
from pymysql.converters import escape_string

CUSTOMER, OTHER = "dbtest", "dbother"
PREFIX = "dbtest"
ONE, TWO = "dbtest_1", "dbtesta1"
PASSWORD = "a good password"
# in words, and by the socket
ACCESS_DENIED = (1045, 1698)
# Runs on the host as nobody: says what each statement returned, or the number of the error.
_CLIENT = """
import json, pymysql, sys
given = json.load(sys.stdin)
said = []
try:
    connection = pymysql.connect(**given["options"], autocommit=True)
    with connection, connection.cursor() as cursor:
        for statement in given["statements"]:
            try:
                cursor.execute(statement)
                said.append(cursor.fetchall())
            except pymysql.MySQLError as error:
                said.append(error.args[0])
except pymysql.MySQLError as error:
    said = error.args[0]
print(json.dumps(said, default=str))
"""
# Holds a session open, and says how it ended.
_SESSION = """
import json, pymysql, sys, time
given = json.load(sys.stdin)
connection = pymysql.connect(**given["options"])
cursor = connection.cursor()
for statement in given["statements"]:
    cursor.execute(statement)
open(given["flag"], "w").close()
deadline = time.monotonic() + 60
while time.monotonic() < deadline:
    try:
        cursor.execute("SELECT 1")
    except pymysql.MySQLError as error:
        print(error.args[0])
        break
    time.sleep(0.1)
"""


def _hash(password: str) -> str:
    inner = hashlib.sha1(password.encode()).digest()  # noqa: S324 - MariaDB's own
    return "*" + hashlib.sha1(inner).hexdigest().upper()  # noqa: S324 - MariaDB's own


class MariaDB:
    """The server on the host under test, as its administrator and as its customers see it."""

    def __init__(self, host: Host) -> None:
        self.host = host

    def sql(self, *lines: str, check: bool = True) -> list[list[str]]:
        """Run statements as root and return their rows."""
        said = self.host.run("mariadb", "--batch", "--raw", "--skip-column-names", stdin=";\n".join(lines), check=check)
        return [line.split("\t") for line in said.splitlines()]

    def log_in(self, name: str, *said: str, password: str = PASSWORD, **options: Any) -> Any:
        """Log in as a customer, and return what each statement returned; the number of the error where it does not."""
        target = options or {"unix_socket": "/run/mysqld/mysqld.sock", "database": name}
        given = {"options": {"user": name, "password": password, **target}, "statements": said}
        return json.loads(self.host.run(*_as_nobody(_CLIENT), stdin=json.dumps(given)))

    def hold_session(self, name: str, *said: str) -> tuple[threading.Thread, list[str]]:
        """Keep a session of a customer open, until it is ended; return how that was, once the thread has ended."""
        flag = f"/tmp/{name}.flag"  # noqa: S108 - a container of our own
        options = {"user": name, "password": PASSWORD, "unix_socket": "/run/mysqld/mysqld.sock", "database": name}
        given = json.dumps({"options": options, "statements": said, "flag": flag})
        ended: list[str] = []
        self.host.run("rm", "-f", flag)
        holder = threading.Thread(target=lambda: ended.append(self.host.run(*_as_nobody(_SESSION), stdin=given)))
        holder.start()
        for _attempt in range(100):
            if self.host.run("ls", flag, check=False):
                return holder, ended
            time.sleep(0.1)
        raise AssertionError(f"no session: {ended}")

    def wait(self) -> None:
        """Wait until it answers again."""
        for _attempt in range(100):
            if self.sql("SELECT 1", check=False):
                return
            time.sleep(0.1)
        raise AssertionError("MariaDB does not come back")

    def sweep(self) -> None:
        """Remove everything that the tests may have left."""
        users = self.sql(f"SELECT User, Host FROM mysql.global_priv WHERE User LIKE '{PREFIX}%'")
        schemas = self.sql(f"SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE '{PREFIX}%'")
        self.sql(
            *(f"DROP USER '{user}'@'{host}'" for user, host in users),
            *(f"DROP DATABASE `{name}`" for (name,) in schemas),
            f"DELETE FROM magmasoft_hosting.ownership WHERE name LIKE '{PREFIX}%'",
            check=False,
        )


def _as_nobody(script: str) -> Sequence[str]:
    return ("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "python3", "-c", script)


@pytest.fixture
def mariadb(host: Host) -> Iterator[MariaDB]:
    """Nothing of ours before, nothing after."""
    server = MariaDB(host)
    yield server
    server.wait()
    server.sweep()


def _arguments(*items: dict[str, Any], **more: Any) -> dict[str, Any]:
    hashes = {name: _hash(PASSWORD) for name in (ONE, TWO)}
    return {"databases": [{"customer": CUSTOMER, **item} for item in items], "password_hashes": hashes, **more}


def _converge(mariadb: MariaDB, *items: dict[str, Any], **more: Any) -> list[tuple[str, str, list[str]]]:
    result = mariadb.host.converge("database", _arguments(*items, **more))
    assert not result.get("failed"), result["msg"]
    return [(item["name"], item["action"], item["fields"]) for item in result["results"]]


def test_the_role_lets_nobody_in_who_was_there_by_default(mariadb: MariaDB) -> None:
    """Nobody without a name, no root from elsewhere or with a password, no database for everybody."""
    inventory = os.environ.get("HOSTING_TEST_INVENTORY")
    if not inventory:
        pytest.skip("HOSTING_TEST_INVENTORY names no provider; Molecule sets it")
    mariadb.sql(
        "CREATE OR REPLACE USER ''@'localhost'",
        "CREATE OR REPLACE USER root@'%' IDENTIFIED BY 'secret'",
        "ALTER USER root@localhost IDENTIFIED VIA unix_socket OR mysql_native_password USING PASSWORD('secret')",
        "CREATE DATABASE IF NOT EXISTS test",
        "GRANT ALL ON test.* TO ''@'localhost'",
    )
    socket = {"unix_socket": "/run/mysqld/mysqld.sock"}
    assert mariadb.log_in("anybody", "SELECT 1", password="", **socket) == [[[1]]]
    assert mariadb.log_in("root", "SELECT 1", password="secret", **socket) == [[[1]]]
    play = {"hosts": "hosting_database", "become": True, "roles": ["magmasoft.hosting.database"]}
    with tempfile.NamedTemporaryFile("w", suffix=".json") as playbook:
        json.dump([play], playbook)
        playbook.flush()
        said = [_run_playbook(inventory, playbook.name, *options) for options in (["--check"], [], [])]
    assert ["changed=0 " in recap for recap in said] == [False, False, True]
    assert mariadb.log_in("anybody", "SELECT 1", password="", **socket) in ACCESS_DENIED
    assert mariadb.log_in("root", "SELECT 1", password="secret", **socket) in ACCESS_DENIED
    assert mariadb.sql("SELECT User, Host FROM mysql.global_priv WHERE User IN ('', 'root')") == [["root", "localhost"]]
    assert mariadb.sql("SHOW DATABASES LIKE 'test'") == []


def _run_playbook(inventory: str, playbook: str, *options: str) -> str:
    done = ansible_playbook("-i", inventory, playbook, *options)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout[done.stdout.rindex("PLAY RECAP") :]


def test_a_customer_logs_in_and_reaches_one_database_only(mariadb: MariaDB) -> None:
    done = _converge(mariadb, {"name": ONE}, {"name": TWO, "customer": OTHER})
    fields = ["charset", "client_hosts", "collation", "password", "rights", "tls", "tool"]
    assert done == [(ONE, "create", fields), (TWO, "create", fields)]
    assert mariadb.log_in(TWO, "CREATE TABLE t (v VARCHAR(20))", "INSERT INTO t VALUES ('ünïcode 😀')") == [[], []]
    assert mariadb.log_in(TWO, "SELECT v FROM t") == [[["ünïcode 😀"]]]
    said = mariadb.log_in(
        ONE,
        "CREATE TABLE t (v INT)",
        "CREATE VIEW w AS SELECT * FROM t",
        "CREATE PROCEDURE p() SELECT 1",
        "CREATE TRIGGER r BEFORE INSERT ON t FOR EACH ROW SET NEW.v = 2",
        f"SELECT * FROM `{TWO}`.t",
        f"USE `{TWO}`",
        "CREATE DATABASE dbtestb1",
        "SELECT * FROM mysql.global_priv",
        "SELECT * FROM magmasoft_hosting.ownership",
        f"GRANT SELECT ON `{ONE}`.* TO '{TWO}'@'localhost'",
        "SELECT 1 INTO OUTFILE '/tmp/dbtest'",
        "SHOW DATABASES",
        "SELECT @@character_set_database, @@collation_database",
    )
    assert said[:4] == [[], [], [], []]
    assert said[4:10] == [1142, 1044, 1044, 1142, 1142, 1044]
    assert said[10] in (1045, 1227)
    assert said[11] == [[ONE], ["information_schema"]]
    assert said[12] == [["utf8mb4", "utf8mb4_unicode_ci"]]


def test_a_wrong_password_and_no_password_let_nobody_in(mariadb: MariaDB) -> None:
    _converge(mariadb, {"name": ONE}, {"name": "dbtest-open"})
    for name in (ONE, "dbtest-open"):
        for password in ("", "wrong", "invalid", _hash(PASSWORD)):
            assert mariadb.log_in(name, password=password) == 1045


def test_a_password_is_set_once_and_kept_without_a_hash(mariadb: MariaDB) -> None:
    _converge(mariadb, {"name": ONE})
    changed = mariadb.host.converge("database", {**_arguments({"name": ONE}), "password_hashes": {ONE: _hash("new")}})
    assert [item["fields"] for item in changed["results"]] == [["password"]]
    assert _hash("new") not in json.dumps(changed)
    assert _hash(PASSWORD) not in json.dumps(changed)
    assert changed["diff"][0]["before"] == "state: present\npassword: (hidden)\n"
    assert mariadb.log_in(ONE) == 1045
    assert mariadb.log_in(ONE, "SELECT 1", password="new") == [[[1]]]
    again = mariadb.host.module("database", {**_arguments({"name": ONE}), "password_hashes": {}})
    assert not again["changed"]


def test_suspended_and_resumed_exactly_as_it_was(mariadb: MariaDB) -> None:
    _converge(mariadb, {"name": ONE}, {"name": TWO, "customer": OTHER})
    before = _accounts(mariadb)
    holder, ended = mariadb.hold_session(ONE)
    done = mariadb.host.module("database", _arguments({"name": ONE, "state": "suspended"}))
    assert [(item["action"], item["fields"], item["status"]) for item in done["results"]] == [
        ("suspend", ["sessions"], "done")
    ]
    holder.join()
    assert ended in (["1927\n"], ["2006\n"], ["2013\n"])
    assert mariadb.log_in(ONE) == 4151
    assert mariadb.log_in(TWO, "SELECT 1") == [[[1]]]
    assert _converge(mariadb, {"name": ONE, "state": "suspended"}) == []
    assert _converge(mariadb, {"name": ONE}) == [(ONE, "resume", [])]
    assert mariadb.log_in(ONE, "SELECT 1") == [[[1]]]
    assert _accounts(mariadb) == before


def _accounts(mariadb: MariaDB) -> list[dict[str, Any]]:
    """Return the accounts of the tests, without what MariaDB notes of its own accord."""
    rows = mariadb.sql(f"SELECT User, Host, Priv FROM mysql.global_priv WHERE User LIKE '{PREFIX}%' ORDER BY 1, 2")
    noted = ("password_last_changed", "account_locked", "ssl_type", "ssl_cipher", "x509_issuer", "x509_subject")
    entries = [{"user": user, "host": host, **json.loads(entry)} for user, host, entry in rows]
    return [{name: value for name, value in entry.items() if name not in noted} for entry in entries]


def test_drift_is_put_right(mariadb: MariaDB) -> None:
    _converge(mariadb, {"name": ONE}, {"name": TWO, "customer": OTHER})
    mariadb.sql(
        f"CREATE TABLE `{TWO}`.t (v INT)",
        f"GRANT SELECT ON `{TWO}`.* TO '{ONE}'@'localhost'",
        f"GRANT INSERT ON `{TWO}`.t TO '{ONE}'@'localhost'",
        f"GRANT PROCESS ON *.* TO '{ONE}'@'localhost'",
        f"GRANT ALL ON `{ONE}`.* TO '{ONE}'@'localhost'",
        f"REVOKE DROP ON `dbtesta1`.* FROM '{TWO}'@'localhost'",
        f"CREATE USER '{TWO}'@'10.0.0.1'",
        f"ALTER DATABASE `{TWO}` CHARACTER SET latin1",
    )
    assert _converge(mariadb, {"name": ONE}, {"name": TWO, "customer": OTHER}) == [
        (ONE, "change", ["rights"]),
        (TWO, "change", ["charset", "client_hosts", "collation", "password", "rights"]),
    ]
    assert mariadb.log_in(ONE, f"SELECT * FROM `{TWO}`.t") == [1142]
    assert mariadb.log_in(TWO, "DROP TABLE t", "SELECT @@character_set_database") == [[], [["utf8mb4"]]]


def test_remote_clients_have_to_use_tls(mariadb: MariaDB) -> None:
    if mariadb.sql("SELECT @@have_ssl") != [["YES"]]:
        pytest.skip("this server was not given a certificate")
    _converge(mariadb, {"name": ONE}, client_hosts=["%"])
    assert mariadb.log_in(ONE, unix_socket="/run/mysqld/mysqld.sock") == 1045
    tcp = {"host": "127.0.0.1", "database": ONE}
    assert mariadb.log_in(ONE, **tcp, ssl_disabled=True) == 1045
    assert mariadb.log_in(ONE, "SELECT 1", **tcp, ssl={"check_hostname": False}) == [[[1]]]
    assert _converge(mariadb, {"name": ONE}) == [(ONE, "change", ["client_hosts", "rights", "tls"])]
    assert mariadb.log_in(ONE, "SELECT 1") == [[[1]]]


def test_code_goes_on_when_its_definer_may_not_come_any_more(mariadb: MariaDB) -> None:
    """What was made from a host that is gone works on; its account goes when it has defined nothing any more."""
    both = {"client_hosts": ["localhost", "192.0.2.7"]}
    accounts = f"SELECT Host FROM mysql.global_priv WHERE User = '{ONE}' ORDER BY Host"
    _converge(mariadb, {"name": ONE}, **both)
    definer = f"DEFINER = '{ONE}'@'192.0.2.7'"
    mariadb.sql(
        f"USE `{ONE}`",
        "CREATE TABLE t (a INT)",
        "CREATE TABLE log (a INT)",
        f"CREATE {definer} TRIGGER tr AFTER INSERT ON t FOR EACH ROW INSERT INTO log VALUES (NEW.a)",
        f"CREATE {definer} VIEW v AS SELECT a FROM log",
        f"CREATE {definer} PROCEDURE p() SELECT MAX(a) FROM log",
    )
    assert _converge(mariadb, {"name": ONE}) == [(ONE, "change", ["client_hosts", "rights", "tls"])]
    assert mariadb.sql(accounts) == [["192.0.2.7"], ["localhost"]]
    said = mariadb.log_in(ONE, "INSERT INTO t VALUES (7)", "SELECT a FROM v", "CALL p()")
    assert said == [[], [[7]], [[7]]]
    closed = f"SELECT JSON_VALUE(Priv, '$.authentication_string'), JSON_VALUE(Priv, '$.account_locked') {accounts[12:]}"
    assert mariadb.sql(closed.replace("ORDER BY Host", "AND Host <> 'localhost'")) == [["invalid", "1"]]
    assert _converge(mariadb, {"name": ONE}, **both)[0][1] == "resume"
    mariadb.sql(f"USE `{ONE}`", "DROP TRIGGER tr", "DROP VIEW v", "DROP PROCEDURE p")
    _converge(mariadb, {"name": ONE})
    assert mariadb.sql(accounts) == [["localhost"]]


def test_absent_keeps_the_data_until_told_to_drop_them(mariadb: MariaDB) -> None:
    _converge(mariadb, {"name": ONE})
    mariadb.log_in(ONE, "CREATE TABLE t (v INT)", "INSERT INTO t VALUES (7)")
    assert _converge(mariadb, {"name": ONE, "state": "absent"}) == [(ONE, "remove", [])]
    # For a user it does not know MariaDB makes up a way to authenticate, and with that the number of the error.
    assert mariadb.log_in(ONE) in (1045, 1698)
    assert mariadb.sql(f"SELECT v FROM `{ONE}`.t") == [["7"]]
    assert _converge(mariadb, {"name": ONE})[0][1] == "create"
    assert mariadb.log_in(ONE, "SELECT v FROM t") == [[[7]]]
    assert _converge(mariadb, {"name": ONE, "state": "absent"}, purge=True) == [(ONE, "remove", ["data"])]
    assert mariadb.sql(f"SHOW DATABASES LIKE '{PREFIX}%'") == []
    assert mariadb.sql(f"SELECT * FROM magmasoft_hosting.ownership WHERE name LIKE '{PREFIX}%'") == []


def test_a_customer_who_holds_locks_cannot_stop_the_removal(mariadb: MariaDB) -> None:
    _converge(mariadb, {"name": ONE})
    mariadb.log_in(ONE, "CREATE TABLE t (v INT)")
    holder, ended = mariadb.hold_session(ONE, "LOCK TABLES t WRITE")
    done = mariadb.host.module("database", _arguments({"name": ONE, "state": "absent"}, purge=True))
    assert [item["status"] for item in done["results"]] == ["done"], done["msg"]
    holder.join()
    assert ended
    assert mariadb.sql(f"SHOW DATABASES LIKE '{PREFIX}%'") == []


def test_what_is_not_ours_is_left_alone(mariadb: MariaDB) -> None:
    mariadb.sql(f"CREATE DATABASE `{ONE}`", f"CREATE USER '{TWO}'@'localhost' IDENTIFIED BY 'x'")
    items: list[dict[str, Any]] = [
        {"name": ONE},
        {"name": TWO},
        {"name": "dbtest-managed"},
        {"name": "dbtest-unmanaged", "managed": False},
        {"name": "mysql", "state": "absent"},
    ]
    result = mariadb.host.module("database", _arguments(*items, purge=True))
    assert [(item["name"], item["status"], (item["error"] or {}).get("code")) for item in result["results"]] == [
        (ONE, "failed", "not-ours"),
        (TWO, "failed", "not-ours"),
        ("dbtest-managed", "done", None),
    ]
    assert [(item["name"], item["found"]) for item in result["unmanaged"]] == [("dbtest-unmanaged", "no")]
    assert mariadb.sql(f"SELECT COUNT(*) FROM mysql.db WHERE User IN ('{ONE}', '{TWO}')") == [["0"]]
    gone = mariadb.host.module("database", _arguments({"name": ONE, "state": "absent"}, purge=True))
    assert not gone["changed"]
    assert mariadb.sql(f"SHOW DATABASES LIKE '{ONE}'") == [[ONE]]
    stolen = mariadb.host.module("database", _arguments({"name": "dbtest-managed", "customer": OTHER}))
    assert stolen["results"][0]["error"]["code"] == "owned-by-other"


def test_one_that_mariadb_refuses_fails_alone_and_heals(mariadb: MariaDB) -> None:
    names = ["dbtest-a", "dbtest_refused", "dbtest-z", "dbtest" + "_" * 40, "dbtest`; DROP"]
    in_the_way = "/var/lib/mysql/dbtest_refused"
    mariadb.host.run("touch", in_the_way)
    try:
        result = mariadb.host.module("database", _arguments(*({"name": name} for name in names)))
    finally:
        mariadb.host.run("rm", in_the_way)
    assert [item["status"] for item in result["results"]] == ["done", "failed", "done", "failed", "failed"]
    assert result["results"][1]["error"]["code"] == "mariadb-1007"
    assert result["results"][3]["error"]["code"] == "invalid-name"
    assert result["failed"]
    assert _converge(mariadb, *({"name": name} for name in names[:3])) == [
        ("dbtest_refused", "create", ["charset", "client_hosts", "collation", "rights", "tls", "tool"])
    ]


def test_orphans_are_reported_and_kept(mariadb: MariaDB) -> None:
    _converge(mariadb, {"name": ONE}, {"name": TWO, "customer": OTHER})
    result = mariadb.host.module("database", _arguments(complete=True, withheld=[OTHER]))
    ours = [item for item in result["orphans"] if item["name"].startswith(PREFIX)]
    assert ours == [{"kind": "database", "name": ONE, "customer": CUSTOMER}]
    assert not result["changed"]
    assert mariadb.log_in(ONE, "SELECT 1") == [[[1]]]


# --- runs that were killed -------------------------------------------------------------------------------------------


def _change(name: str, action: Action, *, exists: bool) -> tuple[Change, Sequence[DatabaseAccount]]:
    state = {Action.CREATE: State.PRESENT, Action.SUSPEND: State.SUSPENDED, Action.REMOVE: State.ABSENT}[action]
    item = Database(name=name, customer=CUSTOMER, state=state)
    wanted = wanted_database(item, {}, ["localhost"], purge=True)
    if not exists:
        return Change("database", action, tuple(wanted.fields), wanted, None), ()
    actual = Actual(
        name, CUSTOMER, State.PRESENT, {"charset": "utf8mb4", "collation": "utf8mb4_unicode_ci", "tool": False}
    )
    right = f"localhost: ALL PRIVILEGES ON `{name}`.*"
    account = DatabaseAccount("localhost", None, locked=False, tls=False, rights=(right,))
    return Change("database", action, tuple(wanted.fields.keys() & {"data", "sessions"}), wanted, actual), (account,)


def _formatted(statement: Statement) -> str:
    return statement.text % tuple(f"'{escape_string(value)}'" for value in statement.values)


@pytest.mark.parametrize(
    ("action", "exists"), [(Action.CREATE, False), (Action.SUSPEND, True), (Action.REMOVE, True)], ids=str
)
def test_a_run_killed_after_any_statement_is_healed(mariadb: MariaDB, action: Action, *, exists: bool) -> None:
    names = [f"dbtest-{number}" for number in range(10)]
    _converge(mariadb, *({"name": name} for name in ["dbtest-warm", *(names if exists else [])]))
    for number, name in enumerate(names):
        change, accounts = _change(name, action, exists=exists)
        sequence = [_formatted(statement) for statement in statements(change, accounts)]
        assert len(sequence) < len(names)
        mariadb.sql(*sequence[:number])
    state = {Action.CREATE: "present", Action.SUSPEND: "suspended", Action.REMOVE: "absent"}[action]
    _converge(mariadb, *({"name": name, "state": state} for name in names), purge=True)
    expected = [] if action is Action.REMOVE else [[name] for name in names]
    assert mariadb.sql("SHOW DATABASES LIKE 'dbtest-_'") == expected
    query = "SELECT {} FROM {} WHERE {} LIKE 'dbtest-_' ORDER BY 1"
    assert mariadb.sql(query.format("name", "magmasoft_hosting.ownership", "name")) == expected
    assert mariadb.sql(query.format("User", "mysql.global_priv", "User")) == expected
    assert mariadb.sql(query.format("User", "mysql.db", "User")) == expected


def test_the_server_dies_in_the_middle(mariadb: MariaDB) -> None:
    items = [{"name": f"dbtest-{number}"} for number in range(1000)]
    results: list[dict[str, Any]] = []
    run = threading.Thread(target=lambda: results.append(mariadb.host.module("database", _arguments(*items))))
    run.start()
    count = "SELECT COUNT(*) FROM magmasoft_hosting.ownership WHERE name LIKE 'dbtest-%'"
    for _attempt in range(200):
        made = mariadb.sql(count, check=False)
        if made and made[0][0] != "0":
            break
        time.sleep(0.05)
    mariadb.host.run("systemctl", "kill", "--signal=KILL", "mariadb")
    run.join()
    statuses = [item["status"] for item in results[0]["results"]]
    assert results[0]["failed"]
    assert statuses.count("failed") == 1
    assert statuses.index("skipped") == statuses.index("failed") + 1
    assert results[0]["error"]["code"] == "service-unavailable"
    mariadb.host.run("systemctl", "restart", "mariadb")
    mariadb.wait()
    _converge(mariadb, *items)
    _converge(mariadb, *({**item, "state": "absent"} for item in items), purge=True)
    assert mariadb.sql(count) == [["0"]]


def test_a_server_that_is_stopped_is_told_within_seconds(mariadb: MariaDB) -> None:
    mariadb.host.run("systemctl", "stop", "mariadb")
    try:
        started = time.monotonic()
        result = mariadb.host.module("database", _arguments({"name": ONE}, {"name": TWO}))
        assert time.monotonic() - started < 15
    finally:
        mariadb.host.run("systemctl", "start", "mariadb")
    assert result["failed"]
    assert not result["changed"]
    assert result["counts"] == {"unknown": 2}
    assert result["error"]["code"] == "service-unavailable"

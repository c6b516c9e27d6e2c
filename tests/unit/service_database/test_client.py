# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The client for MariaDB: quoting, connecting, and what its errors become."""

from __future__ import annotations

import gc
import re
import socket
import threading
import time
from pathlib import Path
from typing import Any

import pymysql
import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._clients import mariadb
from ansible_collections.magmasoft.hosting.plugins.module_utils._clients.mariadb import (
    Address,
    Server,
    grant_pattern,
    identifier,
)
from ansible_collections.magmasoft.hosting.plugins.module_utils._clients.sql_statement import Statement
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.errors import (
    HostingError,
    ItemRefused,
    ServiceUnavailable,
)
from hypothesis import example, given
from hypothesis import strategies as st

HASH = "*6BB4837EB74329105EE4568DDA7DC67ED2CA2AD9"


class FakeConnection:
    """A connection that answers every statement in the same way."""

    open = True
    server_capabilities = 0

    def __init__(self, answer: Exception | tuple[Any, ...] = ()) -> None:
        self.answer = answer
        self.said: list[str] = []

    def cursor(self) -> FakeConnection:
        """Return itself, it is a cursor as well."""
        return self

    def __enter__(self) -> FakeConnection:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def execute(self, text: str, values: tuple[str, ...]) -> None:
        """Format as PyMySQL does."""
        self.said.append(text % tuple(map(repr, values)))
        if isinstance(self.answer, Exception):
            raise self.answer

    def fetchall(self) -> Any:
        """Return the answer."""
        return self.answer

    def close(self) -> None:
        """Note that it was closed."""
        self.open = False


@pytest.fixture
def options(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Note the options of all connections that are made."""
    made: list[dict[str, Any]] = []

    def connect(**given_options: Any) -> FakeConnection:
        made.append(given_options)
        return FakeConnection(((None,),))

    monkeypatch.setattr(pymysql, "connect", connect)
    return made


def _server(answer: Exception | tuple[Any, ...] = ()) -> tuple[Server, FakeConnection]:
    server, connection = Server(Address("/run/socket", "root")), FakeConnection(answer)
    server._connection = connection
    return server, connection


@given(st.text(min_size=1).filter(lambda name: "\0" not in name))
@example("a`b")
@example("``")
@example("a%sb%")
@example("`; DROP DATABASE mysql; --")
def test_an_identifier_is_read_back_as_it_was(name: str) -> None:
    formatted = identifier(name) % ()
    assert re.fullmatch("`(?:[^`]|``)+`", formatted) is not None
    assert formatted[1:-1].replace("``", "`") == name


@pytest.mark.parametrize("name", ["", "a\0b", "\0"])
def test_what_can_be_no_identifier_is_refused(name: str) -> None:
    with pytest.raises(ItemRefused):
        identifier(name)


def _like(pattern: str, value: str) -> bool:
    """Match as MariaDB matches database names in grants."""
    parts = re.findall(r"\\.|.", pattern, re.DOTALL)
    wild = {"_": ".", "%": ".*"}
    text = "".join(wild.get(part) or re.escape(part[-1]) for part in parts)
    return re.fullmatch(text, value, re.DOTALL) is not None


@given(st.text("ab_%\\", min_size=1, max_size=6), st.text("ab_%\\", min_size=1, max_size=6))
@example("cust_1", "custA1")
@example("%", "mysql")
def test_a_grant_reaches_exactly_one_database(name: str, other: str) -> None:
    assert _like(grant_pattern(name), other) == (name == other)


@pytest.mark.parametrize(
    "error",
    [
        pymysql.err.OperationalError(2006, "MySQL server has gone away"),
        pymysql.err.OperationalError(2013, "Lost connection to MySQL server during query"),
        pymysql.err.OperationalError(1053, "Server shutdown in progress"),
        pymysql.err.OperationalError(1927, "Connection was killed"),
        pymysql.err.OperationalError(1290, "The MariaDB server is running with the --read-only option"),
        pymysql.err.OperationalError(1142, "SELECT command denied to user"),
        pymysql.err.InterfaceError(0, ""),
        BrokenPipeError(32, "Broken pipe"),
    ],
)
def test_what_concerns_the_server_ends_the_run(error: Exception) -> None:
    server, _connection = _server(error)
    with pytest.raises(ServiceUnavailable, match="MariaDB /run/socket"):
        server.execute(Statement("SELECT 1"))


@pytest.mark.parametrize(
    "error",
    [
        pymysql.err.InternalError(13, "Can't get stat of './x' (Errcode: 36 \"File name too long\")"),
        pymysql.err.ProgrammingError(1102, "Incorrect database name 'x'"),
        pymysql.err.OperationalError(1205, "Lock wait timeout exceeded; try restarting transaction"),
        pymysql.err.DataError(1406, "Data too long for column 'name' at row 1"),
    ],
)
def test_what_concerns_an_item_fails_that_item(error: pymysql.err.MySQLError) -> None:
    server, _connection = _server(error)
    with pytest.raises(ItemRefused, match=re.escape(str(error.args[1]))) as caught:
        server.execute(Statement("SELECT 1"))
    assert caught.value.code == f"mariadb-{error.args[0]}"


def test_errors_quote_no_hash_and_are_cut_short() -> None:
    error = pymysql.err.ProgrammingError(1064, f"You have an error in your SQL syntax near '{HASH}' " + "x" * 1000)
    server, _connection = _server(error)
    with pytest.raises(HostingError) as caught:
        server.execute(Statement("SELECT 1"))
    assert HASH[1:] not in str(caught.value)
    assert len(str(caught.value)) < 400
    assert caught.value.__cause__ is None


def test_percent_signs_reach_the_server_as_they_are() -> None:
    server, connection = _server((('[[1, "a"]]',),))
    assert server.rows("a", "t WHERE a LIKE '%s'") == [[1, "a"]]
    server.execute(Statement(f"DROP DATABASE {identifier('a%s')}"))
    server.execute(Statement("DROP USER %s@%s", ("a", "10.%")))
    assert connection.said == [
        "SELECT JSON_ARRAYAGG(JSON_ARRAY(a)) FROM t WHERE a LIKE '%s'",
        "DROP DATABASE `a%s`",
        "DROP USER 'a'@'10.%'",
    ]


@pytest.mark.parametrize(("answer", "rows"), [(None, []), ("[]", []), ("[[null]]", [[None]])])
def test_no_rows_are_an_empty_list(answer: str | None, rows: list[Any]) -> None:
    server, _connection = _server(((answer,),))
    assert server.rows("a", "t") == rows


def test_an_answer_that_was_cut_off_is_no_answer() -> None:
    server, _connection = _server((('[["a", "b"], ["c"',),))
    with pytest.raises(ServiceUnavailable, match="cut off"):
        server.rows("a", "t")


def test_nothing_is_connected_before_it_is_needed(options: list[dict[str, Any]]) -> None:
    with Server(Address("/run/socket", "root")) as server:
        assert options == []
        server.rows("1", "t")
        server.rows("2", "t")
        connection = server._connection
    assert len(options) == 1
    assert options[0]["unix_socket"] == "/run/socket"
    assert options[0]["connect_timeout"] == 5
    assert "host" not in options[0]
    assert not connection.open


def test_removing_much_may_take_its_time(options: list[dict[str, Any]]) -> None:
    server = Server(Address("/run/socket", "root"))
    server.execute(Statement("SELECT 1"))
    server.execute(Statement("DROP DATABASE `x`", patient=True))
    assert [made["read_timeout"] for made in options] == [10, 3600]


def test_another_host_is_spoken_to_over_checked_tls_only(options: list[dict[str, Any]]) -> None:
    server = Server(Address("/run/socket", "admin", "db1.example", 3307, "hunter2", "/ca.crt"))
    with pytest.raises(ServiceUnavailable, match=r"db1\.example:3307: it offers no TLS") as caught:
        server.rows("1", "t")
    assert "hunter2" not in str(caught.value)
    wanted = {"ssl_ca": "/ca.crt", "ssl_verify_cert": True, "ssl_verify_identity": True, "host": "db1.example"}
    assert wanted.items() <= options[0].items()
    assert "unix_socket" not in options[0]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_server_that_is_down_is_told_at_once(tmp_path: Path) -> None:
    started = time.monotonic()
    with pytest.raises(ServiceUnavailable, match="check that MariaDB runs"):
        Server(Address(str(tmp_path / "socket"), "root")).rows("1", "t")
    assert time.monotonic() - started < 1
    # PyMySQL leaves the socket that found nobody to the garbage collector, which says so.
    gc.collect()


def test_a_server_that_hangs_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mariadb, "ANSWER_SECONDS", 0.3)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "socket"))
        listener.listen()
        started = time.monotonic()
        with pytest.raises(ServiceUnavailable):
            Server(Address(str(tmp_path / "socket"), "root")).rows("1", "t")
        assert time.monotonic() - started < 3


def test_a_server_that_speaks_something_else(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "socket"))
        listener.listen()

        def answer() -> None:
            connection, _address = listener.accept()
            connection.sendall(b"220 mail.example ESMTP\r\n" * 50)
            connection.close()

        talker = threading.Thread(target=answer)
        talker.start()
        with pytest.raises(ServiceUnavailable):
            Server(Address(str(tmp_path / "socket"), "root")).rows("1", "t")
        talker.join()


def test_without_the_library_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mariadb, "PYMYSQL_ERROR", "No module named 'pymysql'")
    with pytest.raises(ServiceUnavailable, match="python3-pymysql"):
        Server(Address("/run/socket", "root")).rows("1", "t")

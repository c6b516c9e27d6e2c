# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings of the webmail, from a database with Roundcube's tables."""

from __future__ import annotations

import importlib
import json
import math
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._clients import roundcube
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.errors import ItemRefused, ServiceUnavailable
from ansible_collections.magmasoft.hosting.plugins.module_utils._stores.webmail_settings import WebmailSettings

from .customers import CLUB, MYCLUB, OFFICE, OTHER, Bags, held

# publishes no types
vobject: Any = importlib.import_module("vobject")

# as much of Roundcube 1.6's SQL/sqlite.initial.sql as counts here
SCHEMA = """
CREATE TABLE users (user_id integer PRIMARY KEY, username varchar(128), mail_host varchar(128), created datetime,
  last_login datetime, language varchar(16), preferences text);
CREATE TABLE identities (identity_id integer PRIMARY KEY, user_id integer, changed datetime, del tinyint DEFAULT 0,
  name varchar(128), email varchar(128), "reply-to" varchar(128), signature text);
CREATE TABLE contacts (contact_id integer PRIMARY KEY, user_id integer, changed datetime DEFAULT '0000-00-00 00:00:00',
  del tinyint DEFAULT 0, name varchar(128) DEFAULT '', email text DEFAULT '', firstname varchar(128) DEFAULT '',
  surname varchar(128) DEFAULT '', vcard text DEFAULT '', words text DEFAULT '');
CREATE TABLE contactgroups (contactgroup_id integer PRIMARY KEY, user_id integer, name varchar(128));
CREATE TABLE contactgroupmembers (contactgroup_id integer, contact_id integer, created datetime);
CREATE TABLE searches (search_id integer PRIMARY KEY, user_id integer, type smallint, name varchar(128), data text);
CREATE TABLE responses (response_id integer PRIMARY KEY, user_id integer, name varchar(255), data text);
CREATE TABLE session (sess_id varchar(128), vars text);
CREATE TABLE cache (user_id integer, cache_key varchar(128), data text);
INSERT INTO session VALUES ('CANARY', 'CANARY');
INSERT INTO cache VALUES (1, 'CANARY', 'CANARY');
"""
CARD = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Änne; B\r\nN:B;Änne;;;\r\nEND:VCARD"
LOGINS = [OFFICE, "INFO@Club.example", "office2@club.example", "xoffice@club.example", OTHER, "office%@club.example"]


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Return a database in which every user has the same, marked with the name of the login."""
    path = tmp_path / "data/roundcube.db"
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(SCHEMA)
        for number, login in enumerate(LOGINS, 1):
            preferences = 'a:1:{s:8:"timezone";s:13:"Europe/Vienna";}'
            created = "2026-01-02 03:04:05"
            user = (number, login, "mail.example", created, created, "de_DE", preferences)
            connection.execute("INSERT INTO users VALUES (?, ?, ?, ?, ?, ?, ?)", user)
            connection.execute(
                "INSERT INTO identities VALUES (?, ?, ?, 0, ?, ?, '', '<b>')",
                (number, number, "2026-02-02 03:04:05", f"of {login}", login),
            )
            for vcard in (CARD, "BEGIN:VCARD\nEND:VCARD\nnonsense"):
                columns = "INSERT INTO contacts (user_id, name, email, firstname, vcard) VALUES (?, ?, ?, ?, ?)"
                connection.execute(columns, (number, f"by {login}", "a@x.example,b@x.example", "A", vcard))
            connection.execute("INSERT INTO contacts (user_id, del, name) VALUES (?, 1, 'removed')", (number,))
            connection.execute("INSERT INTO contactgroups VALUES (?, ?, 'group')", (number, number))
            connection.execute("INSERT INTO contactgroupmembers VALUES (?, ?, NULL)", (number, number * 3))
            connection.execute("INSERT INTO searches VALUES (?, ?, 1, 's', 'a:1:{i:0;i:1;}')", (number, number))
            connection.execute("INSERT INTO responses VALUES (?, ?, 'r', 'O:1:\"x\"')", (number, number))
        connection.commit()
    return path


def store(path: Path) -> WebmailSettings:
    """Return the store for a file."""
    return WebmailSettings({"sqlite": str(path)})


def test_everything_of_an_address_and_its_aliases(database: Path, bags: Bags) -> None:
    bags.export(store(database), CLUB, MYCLUB)
    files = bags.files()
    told = json.loads(files[f"mail/{OFFICE}/webmail.json"])
    assert told["address"] == OFFICE
    assert [one["user"]["username"] for one in told["logins"]] == [OFFICE, "INFO@Club.example"]
    first = told["logins"][0]
    assert first["user"]["preferences"] == {"timezone": "Europe/Vienna"}
    assert [(one["name"], one["reply-to"]) for one in first["identities"]] == [(f"of {OFFICE}", "")]
    assert [(one["name"], one["del"]) for one in first["contacts"]] == [
        (f"by {OFFICE}", 0),
        (f"by {OFFICE}", 0),
        ("removed", 1),
    ]
    assert first["contactgroupmembers"] == [{"contactgroup_id": 1, "contact_id": 3, "created": None}]
    assert first["searches"][0]["data"] == [1]
    assert first["responses"][0]["data"] == 'O:1:"x"'
    assert not any("user_id" in row for table in ("identities", "contacts", "searches") for row in first[table])
    cards = list(vobject.readComponents(files[f"mail/{OFFICE}/webmail.vcf"].decode()))
    assert [one.fn.value for one in cards] == ["Änne; B", f"by {OFFICE}", "Änne; B", "by INFO@Club.example"]
    assert [one.value for one in cards[1].contents["email"]] == ["a@x.example", "b@x.example"]
    theirs = b"".join(bags.files("myclub").values())
    ours = b"".join(files.values())
    assert OTHER.encode() in theirs
    assert OTHER.encode() not in ours
    assert b"office2@" not in ours + theirs
    assert b"xoffice@" not in ours + theirs
    assert b"office%" not in ours + theirs
    assert b"CANARY" not in ours + theirs
    record = bags.records()[0]
    assert (record["count"], record["oldest"], record["newest"]) == (
        18,
        "2026-01-02T03:04:05Z",
        "2026-02-02T03:04:05Z",
    )
    assert [(one["customer"], one["count"]) for one in held(store(database), CLUB, MYCLUB)] == [
        ("club", 18),
        ("myclub", 9),
    ]


@pytest.mark.parametrize(
    ("passed_on", "is_former", "owners"),
    [
        ("2026-01-03", False, {"INFO@Club.example", f"{OFFICE} club"}),
        ("2026-01-03", True, {OFFICE, "INFO@Club.example", f"{OFFICE} club"}),
    ],
)
def test_whose_settings_they_are_the_time_says(
    database: Path, bags: Bags, passed_on: str, *, is_former: bool, owners: set[str]
) -> None:
    """The former owner had them before, or has them under the name by which the webmail has set them aside."""
    with closing(sqlite3.connect(database)) as connection:
        aside = (9, f"{OFFICE} club", "x", "2026-01-02 03:04:05", None, "", "")
        connection.execute("INSERT INTO users VALUES (?, ?, ?, ?, ?, ?, ?)", aside)
        connection.commit()
    moment = datetime.fromisoformat(passed_on).replace(tzinfo=UTC).timestamp()
    span = (-math.inf, moment) if is_former else (moment, math.inf)
    bags.export(store(database), replace(CLUB, held={OFFICE: [span]}))
    told = json.loads(bags.files()[f"mail/{OFFICE}/webmail.json"])
    assert {one["user"]["username"] for one in told["logins"]} == owners


def test_who_was_never_there_has_nothing(database: Path, bags: Bags) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("DELETE FROM users")
        connection.commit()
    bags.export(store(database), CLUB)
    assert [(one["item"], one["outcome"]) for one in bags.records()] == [(OFFICE, "empty")]


def test_texts_that_are_no_text(database: Path, bags: Bags) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("UPDATE contacts SET vcard = CAST(x'ff00fe' AS TEXT), name = x'fffe', email = NULL")
        connection.execute("UPDATE users SET preferences = 'a:1:{' WHERE user_id = 1")
        connection.commit()
    files = bags.export(store(database), CLUB).files()
    told = json.loads(files[f"mail/{OFFICE}/webmail.json"])
    assert told["logins"][0]["user"]["preferences"] == "a:1:{"
    assert len(list(vobject.readComponents(files[f"mail/{OFFICE}/webmail.vcf"].decode()))) == 4


def test_a_database_that_cannot_be_read_is_a_failure(tmp_path: Path, database: Path, bags: Bags) -> None:
    with pytest.raises(ServiceUnavailable, match="no such database"):
        bags.export(store(tmp_path / "data/other.db"), CLUB)
    assert not (tmp_path / "data/other.db").exists()
    database.write_bytes(b"no database at all" * 1000)
    with pytest.raises(Exception, match=r"not a database"):
        Bags(tmp_path / "again").export(store(database), CLUB)


class FakeServer:
    """A MariaDB that answers from a file of SQLite, and has to be asked for one state of all."""

    path: Path
    said: list[str]

    def __init__(self, address: object) -> None:
        self.address = address

    def __enter__(self) -> FakeServer:
        return self

    def __exit__(self, *_error: object) -> None:
        pass

    def execute(self, statement: Any) -> None:
        FakeServer.said.append(statement.text)

    def stream(self, query: str) -> Iterator[Mapping[str, Any]]:
        query = query.replace("table_name", "name").replace("information_schema.tables", "sqlite_master")
        with closing(sqlite3.connect(FakeServer.path)) as connection:
            connection.row_factory = sqlite3.Row
            rows: Sequence[Any] = connection.execute(query.replace("table_schema = DATABASE()", "1")).fetchall()
        yield from (dict(row) for row in rows)


def test_a_database_of_mariadb(database: Path, bags: Bags, monkeypatch: pytest.MonkeyPatch) -> None:
    FakeServer.path, FakeServer.said = database, []
    monkeypatch.setattr(roundcube, "Server", FakeServer)
    files = bags.export(WebmailSettings({"database": "round`cube"}), CLUB).files()
    assert len(json.loads(files[f"mail/{OFFICE}/webmail.json"])["logins"]) == 2
    assert set(FakeServer.said) == {
        "USE `round``cube`",
        "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
    }


@pytest.mark.parametrize(
    "place", [{}, {"sqlite": "x.db"}, {"sqlite": "/x.db", "database": "x"}, {"database": ""}, {"database": "x", "y": 1}]
)
def test_places_are_checked(place: dict[str, object]) -> None:
    with pytest.raises(ItemRefused, match=r"hosting_stores\.webmail_settings\.\w+"):
        WebmailSettings(place)

# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module account_info against real services."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.magmasoft.hosting.tests.integration.host import Host

NAMES = ("infotest-with", "infotest-without", "infotest-foreign")
SOCKET = {"database_socket": "/run/mysqld/mysqld.sock"}


def _hash(password: str) -> str:
    inner = hashlib.sha1(password.encode()).digest()  # noqa: S324 - MariaDB's own
    return "*" + hashlib.sha1(inner).hexdigest().upper()  # noqa: S324 - MariaDB's own


@pytest.fixture
def databases(host: Host) -> Iterator[None]:
    """A database with a password, one without, and one that is not ours."""
    items: list[dict[str, Any]] = [{"name": name, "customer": "infotest"} for name in NAMES[:2]]
    host.module("database", {"databases": items, "password_hashes": {NAMES[0]: _hash("infotest")}})
    host.run("mariadb", stdin=f"CREATE USER '{NAMES[2]}'@'localhost' IDENTIFIED BY 'infotest'")
    yield
    host.run("mariadb", stdin=f"DROP USER '{NAMES[2]}'@'localhost'")
    host.module("database", {"databases": [{**item, "state": "absent"} for item in items], "purge": True})


@pytest.mark.usefixtures("databases")
def test_databases_of_ours_that_have_a_password(host: Host) -> None:
    result = host.module("account_info", SOCKET)
    assert not result["changed"]
    assert [name for name in result["with_password"]["database"] if name in NAMES] == [NAMES[0]]
    assert result["errors"] == []
    assert _hash("infotest")[1:] not in json.dumps(result)
    assert host.module("account_info", SOCKET, check=True)["with_password"] == result["with_password"]


def test_system_users_and_groups(host: Host) -> None:
    result = host.module("account_info", {"directory": None})
    entries = [line.split(":") for line in host.run("getent", "passwd").splitlines()]
    users = {entry[0]: int(entry[2]) for entry in entries}
    assert result["system_users"] == users
    assert result["system_groups"]["root"] == 0
    assert result["with_password"] == {}


def test_hashes_of_letters_are_one_text(host: Host) -> None:
    hashes = {"mailbox": {"nobody@infotest.example": "{CRYPT}of-a-letter"}, "database": {}}
    result = host.module("account_info", {"letter_hashes": json.dumps(hashes)})
    assert result["replaced"] == {}
    assert "of-a-letter" not in json.dumps(result)
    for wrong in ("[]", "{", '{"mailbox": []}'):
        refused = host.module("account_info", {"letter_hashes": wrong})
        assert refused["msg"].startswith("letter_hashes: is no JSON of kinds of login")


def test_keys_that_cannot_be_read_are_named(host: Host) -> None:
    files = ["/etc/proftpd/ssh_host_ed25519_key.pub", "/etc/proftpd/nothing.pub"]
    assert host.module("account_info", {"host_keys": files})["host_keys"] == host.run("cat", files[0]).splitlines()
    refused = host.module("account_info", {"host_keys": ["/etc/proftpd"]})
    assert refused["msg"] == "host_keys: /etc/proftpd: Is a directory"


def test_a_database_server_that_is_stopped_is_named(host: Host) -> None:
    host.run("systemctl", "stop", "mariadb")
    try:
        result = host.module("account_info", SOCKET)
    finally:
        host.run("systemctl", "start", "mariadb")
    assert not result.get("failed")
    assert result["with_password"] == {"database": None}
    assert [(error["service"], error["code"]) for error in result["errors"]] == [("database", "service-unavailable")]
    assert result["system_users"]["root"] == 0


def test_logins_of_the_directory(host: Host, directory_base: str) -> None:
    look = (
        "ldapsearch",
        "-Q",
        "-Y",
        "EXTERNAL",
        "-H",
        "ldapi:///",
        "-s",
        "base",
        "-b",
        f"ou=customers,{directory_base}",
    )
    if "dn: ou=customers" not in host.run(*look, "dn", check=False):
        pytest.skip("no directory on this host")
    directory = {"directory": {"base": directory_base}}
    customer = {"name": "infotest", "domains": ["infotest.example"]}
    hashed = "{ARGON2}$argon2id$v=19$m=65536,t=3,p=1$c29tZXNhbHRzb21lc2FsdA$m4o3vR8mNQNmAfpBGcSXBN4NNFdxDLiN3xmUcdDQYjc"
    addresses = [f"{local}@infotest.example" for local in ("with", "without")]
    mailboxes = [{"name": address, "customer": "infotest"} for address in addresses]
    logins = [{"name": name, "customer": "infotest"} for name in ("infotest", "infotest-without")]
    try:
        host.module(
            "customer_account",
            {**directory, "customers": [customer], "file_logins": logins, "password_hashes": {"infotest": hashed}},
        )
        host.module("mailbox", {**directory, "mailboxes": mailboxes, "password_hashes": {addresses[0]: hashed}})
        result = host.module("account_info", directory)
    finally:
        host.module("mailbox", {**directory, "mailboxes": [{**one, "state": "absent"} for one in mailboxes]})
        host.module("customer_account", {**directory, "customers": [{**customer, "state": "absent"}]})
    found = result["with_password"]
    assert [name for name in found["mailbox"] if name.endswith("infotest.example")] == addresses[:1]
    assert [name for name in found["file_login"] if name.startswith("infotest")] == ["infotest"]
    assert "argon2" not in json.dumps(result).lower()

# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What exists on a host: names and numbers, never a hash, and null where a service does not answer."""

from __future__ import annotations

import os
import pwd
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._clients import mariadb
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.errors import ItemRefused, ServiceUnavailable
from ansible_collections.magmasoft.hosting.plugins.module_utils._service.account_info import account_info

SETTINGS: Mapping[str, Any] = {"base": "dc=example", "uri": "ldapi:///", "attributes": {"hostingFileLogin": "ftpUser"}}
DOWN = ServiceUnavailable("it is down", remedy="start it")


@dataclass(frozen=True)
class Entry:
    """An entry as the client returns it."""

    dn: str
    values: Mapping[str, Sequence[str]]

    def all(self, attribute: str) -> tuple[str, ...]:
        """Return all values."""
        return tuple(sorted(self.values.get(attribute.lower(), ())))


class FakeDirectory:
    """A directory that answers a search with the entries of the class that it asks for."""

    entries: Sequence[Entry] = ()
    searches: Sequence[tuple[str, Sequence[str]]] = ()
    problem: Exception | None = None

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._names = settings["attributes"]

    def __enter__(self) -> FakeDirectory:
        if FakeDirectory.problem is not None:
            raise FakeDirectory.problem
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def name(self, ours: str) -> str:
        """Return the operator's name of an attribute."""
        return str(self._names.get(ours, ours))

    def owns(self, entry: Entry) -> bool:
        """Tell whether it is ours."""
        return entry.dn.endswith("ou=customers,dc=example")

    def search(self, search_filter: str, attributes: Sequence[str]) -> Iterator[Entry]:
        """Return the entries, and note what was asked."""
        FakeDirectory.searches = [*FakeDirectory.searches, (search_filter, attributes)]
        wanted = search_filter.rpartition("=")[2].rstrip(")").lower()
        yield from (entry for entry in FakeDirectory.entries if wanted in map(str.lower, entry.all("objectClass")))


class FakeServer:
    """A MariaDB that answers every query in the same way."""

    answer: Exception | list[list[Any]] = []  # noqa: RUF012 - set by the tests
    queries = 0

    def __init__(self, address: mariadb.Address) -> None:
        assert str(address) == "/run/socket"

    def __enter__(self) -> FakeServer:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def rows(self, _columns: str, _source: str) -> list[list[Any]]:
        """Answer."""
        FakeServer.queries += 1
        if isinstance(FakeServer.answer, list):
            return FakeServer.answer
        return _throw(FakeServer.answer)


def _throw(error: Exception) -> NoReturn:
    raise error


@pytest.fixture(autouse=True)
def _services(monkeypatch: pytest.MonkeyPatch) -> None:
    client = SimpleNamespace(Directory=FakeDirectory)
    monkeypatch.setitem(sys.modules, mariadb.__name__.replace("mariadb", "ldap"), client)
    monkeypatch.setattr(mariadb, "Server", FakeServer)
    for where, name, value in (
        (FakeDirectory, "entries", ()),
        (FakeDirectory, "searches", ()),
        (FakeDirectory, "problem", None),
        (FakeServer, "answer", []),
        (FakeServer, "queries", 0),
    ):
        monkeypatch.setattr(where, name, value)


def _entry(where: str, *classes: str, **values: str) -> Entry:
    return Entry(f"{where},dc=example", {"objectclass": classes, **{name: (value,) for name, value in values.items()}})


def test_a_host_without_services() -> None:
    info = account_info(None, None)
    assert info["system_users"]["root"] == 0
    assert info["system_users"] == {entry.pw_name: entry.pw_uid for entry in pwd.getpwall()}
    assert info["system_groups"]["root"] == 0
    assert (info["with_password"], info["errors"]) == ({}, [])


def test_logins_of_ours_that_have_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = [
        _entry("mail=b,ou=customers", "inetOrgPerson", "hostingMailbox", mail="B@example.org"),
        _entry("mail=a,ou=customers", "hostingmailbox", mail="a@example.org"),
        _entry("uid=l,ou=customers", "ftpuser", uid="login"),
        _entry("uid=x,ou=people", "hostingMailbox", mail="foreign@example.org"),
        _entry("cn=s,ou=services", "ftpUser", uid="service"),
    ]
    monkeypatch.setattr(FakeDirectory, "entries", entries)
    monkeypatch.setattr(FakeServer, "answer", [["b"], ["a"], ["b"]])
    info = account_info(SETTINGS, "/run/socket")
    assert info["with_password"] == {
        "mailbox": ["a@example.org", "b@example.org"],
        "file_login": ["login"],
        "database": ["a", "b"],
    }
    assert info["errors"] == []
    assert FakeServer.queries == 1
    assert FakeDirectory.searches == [
        ("(&(userPassword=*)(objectClass=hostingMailbox))", ["mail"]),
        ("(&(userPassword=*)(objectClass=ftpUser))", ["uid"]),
    ]


def test_logins_whose_letter_tells_another_password(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only of those that a letter has; no hash is returned."""
    entries = [
        _entry(
            f"mail={name},ou=customers", "hostingMailbox", mail=f"{name}@example.org", userpassword=f"hash of {name}"
        )
        for name in "abc"
    ]
    login = _entry("uid=l,ou=customers", "ftpuser", uid="login", userpassword="hash of l")
    monkeypatch.setattr(FakeDirectory, "entries", [*entries, login])
    monkeypatch.setattr(FakeServer, "answer", [["a", "*AA"], ["b", "*BB"]])
    letters = {
        "mailbox": {"a@example.org": "hash of a", "b@example.org": "former", "gone@example.org": "former"},
        "file_login": {"login": "former"},
        "database": {"a": "*AA", "b": "*00"},
    }
    info = account_info(SETTINGS, "/run/socket", letters)
    assert info["replaced"] == {"mailbox": ["b@example.org"], "file_login": ["login"], "database": ["b"]}
    assert info["with_password"]["mailbox"] == [f"{name}@example.org" for name in "abc"]
    assert not any(word in str(info) for word in ("hash of", "*AA", "*BB", "former"))
    monkeypatch.setattr(FakeDirectory, "problem", DOWN)
    assert account_info(SETTINGS, None, letters)["replaced"] == {"mailbox": None, "file_login": None}


@pytest.mark.parametrize("problem", [DOWN, ItemRefused("no such object", remedy="run servers")])
def test_what_does_not_answer_is_null_and_named(monkeypatch: pytest.MonkeyPatch, problem: Exception) -> None:
    monkeypatch.setattr(FakeDirectory, "problem", problem)
    monkeypatch.setattr(FakeServer, "answer", [["a"]])
    info = account_info(SETTINGS, "/run/socket")
    assert info["with_password"] == {"mailbox": None, "file_login": None, "database": ["a"]}
    assert [error["service"] for error in info["errors"]] == ["directory"]
    assert info["errors"][0]["remedy"]
    assert "root" in info["system_users"]


def test_a_database_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeServer, "answer", DOWN)
    info = account_info(SETTINGS, "/run/socket")
    assert info["with_password"] == {"mailbox": [], "file_login": [], "database": None}
    assert info["errors"] == [
        {"service": "database", "code": "service-unavailable", "message": "it is down", "remedy": "start it"}
    ]


@pytest.mark.parametrize("code", ["mariadb-1146", "mariadb-1049"])
def test_before_the_first_database_there_is_none(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    monkeypatch.setattr(FakeServer, "answer", ItemRefused("no such table", remedy="r", code=code))
    assert account_info(None, "/run/socket")["with_password"] == {"database": []}


def test_the_keys_by_which_a_host_is_known(tmp_path: Path) -> None:
    (tmp_path / "a.pub").write_text("ssh-ed25519 AAAA root@web1\n", "utf-8")
    assert account_info(None, None)["host_keys"] == []
    files = [str(tmp_path / name) for name in ("a.pub", "not-there.pub")]
    assert account_info(None, None, host_keys=files)["host_keys"] == ["ssh-ed25519 AAAA root@web1"]
    with pytest.raises(IsADirectoryError):
        account_info(None, None, host_keys=[str(tmp_path)])


def test_libraries_that_are_not_needed_are_not_loaded() -> None:
    script = (
        "import sys\n"
        "from ansible_collections.magmasoft.hosting.plugins.module_utils._service.account_info import account_info\n"
        "account_info(None, None)\n"
        "assert not {'ldap3', 'pymysql'} & set(sys.modules)\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    subprocess.run([sys.executable, "-c", script], check=True, env=environment)

# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Entries of the directory as LDIF: no secret in it, of whatever schema, and nobody else's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._clients.ldap import RawEntry
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.errors import ItemRefused, ServiceUnavailable
from ansible_collections.magmasoft.hosting.plugins.module_utils._stores import credentials
from ansible_collections.magmasoft.hosting.plugins.module_utils._stores.credentials import Credentials

from .customers import CLUB, INFO, MYCLUB, OFFICE, Bags, held, mailbox, selection

BASE = "dc=lab,dc=example"
ABOVE = f"o=club,ou=customers,{BASE}"


class FakeDirectory:
    """A directory with entries; it notes what it is asked."""

    entries: list[RawEntry]
    asked: list[tuple[str, str, str]]
    settings: Mapping[str, Any]

    def __init__(self, settings: Mapping[str, Any]) -> None:
        FakeDirectory.settings = settings

    def __enter__(self) -> FakeDirectory:
        return self

    def __exit__(self, *_error: object) -> None:
        pass

    def read(self, base: str, search_filter: str, scope: str, attributes: Sequence[str]) -> Iterator[RawEntry]:
        assert "*" in attributes
        FakeDirectory.asked.append((base, search_filter, scope))
        return iter([entry for entry in FakeDirectory.entries if entry.dn.endswith(base)])


def entry(dn: str, **values: object) -> RawEntry:
    """Return an entry."""
    many = {name: value if isinstance(value, list) else [value] for name, value in values.items()}
    return RawEntry(
        dn,
        {
            name: tuple(one if isinstance(one, bytes) else str(one).encode() for one in all_)
            for name, all_ in many.items()
        },
    )


@pytest.fixture
def directory(monkeypatch: pytest.MonkeyPatch) -> type[FakeDirectory]:
    """Return a directory with two customers."""
    FakeDirectory.entries = [
        entry(f"mail={OFFICE},{ABOVE}", objectClass="hostingMailbox", mail=OFFICE, mailLocalAddress=INFO,
              userPassword="{ARGON2}$argon2id$SECRET", createTimestamp="20260101000000Z",
              modifyTimestamp="20260202000000Z"),
        entry(ABOVE, objectClass=["top", "hostingCustomer"], o="club", description="Café"),
        entry(f"uid=club,{ABOVE}", objectClass="account", uid="club"),
        entry(f"mail=gone@club.example,{ABOVE}", objectClass="hostingMailbox", mail="gone@club.example"),
        entry(f"o=myclub,ou=customers,{BASE}", o="myclub"),
    ]  # fmt: skip
    FakeDirectory.asked = []
    monkeypatch.setattr(credentials, "Directory", FakeDirectory)
    return FakeDirectory


def ldif(bags: Bags, customer: str = "club") -> str:
    """Return what a customer was handed."""
    return bags.files(customer)["directory.ldif"].decode()


def test_everything_below_the_customer(directory: type[FakeDirectory], bags: Bags) -> None:
    bags.export(Credentials({"base": BASE}), CLUB, MYCLUB)
    assert directory.asked == [
        (ABOVE, "(objectClass=*)", "sub"),
        (f"o=myclub,ou=customers,{BASE}", "(objectClass=*)", "sub"),
    ]
    assert directory.settings["uri"].startswith("ldapi:")
    text = ldif(bags)
    assert text.startswith(f"version: 1\n\ndn: {ABOVE}\nobjectClass: top\nobjectClass: hostingCustomer\n")
    assert text.count("\ndn: ") == 4
    assert "description:: Q2Fmw6k=\n" in text
    assert "Timestamp" not in text
    assert bags.left_out() == [(f"mail={OFFICE},{ABOVE}: userPassword", "secret")]
    assert ldif(bags, "myclub").count("\ndn: ") == 1
    record = bags.records()[0]
    assert (record["item"], record["count"], record["newest"]) == ("", 4, "2026-02-02T00:00:00Z")
    assert [(one["customer"], one["count"]) for one in held(Credentials({"base": BASE}), CLUB, MYCLUB)] == [
        ("club", 4),
        ("myclub", 1),
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("userPassword", "x"),
        ("userPassword;x-tag", "x"),
        ("USERPASSWORD", "x"),
        ("authPassword", "x"),
        ("sambaNTPassword", "0123456789ABCDEF0123456789ABCDEF"),
        ("sambaLMPassword", "x"),
        ("sambaPwdLastSet", "1"),
        ("shadowLastChange", "1"),
        ("pwdHistory", "x"),
        ("krbPrincipalKey", "x"),
        ("unicodePwd", "x"),
        ("ntHash", "x"),
        ("ipatokenOTPkey", "x"),
        ("userPKCS12", b"\0"),
        ("oathSecret", "x"),
        ("description", "{SSHA}SECRET"),
        ("description", "{CRYPT}$6$SECRET"),
        ("description", "$6$salt$SECRET"),
        ("description", "$2y$10$SECRET"),
        ("description", "$argon2id$v=19$SECRET"),
    ],
)
def test_secrets_of_any_schema_are_left_out(
    directory: type[FakeDirectory], bags: Bags, name: str, value: str | bytes
) -> None:
    directory.entries = [entry(ABOVE, o="club", **{name: ["fine", value]})]
    bags.export(Credentials({"base": BASE}), CLUB)
    assert ldif(bags) == f"version: 1\n\ndn: {ABOVE}\no: club\n"
    assert bags.left_out() == [(f"{ABOVE}: {name}", "secret")]


@pytest.mark.parametrize(
    ("name", "value"),
    [("sshPublicKey", "ssh-ed25519 AAAA"), ("description", "costs $5 {not a scheme}"), ("jpegPhoto", b"\xff\xd8")],
)
def test_what_is_no_secret_is_handed_out(
    directory: type[FakeDirectory], bags: Bags, name: str, value: str | bytes
) -> None:
    directory.entries = [entry(ABOVE, **{name: value})]
    assert f"\n{name}:" in ldif(bags.export(Credentials({"base": BASE}), CLUB))


def test_only_what_is_asked_for(directory: type[FakeDirectory], bags: Bags) -> None:
    bags.export(Credentials({"base": BASE}), selection("club", mailbox(OFFICE, INFO), more=["gone@club.example"]))
    assert [line for line in ldif(bags).splitlines() if line.startswith("dn: ")] == [f"dn: mail={OFFICE},{ABOVE}"[:76]]


def test_only_what_is_asked_for_by_any_name_of_its_attributes(directory: type[FakeDirectory], bags: Bags) -> None:
    directory.entries = [entry(f"address={name}@club.example,{ABOVE}", x="y") for name in ("office", "gone", "info")]
    part = selection("club", mailbox(OFFICE), more=["gone@club.example"])
    assert ldif(bags.export(Credentials({"base": BASE}), part)).count("\ndn: ") == 1
    place = {"base": BASE, "searches": [{"base": ABOVE, "filter": "(x={address})"}]}
    assert ldif(Bags(bags.root / "again").export(Credentials(place), part)).count("\ndn: ") == 3


def test_trees_that_are_not_ours(directory: type[FakeDirectory], bags: Bags, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("bind-secret\n")
    place = {
        "uri": "ldaps://ldap.example",
        "base": "dc=example",
        "bind_dn": "cn=reader",
        "bind_password_file": f"{tmp_path}/secret",
        "ca_file": "/etc/ssl/ca.pem",
        "searches": [
            {"base": "ou=people,dc=example", "filter": "(mail={address})"},
            {"base": "uid={login},dc=example", "scope": "base"},
        ],
    }
    hostile = selection("club", mailbox("a_b.c-d@club.example"), logins=["x"])
    bags.export(Credentials(place), hostile)
    assert directory.asked == [
        ("ou=people,dc=example", "(mail=a_b.c-d@club.example)", "sub"),
        ("uid=x,dc=example", "(objectClass=*)", "base"),
    ]
    assert (directory.settings["bind_dn"], directory.settings["bind_password"]) == ("cn=reader", "bind-secret")
    assert [one["outcome"] for one in bags.records()] == ["empty"]


def test_values_are_no_part_of_a_filter(directory: type[FakeDirectory], bags: Bags) -> None:
    place = {"base": BASE, "searches": [{"base": "o={customer},dc=x", "filter": "(|(uid={login}))"}]}
    bags.export(Credentials(place), selection("club", logins=["*)(uid={customer}", "a,b"]))
    assert directory.asked == [
        ("o=club,dc=x", r"(|(uid=\2a\29\28uid={customer}))", "sub"),
        ("o=club,dc=x", "(|(uid=a,b))", "sub"),
    ]


def test_a_directory_that_is_down_is_a_failure(bags: Bags) -> None:
    with pytest.raises(ServiceUnavailable):
        bags.export(Credentials({"base": BASE, "uri": "ldap://127.0.0.1:1"}), CLUB)


@pytest.mark.parametrize(
    "place",
    [
        {},
        {"base": BASE, "searches": [{"base": "dc=x"}]},
        {"base": BASE, "searches": [{"base": "dc=x", "filter": "(uid={user})"}]},
        {"base": BASE, "searches": [{"base": "dc=x", "filter": "(|(uid={login})(mail={address}))"}]},
        {"base": BASE, "searches": [{"base": "o={customer}", "scope": "all"}]},
        {"base": BASE, "searches": [{"base": "o={customer}", "more": "x"}]},
        {"base": BASE, "searches": []},
        {"base": BASE, "bind_password": "x"},
    ],
)
def test_places_are_checked(place: dict[str, object]) -> None:
    with pytest.raises(ItemRefused, match=r"hosting_stores\.credentials\.\w+"):
        Credentials(place)

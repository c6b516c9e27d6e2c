# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What playbooks give: customers, logins, endpoints."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.errors import HostingError, ItemRefused
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.languages.table import LANGUAGES
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.logins import (
    KIND_OF,
    KINDS,
    SERVICES,
    Login,
    read_customers,
    read_endpoints,
    read_logins,
)
from hypothesis import given
from hypothesis import strategies as st


def test_a_customer_of_a_plan_is_read() -> None:
    """With much beside that a letter has no use for."""
    found = read_customers(
        [{"name": "alp", "display_name": "Alp", "language": "it", "contact": "a@b.example", "uid": 1}]
    )
    assert (found["alp"].display_name, found["alp"].language, found["alp"].contact) == ("Alp", "it", "a@b.example")
    bare = read_customers([{"name": "alp"}])["alp"]
    assert (bare.display_name, bare.language, bare.contact) == ("alp", "en", "")


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ({}, "name is missing"),
        ({"name": 3}, "name is int"),
        ({"name": "../etc"}, "not a customer's identifier"),
        ({"name": "a/b"}, "not a customer's identifier"),
        ({"name": "alp", "language": "fr"}, "language of alp is 'fr'.*de, en, it, es"),
        ({"name": "alp", "contact": ["x"]}, "contact is list"),
    ],
)
def test_a_wrong_customer_is_refused(item: dict[str, Any], message: str) -> None:
    """The name becomes a file name."""
    with pytest.raises(ItemRefused, match=message):
        read_customers([item])


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ({"name": "x", "customer": "alp"}, "kind is missing"),
        ({"kind": "cloud", "name": "x", "customer": "alp"}, "kind is 'cloud'.*mailbox, file_login, database"),
        ({"kind": "mailbox", "name": "x", "customer": "alp"}, "not the local part|not a domain"),
        ({"kind": "mailbox", "name": "a@b.example\n", "customer": "alp"}, "not a domain"),
        ({"kind": "database", "name": "A'", "customer": "alp"}, "not a database name"),
        ({"kind": "database", "name": "a", "customer": "../x"}, "not a customer's identifier"),
        ({"kind": "database", "name": "a", "customer": "alp", "services": ["mail"]}, "has 'mail'.*database"),
    ],
)
def test_a_wrong_login_is_refused(item: dict[str, Any], message: str) -> None:
    """Each with what is allowed."""
    with pytest.raises(ItemRefused, match=message):
        read_logins([item])


def test_a_login_has_one_owner() -> None:
    """Named twice is harmless, two owners are not."""
    item = {"kind": "database", "name": "a", "customer": "alp"}
    assert len(read_logins([item, dict(item)])) == 1
    with pytest.raises(HostingError, match="database:a is given for alp and other"):
        read_logins([item, item | {"customer": "other"}])


def test_services_follow_what_the_login_is_for() -> None:
    """In the order of the letter."""
    assert Login("mailbox", "a@b.example", "alp", ("chat", "mail")).services == (
        "imap",
        "submission",
        "webmail",
        "xmpp",
    )
    assert Login("file_login", "alp", "alp").services == ("ftp", "sftp", "statistics")
    assert Login("database", "a", "alp", ("database",)).services == ("database",)


@pytest.mark.parametrize("item", ["mail.example", ["x"], None, 3])
def test_a_wrong_endpoint_is_refused(item: Any) -> None:
    """Where a service answers is a dictionary."""
    with pytest.raises(ItemRefused, match=r"endpoints\.imap"):
        read_endpoints({"imap": item})
    with pytest.raises(ItemRefused, match="port is 'many'"):
        read_endpoints({"imap": {"host": "x", "port": "many"}})


@given(
    st.dictionaries(
        st.sampled_from(["kind", "name", "customer", "services"]), st.text() | st.lists(st.text()) | st.none()
    )
)
def test_whatever_is_given_is_read_or_refused(item: dict[str, Any]) -> None:
    """Never an exception that nobody explains."""
    try:
        logins = read_logins([item])
    except HostingError:
        return
    assert logins[0].kind in KINDS


def test_every_language_has_a_word_for_everything() -> None:
    """Whatever the letter has."""
    for strings in (texts.logins for texts in LANGUAGES.values()):
        assert set(strings.sections) == set(SERVICES)
        assert set(strings.services) == set(KIND_OF)
        assert set(strings.securities) == {"tls", "starttls", "explicit", "socket"}
        assert len(strings.advice) == 2

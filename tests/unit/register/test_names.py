# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names: what is normalised, and what is refused with which words."""

from __future__ import annotations

import string
import unicodedata
from collections.abc import Callable

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._core import names as hosts
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._register import names
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._register.errors import RegisterRefused
from hypothesis import given
from hypothesis import strategies as st

Check = Callable[[str], str]


def _refusal(check: Check, text: str) -> str:
    with pytest.raises(RegisterRefused) as caught:
        check(text)
    assert caught.value.allowed
    return caught.value.message


@pytest.mark.parametrize(
    ("text", "normalised"),
    [
        ("example.org", "example.org"),
        ("Example.ORG", "example.org"),
        ("a-b.c--d.example", "a-b.c--d.example"),
        ("1.2.3.example", "1.2.3.example"),
        ("müller-gärten.example", "xn--mller-grten-r8a91a.example"),
        ("MÜLLER.example", "xn--mller-kva.example"),
        ("mu\u0308ller.example", "xn--mller-kva.example"),
        ("xn--mller-kva.example", "xn--mller-kva.example"),
        ("XN--MLLER-KVA.example", "xn--mller-kva.example"),
        ("straße.example", "xn--strae-oqa.example"),
        ("寿司ラーメンの.example", "xn--u9jzmxa5b3b4059a8zl.example"),
        ("пример.example", "xn--e1afmkfd.example"),
        ("παράδειγμα.example", "xn--hxajbheg2az3al.example"),
        ("a" * 63 + ".example", "a" * 63 + ".example"),
        (".".join(["a" * 60] * 4 + ["a" * 9]), ".".join(["a" * 60] * 4 + ["a" * 9])),
    ],
)
def test_domains_are_normalised(text: str, normalised: str) -> None:
    """Lower case, A-labels, and normalising twice changes nothing."""
    assert names.domain(text) == normalised
    assert names.domain(normalised) == normalised
    assert hosts.require_domain(normalised) == normalised


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("*.example.org", "is a wildcard"),
        ("intranet", "one label"),
        ("example.org.", "ends in a dot"),
        (".example.org", "is no domain"),
        ("a..example", "is no domain"),
        ("-a.example", "is no domain"),
        ("a-.example", "is no domain"),
        ("a_b.example", "is no domain"),
        ("a b.example", "is no domain"),
        ("192.0.2.1", "is an IP address"),
        ("[::1]", "is an IP address"),
        ("1.2.3", "is no domain"),
        ("https://example.org", "is a URL"),
        ("example.org:443", "is a URL"),
        ("../etc", "is a URL"),
        ("localhost", "one label"),
        ("www.localhost", "is reserved"),
        ("Erased.INVALID", "is reserved"),
        ("printer.local", "is reserved"),
        ("2.0.192.in-addr.arpa", "is reserved"),
        ("ab--cd.example", "third and fourth place"),
        ("a" * 64 + ".example", "label of 64"),
        ("ü" * 63 + ".example", "is no internationalised domain"),
        (".".join(["a" * 60] * 4 + ["a" * 10]), "has 254 characters"),
        ("xn--a.example", "is no internationalised domain"),
        ("xn--.example", "is no internationalised domain"),
        ("xn--example-.example", "is no internationalised domain"),
        ("\U0001f600.example", "is no internationalised domain"),
        ("a\u3002example", "one label"),
        ("a\u3002b.example", "is no internationalised domain"),
        ("\uff41\uff42.example", "is no internationalised domain"),
        ("\u0301a.example", "is no internationalised domain"),
        ("p\u0430ypal.example", "mixes Cyrillic and Latin"),
        ("xn--pypal-4ve.example", "mixes Cyrillic and Latin"),
        ("gοοgle.example", "mixes Greek and Latin"),  # noqa: RUF001 - that is the point
        ("пример-寿.example", "mixes Cjk and Cyrillic"),
        ("", "one label"),
    ],
)
def test_what_is_no_domain(text: str, message: str) -> None:
    """Each is refused, and for its own reason."""
    assert message in _refusal(names.domain, text)


def test_without_the_library_only_international_names_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says what to install."""
    monkeypatch.setattr(names, "HAS_IDNA", False)
    names._label.cache_clear()
    assert names.domain("example.org") == "example.org"
    with pytest.raises(RegisterRefused) as caught:
        names.domain("fußball.example")
    assert caught.value.allowed == "pip install idna"
    names._label.cache_clear()


@pytest.mark.parametrize(
    ("text", "normalised"),
    [
        ("Office@Example.ORG", "office@example.org"),
        ("first.last_2-x@müller.example", "first.last_2-x@xn--mller-kva.example"),
        ("a" * 64 + "@example.org", "a" * 64 + "@example.org"),
    ],
)
def test_addresses_are_normalised(text: str, normalised: str) -> None:
    """Lower case, the domain as A-labels."""
    assert names.address(text) == normalised
    assert hosts.require_address(normalised) == normalised


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("office", "is no address"),
        ("@example.org", "is no address"),
        ("office@", "is no address"),
        ("office+x@example.org", "counts as office@"),
        ("müller@example.org", "outside ASCII"),
        ("\u212aelvin@example.org", "outside ASCII"),  # a Kelvin sign, which lower case makes a k
        (".a@example.org", "is no address of ours"),
        ("a.@example.org", "is no address of ours"),
        ("a..b@example.org", "is no address of ours"),
        ("a b@example.org", "is no address of ours"),
        ('"a"@example.org', "is no address of ours"),
        ("a@b@example.org", "is no address of ours"),
        ("-f@example.org", "is no address of ours"),
        ("a*@example.org", "is no address of ours"),
        ("a%b@example.org", "is no address of ours"),
        ("a/b@example.org", "is no address of ours"),
        ("a" * 65 + "@example.org", "is no address of ours"),
        ("a@*.example.org", "is a wildcard"),
        ("a@[192.0.2.1]", "is an IP address"),
        ("a@localhost", "one label"),
    ],
)
def test_what_is_no_address(text: str, message: str) -> None:
    """Local parts are a sane subset, domains are domains."""
    assert message in _refusal(names.address, text)


def test_addresses_of_others_keep_what_is_theirs() -> None:
    """Capitals and + before the @ are the other server's business; quoting and pipes are nobody's."""
    assert names.outside_address("First+Tag=x@Example.ORG") == "First+Tag=x@example.org"
    for text in ("|/bin/sh", '"|/bin/sh"@example.org', "a b@example.org", "/dev/null@example.org", "-x@example.org"):
        assert "is no address" in _refusal(names.outside_address, text)


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        (names.customer, ["a", "a" * 28, "a-1"], ["", "1a", "A", "a_b", "a.b", "a" * 29, "a\n", "../a", "a b", "é"]),
        (names.login, ["a", "a.b_c-1", "l" * 31], ["", "1a", "A", "l" * 32, "a/b", "root", "www-data", "hc-a", "hw-a"]),
        (names.unix_user, ["alt", "a_b", "u" * 32], ["", "root", "hc-a", "systemd-x", "Alt", "u" * 33, "a.b", "_apt"]),
        (names.database, ["a", "a-b_c", "d" * 64], ["", "A", "1a", "d" * 65, "a%", "a`", "mysql", "sys", "root"]),
        (names.database, ["magmasoft-x", "d-" * 23], ["magmasoft_hosting", "test", "d_" * 25, "d" + "-" * 51]),
        (
            names.any_database,
            ["WordPress_DB", "1und1_shop", "db.verein", "verein$shop", "d" * 64, "a b`/%", "寿", "test"],
            ["", "d" * 65, "a ", "a\n", "😀", "MySQL", "Information_Schema", "sys", "roundcube", "magmasoft_hosting"],
        ),
        (names.host, ["web1", "web1.example.org", "10.0.0.1"], ["", "-a", "a b", "a/b", "{{ x }}", "a\n"]),
        (names.display_name, ["O'Brien & Söhne", 'V. "H"', "寿司"], [" a", "a ", "", "{{ x }}", "a`b`", "<b>", "\\"]),
    ],
)  # fmt: skip
def test_other_names(check: Check, good: list[str], bad: list[str]) -> None:
    """What is good comes back as it is, what is bad is refused."""
    assert [check(text) for text in good] == good
    for text in bad:
        assert _refusal(check, text)


_LABEL = st.text(alphabet=string.ascii_letters + string.digits + "-äößñжλ寿\u0301*. /\n", max_size=8)
_ANY = st.one_of(st.text(max_size=80), st.lists(_LABEL, max_size=5).map(".".join))


@given(_ANY, _ANY)
def test_every_text_is_normalised_or_refused(local: str, domain: str) -> None:
    """What is accepted is what the modules accept, and stays as it is when it comes again."""
    checks: list[tuple[Check, Check, str]] = [
        (names.domain, hosts.require_domain, domain),
        (names.address, hosts.require_address, f"{local}@{domain}"),
        (names.customer, hosts.require_customer, local),
        (names.login, hosts.require_login, local),
        (names.unix_user, hosts.require_unix_user, local),
        (names.database, hosts.require_database, local),
    ]
    for check, require, text in checks:
        try:
            name = check(text)
        except RegisterRefused:
            continue
        assert require(name) == name
        assert check(name) == name
        assert name.isascii()


@given(st.text(alphabet=st.characters(categories=["Ll", "Lo"]), min_size=1, max_size=10))
def test_labels_of_several_scripts_are_refused(label: str) -> None:
    """Against a second description: no accepted label has Latin letters beside Cyrillic, Greek or Armenian ones."""
    try:
        names.domain(f"{label}.example")
    except RegisterRefused:
        return
    scripts = {unicodedata.name(letter, "NAMELESS").split()[0] for letter in unicodedata.normalize("NFC", label)}
    assert not {"LATIN", "CYRILLIC"} <= scripts
    assert not {"LATIN", "GREEK"} <= scripts
    assert not {"LATIN", "ARMENIAN"} <= scripts
    assert not {"GREEK", "CYRILLIC"} <= scripts

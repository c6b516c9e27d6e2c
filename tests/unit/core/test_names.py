# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The grammar of names, against a second description of it in plain words."""

from __future__ import annotations

import string
from collections.abc import Callable

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._core import names
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.errors import ItemRefused
from hypothesis import example, given
from hypothesis import strategies as st

Require = Callable[[str], str]

LETTERS = string.ascii_lowercase
DIGITS = string.digits
# Everything that may stand in a name of ours, and what must never: near misses come up often this way.
_NEAR = st.text(alphabet=LETTERS[:3] + "019-_.@" + "A\n\t \0é'\"`%*$;:/\\{}", max_size=70)
_ANY = st.one_of(_NEAR, st.text(max_size=70))
_EVERY = (
    names.require_customer,
    names.require_domain,
    names.require_address,
    names.require_login,
    names.require_unix_user,
    names.require_database,
)


def _accepts(require: Require, value: str) -> bool:
    try:
        return require(value) == value
    except ItemRefused:
        return False


def _plain(value: str, first: str, further: str, longest: int) -> bool:
    return 1 <= len(value) <= longest and value[0] in first and all(one in first + further for one in value)


def _is_label(label: str) -> bool:
    return _plain(label, LETTERS + DIGITS, "-", 63) and not label.endswith("-")


def _is_domain(value: str) -> bool:
    labels = value.split(".")
    return (
        4 <= len(value) <= 253
        and len(labels) >= 2
        and all(map(_is_label, labels))
        and not all(one in DIGITS for one in labels[-1])
    )


def _is_address(value: str) -> bool:
    if value.count("@") != 1:
        return False
    local, domain = value.split("@")
    atoms = local.split(".")
    return (
        len(local) <= 64 and all(_plain(atom, LETTERS + DIGITS + "_-", "", 64) for atom in atoms) and _is_domain(domain)
    )


@pytest.mark.parametrize(
    ("require", "described"),
    [
        (names.require_customer, lambda value: _plain(value, LETTERS, DIGITS + "-", 28)),
        (names.require_login, lambda value: _plain(value, LETTERS, DIGITS + "_.-", 31)),
        (names.require_unix_user, lambda value: _plain(value, LETTERS + "_", DIGITS + "-", 32)),
        (names.require_database, lambda value: _plain(value, LETTERS, DIGITS + "_-", 64)),
        (names.require_domain, _is_domain),
        (names.require_address, _is_address),
    ],
)
@given(value=_ANY)
@example(value="a" * 28)
@example(value="a" * 29)
@example(value="a" * 32)
@example(value="a" * 33)
@example(value="a" * 64)
@example(value="a" * 65)
@example(value="_a")
@example(value="-a")
@example(value="a.b")
@example(value="a.bc")
@example(value="1.2.3.4")
@example(value="xn--mller-kva.example")
@example(value=("a" * 63 + ".") * 3 + "a" * 61)
@example(value=("a" * 63 + ".") * 3 + "a" * 62)
@example(value="a" * 64 + ".example")
@example(value="a-.example")
@example(value="a..example")
@example(value=".example")
@example(value="a.example.")
@example(value="a" * 64 + "@a.example")
@example(value="a" * 65 + "@a.example")
@example(value="a.@a.example")
@example(value=".a@a.example")
@example(value="a..b@a.example")
@example(value="a+b@a.example")
@example(value="a@b@a.example")
@example(value="@a.example")
@example(value="a@")
@example(value="\uff41")
@example(value="\u00b2")
def test_names_are_what_is_described(require: Require, described: Callable[[str], bool], value: str) -> None:
    assert _accepts(require, value) == described(value)


@pytest.mark.parametrize("require", _EVERY)
@pytest.mark.parametrize("good", ["abc", "abc.example", "abc@abc.example"])
@pytest.mark.parametrize("bad", ["\n", "\r\n", "\0", " ", "\u2028", "\t"])
def test_nothing_hides_at_either_end(require: Require, good: str, bad: str) -> None:
    assert not _accepts(require, good + bad)
    assert not _accepts(require, bad + good)


@pytest.mark.parametrize("require", _EVERY)
def test_a_refusal_says_what_is_allowed_and_quotes_safely(require: Require) -> None:
    with pytest.raises(ItemRefused) as caught:
        require("A\n\x1b[31m" + "x" * 500)
    assert caught.value.code == "invalid-name"
    assert "allowed: " in caught.value.remedy
    assert caught.value.message.isprintable()
    assert len(caught.value.message) < 200


def test_names_of_several_bytes_are_no_names() -> None:
    for value in ("m\u00fcller.example", "\u0430.example", "\uff45xample.example"):
        assert not _accepts(names.require_domain, value)


@given(st.one_of(_ANY, st.sampled_from(["mysql", "SYS", "magmasoft_hosting", "Information_schema"])))
def test_a_database_that_was_there_before(value: str) -> None:
    """At most 64 characters of the basic plane, no control character, no space at the end, not the server's own."""
    plain = all(
        ord(one) < 0x10000 and ord(one) not in {*range(32), *range(127, 160), *range(0xD800, 0xE000)} for one in value
    )
    own = value.lower() in ("mysql", "sys", "information_schema", "performance_schema", "magmasoft_hosting")
    assert _accepts(names.require_any_database, value) == (
        1 <= len(value) <= 64 and plain and value[-1] != " " and not own
    )

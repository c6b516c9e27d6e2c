# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Text becomes markup in one place, and nothing gets out of it."""

from __future__ import annotations

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._pages.markup import (
    element,
    joined,
    name,
    prose,
    visible,
)
from hypothesis import given
from hypothesis import strategies as st

from .sample import Seen

# surrogates too, as they come from names of files that are not UTF-8
ANYTHING = st.text(st.characters(codec=None), max_size=40)


def test_elements() -> None:
    """Attributes in their order, void elements without an end, pieces one after the other."""
    assert element("th", "a & b", class_="x", data_label='"', hidden=True, title=None).text == (
        '<th class="x" data-label="&quot;" hidden>a &amp; b</th>\n'
    )
    assert element("meta", charset="utf-8").text == '<meta charset="utf-8">\n'
    assert joined("<", None, [element("bdi", "x"), ["y"]]).text == "&lt;<bdi>x</bdi>y"


@pytest.mark.parametrize("target", ["https://a.example", "javascript:alert(1)", "//a.example", "/etc", "../x", "x", ""])
def test_links_lead_to_what_lies_beside_the_page(target: str) -> None:
    """Whatever somebody managed to have put into one."""
    with pytest.raises(ValueError, match="links to"):
        element("a", "x", href=target)
    assert element("a", "x", href="#part").text == '<a href="#part">x</a>'
    assert element("a", "x", href="./part").text == '<a href="./part">x</a>'


def test_prose() -> None:
    """Values are put in after the text was taken apart, so that they are neither code nor fields."""
    assert prose("Run `a {x}` for {y}.", x="`<", y="{x}").text == "Run <code>a `&lt;</code> for {x}."


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Öberndorf \u0440\u0444 \U0001f600", "Öberndorf \u0440\u0444 \U0001f600"),
        ("a\nb\tc\x00", r"a\x0ab\x09c\x00"),
        ("a\x7fb\x85c", r"a\x7fb\u0085c"),
        ("evil\u202egpj.exe", r"evil\u202egpj.exe"),
        ("a\u2066b\u200bc\ufeff", r"a\u2066b\u200bc\ufeff"),
        ("a\u2028b\u2029", r"a\u2028b\u2029"),
        ("caf\udce9", r"caf\xe9"),
        ("\ud800\ue000\U000e0001", r"\ud800\ue000\U000e0001"),
        ("12\u00a0MB", "12\u00a0MB"),
    ],
)
def test_what_is_invisible_is_shown(text: str, shown: str) -> None:
    """So that nothing looks like something else."""
    assert visible(text) == shown


def test_names_break_where_people_would_break_them() -> None:
    """And keep their direction to themselves."""
    assert name("a/b@c/").text == "<bdi>a/<wbr>b@<wbr>c/</bdi>"
    assert name("").text == "<bdi></bdi>"


@given(ANYTHING, ANYTHING)
def test_nothing_breaks_out(text: str, value: str) -> None:
    """Of an element or of an attribute; and the text can be written as UTF-8."""
    seen = Seen(element("p", text, title=value).text)
    assert seen.tags == [("p", {"title": visible(value)})]
    assert seen.text == visible(text) + "\n"
    assert visible(visible(text)) == visible(text)
    visible(text).encode()

# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Quoting for Apache and PHP-FPM: no value escapes its quotes, whatever it is."""

from __future__ import annotations

import html
import re

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._clients import apache, fpm
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.errors import ItemRefused
from hypothesis import given
from hypothesis import strategies as st

# Whatever is not expected is among these often enough.
_NASTY = st.text(alphabet=st.sampled_from("a \\\"'$%{}#;\n\r\t\0=[]<>/é€&"), max_size=20)
_TEXTS = st.one_of(_NASTY, st.text(max_size=30))


def _apache_words(line: str) -> list[str]:
    """Read the arguments of a directive as ap_getword_conf of Apache does."""
    words = []
    rest = line.lstrip()
    while rest:
        quote = rest[0]
        if quote in "\"'":
            word, position = "", 1
            while position < len(rest) and rest[position] != quote:
                if rest[position] == "\\" and position + 1 < len(rest) and rest[position + 1] in ("\\", quote):
                    position += 1
                word += rest[position]
                position += 1
            rest = rest[position + 1 :].lstrip()
        else:
            word, _space, rest = rest.partition(" ")
            rest = rest.lstrip()
        words.append(word)
    return words


def _ini_value(text: str) -> str:
    """Read a value between double quotes as the scanner of PHP's ini files does; it must be the whole line."""
    assert text[0] == text[-1] == '"'
    inside = text[1:-1]
    assert not re.search(r'["\\$\x00-\x1f]', inside), "ends the quotes, escapes or expands"
    return inside


@given(before=_TEXTS, value=_TEXTS, after=_TEXTS)
def test_apache_reads_back_what_was_quoted(before: str, value: str, after: str) -> None:
    try:
        quoted = [apache.quoted(text) for text in (before, value, after)]
    except ItemRefused:
        return
    line = " ".join(quoted)
    assert "\n" not in line
    assert "${" not in line
    assert _apache_words(line) == [before, value, after]


@pytest.mark.parametrize("value", ["a\nb", "a\rb", "a\0b", "${APACHE_LOG_DIR}", "%{env:SECRET}", "\x7f", "a\tb"])
def test_apache_refuses_what_it_would_expand(value: str) -> None:
    with pytest.raises(ItemRefused):
        apache.quoted(value)


# A reference to a C1 control character means another character in HTML; no page needs one.
@given(page=_TEXTS.filter(lambda text: not re.search(r"[\x80-\x9f]", text)))
def test_a_page_stays_one_argument(page: str) -> None:
    try:
        quoted = apache.quoted_html(page)
    except ItemRefused:
        assert re.search(r"[\x00-\x1f\x7f]", " ".join(page.split()))
        return
    assert quoted.isascii()
    (word,) = _apache_words(quoted)
    assert "%" not in word
    assert "$" not in word
    assert html.unescape(word) == html.unescape(" ".join(page.split()))


@given(value=_TEXTS)
def test_fpm_reads_back_what_was_quoted(value: str) -> None:
    try:
        quoted = fpm.quoted(value)
    except ItemRefused:
        assert re.search(r'["\\$\x00-\x1f\x7f]', value)
        return
    assert _ini_value(quoted) == value


@given(value=_TEXTS)
def test_plain_lets_nothing_through_that_means_something(value: str) -> None:
    try:
        assert re.fullmatch(r"[A-Za-z0-9._/-]+", apache.plain(value))
    except ItemRefused:
        assert not re.fullmatch(r"[A-Za-z0-9._/-]+", value)

# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Letters as people read them."""

from __future__ import annotations

import html.parser
import unicodedata
from typing import Any

import pytest
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.complete import merge
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.languages.table import LANGUAGES
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.logins import (
    Customer,
    Endpoint,
    Login,
)
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.overview import Overview
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.passwords import make_password
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.render import (
    Page,
    printable,
    readable,
    render,
)
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.store import Secret
from hypothesis import given
from hypothesis import strategies as st

from .conftest import DATABASE, ENDPOINTS, FILES, LOGINS, MAILBOX

ALL = {**ENDPOINTS, "webmail": Endpoint(None, None, None, "https://webmail.example/?a=1&b=2")}
_VOID = {"meta", "br", "hr", "img", "link", "input"}


class _Page(html.parser.HTMLParser):
    """What a browser would see; raises where tags do not match."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(content)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def _letter(**known: str) -> list[dict[str, Any]]:
    secrets = {login.key: Secret(known[login.kind], "") for login in LOGINS if login.kind in known}
    return merge([], [Login("mailbox", MAILBOX.name, "alp"), FILES, DATABASE], secrets, ALL)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_says_everything(language: str) -> None:
    """Names, passwords, servers, ports, and what to take care of."""
    passwords = {login.kind: make_password() for login in LOGINS}
    strings = LANGUAGES[language].logins
    forms = render(Customer("alp", "Alpenverein", language, "a@b.example"), _letter(**passwords), Page("Provider"))
    page = _Page(forms[".html"])
    assert page.tags[0] == ("html", {"lang": language})
    for content in (forms[".txt"], "\n".join(page.texts)):
        for wanted in ("Alpenverein", "a@b.example", "Provider", strings.title, strings.greeting, *passwords.values()):
            assert wanted in content
        for wanted in ("mail.example", "993", "465", "files.example", "localhost", "https://webmail.example/?a=1&b=2"):
            assert wanted in content
        assert strings.unchanged not in content
        assert "None" not in content
        assert "\ufffd" not in content
    assert strings.advice[1] in page.texts
    assert max(map(len, forms[".txt"].splitlines())) < 80


OVERVIEW: Overview = {
    "sites": [
        {
            "name": "xn--alp-0ra.example",
            "url": "https://xn--alp-0ra.example/",
            "aliases": ["www.alp.example"],
            "folder": "xn--alp-0ra.example/htdocs",
            "statistics": "https://statistics.example/x/",
            "server": "web.example",
        }
    ],
    "addresses": [
        {
            "name": "office@alp.example",
            "aliases": ["info@alp.example", "chair@other.example"],
            "forward_to": ["archive@elsewhere.example"],
            "keep_copy": True,
            "quota": 2_000_000_000,
        },
        {"name": "away@alp.example", "aliases": [], "forward_to": ["a@b.example"], "keep_copy": False, "quota": None},
    ],
    "mail_server": "mail.example",
    "fingerprints": ["SHA256:abc (ED25519)", "SHA256:def (RSA)"],
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_letter_tells_what_there_is_and_how_to_begin(language: str) -> None:
    """In each language: where the site is, where its pages go, which addresses there are, whom to ask."""
    texts = LANGUAGES[language]
    forms = render(
        Customer("alp", "Alpenverein", language, ""), _letter(mailbox="abc"), Page("Berghost", "+43 1 23"), OVERVIEW
    )
    page = _Page(forms[".html"])
    for content in (" ".join(forms[".txt"].split()), " ".join(" ".join(page.texts).split())):
        for wanted in (
            *("https://xn--alp-0ra.example/", "www.alp.example", "xn--alp-0ra.example/htdocs"),
            *("https://statistics.example/x/", "info@alp.example", "chair@other.example", "archive@elsewhere.example"),
            *("SHA256:abc (ED25519), SHA256:def (RSA)", "https://webmail.example/", "10 mail.example", "other.example"),
            *("Berghost", "+43 1 23", texts.download.questions, texts.logins.no_mailbox, texts.logins.no_mailbox),
            texts.logins.same_as.format(server="web.example"),
            texts.logins.change_password.split()[0],
            texts.logins.steps_title,
            texts.logins.local_database.format(host="localhost").split(".")[0],
        ):
            assert wanted in content, wanted
        assert "\ufffd" not in content


def test_a_letter_without_anything_beside_logins_tells_of_nothing_else() -> None:
    forms = render(Customer("alp", "Alpenverein", "de", ""), [], Page())
    strings = LANGUAGES["de"].logins
    for title in (strings.steps_title, strings.sites, strings.addresses, strings.records_title):
        assert title not in forms[".html"]
        assert title not in forms[".txt"]


def test_the_page_asks_nobody_for_anything() -> None:
    """No script, no image, no font, no link to follow by accident, nothing cached under another name."""
    page = _Page(render(Customer("alp", "A", "de", ""), _letter(), Page())[".html"])
    names = {tag for tag, _attributes in page.tags}
    assert not names & {"script", "img", "link", "iframe", "object", "form", "a", "base", "svg", "video"}
    attributes = {name for _tag, attributes in page.tags for name in attributes}
    assert not {name for name in attributes if name.startswith("on")} | attributes & {"src", "href", "style"}
    assert (
        "meta",
        {"http-equiv": "Content-Security-Policy", "content": "default-src 'none'; style-src 'unsafe-inline'"},
    ) in page.tags


@given(st.text(), st.text(), st.text())
def test_whatever_a_customer_is_called_is_text(name: str, contact: str, provider: str) -> None:
    """Never markup, never a new line, never a change of direction."""
    forms = render(Customer("alp", name, "en", contact), _letter(mailbox="abc"), Page(provider))
    usual = render(
        Customer("alp", "A", "en", "c" if contact else ""), _letter(mailbox="abc"), Page("p" if provider else "")
    )
    assert [tag for tag, _attributes in _Page(forms[".html"]).tags] == [
        tag for tag, _attributes in _Page(usual[".html"]).tags
    ]
    assert forms[".txt"].count("\n") == usual[".txt"].count("\n")
    for form in forms.values():
        assert not [character for character in form if unicodedata.category(character)[0] == "C" and character != "\n"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Öberndorf & <b>", "Öberndorf & <b>"),
        ("a\nb\tc", "a\ufffdb\ufffdc"),
        ("ab\u202edc", "ab\ufffddc"),
        ("a\u2028b", "a\ufffdb"),
        ("", ""),
    ],
)
def test_invisible_characters_are_shown(text: str, shown: str) -> None:
    """So that nothing looks like something else."""
    assert printable(text) == shown


@pytest.mark.parametrize(
    ("user", "shown"),
    [
        ("office@xn--mller-kva.example", "office@müller.example"),
        ("a@mail.xn--mller-kva.xn--p1ai", "a@mail.müller.рф"),
        ("a.b@example.org", "a.b@example.org"),
        ("xn--mller-kva", "xn--mller-kva"),
        ("xn--mller-kva@example.org", "xn--mller-kva@example.org"),
        ("a@xn--999999999.example", "a@xn--999999999.example"),
        ("a@xn--.example", "a@.example"),
    ],
)
def test_domains_are_shown_as_people_write_them(user: str, shown: str) -> None:
    """As a heading; what is typed in stays in the form that programs need."""
    assert readable(user) == shown

# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The letter with which a bag is handed over."""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from pathlib import Path

import pytest
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.download_letter import (
    DownloadLetter,
    download_page,
    download_text,
)
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.languages.table import LANGUAGES
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.logins import Customer
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.render import Page
from hypothesis import example, given
from hypothesis import strategies as st

from .test_render import _Page

URL = "https://daten.hosting.example/9f2c77e0aab14c6e8b53f1d20c9e4d55/alpenverein-2026-11-18.tar"


def _letter(language: str = "de", file: str = "alpenverein-2026-11-18.tar", **more: str) -> DownloadLetter:
    known = DownloadLetter(
        customer=Customer("alpenverein", "Alpenverein", language, "obfrau@elsewhere.example"),
        page=Page("Hosting Musterdorf"),
        url=URL,
        until="2026-11-25",
        file=file,
        size=2_600_000_000,
        sha256="5f" * 32,
        ask="hilfe@hosting.example",
    )
    return dataclasses.replace(known, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_says_everything(language: str) -> None:
    """Where, until when, how large, how to check and to open it, whom to ask."""
    letter = _letter(language)
    page, text = download_page(letter), download_text(letter)
    assert _Page(page).tags[0] == ("html", {"lang": language})
    shown = _Page(re.sub(r"(?s)<style>.*</style>", "", page)).texts
    for content in (text, "".join(shown)):
        for wanted in (URL, "5f" * 32, "hilfe@hosting.example", "Hosting Musterdorf", "obfrau@elsewhere.example"):
            assert wanted in content
        for wanted in (
            LANGUAGES[language].download.title,
            LANGUAGES[language].logins.greeting,
            "25",
            "2026",
            "GB",
            "index.html",
        ):
            assert wanted in content
        assert not re.search(r"[{}`\ufffd]|None", content)
    assert "sha256sum alpenverein-2026-11-18.tar" in " ".join(text.split())
    assert max(len(line) for line in text.splitlines() if URL not in line) < 80


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("file", "commands", "others"),
    [
        ("a.tar", ["tar -xf a.tar"], ["age", "gpg", "zstd"]),
        ("a.tar.zst", ["tar --zstd -xf a.tar.zst"], ["--decrypt"]),
        ("a.tar.age", ["--output a.tar a.tar.age", "tar -xf a.tar"], ["gpg", "zstd"]),
        ("a.tar.zst.gpg", ["gpg --output a.tar.zst --decrypt a.tar.zst.gpg", "tar --zstd -xf a.tar.zst"], ["identity"]),
    ],
)
def test_how_it_is_opened(language: str, file: str, commands: list[str], others: list[str]) -> None:
    """As its suffixes say: the key first, then the archive."""
    letter = _letter(language, file)
    told = " ".join(download_text(letter).split())
    code = [text for text in _Page(download_page(letter)).texts if "tar" in text]
    positions = [told.index(command) for command in commands]
    assert positions == sorted(positions)
    assert all(any(command in text for text in code) for command in commands)
    assert not [other for other in others if re.search(rf"(?<!\w){other}(?!\w)", told)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_are_tidy(language: str) -> None:
    """The same fields everywhere, and no blank lost where lines meet."""
    strings, english = dataclasses.asdict(LANGUAGES[language].download), dataclasses.asdict(LANGUAGES["en"].download)
    for name, value in strings.items():
        fields = re.findall(r"\{\w*\}", str(value))
        assert sorted(fields) == sorted(re.findall(r"\{\w*\}", str(english[name]))), name
        assert "  " not in str(value), name
    assert strings["decrypt"].keys() == {".age", ".gpg"}


def test_the_page_asks_nobody_for_anything() -> None:
    """The link is a text: who prints the page needs it, and nobody follows it by accident while it is checked."""
    page = _Page(download_page(_letter()))
    names = {tag for tag, _attributes in page.tags}
    assert not names & {"script", "img", "link", "iframe", "object", "form", "a", "base", "svg", "video"}
    attributes = {name for _tag, attributes in page.tags for name in attributes}
    assert not {name for name in attributes if name.startswith("on")} | attributes & {"src", "href", "style"}


def test_nobody_has_to_be_asked() -> None:
    """Where the provider tells no address."""
    for content in (download_page(_letter(ask="")), download_text(_letter(ask=""))):
        assert LANGUAGES["de"].download.questions not in content


@given(st.text(), st.text(), st.text())
@example("<b>", "<b>", "<b>")
def test_whatever_it_is_called_is_text(file: str, ask: str, url: str) -> None:
    """Never markup, never a new line, never a change of direction."""
    page = download_page(_letter("en", f"{file}.tar", ask=f"a{ask}", url=url))
    usual = download_page(_letter("en"))
    assert [tag for tag, _attributes in _Page(page).tags] == [tag for tag, _attributes in _Page(usual).tags]
    for form in (page, download_text(_letter("en", f"{file}.tar", ask=f"a{ask}", url=url))):
        assert not [character for character in form if unicodedata.category(character)[0] == "C" and character != "\n"]


def test_letters_and_pages_look_alike() -> None:
    """One look, kept in one place."""
    templates = Path(__file__).parents[3] / "plugins" / "plugin_utils" / "_letters" / "templates"
    for template in templates.glob("*.html.j2"):
        assert "{{ style }}" in template.read_text("utf-8")
        assert "#0b5c73" not in template.read_text("utf-8")

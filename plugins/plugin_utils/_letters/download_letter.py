# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The letter with which a bag is handed over: where it can be downloaded, until when, and how it is opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from ...module_utils._pages.languages.table import LANGUAGES as PAGES
from ...module_utils._pages.markup import prose
from .languages.table import LANGUAGES
from .logins import Customer
from .render import Page, fill, printable

_COMPRESSED = ".tar.zst"


@dataclass(frozen=True, slots=True)
class DownloadLetter:
    """A bag that can be downloaded.

    ``until`` is the last day of the link, ISO 8601, ``file`` the name of the file, which tells by its suffixes how it
    is opened; ``size`` is in bytes, ``sha256`` in hexadecimal. ``ask`` is the address or number for questions.
    """

    customer: Customer
    page: Page
    url: str
    until: str
    file: str
    size: int
    sha256: str
    ask: str


def download_text(letter: DownloadLetter) -> str:
    """Return the letter as plain text."""
    return fill("download.txt.j2", _values(letter, _plain))


def download_page(letter: DownloadLetter) -> str:
    """Return the letter as a page to print."""
    return fill("download.html.j2", _values(letter, _marked_up))


def _values(letter: DownloadLetter, said: Callable[[str, Mapping[str, str]], str]) -> dict[str, Any]:
    customer, t = letter.customer, LANGUAGES[letter.customer.language].download
    notation = PAGES[customer.language].notation
    decrypt = next((text for suffix, text in t.decrypt.items() if letter.file.endswith(suffix)), None)
    archive = letter.file.rpartition(".")[0] if decrypt else letter.file
    unpack = t.unpack_zst if archive.endswith(_COMPRESSED) else t.unpack
    values = {
        "until": notation.day(letter.until),
        "file": printable(letter.file),
        "archive": printable(archive),
        "provider": printable(letter.page.provider) or t.your_provider,
        "ask": printable(letter.ask),
    }
    return {
        "t": t,
        "language": customer.language,
        "greeting": LANGUAGES[customer.language].logins.greeting,
        "name": printable(customer.display_name),
        "contact": printable(customer.contact),
        "provider": printable(letter.page.provider),
        "introduction": said(t.introduction, values),
        "url": printable(letter.url),
        "facts": [
            (t.until, values["until"]),
            (t.file, values["file"]),
            (t.size, notation.size(letter.size)),
            (t.digest, printable(letter.sha256)),
        ],
        "steps": [said(step, values) for step in (t.download, t.check, decrypt, unpack, t.start) if step is not None],
        "advice": [said(sentence, values) for sentence in t.advice],
        "ask": said(t.ask, values) if letter.ask else "",
    }


def _plain(template: str, values: Mapping[str, str]) -> str:
    return template.replace("`", '"').format_map(values)


def _marked_up(template: str, values: Mapping[str, str]) -> Markup:
    return Markup(prose(template, **values).text)  # noqa: S704 - escaped there

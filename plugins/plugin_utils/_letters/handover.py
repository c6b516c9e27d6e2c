# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The letter with which a bag is handed over: where it can be downloaded, until when, and how it is opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from ...module_utils._pages.frame import LANGUAGES
from ...module_utils._pages.markup import prose
from .languages.de import GERMAN_HANDOVER
from .languages.en import ENGLISH_HANDOVER
from .languages.es import SPANISH_HANDOVER
from .languages.it import ITALIAN_HANDOVER
from .languages.strings import HandoverStrings
from .logins import Customer
from .render import STRINGS, Page, fill, printable

HANDOVER: Mapping[str, HandoverStrings] = {
    "de": GERMAN_HANDOVER,
    "en": ENGLISH_HANDOVER,
    "it": ITALIAN_HANDOVER,
    "es": SPANISH_HANDOVER,
}
_COMPRESSED = ".tar.zst"


@dataclass(frozen=True, slots=True)
class Handover:
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


def handover_text(handover: Handover) -> str:
    """Return the letter as plain text."""
    return fill("handover.txt.j2", _values(handover, _plain))


def handover_page(handover: Handover) -> str:
    """Return the letter as a page to print."""
    return fill("handover.html.j2", _values(handover, _marked_up))


def _values(handover: Handover, said: Callable[[str, Mapping[str, str]], str]) -> dict[str, Any]:
    customer, t = handover.customer, HANDOVER[handover.customer.language]
    notation = LANGUAGES[customer.language].notation
    decrypt = next((text for suffix, text in t.decrypt.items() if handover.file.endswith(suffix)), None)
    archive = handover.file.rpartition(".")[0] if decrypt else handover.file
    unpack = t.unpack_zst if archive.endswith(_COMPRESSED) else t.unpack
    values = {
        "until": notation.day(handover.until),
        "file": printable(handover.file),
        "archive": printable(archive),
        "provider": printable(handover.page.provider) or t.your_provider,
        "ask": printable(handover.ask),
    }
    return {
        "t": t,
        "language": customer.language,
        "greeting": STRINGS[customer.language].greeting,
        "name": printable(customer.display_name),
        "contact": printable(customer.contact),
        "provider": printable(handover.page.provider),
        "introduction": said(t.introduction, values),
        "url": printable(handover.url),
        "facts": [
            (t.until, values["until"]),
            (t.file, values["file"]),
            (t.size, notation.size(handover.size)),
            (t.digest, printable(handover.sha256)),
        ],
        "steps": [said(step, values) for step in (t.download, t.check, decrypt, unpack, t.start) if step is not None],
        "advice": [said(sentence, values) for sentence in t.advice],
        "ask": said(t.ask, values) if handover.ask else "",
    }


def _plain(template: str, values: Mapping[str, str]) -> str:
    return template.replace("`", '"').format_map(values)


def _marked_up(template: str, values: Mapping[str, str]) -> Markup:
    return Markup(prose(template, **values).text)  # noqa: S704 - escaped there

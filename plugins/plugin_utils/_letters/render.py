# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The letter as people read it: plain text, and a page to print."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from ...module_utils._pages.style import BASE
from .languages.strings import LoginTexts
from .languages.table import LANGUAGES
from .logins import KIND_OF, KINDS, Customer

_TEMPLATES = Path(__file__).with_name("templates")
_WIDTH = 78


@dataclass(frozen=True, slots=True)
class Page:
    """What stands on every letter, whoever gets it."""

    provider: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """How one service is reached."""

    service: str
    host: str
    port: str
    security: str
    url: str


@dataclass(frozen=True, slots=True)
class LetterAccount:
    """One login with everything it opens."""

    heading: str
    user: str
    password: str | None
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class LetterSection:
    """All logins of one kind."""

    title: str
    accounts: tuple[LetterAccount, ...]


def render(customer: Customer, logins: Sequence[Mapping[str, Any]], page: Page) -> dict[str, str]:
    """Return suffix to content of the forms of a letter that are for people."""
    strings = LANGUAGES[customer.language].logins
    values = {
        "t": strings,
        "language": customer.language,
        "name": printable(customer.display_name),
        "contact": printable(customer.contact),
        "provider": printable(page.provider),
        "sections": list(sections(logins, strings)),
    }
    return {f".{form}": fill(f"letter.{form}.j2", values) for form in ("txt", "html")}


def fill(template: str, values: Mapping[str, Any]) -> str:
    """Return a template with its values; ``style`` is the look of all letters."""
    return _environment().get_template(template).render(values, style=Markup(BASE.rstrip()))  # noqa: S704 - a constant


def sections(logins: Sequence[Mapping[str, Any]], strings: LoginTexts) -> Iterator[LetterSection]:
    """Group the flat list of logins by kind and user, in the order of the kinds."""
    for kind in KINDS:
        of_kind = [login for login in logins if KIND_OF.get(login["service"]) == kind]
        users = dict.fromkeys(login["user"] for login in of_kind)
        accounts = tuple(_account([login for login in of_kind if login["user"] == user], strings) for user in users)
        if accounts:
            yield LetterSection(strings.sections[kind], accounts)


def printable(text: str) -> str:
    """Return the text on one line, with a replacement character for all that is invisible or turns the direction."""
    return "".join(
        "\ufffd" if unicodedata.category(character)[0] in "CZ" and character != " " else character for character in text
    )


def readable(user: str) -> str:
    """Return an address with its domain as people write it; the login itself stays as programs need it."""
    return ".".join(_decoded(label) for label in user.split(".")) if "@" in user else user


def _decoded(label: str) -> str:
    before, at, encoded = label.rpartition("@")
    if not encoded.startswith("xn--"):
        return label
    try:
        return before + at + encoded.removeprefix("xn--").encode("ascii").decode("punycode")
    except UnicodeError:
        return label


def _account(logins: Sequence[Mapping[str, Any]], strings: LoginTexts) -> LetterAccount:
    user = printable(logins[0]["user"])
    password = next((login["password"] for login in logins if login["password"] is not None), None)
    return LetterAccount(printable(readable(user)), user, password, tuple(_row(login, strings) for login in logins))


def _row(login: Mapping[str, Any], strings: LoginTexts) -> Row:
    security = login.get("security") or ""
    if login["service"] == "ftp" and security == "starttls":
        # the same thing, which programs for FTP call otherwise
        security = "explicit"
    return Row(
        service=strings.services[login["service"]],
        host=_shown(login, "host"),
        port=_shown(login, "port"),
        security=strings.securities.get(security, security),
        url=_shown(login, "url"),
    )


def _shown(login: Mapping[str, Any], key: str) -> str:
    value = login.get(key)
    return "" if value is None else printable(str(value))


def _wrapped(text: str, indent: str = "") -> str:
    return textwrap.fill(text, _WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=select_autoescape(enabled_extensions=("html.j2",), default=True, disabled_extensions=("txt.j2",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["wrapped"] = _wrapped
    return environment

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

from ...module_utils._pages.formats import Notation
from ...module_utils._pages.languages.table import LANGUAGES as PAGES
from ...module_utils._pages.style import BASE, STACKED_TABLES
from .languages.strings import LoginTexts, Texts
from .languages.table import LANGUAGES
from .logins import KIND_OF, KINDS, Customer
from .overview import AddressOverview, Overview, SiteOverview

NOTHING: Overview = {"sites": [], "addresses": [], "mail_server": None, "fingerprints": []}
_TEMPLATES = Path(__file__).with_name("templates")
_WIDTH = 78


@dataclass(frozen=True, slots=True)
class Page:
    """What stands on every letter, whoever gets it: who sends it, and the address or number for questions."""

    provider: str = ""
    ask: str = ""


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
    """One login with everything it opens, and what is to be known about that."""

    heading: str
    user: str
    password: str | None
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LetterSection:
    """All logins of one kind."""

    title: str
    accounts: tuple[LetterAccount, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """A site or an address: its name, and pairs of label and value."""

    heading: str
    facts: tuple[tuple[str, str], ...]


def render(
    customer: Customer, logins: Sequence[Mapping[str, Any]], page: Page, overview: Overview | None = None
) -> dict[str, str]:
    """Return suffix to content of the forms of a letter that are for people."""
    overview = overview or NOTHING
    texts = LANGUAGES[customer.language]
    strings, notation = texts.logins, PAGES[customer.language].notation
    values = {
        "t": strings,
        "language": customer.language,
        "name": printable(customer.display_name),
        "contact": printable(customer.contact),
        "provider": printable(page.provider),
        "steps": list(_steps(logins, overview, strings)),
        "cards": [
            (title, cards)
            for title, cards in (
                (strings.sites, [_site_card(site, strings) for site in overview["sites"]]),
                (strings.addresses, [_address_card(address, strings, notation) for address in overview["addresses"]]),
            )
            if cards
        ],
        "sections": list(sections(logins, strings, overview["fingerprints"])),
        "records": list(_records(overview, strings)),
        "questions": texts.download.questions,
        "ask": asked(texts, page) if page.ask else "",
    }
    return {f".{form}": fill(f"letter.{form}.j2", values) for form in ("txt", "html")}


def asked(texts: Texts, page: Page) -> str:
    """Return whom to ask, and how."""
    provider = printable(page.provider) or texts.download.your_provider
    return texts.download.ask.format(provider=provider, ask=printable(page.ask))


def fill(template: str, values: Mapping[str, Any]) -> str:
    """Return a template with its values; ``style`` is the look of all letters."""
    style = Markup(BASE.rstrip()), Markup(STACKED_TABLES.rstrip())  # noqa: S704 - constants
    return _environment().get_template(template).render(values, style=style[0], stacked_tables=style[1])


def sections(
    logins: Sequence[Mapping[str, Any]], strings: LoginTexts, fingerprints: Sequence[str] = ()
) -> Iterator[LetterSection]:
    """Group the flat list of logins by kind and user, in the order of the kinds."""
    for kind in KINDS:
        of_kind = [login for login in logins if KIND_OF.get(login["service"]) == kind]
        users = dict.fromkeys(login["user"] for login in of_kind)
        accounts = tuple(
            _account([login for login in of_kind if login["user"] == user], strings, fingerprints) for user in users
        )
        if accounts:
            yield LetterSection(strings.sections[kind], accounts)


def printable(text: str) -> str:
    """Return the text on one line, with a replacement character for all that is invisible or turns the direction."""
    return "".join(
        "\ufffd" if unicodedata.category(character)[0] in "CZ" and character != " " else character for character in text
    )


def readable(user: str) -> str:
    """Return an address with its domain as people write it; the login itself stays as programs need it."""
    return _readable_domain(user) if "@" in user else user


def _readable_domain(name: str) -> str:
    return ".".join(map(_decoded, name.split(".")))


def _decoded(label: str) -> str:
    before, at, encoded = label.rpartition("@")
    if not encoded.startswith("xn--"):
        return label
    try:
        return before + at + encoded.removeprefix("xn--").encode("ascii").decode("punycode")
    except UnicodeError:
        return label


def _steps(logins: Sequence[Mapping[str, Any]], overview: Overview, strings: LoginTexts) -> Iterator[str]:
    """Yield what to do first, as far as there is something to do it with."""
    sites, webmail = overview["sites"], next((login for login in logins if login["service"] == "webmail"), None)
    if sites:
        yield strings.see_site.format(url=printable(sites[0]["url"]))
        if sites[0]["folder"] is not None:
            yield strings.upload.format(folder=printable(sites[0]["folder"]))
    if webmail is not None:
        yield strings.read_mail.format(url=_shown(webmail, "url"))
        yield strings.change_password


def _site_card(site: SiteOverview, strings: LoginTexts) -> Card:
    return _card(
        _readable_domain(site["name"]),
        (strings.address, site["url"]),
        (strings.also, ", ".join(site["aliases"])),
        (strings.folder, site["folder"]),
        (strings.statistics, site["statistics"]),
    )


def _address_card(address: AddressOverview, strings: LoginTexts, notation: Notation) -> Card:
    # a blank that does not break would be shown as something invisible
    quota = " ".join(notation.size(address["quota"]).split()) if address["quota"] is not None else strings.no_limit
    return _card(
        readable(address["name"]),
        (strings.also, ", ".join(map(readable, address["aliases"]))),
        (strings.forwarded, ", ".join(address["forward_to"])),
        (strings.room, quota if address["keep_copy"] else strings.no_mailbox),
    )


def _card(heading: str, *facts: tuple[str, str | None]) -> Card:
    return Card(printable(heading), tuple((label, printable(value)) for label, value in facts if value))


def _records(overview: Overview, strings: LoginTexts) -> Iterator[tuple[str, str, str]]:
    """Yield name, type and value of what DNS has to say of the customer's domains (RFC 1035)."""
    for site in overview["sites"]:
        if site["server"] is not None:
            for name in (site["name"], *site["aliases"]):
                yield printable(name), "A, AAAA", strings.same_as.format(server=printable(site["server"]))
    if overview["mail_server"] is not None:
        addresses = (name for address in overview["addresses"] for name in (address["name"], *address["aliases"]))
        for domain in sorted({name.rpartition("@")[2] for name in addresses}):
            yield printable(domain), "MX", f"10 {printable(overview['mail_server'])}"


def _account(logins: Sequence[Mapping[str, Any]], strings: LoginTexts, fingerprints: Sequence[str]) -> LetterAccount:
    user = printable(logins[0]["user"])
    password = next((login["password"] for login in logins if login["password"] is not None), None)
    rows = tuple(_row(login, strings) for login in logins)
    return LetterAccount(printable(readable(user)), user, password, rows, tuple(_notes(logins, strings, fingerprints)))


def _notes(logins: Sequence[Mapping[str, Any]], strings: LoginTexts, fingerprints: Sequence[str]) -> Iterator[str]:
    services = {login["service"]: login for login in logins}
    if "sftp" in services and fingerprints:
        yield strings.fingerprints.format(fingerprints=", ".join(map(printable, fingerprints)))
    if services.get("database", {}).get("security") == "socket":
        yield strings.local_database.format(host=_shown(services["database"], "host"))


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

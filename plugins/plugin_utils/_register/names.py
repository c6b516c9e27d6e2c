# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names as the register may hold them, each normalised or refused with what is allowed."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from ansible_collections.magmasoft.hosting.plugins.module_utils._core import names as grammar

from .errors import RegisterRefused
from .system_names import DATABASE_NAMES, PROVIDER_DATABASES, SYSTEM_NAMES, SYSTEM_PREFIXES

try:
    import idna
except ImportError:
    HAS_IDNA = False
else:
    HAS_IDNA = True

_DOMAIN: Final = "a domain such as example.org, of letters, digits and hyphens between dots"
_ADDRESS: Final = "an address such as office@example.org; before the @: a to z, 0 to 9, dot, hyphen, underscore"
_OUTSIDE_ADDRESS: Final = "an address such as office@example.org; before the @: letters, digits and . _ + = -"
_LOGIN: Final = "a to z, 0 to 9, dot, hyphen, underscore, a letter first, at most 31 characters, no name of Debian's"
_MAIL_LOGIN_ALLOWED: Final = (
    "letters, digits and . _ % + - with a letter among them and no domain, at most 128 characters"
)
_UNIX_USER: Final = "an existing user of a person: a to z, 0 to 9, hyphen, underscore, at most 32 characters"
_DATABASE: Final = "a to z, 0 to 9, hyphen, underscore, a letter first, at most 64 characters, no name of MariaDB's"
_ANY_DATABASE: Final = "the name of an existing database of the customer, as MariaDB has it, at most 64 characters"
_CUSTOMER: Final = "a to z, 0 to 9 and hyphen, a letter first, at most 28 characters"
_HOST: Final = "the name of a host in the inventory"
_DISPLAY_NAME: Final = "one line of text without { } < > \\ and backtick, no space at its ends"

_OUTSIDE_LOCAL_PART: Final = re.compile(r"(?=.{1,64}\Z)[A-Za-z0-9_+=][A-Za-z0-9_+=-]*(?:\.[A-Za-z0-9_+=-]+)*")
# The same as login() of module_utils/_logs/addresses.py.
_MAIL_LOGIN: Final = re.compile(r"(?=[^A-Za-z]{0,127}[A-Za-z])[A-Za-z0-9][A-Za-z0-9._%+-]{0,127}")
_HOST_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,252}")
_NOT_IN_DISPLAY_NAME: Final = re.compile(r"[{}<>\\`]")
# Names that never lead to a server of a customer (RFC 6761, 6762, 7686, 9476; in-addr.arpa and its like).
_SPECIAL_TOP: Final = frozenset({"alt", "arpa", "invalid", "local", "localdomain", "localhost", "onion"})
_LONGEST_LABEL: Final = 63
_LONGEST_DOMAIN: Final = 253
_LONGEST_GRANT: Final = 64
_LONGEST_DIRECTORY: Final = 255
# Scripts that one language writes in one word (Unicode Technical Standard 39, "highly restrictive").
_TOGETHER: Final = (
    frozenset({"LATIN", "CJK", "HIRAGANA", "KATAKANA"}),
    frozenset({"LATIN", "CJK", "BOPOMOFO"}),
    frozenset({"LATIN", "CJK", "HANGUL"}),
)


def domain(text: str) -> str:
    """Return a domain in lower case, international labels as A-labels (RFC 5890)."""
    lower = text.lower()
    if "--" not in lower and grammar.DOMAIN.fullmatch(lower) and lower.rpartition(".")[2] not in _SPECIAL_TOP:
        return lower
    _refuse_what_is_no_domain(text)
    labels = [_label(label) for label in text.split(".")]
    name = ".".join(labels)
    if len(name) > _LONGEST_DOMAIN:
        raise RegisterRefused(f"has {len(name)} characters", f"at most {_LONGEST_DOMAIN} characters, a limit of DNS")
    if labels[-1] in _SPECIAL_TOP:
        raise RegisterRefused(f"ends in .{labels[-1]}, which is reserved", _DOMAIN)
    if grammar.DOMAIN.fullmatch(name) is None:
        raise RegisterRefused("is no domain", _DOMAIN)
    return name


def address(text: str) -> str:
    """Return an address of a customer in lower case, its domain as A-labels."""
    local, host = _split(text, _ADDRESS)
    if "+" in local:
        raise RegisterRefused(
            "has a +, and office+x@ counts as office@ wherever data are looked up", "the address without + and the rest"
        )
    # Before lower case: that makes an ASCII letter of the Kelvin sign.
    if not local.isascii():
        raise RegisterRefused("has letters outside ASCII before the @", _ADDRESS)
    local = local.lower()
    if grammar.LOCAL_PART.fullmatch(local) is None or local.startswith("-"):
        raise RegisterRefused("is no address of ours", f"{_ADDRESS}, single dots inside only, at most 64 characters")
    return f"{local}@{domain(host)}"


def outside_address(text: str) -> str:
    """Return an address that somebody else may run: the case before the @ is theirs to decide."""
    local, host = _split(text, _OUTSIDE_ADDRESS)
    if _OUTSIDE_LOCAL_PART.fullmatch(local) is None:
        raise RegisterRefused("is no address", f"{_OUTSIDE_ADDRESS}, single dots inside only, at most 64 characters")
    return f"{local}@{domain(host)}"


def customer(text: str) -> str:
    """Return a customer's identifier."""
    if grammar.CUSTOMER.fullmatch(text) is None:
        raise RegisterRefused("is no identifier of a customer", _CUSTOMER)
    return text


def login(text: str) -> str:
    """Return the name of a file login."""
    if grammar.LOGIN.fullmatch(text) is None:
        raise RegisterRefused("is no name of a login", _LOGIN)
    if is_system_name(text):
        raise RegisterRefused("is a name that the system uses itself", _LOGIN)
    return text


def mail_login(text: str) -> str:
    """Return what the user of a mailbox is called in mail logs, where that is not its address, in lower case."""
    if _MAIL_LOGIN.fullmatch(text) is None:
        raise RegisterRefused("is no name of a login", _MAIL_LOGIN_ALLOWED)
    return text.lower()


def unix_user(text: str) -> str:
    """Return the name of a system user that may be adopted."""
    if grammar.UNIX_USER.fullmatch(text) is None:
        raise RegisterRefused("is no name of a system user", _UNIX_USER)
    if is_system_name(text):
        raise RegisterRefused("belongs to the system or to this collection and cannot be adopted", _UNIX_USER)
    return text


def database(text: str) -> str:
    """Return the name of a database, which is its user's as well."""
    if grammar.DATABASE.fullmatch(text) is None:
        raise RegisterRefused("is no name of a database", _DATABASE)
    if text in DATABASE_NAMES:
        raise RegisterRefused("is a name that MariaDB or this collection uses itself", _DATABASE)
    # In a grant an underscore is escaped, and as a directory a hyphen is written @002d.
    if len(text) + text.count("_") > _LONGEST_GRANT or len(text) + 4 * text.count("-") > _LONGEST_DIRECTORY:
        raise RegisterRefused(
            "is too long for MariaDB", f"at most {_LONGEST_GRANT} characters, underscores counted twice, few hyphens"
        )
    return text


def any_database(text: str) -> str:
    """Return the name of a database, which may be one that was there before and is called as MariaDB allows."""
    if grammar.ANY_DATABASE.fullmatch(text) is None:
        raise RegisterRefused("is no name of a database", _ANY_DATABASE)
    if text.lower() in PROVIDER_DATABASES:
        raise RegisterRefused("is a name that MariaDB or this collection uses itself", _ANY_DATABASE)
    return text


def host(text: str) -> str:
    """Return the name of a host of the inventory."""
    if _HOST_NAME.fullmatch(text) is None:
        raise RegisterRefused("is no name of a host", _HOST)
    return text


def display_name(text: str) -> str:
    """Return what people call a customer. It goes into letters, pages and headers."""
    if text != text.strip() or not text:
        raise RegisterRefused("is empty or has a space at an end", _DISPLAY_NAME)
    if _NOT_IN_DISPLAY_NAME.search(text):
        raise RegisterRefused("has characters that templates, pages or shells take for theirs", _DISPLAY_NAME)
    return unicodedata.normalize("NFC", text)


def is_system_name(text: str) -> bool:
    """Tell whether Debian, one of its services, or this collection uses the name for a user or a group."""
    return text in SYSTEM_NAMES or text.startswith(SYSTEM_PREFIXES)


def _split(text: str, allowed: str) -> tuple[str, str]:
    local, at, host_name = text.rpartition("@")
    if not at or not local or not host_name:
        raise RegisterRefused("is no address", allowed)
    return local, host_name


def _refuse_what_is_no_domain(text: str) -> None:
    for wrong, message in _NO_DOMAIN:
        if wrong(text):
            raise RegisterRefused(message, _DOMAIN)


def _is_ip_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return False
    return True


_NO_DOMAIN: Final[tuple[tuple[Callable[[str], bool], str], ...]] = (
    (lambda text: "*" in text, "is a wildcard; each name is written out"),
    (_is_ip_address, "is an IP address"),
    (lambda text: "/" in text or ":" in text, "is a URL or has a port; only the name is wanted"),
    (lambda text: text.endswith("."), "ends in a dot"),
    (lambda text: "." not in text, "has one label only"),
)


@lru_cache(maxsize=65536)
def _label(label: str) -> str:
    if len(label) > _LONGEST_LABEL:
        raise RegisterRefused(
            f"has a label of {len(label)} characters",
            f"at most {_LONGEST_LABEL} characters between dots, a limit of DNS",
        )
    lower = label.lower()
    if not lower.isascii() or lower.startswith("xn--"):
        return _international(unicodedata.normalize("NFC", lower))
    if lower[2:4] == "--":
        raise RegisterRefused("has a label with hyphens at its third and fourth place, which DNS reserves", _DOMAIN)
    return lower


def _international(label: str) -> str:
    if not HAS_IDNA:
        raise RegisterRefused(
            "is internationalised, and Python's library idna is missing on the controller", "pip install idna"
        )
    try:
        written = idna.ulabel(label) if label.isascii() else label
        encoded = idna.alabel(written).decode("ascii")
    except (idna.IDNAError, UnicodeError, ValueError, IndexError):
        raise RegisterRefused("is no internationalised domain (IDNA 2008, RFC 5891)", _DOMAIN) from None
    _refuse_mixed_scripts(written)
    return encoded


def _refuse_mixed_scripts(label: str) -> None:
    scripts = {script for script in map(_script, label) if script}
    if len(scripts) > 1 and not any(scripts <= together for together in _TOGETHER):
        told = " and ".join(sorted(name.capitalize() for name in scripts))
        raise RegisterRefused(
            f"mixes {told} letters in one label, so that it can pass for another name", "one script per label"
        )


def _script(character: str) -> str | None:
    """Return the script of a letter: the first word of its Unicode name. Digits, hyphen and marks belong to all."""
    if unicodedata.category(character)[0] != "L":
        return None
    return unicodedata.name(character, "UNKNOWN").split(" ", 1)[0].split("-", 1)[0]

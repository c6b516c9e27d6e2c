# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The schema of a register file: every field there is, those of later services too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from . import names
from .errors import RegisterRefused
from .field_types import (
    AllOr,
    Choice,
    Date,
    Field,
    FieldType,
    Flag,
    Items,
    Number,
    OneOrMore,
    RecordField,
    Size,
    Switch,
    Text,
)

LANGUAGES: Final = ("de", "en", "it", "es")
BACKUP_KINDS: Final = ("sites", "databases", "mailboxes", "cloud", "chat")
ERASE_KINDS: Final = ("site", "database", "mailbox", "cloud", "chat")

_PATH: Final = re.compile(r"(?:/(?!\.{1,2}(?:/|\Z))[\w.+@~-]{1,255})+")
_PATH_ALLOWED: Final = "an absolute path of letters, digits and . _ + @ ~ -, without .. and without a slash at its end"
# Below these lies the system's own; the second list holds what belongs to several customers at once.
_SYSTEM_TREES: Final = (
    "/bin", "/boot", "/dev", "/etc", "/lib", "/lib32", "/lib64", "/libx32", "/proc", "/root", "/run", "/sbin", "/sys",
    "/usr", "/var/backups", "/var/cache", "/var/lib/ldap", "/var/lib/mysql", "/var/mail", "/var/run", "/var/spool",
)  # fmt: skip
_SHARED_DIRECTORIES: Final = (
    "/home", "/media", "/mnt", "/opt", "/srv", "/srv/www", "/tmp", "/var/tmp",  # noqa: S108 - refused here
    "/var", "/var/lib", "/var/local", "/var/log", "/var/log/apache2", "/var/log/nginx",
    "/var/www", "/var/www/html", "/var/www/vhosts",
)  # fmt: skip

NO_MORE_SITES: Final = 1_000
NO_MORE_ADDRESSES: Final = 10_000


def _path(text: str) -> str:
    if _PATH.fullmatch(text) is None:
        raise RegisterRefused("is no absolute, plain path", _PATH_ALLOWED)
    if text in _SHARED_DIRECTORIES or any(text == tree or text.startswith(f"{tree}/") for tree in _SYSTEM_TREES):
        raise RegisterRefused(
            "belongs to the system or to several customers", "a path that holds this customer's data only"
        )
    return text


DOMAIN: Final = Text("domain", names.domain, 253)
ADDRESS: Final = Text("e-mail address", names.address)
OUTSIDE_ADDRESS: Final = Text("e-mail address", names.outside_address)
LOGIN: Final = Text("login", names.login)
MAIL_LOGIN: Final = Text("login", names.mail_login)
DATABASE: Final = Text("database name", names.any_database)
PATH: Final = Text("absolute path", _path, 1024)

_CONTRACT: Final = RecordField(
    {
        "status": Field(
            Choice(("active", "suspended", "ended")),
            default=lambda: "active",
            told_default="active",
            meaning="`suspended` and `ended` let nobody in and keep everything.",
        ),
        "ended": Field(
            Date(), told_default="none", meaning="The day of the end, only and always with `status: ended`."
        ),
        "erasure": Field(
            Choice(("ask", "approved", "keep")),
            default=lambda: "ask",
            told_default="ask",
            meaning="What the customer answered: not yet, erase, or keep. This version only keeps it.",
        ),
    }
)
_UNIX: Final = RecordField(
    {
        "user": Field(
            Text("system user", names.unix_user),
            required=True,
            meaning="Its name. Users of the system and of this collection cannot be adopted.",
        ),
        "uid": Field(
            Number(1000, 2_147_483_646, without=(65534, 65535)),
            required=True,
            meaning="Its number, the same on every host.",
        ),
    }
)
_SITE: Final = RecordField(
    {
        "domain": Field(DOMAIN, required=True, meaning="The name under which the site is known everywhere."),
        "aliases": Field(
            Items(DOMAIN, most=90),
            default=list,
            told_default="none",
            meaning="Further names of the same site, at most 90.",
        ),
        "kind": Field(
            Choice(("static", "php")),
            default=lambda: "static",
            told_default="static",
            meaning="Files, or a web application in PHP.",
        ),
        "log": Field(
            Choice(("shared", "own")),
            told_default="shared for static, own for php",
            meaning="One file for all static sites, or files of its own.",
        ),
        "databases": Field(
            Items(DATABASE, most=50),
            default=list,
            told_default="none",
            meaning="Databases of this customer whose credentials the site is given.",
        ),
        "host": Field(
            Text("web host", names.host),
            told_default="the only web host",
            meaning="Name of the host in the inventory. Required where there are several web hosts.",
        ),
        "managed": Field(
            Flag(), default=lambda: True, told_default="true", meaning="`false`: see [below](#what-is-not-ours)."
        ),
        "root": Field(PATH, told_default="none", meaning="Where the files lie, with `managed: false` only."),
        "logs": Field(
            OneOrMore(Items(PATH, most=20, least=1)),
            told_default="none",
            meaning="Where the logs lie, with `managed: false` only.",
        ),
    }
)
_FILE_LOGIN: Final = RecordField(
    {
        "name": Field(LOGIN, required=True, meaning="The login. Names that Debian or its services use are refused."),
        "site": Field(
            DOMAIN,
            told_default="all sites of the customer",
            meaning="The only site the login enters; one of this customer.",
        ),
    }
)
_DATABASE: Final = RecordField(
    {
        "name": Field(
            DATABASE,
            required=True,
            meaning="a to z, 0 to 9, hyphen, underscore (counts twice); with `managed: false` any name of MariaDB.",
        ),
        "managed": Field(Flag(), default=lambda: True, told_default="true", meaning="As with sites."),
    }
)
_MAILBOX: Final = RecordField(
    {
        "address": Field(
            ADDRESS,
            required=True,
            meaning="a to z, 0 to 9, dot, hyphen and underscore before the @. No `+`: `office+x@` counts as `office@`.",
        ),
        "aliases": Field(
            Items(ADDRESS, most=500),
            default=list,
            told_default="none",
            meaning="Further addresses that arrive here and may be sent from.",
        ),
        "quota": Field(Size(), told_default="no limit", meaning="Room for mail. K, M, G and T are powers of 1024."),
        "forward_to": Field(
            Items(OUTSIDE_ADDRESS, most=50),
            default=list,
            told_default="none",
            meaning="Addresses that get each message as well.",
        ),
        "keep_copy": Field(
            Flag(),
            default=lambda: True,
            told_default="true",
            meaning=(
                "`false` makes it a pure forwarding, needs `forward_to`, and gives it no login, unless `cloud` or "
                "`chat` are asked for."
            ),
        ),
        "managed": Field(Flag(), default=lambda: True, told_default="true", meaning="As with sites."),
        "login": Field(
            MAIL_LOGIN,
            told_default="the address",
            meaning="What mail logs call its user, with `managed: false` only.",
        ),
        "cloud": Field(
            Switch(RecordField({"quota": Field(Size(), told_default="no limit", meaning="Room for them.")})),
            told_default="true, false for a pure forwarding",
            meaning="Contacts, calendars and files; `false` opts out.",
        ),
        "chat": Field(
            Flag(), told_default="true, false for a pure forwarding", meaning="A chat account; `false` opts out."
        ),
    }
)
_EXCLUDE: Final = RecordField(
    {
        "sites": Field(
            AllOr(Items(DOMAIN, NO_MORE_SITES)),
            default=list,
            told_default="none",
            meaning="Files, own logs and statistics of these sites, not their databases.",
        ),
        "databases": Field(
            AllOr(Items(DATABASE, NO_MORE_SITES)), default=list, told_default="none", meaning="These databases."
        ),
        "mailboxes": Field(
            AllOr(Items(ADDRESS, NO_MORE_ADDRESSES)),
            default=list,
            told_default="none",
            meaning="The mail of these addresses.",
        ),
        "cloud": Field(
            AllOr(Items(ADDRESS, NO_MORE_ADDRESSES)),
            default=list,
            told_default="none",
            meaning="The cloud accounts of these addresses.",
        ),
        "chat": Field(
            AllOr(Items(ADDRESS, NO_MORE_ADDRESSES)),
            default=list,
            told_default="none",
            meaning="The chat accounts of these addresses.",
        ),
    }
)


def _nothing_excluded() -> dict[str, list[str]]:
    return {kind: [] for kind in BACKUP_KINDS}


_BACKUP: Final = RecordField(
    {
        "mode": Field(
            Choice(("shared", "separate")),
            default=lambda: "shared",
            told_default="shared",
            meaning="One repository for everybody, or one of the customer's own.",
        ),
        "exclude": Field(
            AllOr(_EXCLUDE),
            default=_nothing_excluded,
            told_default="nothing",
            meaning="What stays out; `all` for everything. Only names of this customer, and nothing is guessed.",
        ),
    }
)


def _any_name(text: str) -> str:
    # Which grammar holds depends on the field `kind` beside it: the rules look at both.
    return text


_ERASE: Final = RecordField(
    {
        "kind": Field(Choice(ERASE_KINDS), required=True, meaning="What it is."),
        "name": Field(
            Text("name of the item", _any_name),
            required=True,
            meaning="Its domain, name or address. It must not be wanted elsewhere in the file.",
        ),
        "approved": Field(Date(), required=True, meaning="The day on which the customer approved."),
    }
)

CUSTOMER: Final = RecordField(
    {
        "customer": Field(
            Text("identifier", names.customer),
            required=True,
            meaning="The identifier, the same as the file name. It never changes.",
        ),
        "name": Field(
            Text("one line of text", names.display_name, 120),
            required=True,
            meaning="What people call the customer, in letters and on pages. At most 120 characters.",
        ),
        "contact": Field(OUTSIDE_ADDRESS, required=True, meaning="Where letters go. It may be outside, and better is."),
        "language": Field(Choice(LANGUAGES), required=True, meaning="Of letters, notice pages and reports."),
        "contract": Field(
            _CONTRACT,
            default=lambda: {"status": "active", "ended": None, "erasure": "ask"},
            told_default="active",
            meaning="The state of the contract.",
        ),
        "unix": Field(
            _UNIX, told_default="a user of our own, hc-CUSTOMER", meaning="Adopts a system user that exists already."
        ),
        "sites": Field(Items(_SITE, NO_MORE_SITES), default=list, told_default="none", meaning="Web sites."),
        "file_logins": Field(
            Items(_FILE_LOGIN, NO_MORE_SITES),
            told_default="one, named like the customer",
            meaning="Logins for FTP and SFTP. `[]` means none.",
        ),
        "databases": Field(
            Items(_DATABASE, NO_MORE_SITES),
            default=list,
            told_default="none",
            meaning="MariaDB databases, each with a user of the same name.",
        ),
        "database_tool": Field(
            Flag(),
            default=lambda: False,
            told_default="false",
            meaning="Access to the web administration tool, on request.",
        ),
        "mailboxes": Field(
            Items(_MAILBOX, NO_MORE_ADDRESSES, least=1), required=True, meaning="Addresses, at least one."
        ),
        "backup": Field(
            _BACKUP,
            default=lambda: {"mode": "shared", "exclude": _nothing_excluded()},
            told_default="shared, nothing excluded",
            meaning="How backups are to be made. This version makes none.",
        ),
        "erase": Field(
            Items(_ERASE, NO_MORE_ADDRESSES),
            default=list,
            told_default="none",
            meaning="Single items that are to be erased. This version erases nothing, and each run says so.",
        ),
    }
)


def fields(record: RecordField = CUSTOMER, prefix: str = "") -> Iterator[tuple[str, Field]]:
    """Return every field with its path, as documentation writes it: ``sites[].domain``."""
    for name, field in record.fields.items():
        yield prefix + name, field
        inner, brackets = _record_within(field.type)
        if inner is not None:
            yield from fields(inner, f"{prefix}{name}{brackets}.")


def _record_within(found: FieldType) -> tuple[RecordField | None, str]:
    match found:
        case RecordField():
            return found, ""
        case Items(of=RecordField() as record):
            return record, "[]"
        case Switch(record=record) | AllOr(other=RecordField() as record):
            return record, ""
        case _:
            return None, ""

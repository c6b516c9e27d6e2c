# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A customer as the pages may meet them, and a parser that is as strict as browsers are not."""

from __future__ import annotations

import html.parser
from collections.abc import Iterator
from typing import Any

from ansible_collections.magmasoft.hosting.plugins.module_utils._pages.model import BagAbout, ReportAbout
from ansible_collections.magmasoft.hosting.plugins.module_utils._stores._table import SHOWN

LANGUAGES = ("de", "en", "it", "es")
SITE = "alpenverein.example"
ADDRESS = "office@alpenverein.example"
MADE = "2026-11-18T09:30:12Z"
_VOID = {"meta", "wbr"}


class Seen(html.parser.HTMLParser):
    """What a browser would see; raises where tags do not match."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self._open: list[str] = []
        self.feed(content)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self._open:
            self.texts.append(data)

    @property
    def text(self) -> str:
        """Return all that can be read."""
        return "".join(self.texts)

    @property
    def names(self) -> list[str]:
        """Return the names of all elements in their order."""
        return [tag for tag, _attributes in self.tags]

    def values(self, attribute: str) -> list[str]:
        """Return all values of an attribute."""
        return [attributes[attribute] or "" for _tag, attributes in self.tags if attribute in attributes]


def bag_about(language: str = "de", **more: Any) -> BagAbout:
    """Return what is said of a bag as a whole."""
    about: BagAbout = {
        "customer": "alpenverein",
        "name": "Alpenverein Musterdorf",
        "language": language,
        "bag": "alpenverein-2026-11-18",
        "made": MADE,
        "provider": {"name": "Hosting Musterdorf", "contact": "hilfe@hosting.example"},
        "asked": list(SHOWN),
        "no_service": ["cloud_log"],
        "only": [],
    }
    about.update(more)  # type: ignore[typeddict-item]
    return about


def report_about(language: str = "de", **more: Any) -> ReportAbout:
    """Return what is said of a report as a whole."""
    about: ReportAbout = {
        "customer": "alpenverein",
        "name": "Alpenverein Musterdorf",
        "language": language,
        "made": MADE,
        "provider": {"name": "Hosting Musterdorf", "contact": "hilfe@hosting.example"},
        "backup": {"mode": "shared", "exclude": {}, "own_logs": [SITE]},
        "no_service": ["cloud_log"],
        "not_looked_at": [],
    }
    about.update(more)  # type: ignore[typeddict-item]
    return about


def delivery(kind: str, item: str, *paths: str, **more: Any) -> dict[str, Any]:
    """Return a delivery as it stands in a part, of 1,500 bytes a file."""
    return {
        "kind": kind,
        "item": item,
        "outcome": "delivered" if paths else "empty",
        "files": [{"path": path, "size": 1500, "sha256": "ab" * 32} for path in paths],
        "count": 7 * len(paths),
        "bytes": 1500 * len(paths),
        "oldest": "2019-03-01T08:00:00Z" if paths else None,
        "newest": "2026-11-17T21:04:09Z" if paths else None,
        "left_out": [],
        "months": {},
        "tally": {},
        "error": None,
        **more,
    }


def measurement(kind: str, item: str, **more: Any) -> dict[str, Any]:
    """Return a measurement as a store measures it."""
    return {
        "kind": kind,
        "customer": "alpenverein",
        "item": item,
        "host": "web1",
        "place": f"/srv/www/{item}",
        "bytes": 1500,
        "count": 7,
        "oldest": "2019-03-01T08:00:00Z",
        "newest": "2026-11-17T21:04:09Z",
        "days": None,
        "left_out": [],
        "error": None,
        **more,
    }


def part(host: str, *deliveries: dict[str, Any]) -> dict[str, Any]:
    """Return what one host delivered."""
    return {"version": 1, "host": host, "exports": list(deliveries)}


def visits(*counts: int) -> dict[str, int]:
    """Return visits of the months up to the one in which the bag was made."""
    return monthly("visits", *counts)


def monthly(what: str, *counts: int) -> dict[str, int]:
    """Return counts of the months up to the one in which the bag was made."""
    last = 2026 * 12 + 10
    months = range(last - len(counts) + 1, last + 1)
    return {f"{what}:{month // 12:04}-{month % 12 + 1:02}": count for month, count in zip(months, counts, strict=True)}


def full_parts() -> list[dict[str, Any]]:
    """Return two hosts' parts with something of nearly everything, as a real customer has it."""
    return [part("web1", *_web()), part("mail1", *_mail(), *_others())]


def _web() -> Iterator[dict[str, Any]]:
    left_out = [
        {"what": "htdocs/run/php.sock", "reason": "special-file"},
        {"what": "tmp/sess_9f2c", "reason": "temporary"},
        {"what": "htdocs/cache/\u202egpj.exe", "reason": "changed"},
    ]
    tar, logs = f"sites/{SITE}/files.tar", f"sites/{SITE}/logs/access"
    pages = [f"sites/{SITE}/statistics/2026-{month:02}.html" for month in range(1, 12)]
    year = visits(812, 1210, 990, 1530, 1602, 1411, 1333, 870, 1244, 1804, 2011, 1290)
    yield delivery("site_files", SITE, tar, count=18_342, bytes=1_431_655_765, left_out=left_out)
    yield delivery("site_files", "blog.example", "sites/blog.example/files.tar", count=412, bytes=23_456_789)
    yield delivery("databases", "alpenverein-web", "databases/alpenverein-web.sql", count=90_211, bytes=48_300_000)
    lines = {"count": 21_004, "bytes": 5_200_000, "tally": {"given": 21_004, "withheld": 12, "unexplained": 0}}
    yield delivery("web_access_log", SITE, f"{logs}.log", f"{logs}.csv", months=year, **lines)
    yield delivery("web_access_log", "blog.example", "sites/blog.example/logs/access.log", months=visits(31, 44, 12))
    yield delivery("web_error_log", SITE)
    yield delivery("web_statistics", SITE, *pages, bytes=4_100_000)
    yield delivery("file_transfer_log", "", "logs/transfers.log", "logs/transfers.csv", count=311)


def _mail() -> Iterator[dict[str, Any]]:
    other = "kassier@alpenverein.example"
    months = monthly("mail-received", 31, 44, 28, 56, 61, 40, 39, 12, 48, 71, 66, 35)
    months |= monthly("mail-sent", 9, 14, 8, 16, 12, 11, 7, 3, 9, 21, 18, 10)
    yield delivery("mail_messages", ADDRESS, f"mail/{ADDRESS}/maildir.tar", count=12_877, bytes=812_000_000)
    yield delivery("mail_messages", other, f"mail/{other}/maildir.tar", count=1, bytes=3_400)
    yield delivery("mail_messages", "neu@alpenverein.example")
    yield delivery("mail_filters", ADDRESS, f"mail/{ADDRESS}/sieve/urlaub.sieve", count=1, bytes=640)
    yield delivery("webmail_settings", ADDRESS, f"mail/{ADDRESS}/webmail.json", count=4)
    yield delivery("mail_log", ADDRESS, "logs/mail.log", "logs/mail.csv", count=9_211, bytes=2_300_000, months=months)
    yield delivery("mail_login_log", ADDRESS, "logs/logins.log", "logs/logins.csv", count=480)


def _others() -> Iterator[dict[str, Any]]:
    cloud, chat = f"cloud/{ADDRESS}", f"chat/{ADDRESS}"
    yield delivery("credentials", "", "directory.ldif", count=6, oldest=None, newest=None)
    yield delivery("contacts_calendars", ADDRESS, f"{cloud}/Kontakte.vcf", f"{cloud}/Alle Termine.ics", count=344)
    yield delivery("cloud_files", ADDRESS, f"{cloud}/files.tar", count=97, bytes=223_000_000)
    yield delivery("chat_account", ADDRESS, f"{chat}.xml", f"{chat}-uploads.tar", count=88, bytes=9_100_000)
    yield delivery("customer_record", "", "customer/record.json", count=14)
    yield delivery("backup_copies", "", "customer/backups.json", count=30)


def full_measurements() -> list[dict[str, Any]]:
    """Return what is held of the same customer."""
    closed = {"what": "htdocs/shell.php", "reason": "unreadable"}
    error = {"code": "service-unavailable", "message": "mariadb does not answer at /run/x", "remedy": "start it"}
    return [
        measurement("site_files", SITE, bytes=1_431_655_765, count=18_342),
        measurement("site_files", "blog.example", bytes=23_456_789, count=412, left_out=[closed]),
        measurement("databases", "alpenverein-web", bytes=0, count=0, oldest=None, newest=None, error=error),
        measurement("web_access_log", SITE, bytes=5_200_000, count=21_004, days=14),
        measurement("web_access_log", "blog.example", bytes=80_000, count=230, days=14),
        measurement("web_statistics", SITE, bytes=4_100_000, count=11),
        measurement("mail_messages", ADDRESS, bytes=812_000_000, count=12_877, host="mail1"),
        measurement("mail_filters", ADDRESS, bytes=640, count=1, host="mail1"),
        measurement("mail_log", ADDRESS, bytes=2_300_000, count=9_211, days=14, host="mail1"),
        measurement("credentials", "", bytes=2_100, count=6, oldest=None, newest=None, host="mail1"),
        measurement("cloud_files", ADDRESS, bytes=223_000_000, count=97, host="mail1"),
        measurement("contacts_calendars", ADDRESS, bytes=210_000, count=344, host="mail1"),
        measurement("chat_account", ADDRESS, bytes=9_100_000, count=88, host="mail1"),
        measurement("chat_log", ADDRESS, bytes=11_000, count=120, days=7, host="mail1"),
        measurement("backup_copies", "", bytes=3_900_000_000, count=30, days=365, host="backup1"),
    ]

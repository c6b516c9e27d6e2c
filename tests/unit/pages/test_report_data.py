# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report for programs."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._pages.report_data import report_data
from ansible_collections.magmasoft.hosting.plugins.module_utils._stores._table import SHOWN

from .sample import ADDRESS, SITE, measurement, report_about

ERROR = {"code": "service-unavailable", "message": "it is down", "remedy": "start it"}


def _backup_of(kind: str, item: str, exclude: Any, mode: str = "shared") -> str:
    backup = {"mode": mode, "exclude": exclude, "own_logs": [SITE]}
    data = report_data(report_about(backup=backup), [measurement(kind, item)])
    return data["kinds"][0]["items"][0]["backup"]


@pytest.mark.parametrize(
    ("kind", "item", "exclude", "backup"),
    [
        ("site_files", SITE, {}, "shared"),
        ("site_files", SITE, {"sites": [SITE]}, "none"),
        ("site_files", SITE, {"sites": "all"}, "none"),
        ("site_files", f"my{SITE}", {"sites": [SITE]}, "shared"),
        ("web_statistics", SITE, {"sites": [SITE]}, "none"),
        ("web_access_log", SITE, {"sites": [SITE]}, "none"),
        # the lines of a shared log are backed up for each customer, not for each site
        ("web_access_log", "blog.example", {"sites": ["blog.example"]}, "shared"),
        ("databases", SITE, {"sites": [SITE]}, "shared"),
        ("databases", "web", {"databases": ["web"]}, "none"),
        ("mail_messages", ADDRESS, {"mailboxes": [ADDRESS]}, "none"),
        ("mail_filters", ADDRESS, {"mailboxes": [ADDRESS]}, "none"),
        ("webmail_settings", ADDRESS, {"mailboxes": [ADDRESS]}, "none"),
        ("mail_log", ADDRESS, {"mailboxes": [ADDRESS]}, "shared"),
        ("cloud_files", ADDRESS, {"mailboxes": [ADDRESS]}, "shared"),
        ("cloud_files", ADDRESS, {"cloud": [ADDRESS]}, "none"),
        ("contacts_calendars", ADDRESS, {"cloud": "all"}, "none"),
        ("chat_account", ADDRESS, {"chat": [ADDRESS]}, "none"),
        ("mail_log", ADDRESS, "all", "none"),
    ],
)
def test_in_which_backup_things_are(kind: str, item: str, exclude: Any, backup: str) -> None:
    """Exact names, of the kinds that the register's list is about."""
    assert _backup_of(kind, item, exclude) == backup
    assert _backup_of(kind, item, exclude, "separate") == ("separate" if backup == "shared" else backup)


def test_sums_are_of_what_is_known() -> None:
    """What could not be looked at is named, and makes the report incomplete."""
    known = measurement("databases", "a", bytes=10, count=2, oldest="2020-01-01T00:00:00Z", newest=None)
    failed = measurement("databases", "b", bytes=99, count=9, oldest="2001-01-01T00:00:00Z", error=ERROR)
    data = report_data(report_about(), [failed, known])
    kind = data["kinds"][0]
    assert (kind["bytes"], kind["count"], kind["oldest"], kind["newest"]) == (10, 2, "2020-01-01T00:00:00Z", None)
    assert [(item["item"], item["error"]) for item in kind["items"]] == [("a", None), ("b", ERROR)]
    assert data["totals"] == {
        "items": 2, "bytes": 10, "oldest": "2020-01-01T00:00:00Z", "newest": None, "failed": 1,
    }  # fmt: skip
    assert not data["complete"]
    assert report_data(report_about(), [known])["complete"]


def test_what_could_not_be_looked_at_in_an_item_is_told() -> None:
    """Its numbers say something, and the report is not complete."""
    closed = [{"what": "htdocs/shell.php", "reason": "unreadable"}]
    data = report_data(report_about(), [measurement("site_files", SITE, left_out=closed, bytes=10)])
    assert [(item["left_out"], item["bytes"]) for item in data["kinds"][0]["items"]] == [(closed, 10)]
    assert (data["complete"], data["totals"]["bytes"], data["totals"]["failed"]) == (False, 10, 0)
    linked = [{"what": "htdocs/jquery", "reason": "elsewhere"}]
    assert report_data(report_about(), [measurement("site_files", SITE, left_out=linked)])["complete"]


def test_every_kind_is_accounted_for() -> None:
    """Held, not held, not there, or not looked at; only of copies in backups nobody knows that there are none."""
    about = report_about(no_service=["chat_log", "databases"], not_looked_at=["mail_log"])
    data = report_data(about, [measurement("databases", "a")])
    assert data["no_service"] == ["chat_log"]
    assert data["not_looked_at"] == ["mail_log"]
    assert sorted([*data["nothing_held"], "databases", "chat_log", "mail_log", "backup_copies"]) == sorted(SHOWN)
    assert not data["complete"]

# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report: every kind that there is, with what is true of it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.magmasoft.hosting.tests.integration.host import Host

from .life import BOARD, OURS, messages
from .operator import Operator

MAIL_LOG = "/var/log/mail.log"
# how many there are of each item, and where
HELD = {
    ("databases", "verein_web"): "/run/mysqld/mysqld.sock",
    ("web_access_log", "verein.example"): "/var/log/apache2/other_vhosts_access.log",
    ("web_access_log", "chronik.verein.example"): "/var/log/apache2/other_vhosts_access.log",
    ("web_error_log", "verein.example"): "/var/log/apache2/verein-error.log",
    ("mail_messages", OURS): "/var/vmail/verein.example/office/Maildir",
    ("mail_messages", BOARD): "/var/vmail/verein.example/vorstand/Maildir",
    ("mail_filters", OURS): "/var/vmail/verein.example/office",
    ("mail_queue", ""): "/etc/postfix",
    ("mail_log", ""): MAIL_LOG,
    ("mail_login_log", ""): MAIL_LOG,
    ("credentials", ""): "ldapi://%2Frun%2Fslapd%2Fldapi",
    ("contacts_calendars", OURS): "/var/lib/radicale/collections/collection-root",
    ("cloud_log", ""): "/var/log/radicale/radicale.log",
    ("chat_account", OURS): "/var/lib/prosody",
    ("chat_log", ""): "/var/log/prosody/prosody.log",
    ("file_transfer_log", ""): "/var/log/proftpd/xferlog",
    ("site_files", "verein.example"): "/var/www/verein",
    ("site_files", "chronik.verein.example"): "/var/www/chronik",
    ("customer_record", ""): "register, letters, evidence, bags",
}


@pytest.fixture
def report(operator: Operator) -> dict[str, Any]:
    """Return the report."""
    done = operator.run("report")
    assert done.code == 0, done.text[-3000:]
    found: dict[str, Any] = json.loads((operator.place / "reports" / "verein.json").read_text("utf-8"))
    return found


def test_every_kind_is_there_with_its_place(report: dict[str, Any]) -> None:
    items = {(kind["kind"], item["item"]): item for kind in report["kinds"] for item in kind["items"]}
    assert [item for item in items.values() if item["error"]] == []
    assert set(items) == set(HELD)
    assert {key: item["place"] for key, item in items.items() if HELD[key] not in item["place"]} == {}
    assert all(item["count"] > 0 for item in items.values())
    assert report["complete"]
    assert report["no_service"] == ["web_statistics", "webmail_settings", "cloud_files"]
    assert report["not_looked_at"] == []


def test_the_numbers_are_those_of_the_host(report: dict[str, Any], lived: Host) -> None:
    counts = {(kind["kind"], item["item"]): item["count"] for kind in report["kinds"] for item in kind["items"]}
    files = lived.run("find", "/var/www/verein", "!", "-type", "d").splitlines()
    assert counts[("site_files", "verein.example")] == len(files)
    assert counts[("mail_messages", OURS)] == messages(lived, OURS)
    assert counts[("mail_messages", BOARD)] == messages(lived, BOARD)
    assert counts[("web_access_log", "verein.example")] == 3
    assert counts[("web_error_log", "verein.example")] == 1
    assert counts[("mail_queue", "")] == 1
    assert counts[("credentials", "")] == 2
    assert counts[("contacts_calendars", OURS)] == 2
    assert counts[("file_transfer_log", "")] == 2


def test_a_report_leaves_a_line_and_nothing_on_the_host(operator: Operator) -> None:
    done = operator.run("report")
    assert done.code == 0, done.text[-3000:]
    assert [line["what"] for line in operator.evidence()] == ["report"]
    assert "fremd-" not in (operator.place / "reports" / "verein.html").read_text("utf-8")
    assert operator.on_host() == []

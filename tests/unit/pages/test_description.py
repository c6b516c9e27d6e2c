# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module puts at the top of a payload."""

from __future__ import annotations

import json
from typing import Any

from ansible_collections.magmasoft.hosting.plugins.module_utils._bag.describe import describe

from .sample import ADDRESS, SITE, Seen, delivery, part

ABOUT = {
    "customer": "alpenverein",
    "name": "Alpenverein",
    "language": "it",
    "bag": "alpenverein-2026-11-18",
    "made": "2026-11-18T10:00:00Z",
    "provider": {"name": "Hosting", "contact": ""},
    "asked": ["site_files", "web_statistics", "mail_log", "chat_log"],
    "only": [],
}


def _parts() -> list[dict[str, Any]]:
    left_out = [{"what": "caf\udce9", "reason": "changed"}]
    web = part("web1", delivery("site_files", SITE, "sites/x/files.tar", left_out=left_out))
    web.update(kinds=["site_files", "web_statistics"], absent=["mail_log", "chat_log"])
    mail = part("mail1", delivery("mail_log", "", "logs/mail.log"))
    mail.update(kinds=["mail_log"], absent=[])
    return [web, part("web1", delivery("customer_record", "", "customer.json")), mail]


def test_the_page_and_the_data_say_the_same() -> None:
    """Of all hosts, and of what the controller holds; names that are not UTF-8 too."""
    files = describe(ABOUT, _parts())
    data = json.loads(files["data.json"])
    page = Seen(files["index.html"].decode())
    assert data["provider"] == {"name": "Hosting", "contact": None}
    assert [kind["kind"] for kind in data["kinds"]] == ["site_files", "mail_log", "customer_record"]
    assert page.tags[0] == ("html", {"lang": "it"})
    assert {"./data.json", "./customer.json", "./logs/mail.log"} <= {*page.values("href")}
    assert "caf\\xe9" in page.text


def test_what_no_host_has_does_not_exist() -> None:
    """What one of several has, does."""
    data = json.loads(describe(ABOUT, _parts())["data.json"])
    reasons = {each["kind"]: each["reason"] for each in data["not_inside"]}
    assert reasons["chat_log"] == "no-such-service"
    assert (reasons["web_statistics"], reasons["databases"]) == ("nothing-held", "not-asked-for")
    assert "mail_log" not in reasons


def test_what_was_picked_is_said() -> None:
    """As it was asked for."""
    data = json.loads(describe({**ABOUT, "only": [ADDRESS]}, _parts())["data.json"])
    assert data["only"] == [ADDRESS]
